/**
 * The two rules of negotiating, on both states of a text. Own only: what others have pending is the same before and after, and what is
 * new carries its author's party and name. Base stands: so is what its author cannot change.
 */
import { fixedPieces } from '#shared/editor/changes/fixed.ts'
import { insertionsOn, isReference, isRun, samePiece, type Element, type Piece } from '#shared/editor/changes/nodes.ts'
import { isSuggestionAttribute, suggestionAttribute, type Author } from '#shared/editor/changes/pending.ts'
import { foreignParts, itemsOf, sameParts, struckOfOwn, type Item, type Items } from './items.ts'

export type Judging = {
  readonly author: Author
  /** Whether the base stands: all that is written are suggestions. */
  readonly negotiating: boolean
  /** The fields of a clause that are open in every phase. */
  readonly progress: ReadonlySet<string>
  /** The latest time that a new change may bear, in milliseconds since 1970. */
  readonly latest: number
  /** Told of what the states alone do not tell everything about: a change or an id that was not there before. */
  readonly noteNew?: () => void
}

/** What must not stand, as a sentence. */
export const objections = {
  base: 'The text is being negotiated: it changes by suggestions only.',
  foreign: 'It would change what another party has suggested.',
  twoOwners: 'A block is put in by one party only.',
  struckForOthers: 'It would strike words in the name of another party.',
  user: 'A suggestion bears the name of whoever makes it.',
  time: 'A suggestion bears a time that has not come yet.',
  idTaken: 'The id of a suggestion is taken.',
  twoChanges: 'A suggestion says two different things.',
  name: 'A suggestion stands under a name that is not its own.',
  colleague: "A colleague's suggestion can be shortened or withdrawn, not added to.",
  over: 'A deletion names words that it was not made over.',
  halfCharacter: 'It would cut a character in two.',
  leak: 'A deletion would spread over words that nobody struck.',
} as const

export type Objection = keyof typeof objections

/** What must not stand of what an author made of a text, or null. */
export function judgeStates(was: Element, is: Element, judging: Judging): Objection | null {
  const { party } = judging.author
  const [old, now] = [itemsOf(was), itemsOf(is)]
  const foreign = judgeForeign(old, now, judging)
  if (foreign !== null) return foreign
  if (
    judging.negotiating &&
    !samePieces(fixedPieces(was, party, judging.progress), fixedPieces(is, party, judging.progress))
  ) {
    return 'base'
  }
  return judgeOwn(old, now, judging)
}

const samePieces = (a: readonly Piece[], b: readonly Piece[]): boolean =>
  a.length === b.length &&
  a.every((piece, index) => {
    const other = b[index]
    return other !== undefined && samePiece(piece, other)
  })

function judgeForeign(old: Items, now: Items, { author: { party }, noteNew }: Judging): Objection | null {
  const [before, after] = [foreignParts(old, party), foreignParts(now, party)]
  const isSame =
    before.size === after.size &&
    [...before].every(([key, parts]) => {
      const others = after.get(key)
      return others !== undefined && sameParts(parts, others, party)
    })
  if (!isSame) return 'foreign'
  if (now.claimedTwice && !old.claimedTwice) return 'twoOwners'
  const struck = struckOfOwn(old, party)
  for (const [key, words] of struckOfOwn(now, party)) {
    if (words !== '' && !isWithin(words, struck.get(key) ?? '')) return 'struckForOthers'
  }
  for (const item of now.byKey.values()) {
    if (item.party === party || old.byKey.has(item.key)) continue
    if (item.parts.length > 0 || noteNew === undefined) return 'foreign'
    noteNew()
  }
  return null
}

function judgeOwn(old: Items, now: Items, judging: Judging): Objection | null {
  const { party } = judging.author
  const taken = new Set([...now.byKey.values()].filter((item) => item.party !== party).map(({ id }) => id))
  for (const item of now.byKey.values()) {
    if (item.party !== party) continue
    const past = old.byKey.get(item.key)
    if (past !== undefined && isUnchanged(past, item)) continue
    const objection = judgeItem(item, past, now, taken, judging)
    if (objection !== null) return objection
  }
  return null
}

const isUnchanged = (past: Item, item: Item) =>
  sameKeys(past.values, item.values) &&
  sameKeys(past.names, item.names) &&
  past.words === item.words &&
  sameParts(past.parts, item.parts, '')

const sameKeys = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>) =>
  a.size === b.size && [...a.keys()].every((key) => b.has(key))

function judgeItem(
  item: Item,
  past: Item | undefined,
  now: Items,
  taken: ReadonlySet<string>,
  { author: { party, user }, latest, noteNew }: Judging,
): Objection | null {
  for (const [said, value] of item.values) {
    if (past?.values.has(said)) continue
    if (value.user !== user) return 'user'
    if (value.at > latest) return 'time'
    noteNew?.()
  }
  if (past === undefined && taken.has(item.id)) return 'idTaken'
  const values = [...item.values.values()]
  if (
    item.kinds.size > 1 ||
    new Set(values.map(({ id, place, user: by, at }) => JSON.stringify([id, place, by, at]))).size > 1
  ) {
    return 'twoChanges'
  }
  const names = [...item.names.keys()]
  if (names.some((name) => isSuggestionAttribute(name) && name !== suggestionAttribute(party))) return 'name'
  if (new Set(item.names.values()).size < names.length) return 'name'
  if (values.some((value) => value.user !== user) && !isWithin(item.words, past?.words ?? '')) return 'colleague'
  return item.parts.some((part) => isForgedOver(part.marks, now, party)) ? 'over' : null
}

/** `over` may name no living insertion that the words are not in: what is typed there later would count as struck. */
function isForgedOver(marks: Item['parts'][number]['marks'], now: Items, party: string | null): boolean {
  if (insertionsOn(marks).length > 0) return false
  return marks.some(({ deletion }) => {
    if (deletion === null || deletion.party !== party || deletion.over === null) return false
    return [...now.byKey.values()].some(({ id, kinds }) => id === deletion.over && kinds.has('insertion'))
  })
}

/** Whether words are some of other words, in their order. */
function isWithin(words: string, all: string): boolean {
  let at = 0
  for (let index = 0; index < all.length && at < words.length; index += 1) if (all[index] === words[at]) at += 1
  return at === words.length
}

/**
 * Both states without what is the same at their beginnings and their ends, down to the runs; what is left out is named, so that it
 * still counts as standing there.
 */
export function differing(was: Element, is: Element): [Element, Element] {
  const [a, b] = [was.content, is.content]
  const most = Math.min(a.length, b.length)
  const same = (i: number, j: number) => {
    const [one, other] = [a[i], b[j]]
    return one !== undefined && other !== undefined && samePiece(one, other)
  }
  let start = 0
  let end = 0
  while (start < most && same(start, start)) start += 1
  while (end < most - start && same(a.length - 1 - end, b.length - 1 - end)) end += 1
  let [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const [one, other] = [left[0], right[0]]
  if (
    left.length === 1 &&
    right.length === 1 &&
    one !== undefined &&
    other !== undefined &&
    isElement(one) &&
    isElement(other)
  ) {
    if (one.type === other.type) [left, right] = differing(one, other).map((element) => [element]) as [Piece[], Piece[]]
  }
  const between = (pieces: readonly Piece[]) => [{ same: `first ${start}` }, ...pieces, { same: `last ${end}` }]
  return [
    { ...was, content: between(left) },
    { ...is, content: between(right) },
  ]
}

const isElement = (piece: Piece): piece is Element => !isReference(piece) && !isRun(piece)
