/**
 * Keeps what is no input out of the text. An extension of the browser that writes readings over the words, or a label beside them,
 * changes the page as typing does; taken for typing, its words would become everyone's. What comes as input is read, where it was
 * entered, and anything else is put back.
 */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/** How the editor's view hears of changes of its page. That has no public face: a test in a browser holds it to this one. */
type PageObserver = {
  queue: MutationRecord[]
  readonly observer: MutationObserver
  /** All changes that were not read yet. */
  pendingRecords: () => MutationRecord[]
  /** Where in the text a change is, or null if it is none of the text's. */
  readonly registerMutation: (record: MutationRecord, added: Node[]) => unknown
  /** Reads what comes next after a pause. */
  readonly flushSoon: () => void
}

const members = ['queue', 'observer', 'pendingRecords', 'registerMutation', 'flushSoon']

const isPageObserver = (value: unknown): value is PageObserver =>
  typeof value === 'object' && value !== null && members.every((name) => name in value)

/** How long after an input a browser may still be writing it into the page. */
const settleMs = 50

const lines = 'p, h2, h3, h4'

const lineOf = (node: Node | null | undefined): Element | null =>
  (node instanceof Element ? node : node?.parentElement)?.closest(lines) ?? null

/** What is being entered: between which lines, and which words, where it is nothing but words. */
type Input = { readonly first: Element | null; readonly last: Element | null; readonly words: string | null }

function inputOf(event: Event): Input {
  const selection = document.getSelection()
  const [range] = event instanceof InputEvent ? event.getTargetRanges() : []
  return {
    first: lineOf(range?.startContainer ?? selection?.anchorNode),
    last: lineOf(range?.endContainer ?? selection?.focusNode),
    words: event instanceof InputEvent && event.inputType === 'insertText' ? event.data : null,
  }
}

const isBefore = (a: Node, b: Node) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0

/** Whether a change of the page can be what that input brought. */
function comesFrom({ first, last, words }: Input, { target, addedNodes }: MutationRecord): boolean {
  const line = lineOf(target)
  if (line !== null && first !== null && last !== null && line !== first && line !== last) {
    if (!isBefore(first, line) || !isBefore(line, last)) return false
  }
  // A browser that writes a word adds text. An element with other words in it is somebody else's.
  return (
    words === null ||
    [...addedNodes].every((node) => !(node instanceof Element) || words.includes(node.textContent ?? ''))
  )
}

function putBack({ type, target, addedNodes, removedNodes, nextSibling, oldValue }: MutationRecord): void {
  if (type === 'characterData') target.nodeValue = oldValue
  if (type !== 'childList') return
  for (const node of addedNodes) if (node.parentNode === target) target.removeChild(node)
  const behind = nextSibling?.parentNode === target ? nextSibling : null
  for (const node of removedNodes) target.insertBefore(node, behind)
}

/** Has `view` read changes of the page only where they come as input; returns how to stop. */
function readInputOnly(view: EditorView): () => void {
  const observer: unknown = 'domObserver' in view ? view.domObserver : null
  if (!isPageObserver(observer)) throw new Error('The editor does not say how it reads the page')
  const { pendingRecords } = observer
  let input: Input | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const settle = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!view.composing) input = null
    }, settleMs)
  }
  const enter = (event: Event) => {
    // Some programs change the page first, and say only afterwards that it was input.
    if (event.type === 'beforeinput' || input === null) input = inputOf(event)
    settle()
  }
  observer.pendingRecords = () => {
    const records = pendingRecords.call(observer)
    const foreign = records.filter(
      (record) => (input === null || !comesFrom(input, record)) && observer.registerMutation(record, []) !== null,
    )
    if (foreign.length === 0) return records
    for (const record of foreign.toReversed()) putBack(record)
    observer.observer.takeRecords()
    observer.queue = records.filter((record) => !foreign.includes(record))
    // Two who undo each other's work at once would keep the page busy for good: the next look is after a pause.
    observer.flushSoon()
    return observer.queue
  }
  view.dom.addEventListener('beforeinput', enter, { capture: true })
  view.dom.addEventListener('input', enter, { capture: true })
  view.dom.addEventListener('compositionend', settle, { capture: true })
  return () => {
    clearTimeout(timer)
    observer.pendingRecords = pendingRecords
    view.dom.removeEventListener('beforeinput', enter, { capture: true })
    view.dom.removeEventListener('input', enter, { capture: true })
    view.dom.removeEventListener('compositionend', settle, { capture: true })
  }
}

/** Only input becomes text. */
export const pageChanges = Extension.create({
  name: 'pageChanges',
  addProseMirrorPlugins: () => [new Plugin({ view: (view) => ({ destroy: readInputOnly(view) }) })],
})
