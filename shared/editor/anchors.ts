/**
 * Where a thread stands in the text. An anchor holds live positions (Yjs relative positions) and a quotation. Typing before,
 * inside and after moves the positions with the text. A wrap into a list, a split, a join or a move of the clause replaces the
 * shared text underneath and kills them; then the quotation finds the passage again inside its clause: exactly, else roughly.
 */
import { fromBase64, toBase64 } from 'lib0/buffer'
import * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { findClause, findClauseText } from './clauses.ts'
import { findQuotation, quotationAt, type QuotedPassage, type Range } from './quotations.ts'
import { childrenOf } from './text.ts'

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

/** In one text: as many as its threads may well be. */
const maxVain = 1000

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

/** An anchor's passage in the text as it is now, and the anchor brought up to date with it. */
export type Found = {
  readonly passage: Passage
  /** The very object given, if nothing about it changed. Keep it, or a later search starts from old words. */
  readonly anchor: TextAnchor
}

/** Finds an anchor's passage in the text as it is now, or null if it is gone. */
export function resolveAnchor(body: Y.XmlFragment, anchor: TextAnchor): Found | null {
  const flat = flatten(body, anchor.clause, anchor.language)
  return flat && resolve(flat, body.doc, anchor, findQuotation)
}

/** Finds the anchors of one document again and again, without looking twice for the same words in the same text. */
export class AnchorFinder {
  /** What each text held when words were looked for in vain, and which words those were. */
  readonly #vain = new Map<string, { readonly text: string; readonly quotes: Set<string> }>()

  /** `resolveAnchor` for many anchors in the text as it is now: to be used before it changes. */
  resolverIn(body: Y.XmlFragment): (anchor: TextAnchor) => Found | null {
    const flats = new Map<string, Flat | null>()
    return (anchor) => {
      const place = `${anchor.clause} ${anchor.language}`
      let flat = flats.get(place)
      if (flat === undefined) {
        flat = flatten(body, anchor.clause, anchor.language)
        flats.set(place, flat)
        if (flat?.text !== this.#vain.get(place)?.text) this.#vain.delete(place)
      }
      return flat && resolve(flat, body.doc, anchor, (text, quote) => this.#find(place, text, quote))
    }
  }

  #find(place: string, text: string, quote: QuotedPassage): Range | null {
    const words = JSON.stringify([quote.exact, quote.prefix, quote.suffix])
    let vain = this.#vain.get(place)
    if (vain?.quotes.has(words) === true) return null
    const found = findQuotation(text, quote)
    if (found === null) {
      // Words are also looked for on behalf of threads that do not come about: forgetting some costs a search.
      if (vain === undefined || vain.quotes.size === maxVain) vain = { text, quotes: new Set() }
      vain.quotes.add(words)
      this.#vain.set(place, vain)
    }
    return found
  }
}

/** The words of a passage, blocks run together. */
export function passageText(body: Y.XmlFragment, anchor: TextAnchor, passage: Passage): string {
  const flat = flatten(body, anchor.clause, anchor.language)
  const range = flat && rangeOf(flat, passage)
  return flat && range ? flat.text.slice(range.start, range.end) : ''
}

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

function resolve(
  flat: Flat,
  doc: Y.Doc | null,
  anchor: TextAnchor,
  find: (text: string, quote: QuotedPassage) => Range | null,
): Found | null {
  const live = liveRange(flat, doc, anchor)
  const range = live.intact ? live.range : (find(flat.text, anchor.quote) ?? live.range)
  if (range === null || range.start >= range.end) return null
  const passage = { start: placeAt(flat, range.start, 'after'), end: placeAt(flat, range.end, 'before') }
  if (live.intact && quotationAt(flat.text, range).exact === anchor.quote.exact) return { passage, anchor }
  return { passage, anchor: anchorAt(flat, anchor.clause, anchor.language, range) }
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
    quote: quotationAt(flat.text, range),
  }
}

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

const encode = (position: Y.RelativePosition) => toBase64(Y.encodeRelativePosition(position))

function decode(position: string): Y.RelativePosition | null {
  try {
    return Y.decodeRelativePosition(fromBase64(position))
  } catch {
    return null
  }
}
