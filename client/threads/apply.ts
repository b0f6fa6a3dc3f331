/** Putting a proposed wording into the text: as one's own edit, and only where the passage still says what it was about. */
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import type * as Y from 'yjs'
import type { Comment } from '#shared/api/threads.ts'
import { passageText, resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { anchorOfSelection, rangeOf } from '#client/editor/places.ts'

export type ProposalState =
  /** The passage reads as it did when the wording was proposed. */
  | 'ready'
  /** It has changed since, or nobody knows how it read then. */
  | 'changed'
  /** The text reads as proposed. */
  | 'applied'
  | 'gone'

/** A wording as the text runs it together: its lines become paragraphs. */
export const runTogether = (wording: string): string => wording.split(/\n+/).join('')

/** What has become of a proposed wording's passage, which reads `now`; null if the passage is gone, or never was. */
export function proposalState(
  { proposal, replaces }: Pick<Comment, 'proposal' | 'replaces'>,
  now: string | null,
): ProposalState {
  if (now === null) return 'gone'
  if (proposal !== null && now === runTogether(proposal)) return 'applied'
  return now === replaces ? 'ready' : 'changed'
}

export type Application =
  /** `from` and `to`: where the wording stands once the transaction is through. */
  | { readonly type: 'ready'; readonly tr: Transaction; readonly from: number; readonly to: number }
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
  return { type: 'ready', ...replacePassage(state, range, wording) }
}

/** The anchor of a wording that was just applied: all of it, and nothing else. Null if it has no words. */
export function anchorOfApplied(
  state: EditorState,
  body: Y.XmlFragment,
  { from, to }: { readonly from: number; readonly to: number },
): TextAnchor | null {
  return from < to ? anchorOfSelection(body, TextSelection.create(state.doc, from, to)) : null
}

/** Replaces a range by plain words; further lines of the wording become paragraphs. */
function replacePassage(
  state: EditorState,
  { from, to }: { from: number; to: number },
  wording: string,
): { tr: Transaction; from: number; to: number } {
  const lines = wording.split(/\n+/)
  const tr = state.tr
  const marks = state.doc.resolve(from).marksAcross(state.doc.resolve(to)) ?? []
  const [head = '', ...rest] = lines
  tr.delete(from, to)
  const start = tr.mapping.map(from, -1)
  let at = start
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
  // Selected words elsewhere would draw the page there, and the buttons beside them over what was changed.
  return { tr: tr.setSelection(TextSelection.near(tr.doc.resolve(at), -1)), from: start, to: at }
}
