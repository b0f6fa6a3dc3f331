/** What is pending in a text as the rules see it: each change with all that it consists of, wherever it stands. */
import {
  counts,
  deletionsOn,
  inserterOf,
  insertionsOn,
  isReference,
  isRun,
  sameAttributes,
  sameMarks,
  suggestionsOf,
  type Element,
  type Mark,
  type Piece,
} from '#shared/editor/changes/nodes.ts'
import type { Pending } from '#shared/editor/changes/pending.ts'
import { changeKey } from '#shared/editor/changes/settle.ts'

/**
 * A part of a change. `of`: what it is apart from its words and marks, the same for two that are the same. `within`: whose block it
 * stands in; undefined where in none. `opens`: the block whose beginning it is.
 */
export type Part = {
  readonly of: string
  readonly words: string | null
  readonly marks: readonly Mark[]
  readonly within: string | null | undefined
  readonly opens: Element | null
}

export type Item = {
  readonly key: string
  readonly id: string
  readonly party: string | null
  readonly kinds: Set<'insertion' | 'deletion'>
  /** Its values, by what they say. */
  readonly values: Map<string, Pending>
  /** What it says under each name under which it stands in the text. */
  readonly names: Map<string, string>
  readonly parts: Part[]
  /** Its words, with a sign that no text holds for each block. */
  words: string
}

/** `claimedTwice`: some block is said to be put in by two. */
export type Items = { readonly byKey: ReadonlyMap<string, Item>; readonly claimedTwice: boolean }

/** No text holds it. */
const edge = '\0'

/** Everything pending in a text. */
export function itemsOf(root: Element): Items {
  const byKey = new Map<string, Item>()
  let claimedTwice = false
  const itemFor = (value: Pending, kind: 'insertion' | 'deletion', name: string): Item => {
    const key = changeKey(value)
    const said = JSON.stringify(value)
    const item = byKey.get(key) ?? newItem(key, value)
    byKey.set(key, item)
    item.kinds.add(kind)
    item.values.set(said, value)
    item.names.set(name, `${kind} ${said}`)
    return item
  }
  const visit = (pieces: readonly Piece[], lang: string, owner: Item | null) => {
    const within = owner === null ? undefined : owner.party
    const part = (of: readonly unknown[], more: Partial<Part> = {}): Part => ({
      of: JSON.stringify([lang, owner?.key, ...of]),
      words: null,
      marks: [],
      within,
      opens: null,
      ...more,
    })
    for (const piece of pieces) {
      if (isReference(piece)) {
        owner?.parts.push(part(['same', piece.same]))
        continue
      }
      if (isRun(piece)) {
        const { text, marks } = piece
        const holders = new Set<Item>()
        for (const { insertion, deletion, key } of marks) {
          if (insertion !== null) holders.add(itemFor(insertion, 'insertion', key))
          if (deletion === null) continue
          const item = itemFor(deletion, 'deletion', key)
          if (counts(deletion, marks)) holders.add(item)
        }
        if (owner !== null && insertionsOn(marks).length === 0) holders.add(owner)
        for (const item of holders) {
          item.parts.push(part(['words'], { words: text, marks }))
          item.words += text
        }
        continue
      }
      const suggestions = suggestionsOf(piece)
      claimedTwice ||= suggestions.filter(({ value }) => value.op === 'insert').length > 1
      const inserter = inserterOf(piece)
      let inside = owner
      for (const { name, value } of suggestions) {
        const item = itemFor(value, value.op === 'insert' ? 'insertion' : 'deletion', name)
        item.words += edge
        if (value === inserter) inside = item
        else item.parts.push(part([value.op, piece.type, baseWords(piece)]))
      }
      inside?.parts.push(part(['open', piece.type], { opens: piece }))
      const { lang: own } = piece.attrs
      visit(piece.content, piece.type === 'clauseText' && typeof own === 'string' ? own : lang, inside)
      inside?.parts.push(part(['close', piece.type]))
    }
  }
  visit([root], '', null)
  return { byKey, claimedTwice }
}

const newItem = (key: string, { id, party }: Pending): Item => ({
  key,
  id,
  party,
  kinds: new Set(),
  values: new Map(),
  names: new Map(),
  parts: [],
  words: '',
})

/** The words that a struck block had of its own. */
const baseWords = (piece: Piece): string => {
  if (isReference(piece)) return piece.same
  if (isRun(piece)) return insertionsOn(piece.marks).length > 0 ? '' : piece.text
  const own = piece.content.filter((child) => isReference(child) || isRun(child) || inserterOf(child) === null)
  return edge + own.map(baseWords).join('')
}

/** Whether a part lies on the party's own words, which it may always take back. */
function isOnOwn({ marks, within, words }: Part, party: string | null): boolean {
  if (words === null) return false
  const over = insertionsOn(marks)
  return over.length > 0 ? over.some((each) => each.party === party) : within === party
}

/** What others have pending, as far as it was not made over the party's own words: those it may still take back. */
export function foreignParts({ byKey }: Items, party: string | null): ReadonlyMap<string, readonly Part[]> {
  const out = new Map<string, readonly Part[]>()
  const others = [...byKey.values()].filter((item) => item.party !== party)
  for (const item of others.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const parts: Part[] = []
    for (const each of item.parts) {
      if (isOnOwn(each, party)) continue
      const marks = withoutOwn(each.marks, party)
      const last = parts.at(-1)
      if (
        each.words !== null &&
        last !== undefined &&
        last.words !== null &&
        last.of === each.of &&
        sameMarks(last.marks, marks)
      ) {
        parts[parts.length - 1] = { ...last, words: last.words + each.words }
      } else parts.push({ ...each, marks })
    }
    if (parts.length > 0) out.set(item.key, parts)
  }
  return out
}

/** The marks without the party's own changes, and without deletions that do not count. */
function withoutOwn(marks: readonly Mark[], party: string | null): readonly Mark[] {
  const counting = deletionsOn(marks)
  return marks.filter(({ insertion, deletion }) =>
    insertion?.party !== party || insertion === null
      ? deletion === null || (deletion.party !== party && counting.includes(deletion))
      : false,
  )
}

/** Whether two lists of parts are the same, but for what `party` suggests for the blocks among them. */
export const sameParts = (a: readonly Part[], b: readonly Part[], party: string | null): boolean =>
  a.length === b.length &&
  a.every((part, index) => {
    const other = b[index]
    return (
      other !== undefined &&
      part.of === other.of &&
      part.words === other.words &&
      sameMarks(part.marks, other.marks) &&
      (part.opens === null) === (other.opens === null) &&
      (part.opens === null ||
        other.opens === null ||
        sameAttributes(attributesWithout(part.opens, party), attributesWithout(other.opens, party)))
    )
  })

const attributesWithout = (element: Element, party: string | null): Element['attrs'] => {
  const own = new Set(suggestionsOf(element).flatMap(({ name, value }) => (value.party === party ? [name] : [])))
  return own.size === 0
    ? element.attrs
    : Object.fromEntries(Object.entries(element.attrs).filter(([name]) => !own.has(name)))
}

/** What others have struck of the party's own words, by change. */
export const struckOfOwn = ({ byKey }: Items, party: string | null): ReadonlyMap<string, string> =>
  new Map(
    [...byKey.values()]
      .filter((item) => item.party !== party && item.kinds.has('deletion'))
      .map(({ key, parts }) => [
        key,
        parts
          .filter((part) => isOnOwn(part, party))
          .map(({ words }) => words ?? '')
          .join(''),
      ]),
  )
