/**
 * Where a thread stands in the text. An anchor holds live positions (Yjs relative positions) and a quotation. Typing before,
 * inside and after moves the positions with the text. A wrap into a list, a split, a join or a move of the clause replaces the
 * shared text underneath and kills them; then the quotation finds the passage again inside its clause: exactly, else roughly.
 */
import search from 'approx-string-match'
import { fromBase64, toBase64 } from 'lib0/buffer'
import * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { findClause, findClauseText } from './clauses.ts'
import { childrenOf } from './text.ts'

export type QuotedPassage = { readonly exact: string; readonly prefix: string; readonly suffix: string }

export type TextAnchor = {
  readonly clause: string
  readonly language: Language
  /** `Y.encodeRelativePosition`, as base64. */
  readonly start: string
  readonly end: string
  readonly quote: QuotedPassage
}

/** A passage in the live document: from a place in one shared text to a place in the same or a later one. */
export type Passage = {
  readonly start: { readonly text: Y.XmlText; readonly index: number }
  readonly end: { readonly text: Y.XmlText; readonly index: number }
}

const contextLength = 32
/** A rough match may differ in at most this share of the quotation's characters, */
const maxErrorShare = 0.3
/** and so many characters around it must be those that stood around the quotation: alike words elsewhere are not the passage. */
const leastAgreement = 8

/** Makes the anchor of a passage, or null if the passage is empty or not inside one clause text. */
export function createAnchor(
  body: Y.XmlFragment,
  clause: string,
  language: Language,
  passage: Passage,
): TextAnchor | null {
  const flat = flatten(body, clause, language)
  const range = flat && rangeOf(flat, passage)
  return flat && range && range.start < range.end ? anchorAt(flat, clause, language, range) : null
}

/**
 * Finds an anchor's passage in the text as it is now, or null if it is gone. `anchor` is the same anchor brought up to date
 * (the very object given, if nothing about it changed): keep it, or a later search starts from old words.
 */
export function resolveAnchor(
  body: Y.XmlFragment,
  anchor: TextAnchor,
): { passage: Passage; anchor: TextAnchor } | null {
  const flat = flatten(body, anchor.clause, anchor.language)
  if (flat === null) return null
  const live = liveRange(flat, body.doc, anchor)
  const range = live.intact ? live.range : (findQuote(flat, anchor.quote) ?? live.range)
  if (range === null || range.start >= range.end) return null
  const passage = { start: placeAt(flat, range.start, 'after'), end: placeAt(flat, range.end, 'before') }
  if (live.intact && quoteAt(flat, range).exact === anchor.quote.exact) return { passage, anchor }
  return { passage, anchor: anchorAt(flat, anchor.clause, anchor.language, range) }
}

/** The words of a passage, blocks run together. */
export function passageText(body: Y.XmlFragment, anchor: TextAnchor, passage: Passage): string {
  const flat = flatten(body, anchor.clause, anchor.language)
  const range = flat && rangeOf(flat, passage)
  return flat && range ? flat.text.slice(range.start, range.end) : ''
}

type Range = { start: number; end: number }

/** The shared texts of one clause text in their order, and their characters run together without separators. */
type Flat = { text: string; parts: { type: Y.XmlText; offset: number; length: number }[] }

function flatten(body: Y.XmlFragment, clauseId: string, language: Language): Flat | null {
  const clause = findClause(body, clauseId)
  const root = clause && findClauseText(clause, language)
  if (root === undefined) return null
  const flat: Flat = { text: '', parts: [] }
  const visit = (element: Y.XmlElement) => {
    for (const child of childrenOf(element)) {
      if (child instanceof Y.XmlElement) {
        visit(child)
        continue
      }
      const runs: { insert: unknown }[] = child.toDelta()
      // An embedded object takes one place in the shared text: without a stand-in all later places would be off by one.
      const text = runs.map(({ insert }) => (typeof insert === 'string' ? insert : '\ufffc')).join('')
      flat.parts.push({ type: child, offset: flat.text.length, length: text.length })
      flat.text += text
    }
  }
  visit(root)
  return flat
}

function rangeOf(flat: Flat, { start, end }: Passage): Range | null {
  const from = offsetOf(flat, start)
  const to = offsetOf(flat, end)
  return from === null || to === null ? null : { start: from, end: to }
}

function offsetOf(flat: Flat, place: { readonly text: object; readonly index: number }): number | null {
  const part = flat.parts.find(({ type }) => type === place.text)
  return part ? part.offset + Math.min(place.index, part.length) : null
}

/**
 * `after` puts a place on a boundary between two texts at the head of the later one (a passage starts there), `before` at the
 * foot of the earlier one (a passage ends there).
 */
function placeAt(flat: Flat, offset: number, side: 'before' | 'after'): { text: Y.XmlText; index: number } {
  const holds = ({ offset: first, length }: Flat['parts'][number]) =>
    side === 'after' ? offset < first + length : offset <= first + length
  const part = flat.parts.find(holds) ?? flat.parts.at(-1)
  if (part === undefined) throw new RangeError('An empty text has no places')
  return { text: part.type, index: offset - part.offset }
}

function anchorAt(flat: Flat, clause: string, language: Language, range: Range): TextAnchor {
  const start = placeAt(flat, range.start, 'after')
  const end = placeAt(flat, range.end, 'before')
  // The start clings to its first character and the end to its last, so that text typed at the edges stays outside.
  return {
    clause,
    language,
    start: encode(Y.createRelativePositionFromTypeIndex(start.text, start.index, 0)),
    end: encode(Y.createRelativePositionFromTypeIndex(end.text, end.index, -1)),
    quote: quoteAt(flat, range),
  }
}

const quoteAt = ({ text }: Flat, { start, end }: Range): QuotedPassage => ({
  exact: text.slice(start, end),
  prefix: text.slice(outward(text, Math.max(0, start - contextLength), -1), start),
  suffix: text.slice(end, outward(text, end + contextLength, 1)),
})

/** A place in the text, or the next one in that direction where it falls between the two halves of one character. */
const outward = (text: string, at: number, direction: -1 | 1): number =>
  (text.codePointAt(at - 1) ?? 0) > 0xffff ? at + direction : at

/**
 * Where the live positions lead. `intact`: the characters at both ends are still there, so that whatever lies between is the
 * passage, however much it was edited.
 */
function liveRange(flat: Flat, doc: Y.Doc | null, anchor: TextAnchor): { range: Range | null; intact: boolean } {
  const none = { range: null, intact: false }
  if (doc === null) return none
  const start = decode(anchor.start)
  const end = decode(anchor.end)
  if (start === null || end === null) return none
  const from = absolute(start, doc)
  const to = absolute(end, doc)
  const fromOffset = from && offsetOf(flat, { text: from.type, index: from.index })
  const toOffset = to && offsetOf(flat, { text: to.type, index: to.index })
  if (fromOffset === null || toOffset === null || fromOffset >= toOffset) return none
  return { range: { start: fromOffset, end: toOffset }, intact: isAlive(start, doc) && isAlive(end, doc) }
}

function absolute(position: Y.RelativePosition, doc: Y.Doc): Y.AbsolutePosition | null {
  try {
    return Y.createAbsolutePositionFromRelativePosition(position, doc)
  } catch {
    // A position from another document names items that this one never had.
    return null
  }
}

function isAlive({ item }: Y.RelativePosition, doc: Y.Doc): boolean {
  if (item === null || item.clock >= Y.getState(doc.store, item.client)) return false
  const struct = Y.getItem(doc.store, item)
  return struct instanceof Y.Item && !struct.deleted
}

/** The best place of a quotation in the text: exact, preferring where its surroundings agree; else the closest rough match. */
function findQuote({ text }: Flat, { exact, prefix, suffix }: QuotedPassage): Range | null {
  if (exact === '') return null
  const exactly: Range[] = []
  for (let at = text.indexOf(exact); at >= 0; at = text.indexOf(exact, at + 1)) {
    exactly.push({ start: at, end: at + exact.length })
  }
  const agreement = ({ start, end }: Range) =>
    commonSuffix(text.slice(0, start), prefix) + commonPrefix(text.slice(end), suffix)
  const best = (ranges: Range[]) =>
    ranges.reduce<Range | null>((top, next) => (top && agreement(top) >= agreement(next) ? top : next), null)
  if (exactly.length > 0) return best(exactly)
  // The search counts halves of characters too, and may begin or end with one.
  const matches = search(text, exact, Math.floor(exact.length * maxErrorShare)).map(({ start, end, errors }) => ({
    start: outward(text, start, -1),
    end: outward(text, end, 1),
    errors,
  }))
  const fewest = Math.min(...matches.map(({ errors }) => errors))
  const found = best(matches.filter(({ errors, start, end }) => errors === fewest && start < end))
  const needed = Math.min(leastAgreement, prefix.length + suffix.length)
  return found !== null && agreement(found) >= needed ? found : null
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1
  return length
}

function commonSuffix(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length += 1
  return length
}

const encode = (position: Y.RelativePosition) => toBase64(Y.encodeRelativePosition(position))

function decode(position: string): Y.RelativePosition | null {
  try {
    return Y.decodeRelativePosition(fromBase64(position))
  } catch {
    return null
  }
}
