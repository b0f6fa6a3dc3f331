/**
 * A page of nothing but the editor of a document, to be bundled and run in a browser: others change the shared text, and something
 * throws on the way from there to the screen.
 */
import './initiative.ts'
import { Editor } from '@tiptap/core'
import { Node as TextNode, Schema } from '@tiptap/pm/model'
import { EditorState, Selection, TextSelection, Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet, EditorView } from '@tiptap/pm/view'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { bodyToJson, plainText, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { redrawCarets } from '#client/editor/carets.ts'
import { editorParts } from '#client/editor/extensions.ts'
import { searchFor } from '#client/editor/find.ts'
import { placeHighlights } from '#client/editor/highlights.ts'

const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const lines = (...words: readonly string[]): JsonNode[] =>
  words.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }))
const clause = (n: number) =>
  clauseJson(
    { id: idOf(n), kind: 'article' },
    { en: lines(`Article ${n} of words`, 'More'), ja: lines(`第${n}条の文`) },
  )

/** The shared text of a page that has been open for a while. */
function openText(): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = 7
  appendJson(doc.getXmlFragment(bodyName), [clause(1), clause(2), clause(3)], null)
  return doc
}

const bodyOf = (doc: Y.Doc) => doc.getXmlFragment(bodyName)

function wordsAt(doc: Y.Doc, n: number): Y.XmlText {
  const line = bodyOf(doc).querySelectorAll('paragraph')[n]
  const words = line instanceof Y.XmlElement ? line.get(0) : undefined
  if (!(words instanceof Y.XmlText)) throw new Error('There are words')
  return words
}

/** What the other side does meanwhile. */
function changeAll(doc: Y.Doc): void {
  doc.transact(() => {
    wordsAt(doc, 0).insert(3, 'said by the other side')
    wordsAt(doc, 1).format(1, 2, { bold: {} })
    bodyOf(doc).delete(1, 1)
    const cell = { type: 'tableCell', content: lines('in a cell') }
    const table = { type: 'table', content: [{ type: 'tableRow', content: [cell, cell] }] }
    appendJson(bodyOf(doc), [table, clause(4)], null)
  })
}

const thread = { thread: 't', audience: 'joint', party: null, resolved: false, from: 5, to: 9 } as const

type Opened = { readonly editor: Editor; readonly failures: unknown[]; readonly close: () => void }

/** Opens the editor beside someone's caret. */
function begin(doc: Y.Doc): Opened {
  const element = document.createElement('div')
  document.body.append(element)
  const awareness = new Awareness(doc)
  const { client, clock } = wordsAt(doc, 2)._start?.id ?? { client: 0, clock: 0 }
  const place = { type: null, tname: null, item: { client, clock }, assoc: 0 }
  awareness.states.set(9, { cursor: { anchor: place, head: place }, user: { role: 'drafter', party: 'jp' } })
  const failures: unknown[] = []
  const { extensions } = editorParts({
    connection: { body: bodyOf(doc), awareness },
    language: () => 'en',
    clauses: {
      words: () => ({ menu: 'Menu', edit: 'Edit', fill: 'Fill in' }),
      resolveReference: () => null,
      openMenu: () => {},
      openFields: () => {},
    },
    suggesting: { by: () => null, refused: () => {}, withdraw: () => {}, whenComposed: () => () => {} },
    pending: { party: null, parties: () => [], words: () => ({ noText: 'no text' }), chosen: () => {} },
    loose: { words: () => ({ note: 'Loose', move: 'Move' }), move: () => {} },
    kinds: ['article'],
    keys: {},
    refused: () => {},
    chosen: () => {},
    failed: ({ cause }) => failures.push(cause),
  })
  const editor = new Editor({ element, extensions, enableContentCheck: false })
  return {
    editor,
    failures,
    close: () => {
      try {
        editor.destroy()
      } catch {
        // What it drew last may be in no state to be taken down.
      }
      awareness.destroy()
      element.remove()
    },
  }
}

/** The same with all else that is drawn into a text, a thread and a search, and the caret at its end. */
function open(doc: Y.Doc): Opened {
  const opened = begin(doc)
  const { view } = opened.editor
  view.dispatch(searchFor(view.state, 'words'))
  view.dispatch(placeHighlights(view.state, [thread], new Set()))
  view.dispatch(view.state.tr.setSelection(Selection.atEnd(view.state.doc)))
  view.focus()
  return opened
}

/** Every function that a change may pass on its way to the screen. */
const points: readonly (readonly [owner: object, names: readonly string[]])[] = [
  [Y.XmlFragment.prototype, ['toArray']],
  [Y.XmlElement.prototype, ['getAttributes']],
  [Y.XmlText.prototype, ['toDelta']],
  [Schema.prototype, ['node', 'text', 'mark']],
  [TextNode.prototype, ['replace', 'resolve', 'copy', 'slice', 'nodesBetween']],
  [EditorState.prototype, ['applyTransaction', 'filterTransaction', 'applyInner']],
  [Transaction.prototype, ['replace', 'step', 'setMeta', 'setSelection', 'scrollIntoView']],
  [TextSelection, ['between', 'create']],
  [TextSelection.prototype, ['map']],
  [Decoration, ['inline', 'widget']],
  [DecorationSet, ['create']],
  [DecorationSet.prototype, ['map', 'find']],
  [EditorView.prototype, ['updateState', 'updateStateInner', 'updatePluginViews', 'hasFocus']],
  [Document.prototype, ['createElement', 'createTextNode']],
  [Node.prototype, ['appendChild', 'insertBefore', 'removeChild']],
  [Element.prototype, ['setAttribute', 'append']],
]

let calls = 0
let throwAt = 0

/** Has each of them count its calls, and throw at one. */
function lay(): void {
  for (const [owner, names] of points) {
    for (const name of names) {
      const original: unknown = Reflect.get(owner, name)
      if (typeof original !== 'function') throw new Error(`There is no ${name}`)
      Reflect.set(owner, name, function (this: unknown, ...args: unknown[]): unknown {
        if (throwAt > 0) {
          calls += 1
          if (calls === throwAt) throw new Error(`Thrown in ${name}`)
        }
        return Reflect.apply(original, this, args)
      })
    }
  }
}

const textOf = (doc: Y.Doc) => JSON.stringify(bodyToJson(bodyOf(doc)))
/** The words on the screen, without the flag at someone's caret. */
const shownIn = ({ editor }: Opened) =>
  [...editor.view.dom.querySelectorAll('p')]
    .flatMap((line) => [...line.childNodes])
    .filter((child) => !(child instanceof Element && child.matches('.caret')))
    .map(({ textContent }) => textContent)
    .join('')
const wordsOf = (doc: Y.Doc) => plainText(bodyToJson(bodyOf(doc))).replaceAll('\n', '')

/** Types a letter as someone does who has noticed nothing. */
function type({ editor: { view } }: Opened, letter: string): void {
  try {
    view.dispatch(view.state.tr.insertText(letter))
  } catch {
    // It would be in the console, and the reader would type on.
  }
}

/** What a page does while something throws; each but the first is done before the other side's changes come in. */
const deeds: Record<string, (opened: Opened, receive: () => void, doc: Y.Doc) => void> = {
  'opens the text': (_opened, _receive, doc) => begin(doc).close(),
  'takes in changes': (_opened, receive) => receive(),
  'draws carets': ({ editor }) => redrawCarets(editor.view),
  'draws threads': ({ editor: { view } }) => view.dispatch(placeHighlights(view.state, [thread], new Set())),
  'draws what was found': ({ editor: { view } }) => view.dispatch(searchFor(view.state, 'Article')),
  'writes what I type': ({ editor: { view } }) => view.dispatch(view.state.tr.insertText('#')),
}

export type Outcome = { readonly points: number; readonly letGo: number; readonly faults: readonly string[] }

/** Throws at the first call on the way of a deed, then at the second, and so on to the last; gives what went wrong with the text. */
function throwEverywhere(name: string): Outcome {
  const deed = deeds[name]
  if (deed === undefined) throw new Error(`Nothing is called ${name}`)
  const faults: string[] = []
  let letGo = 0
  for (let at = 1; ; at += 1) {
    const doc = openText()
    const remote = new Y.Doc()
    Y.applyUpdate(remote, Y.encodeStateAsUpdate(doc))
    const known = Y.encodeStateVector(remote)
    changeAll(remote)
    const expected = textOf(remote)
    const receive = () => Y.applyUpdate(doc, Y.encodeStateAsUpdate(remote, known), 'someone else')
    const opened = open(doc)
    calls = 0
    throwAt = at
    let thrown = ''
    try {
      deed(opened, receive, doc)
    } catch (error) {
      thrown = String(error)
      letGo += 1
    }
    const reached = calls >= at
    throwAt = 0
    receive()
    const fault = (what: string) => faults.push(`${at}: ${what} ${thrown} ${opened.failures.map(String).join()}`)
    const isWhole = () => textOf(doc).replaceAll('#', '') === expected
    if (!isWhole()) fault('the shared text is not what the other side made of it')
    const before = textOf(doc)
    type(opened, '#')
    if (opened.failures.length > 0) {
      letGo += 1
      if (textOf(doc) !== before) fault('something was written after the view had let go')
      if (opened.editor.view.dom.contentEditable !== 'false') fault('it still takes input')
      opened.close()
      const next = open(doc)
      type(next, '#')
      if (textOf(doc) === before || !isWhole()) fault('typing in the next view does something else')
      if (shownIn(next) !== wordsOf(doc) || next.failures.length > 0) fault('the next view does not show the text')
      next.close()
    } else {
      if (textOf(doc) === before || !isWhole()) fault('typing on does something else')
      if (shownIn(opened) !== wordsOf(doc)) fault('the view shows something else')
      opened.close()
    }
    if (!reached) return { points: at - 1, letGo, faults }
  }
}

/** Opens a text that was stored before its schema judged it, and types in a cell of it. */
function openOdd(): { html: string; cells: readonly unknown[] } {
  const doc = openText()
  const cell = (attrs: NonNullable<JsonNode['attrs']>) => ({ type: 'tableCell', attrs, content: lines('NOT') })
  const row = {
    type: 'tableRow',
    content: [
      cell({ align: 'left;display:none' }),
      cell({ colwidth: [1e9] }),
      cell({ align: 'right;color:red', colwidth: [1e9] }),
    ],
  }
  appendJson(bodyOf(doc), [{ type: 'table', content: [row] }], null)
  const opened = open(doc)
  const html = opened.editor.view.dom.querySelector('table')?.outerHTML ?? ''
  type(opened, '#')
  opened.close()
  const table = bodyToJson(bodyOf(doc)).content?.at(-1)
  return {
    html,
    cells: table?.content?.[0]?.content?.map(({ attrs = {} }) => [attrs['align'], attrs['colwidth']]) ?? [],
  }
}

declare global {
  interface Window {
    editorPage: { throwEverywhere: typeof throwEverywhere; openOdd: typeof openOdd }
  }
}

lay()
window.editorPage = { throwEverywhere, openOdd }
