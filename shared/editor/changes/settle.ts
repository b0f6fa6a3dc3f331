/**
 * What becomes of a text when pending changes are settled. A settlement takes exactly what it decides: no space is tidied, and
 * nothing of anybody else is touched.
 */
import * as Y from 'yjs'
import type { JsonNode } from '../text.ts'
import {
  addPiece,
  deletionsOn,
  insertionsOn,
  isReference,
  isRun,
  marksIn,
  project,
  readNode,
  suggestionsOf,
  toNode,
  visibleNow,
  type Element,
  type Mark,
  type Piece,
} from './nodes.ts'
import type { Pending } from './pending.ts'

/** What a settlement decides about a change: it becomes base, it goes without a trace, or it stays as it is. */
export type Decide = (change: Pending) => 'accept' | 'reject' | null

export const acceptAll: Decide = () => 'accept'
export const rejectAll: Decide = () => 'reject'

/** Decides the same about each of these changes, and nothing about others. */
export const decideOn = (changes: Iterable<Pick<Pending, 'party' | 'id'>>, decision: 'accept' | 'reject'): Decide => {
  const keys = new Set([...changes].map(changeKey))
  return (change) => (keys.has(changeKey(change)) ? decision : null)
}

/** Which change it is, among those of all parties. */
export const changeKey = ({ party, id }: Pick<Pending, 'party' | 'id'>): string => `${party ?? ''}/${id}`

/** A text after a settlement, as ProseMirror JSON; null if all of it has gone. */
export function settled(node: JsonNode, decide: Decide): JsonNode | null {
  const [left] = settledPieces([readNode(node)], decide)
  return left === undefined || !('type' in left) ? null : toNode(left)
}

function settledPieces(pieces: readonly Piece[], decide: Decide): Piece[] {
  const out: Piece[] = []
  for (const piece of pieces) {
    if (isReference(piece)) out.push(piece)
    else if (isRun(piece)) {
      const fate = fateOf(piece.marks, decide)
      if (fate !== 'gone')
        addPiece(out, { text: piece.text, marks: piece.marks.filter((mark) => !fate.includes(mark)) })
    } else {
      const fate = blockFate(piece, decide)
      if (fate === 'gone') continue
      const attrs = Object.fromEntries(Object.entries(piece.attrs).filter(([name]) => !fate.includes(name)))
      out.push({ ...piece, attrs, content: settledPieces(piece.content, decide) })
    }
  }
  return out
}

/** Whether words go, or else which of their marks do. */
function fateOf(marks: readonly Mark[], decide: Decide): 'gone' | readonly Mark[] {
  const isGone =
    deletionsOn(marks).some((deletion) => decide(deletion) === 'accept') ||
    insertionsOn(marks).some((insertion) => decide(insertion) === 'reject')
  return isGone
    ? 'gone'
    : marks.filter(({ insertion, deletion }) => {
        const change = insertion ?? deletion
        return change !== null && decide(change) !== null
      })
}

/** Whether a block goes, or else which of its attributes do. */
function blockFate(element: Element, decide: Decide): 'gone' | readonly string[] {
  const suggestions = suggestionsOf(element)
  const isGone = suggestions.some(({ value }) => decide(value) === (value.op === 'insert' ? 'reject' : 'accept'))
  return isGone ? 'gone' : suggestions.filter(({ value }) => decide(value) !== null).map(({ name }) => name)
}

/**
 * The changes that would be lost with a block that goes, though nothing is decided about them: what others have put into it. Where
 * there are any, the settlement must not be made.
 */
export function lostWith(node: JsonNode, decide: Decide): Pending[] {
  const lost: Pending[] = []
  const visit = (pieces: readonly Piece[], going: boolean) => {
    for (const piece of pieces) {
      if (isReference(piece)) continue
      if (isRun(piece)) {
        if (going) lost.push(...insertionsOn(piece.marks).filter((insertion) => decide(insertion) === null))
        continue
      }
      const suggestions = suggestionsOf(piece).map(({ value }) => value)
      if (going) lost.push(...suggestions.filter((value) => value.op === 'insert' && decide(value) === null))
      visit(piece.content, going || blockFate(piece, decide) === 'gone')
    }
  }
  visit([readNode(node)], false)
  return [...new Map(lost.map((change) => [changeKey(change), change])).values()]
}

/**
 * Makes a settlement in the shared text, in exact operations: call it in a transaction. What `decide` says nothing about keeps its
 * very items, so that carets, anchors and authors stay.
 */
export function settleIn(parent: Y.XmlElement | Y.XmlFragment, decide: Decide): void {
  for (let index = parent.length - 1; index >= 0; index -= 1) {
    const child: unknown = parent.get(index)
    if (child instanceof Y.XmlText) settleWords(child, decide)
    else if (child instanceof Y.XmlElement) {
      const own = project(child, visibleNow, () => true)
      const fate = blockFate(own, decide)
      if (fate === 'gone') parent.delete(index, 1)
      else {
        for (const name of fate) child.removeAttribute(name)
        settleIn(child, decide)
      }
    }
  }
}

function settleWords(text: Y.XmlText, decide: Decide): void {
  const runs: { readonly insert: unknown; readonly attributes?: { readonly [key: string]: unknown } }[] = text.toDelta()
  let at = text.length
  for (const { insert, attributes } of runs.toReversed()) {
    const length = typeof insert === 'string' ? insert.length : 1
    at -= length
    const fate = fateOf(marksIn(attributes), decide)
    if (fate === 'gone') text.delete(at, length)
    else if (fate.length > 0) text.format(at, length, Object.fromEntries(fate.map(({ key }) => [key, null])))
  }
}
