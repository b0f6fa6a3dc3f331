/** A difference between two texts as pending changes of one party: word by word within a line, and by whole blocks. */
import { diffArrays } from 'diff'
import { isLanguage, type Language } from '#shared/domain/languages.ts'
import type { JsonNode, JsonValue } from '../text.ts'
import { splitWords } from '../words.ts'
import {
  addPiece,
  inserterOf,
  insertionsOn,
  isReference,
  isRun,
  marksIn,
  readNode,
  sameAttributes,
  suggestionsOf,
  toNode,
  type Element,
  type Mark,
  type Piece,
  type Run,
} from './nodes.ts'
import {
  isSuggestionAttribute,
  markKey,
  suggestionAttribute,
  type Author,
  type Deletion,
  type Pending,
  type PendingMark,
} from './pending.ts'

/** Who proposes, when, and where the ids of new changes and places come from. */
export type Proposer = Author & { readonly at: number; readonly newId: () => string }

/** Lines that share fewer of their letters than this are different lines, not versions of one. */
const likeness = 0.4

/**
 * `base` with pending changes of `by` that make it read as `target`: accepting them all gives `target`, rejecting them gives `base`.
 * What others have pending in `base` stays where it is. Both are clauses, or texts of a clause, with one text in each language.
 */
export function proposeDifference(base: JsonNode, target: JsonNode, by: Proposer): JsonNode {
  return toNode(new Proposal(by).element(readNode(base), readNode(target), 'en'))
}

class Proposal {
  readonly #by: Proposer

  constructor(by: Proposer) {
    this.#by = by
  }

  element(base: Element, target: Element, language: Language): Element {
    const { lang } = base.attrs
    const within = isLanguage(lang) ? lang : language
    return { ...base, content: this.#content(base, target, within) }
  }

  #content(base: Element, target: Element, language: Language): Piece[] {
    if (isLine(base)) return this.#line(base, target, language)
    if (!isFrame(base)) return this.#blocks(base.content, target.content, language)
    const versions = target.content.filter(isElement)
    return base.content.map((piece, index) => {
      if (!isElement(piece)) return piece
      const version = versions.find((each, at) =>
        piece.type === 'clauseText' ? sameLanguage(piece, each) : at === index,
      )
      return version === undefined ? piece : this.element(piece, version, language)
    })
  }

  #blocks(base: readonly Piece[], target: readonly Piece[], language: Language): Piece[] {
    const own = base.filter(isElement).filter((block) => inserterOf(block) === null)
    const wanted = target.filter(isElement)
    /** What comes of each block of the base, and what is put in before it; the last is what is put in at the end. */
    const steps = this.#align(own, wanted, language)
    const out: Piece[] = []
    let next = 0
    for (const piece of base) {
      if (!isElement(piece) || inserterOf(piece) !== null) {
        out.push(piece)
        continue
      }
      const step = steps[next]
      next += 1
      out.push(...(step?.before ?? []), step?.block ?? piece)
    }
    return [...out, ...(steps[next]?.before ?? [])]
  }

  #align(base: readonly Element[], target: readonly Element[], language: Language) {
    const steps: { before: Element[]; block: Element | null }[] = base.map((block) => ({ before: [], block }))
    steps.push({ before: [], block: null })
    let at = 0
    let to = 0
    const hunks = diffArrays(base.map(baseForm), target.map(baseForm))
    for (let index = 0; index < hunks.length; index += 1) {
      const hunk = hunks[index]
      if (hunk === undefined) break
      if (!hunk.removed && !hunk.added) {
        at += hunk.value.length
        to += hunk.value.length
        continue
      }
      const next = hunks[index + 1]
      const pair = hunk.removed && next?.added === true ? next : hunk.added && next?.removed === true ? next : null
      if (pair !== null) index += 1
      const removed = hunk.removed ? hunk.value.length : pair?.removed === true ? pair.value.length : 0
      const added = hunk.added ? hunk.value.length : pair?.added === true ? pair.value.length : 0
      this.#replace(steps, base, at, at + removed, target.slice(to, to + added), language)
      at += removed
      to += added
    }
    return steps
  }

  /** Makes the blocks from `from` to `end` read as `wanted`: like ones in their order are versions of each other. */
  #replace(
    steps: { before: Element[]; block: Element | null }[],
    base: readonly Element[],
    from: number,
    end: number,
    wanted: readonly Element[],
    language: Language,
  ): void {
    let next = 0
    const place = this.#by.newId()
    const insert = (at: number, until: number) => {
      steps[at]?.before.push(...wanted.slice(next, until).map((block) => this.#inserted(block, place)))
      next = until
    }
    for (let at = from; at < end; at += 1) {
      const block = base[at]
      const step = steps[at]
      if (block === undefined || step === undefined) continue
      const match = wanted.findIndex((other, index) => index >= next && areLike(block, other))
      const version = wanted[match]
      if (version === undefined) {
        step.block = this.#struck(block, place)
        continue
      }
      insert(at, match)
      step.block = this.element(block, version, language)
      next = match + 1
    }
    insert(end, wanted.length)
  }

  #inserted(block: Element, place: string): Element {
    const change = this.#change(place)
    const attrs = {
      ...withoutSuggestions(block.attrs),
      [suggestionAttribute(this.#by.party)]: { op: 'insert', ...change },
    }
    return { ...block, attrs, content: block.content.map((piece) => marked(plain(piece), change)) }
  }

  #struck(block: Element, place: string): Element {
    const name = suggestionAttribute(this.#by.party)
    return block.attrs[name] === undefined
      ? { ...block, attrs: { ...block.attrs, [name]: { op: 'delete', ...this.#change(place) } } }
      : block
  }

  #line(base: Element, target: Element, language: Language): Piece[] {
    const was = cellsOf(base.content.filter(isBase), language)
    const is = cellsOf(target.content.map(plain), language)
    const struck = new Map<number, Pending>()
    const inserted = new Map<number, Piece[]>()
    let at = 0
    let to = 0
    let change: { deletion: Pending | null; place: string } | null = null
    for (const hunk of diffArrays(was.map(cellForm), is.map(cellForm))) {
      const count = hunk.value.length
      if (hunk.removed) {
        change ??= { deletion: null, place: this.#by.newId() }
        change.deletion ??= this.#change(change.place)
        for (let index = at; index < at + count; index += 1) struck.set(index, change.deletion)
        at += count
      } else if (hunk.added) {
        change ??= { deletion: null, place: this.#by.newId() }
        const insertion = this.#change(change.place)
        inserted.set(
          at,
          [...(inserted.get(at) ?? []), ...is.slice(to, to + count).flatMap(({ pieces }) => pieces)].map((piece) =>
            this.#put(piece, insertion),
          ),
        )
        to += count
      } else {
        change = null
        at += count
        to += count
      }
    }
    return this.#write(base.content, was, struck, inserted)
  }

  /** The line with what is struck and put in; between its cells stands what others have put in. */
  #write(
    content: readonly Piece[],
    cells: readonly Cell[],
    struck: ReadonlyMap<number, Pending>,
    inserted: ReadonlyMap<number, readonly Piece[]>,
  ): Piece[] {
    const out: Piece[] = []
    let cell = 0
    let used = 0
    const begin = () => {
      if (used === 0) for (const piece of inserted.get(cell) ?? []) addPiece(out, piece)
    }
    for (const piece of content) {
      if (!isBase(piece)) {
        addPiece(out, piece)
        continue
      }
      let left = isRun(piece) ? piece.text.length : 1
      while (left > 0) {
        begin()
        const length = Math.min(left, (cells[cell]?.length ?? left) - used)
        const change = struck.get(cell)
        const from = isRun(piece) ? piece.text.length - left : 0
        const part = isRun(piece) ? { ...piece, text: piece.text.slice(from, from + length) } : piece
        addPiece(out, change === undefined ? part : this.#strike(part, change))
        left -= length
        used += length
        if (used >= (cells[cell]?.length ?? 0)) {
          cell += 1
          used = 0
        }
      }
    }
    begin()
    return out
  }

  #put(piece: Piece, change: Pending): Piece {
    return isElement(piece)
      ? { ...piece, attrs: { ...piece.attrs, [suggestionAttribute(this.#by.party)]: { op: 'insert', ...change } } }
      : marked(piece, change)
  }

  #strike(piece: Piece, change: Pending): Piece {
    if (isReference(piece)) return piece
    if (isRun(piece)) return { ...piece, marks: withMark(piece.marks, 'deletion', { ...change, over: null }) }
    return { ...piece, attrs: { ...piece.attrs, [suggestionAttribute(this.#by.party)]: { op: 'delete', ...change } } }
  }

  #change(place: string): Pending {
    const { party, user, at, newId } = this.#by
    return { id: newId(), place, party, user, at }
  }
}

const isElement = (piece: Piece): piece is Element => 'type' in piece

/** Whether an element holds words: an empty one that may is a line too. */
const isLine = ({ type }: Element) => type === 'paragraph'

/** Whether the children of an element have their fixed places: the texts of a clause, and the cells of a row. */
const isFrame = ({ type }: Element) => type === 'clause' || type === 'tableRow'

const sameLanguage = (a: Element, b: Element) => a.attrs['lang'] === b.attrs['lang']

/** Whether a piece of a line is not put in by anybody. */
const isBase = (piece: Piece) =>
  isRun(piece) ? insertionsOn(piece.marks).length === 0 : !isElement(piece) || inserterOf(piece) === null

const withoutSuggestions = (attrs: Element['attrs']): Element['attrs'] =>
  Object.fromEntries(Object.entries(attrs).filter(([name]) => !isSuggestionAttribute(name)))

const isPending = ({ insertion, deletion }: Mark) => insertion !== null || deletion !== null

/** A piece without what is pending on it. */
const plain = (piece: Piece): Piece =>
  isReference(piece)
    ? piece
    : isRun(piece)
      ? { ...piece, marks: piece.marks.filter((mark) => !isPending(mark)) }
      : { ...piece, attrs: withoutSuggestions(piece.attrs), content: piece.content.map(plain) }

const withMark = (marks: readonly Mark[], name: PendingMark, value: Pending | Deletion): Mark[] => [
  ...marks,
  ...marksIn({ [markKey(name, value)]: value }),
]

/** Words, and those in a block, as put in by a change. */
const marked = (piece: Piece, change: Pending): Piece =>
  isReference(piece)
    ? piece
    : isRun(piece)
      ? { ...piece, marks: withMark(piece.marks, 'insertion', change) }
      : { ...piece, content: piece.content.map((child) => marked(child, change)) }

/** A word, or an element in a line, in its form. */
type Cell = { readonly length: number; readonly pieces: readonly Piece[] }

function cellsOf(pieces: readonly Piece[], language: Language): Cell[] {
  const cells: Cell[] = []
  let runs: Run[] = []
  const end = () => {
    let run = 0
    let from = 0
    for (const word of splitWords(runs.map(({ text }) => text).join(''), language)) {
      const parts: Run[] = []
      let left = word.length
      while (left > 0) {
        const current = runs[run]
        if (current === undefined) break
        const length = Math.min(left, current.text.length - from)
        parts.push({ text: current.text.slice(from, from + length), marks: current.marks })
        left -= length
        from += length
        if (from >= current.text.length) {
          run += 1
          from = 0
        }
      }
      cells.push({ length: word.length, pieces: parts.map((part) => part) })
    }
    runs = []
  }
  for (const piece of pieces) {
    if (isRun(piece)) runs.push(piece)
    else {
      end()
      if (isElement(piece)) cells.push({ length: 1, pieces: [piece] })
    }
  }
  end()
  return cells
}

/** What a cell says, without what is pending on it; the same for two that say the same, however they are cut into runs. */
function cellForm({ pieces }: Cell): string {
  const merged: Piece[] = []
  for (const piece of pieces) addPiece(merged, plain(piece))
  return JSON.stringify(
    merged.map((piece) => (isRun(piece) ? [piece.text, ...piece.marks.map(({ form }) => form)] : piece)),
  )
}

/** What a block says without anything pending. */
function baseForm(block: Element): string {
  const visit = (element: Element): JsonValue => {
    const content: Piece[] = []
    for (const piece of element.content) if (isBase(piece)) addPiece(content, plain(piece))
    return [
      element.type,
      withoutSuggestions(element.attrs),
      content.map((piece) =>
        isReference(piece)
          ? piece.same
          : isRun(piece)
            ? [piece.text, ...piece.marks.map(({ form }) => form)]
            : visit(piece),
      ),
    ]
  }
  return JSON.stringify(visit(block))
}

/** Whether one block may be a version of another: the same kind of block in the same form, and many of the same letters. */
function areLike(block: Element, other: Element): boolean {
  if (block.type !== other.type || suggestionsOf(other).length > 0) return false
  if (!sameAttributes(withoutSuggestions(block.attrs), withoutSuggestions(other.attrs))) return false
  if (isFrame(block) && JSON.stringify(frameOf(block)) !== JSON.stringify(frameOf(other))) return false
  const [a, b] = [block, other].map((each) => pairsOf(wordsOf(each)))
  if (a === undefined || b === undefined) return false
  if (a.size === 0 && b.size === 0) return true
  const shared = [...a].filter((pair) => b.has(pair)).length
  return (2 * shared) / (a.size + b.size) >= likeness
}

/** What the fixed places in an element are like. */
const frameOf = ({ content }: Element) =>
  content.flatMap((piece) => (isElement(piece) ? [[piece.type, withoutSuggestions(piece.attrs)]] : []))

const wordsOf = (element: Element): string =>
  element.content
    .map((piece) => (isReference(piece) || !isBase(piece) ? '' : isRun(piece) ? piece.text : wordsOf(piece)))
    .join(' ')

const pairsOf = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)))
