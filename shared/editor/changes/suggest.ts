/**
 * A user's transaction made into one that only suggests: words are marked as put in or struck instead of being changed, whole blocks
 * carry what is suggested for them. What cannot be suggested says why; nothing is swallowed.
 */
import type { Node, ResolvedPos } from '@tiptap/pm/model'
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { differenceOf, replacedBy, uncaught, type Replaced } from './replaced.ts'
import type { Reason, Suggester } from './suggester.ts'
import { Suggestion } from './suggestion.ts'

/**
 * `withdraw`: blocks of one's own that the user would take away. They are empty now, and the server is to be asked to withdraw them:
 * words that somebody types there meanwhile are not lost with them.
 */
export type Suggested = { readonly tr: Transaction; readonly withdraw: readonly string[] } | { readonly reason: Reason }

/** `exact`: the same on the state before the composition, which is what the shared text still holds. */
export type SuggestedComposed = Exclude<Suggested, { reason: Reason }> & { readonly exact: Transaction }

/** What suggests the same as `tr` does, on the same state; or why that cannot be suggested. */
export function suggestTransaction(state: EditorState, tr: Transaction, by: Suggester): Suggested {
  return suggestDifference(state, tr.doc, replacedBy(tr), by, tr)
}

/**
 * What a composition came to, as a suggestion: `before` is the state when it began, `state` the one now, which holds the composed words
 * without any mark. Marks would break a composition, so they are put on when it has ended.
 */
export function suggestComposed(
  before: EditorState,
  state: EditorState,
  by: Suggester,
): SuggestedComposed | { readonly reason: Reason } {
  const { doc } = state
  const suggested = suggestDifference(before, doc, differenceOf(before.doc, doc), by, state)
  if ('reason' in suggested) return suggested
  const wanted = suggested.tr.doc
  const tr = state.tr
  const [change] = differenceOf(doc, wanted)
  if (change !== undefined) tr.replace(change.fromA, change.toA, wanted.slice(change.fromB, change.toB))
  tr.setSelection(
    TextSelection.between(tr.doc.resolve(suggested.tr.selection.anchor), tr.doc.resolve(suggested.tr.selection.head)),
  )
  return { tr, withdraw: suggested.withdraw, exact: suggested.tr }
}

function suggestDifference(
  state: EditorState,
  wanted: Node,
  changes: readonly Replaced[],
  by: Suggester,
  after: Pick<Transaction, 'selection'>,
): Suggested {
  const suggestion = new Suggestion(state, by)
  for (const change of changes.toReversed()) {
    const reason = replace(suggestion, state.doc, wanted, change)
    if (reason !== null) return { reason }
  }
  for (const { reason, own } of uncaught(state.doc, wanted, changes, by)) {
    if (own === null) return { reason }
    own(suggestion.tr, suggestion.tr.mapping)
  }
  const { tr } = suggestion
  const place = (pos: number) => suggestion.caretAt(pos, changes, state.selection)
  const { anchor, head } = after.selection
  tr.setSelection(TextSelection.between(tr.doc.resolve(place(anchor)), tr.doc.resolve(place(head))))
  return { tr, withdraw: suggestion.withdrawn }
}

function replace(
  suggestion: Suggestion,
  before: Node,
  wanted: Node,
  { fromA, toA, fromB, toB }: Replaced,
): Reason | null {
  const [a, b] = [before.resolve(fromA), before.resolve(toA)]
  const [c, d] = [wanted.resolve(fromB), wanted.resolve(toB)]
  const inLines = (start: ResolvedPos, end: ResolvedPos) => start.parent.isTextblock && end.parent.isTextblock
  const isWhole = (start: ResolvedPos, end: ResolvedPos) => !start.parent.isTextblock && start.sameParent(end)
  if (inLines(a, b) && inLines(c, d)) {
    const joins = !a.sameParent(b)
    const splits = !c.sameParent(d)
    if (joins && splits) return suggestion.replaceLines(fromA, toA, wanted, c, d)
    if (splits) return suggestion.split(fromA, toA, wanted, c, d)
    return suggestion.replaceWords(fromA, toA, wanted.slice(fromB, toB).content)
  }
  const isBlocks = isWhole(a, b) && isWhole(c, d)
  return isBlocks ? suggestion.replaceBlocks(fromA, toA, wanted.slice(fromB, toB).content) : 'structure'
}
