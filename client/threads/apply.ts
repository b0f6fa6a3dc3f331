/** Putting a proposed wording into the text: as one's own edit, and only where the passage still says what it was about. */
import type { EditorState, Transaction } from '@tiptap/pm/state'
import type * as Y from 'yjs'
import { passageText, resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { rangeOf } from '#client/editor/places.ts'

export type Application =
  | { readonly type: 'ready'; readonly tr: Transaction }
  /** The passage now reads otherwise than was shown beside the proposal. */
  | { readonly type: 'changed'; readonly now: string }
  | { readonly type: 'gone' }

/**
 * Prepares the edit that replaces an anchor's passage by `wording`. `expected` is what the passage must still read: the words
 * that were shown to whoever decided to replace them.
 */
export function prepareApplication(
  state: EditorState,
  body: Y.XmlFragment,
  anchor: TextAnchor,
  expected: string,
  wording: string,
): Application {
  const found = resolveAnchor(body, anchor)
  const range = found && rangeOf(body, state.doc, found.passage)
  if (found === null || range === null) return { type: 'gone' }
  const now = passageText(body, found.anchor, found.passage)
  if (now !== expected) return { type: 'changed', now }
  return { type: 'ready', tr: replacePassage(state, range, wording) }
}

/** Whether a wording stands in the text where its thread's passage begins. */
export function standsInText(state: EditorState, from: number, wording: string): boolean {
  const { parent, parentOffset } = state.doc.resolve(Math.min(from, state.doc.content.size))
  const [line = ''] = wording.split(/\n+/)
  return line !== '' && parent.textBetween(parentOffset, parent.content.size, '', '\ufffc').startsWith(line)
}

/** Replaces a range by plain words; further lines of the wording become paragraphs. */
function replacePassage(state: EditorState, { from, to }: { from: number; to: number }, wording: string): Transaction {
  const lines = wording.split(/\n+/)
  const tr = state.tr
  const marks = state.doc.resolve(from).marksAcross(state.doc.resolve(to)) ?? []
  const [head = '', ...rest] = lines
  tr.delete(from, to)
  let at = tr.mapping.map(from, -1)
  if (head !== '') {
    tr.insert(at, state.schema.text(head, marks))
    at += head.length
  }
  for (const line of rest) {
    tr.split(at)
    at += 2
    if (line === '') continue
    tr.insert(at, state.schema.text(line, marks))
    at += line.length
  }
  return tr.scrollIntoView()
}
