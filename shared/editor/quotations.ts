/**
 * Finding quoted words again in a text: exactly, else roughly. Anyone may write the text and anyone the quotation, and all of a
 * server waits for the search: what it costs is bounded, whatever the two hold.
 */
import search from 'approx-string-match'
import { maxQuotation } from '#shared/domain/threads.ts'

/** Words of a text with what stood around them. */
export type QuotedPassage = { readonly exact: string; readonly prefix: string; readonly suffix: string }

export type Range = { readonly start: number; readonly end: number }

const contextLength = 32
/** A rough match may differ in at most this share of the quotation's characters, */
const maxErrorShare = 0.3
/** and so many characters around it must be those that stood around the quotation: alike words elsewhere are not the passage. */
const leastAgreement = 8

/**
 * Words that fit in more places than this are not looked for: comparing them all could take seconds. One letter of a long
 * article stays below it.
 */
const maxPlaces = 5000
/** The native search for a needle of up to 250 characters takes a time in proportion to the text, for a longer one it may not. */
const maxNeedle = 200

/** The rough search looks for both ends of a quotation, each as long as one machine word has bits: far quicker than for all of it. */
const endLength = 32
/** For each place that fits equally well the rough search starts anew, so that it is given little text at a time, */
const stretch = 256
/** and words that fit roughly in more places than this are taken to be nowhere. */
const maxRoughPlaces = 200
/** No article is as long; in a longer text only the very words are found again. */
const maxRoughText = 100_000

/** The words from one place of a text to another as they are quoted. */
export function quotationAt(text: string, { start, end }: Range): QuotedPassage {
  const until = Math.min(end, outward(text, start + maxQuotation, -1))
  return {
    exact: text.slice(start, until),
    prefix: text.slice(outward(text, Math.max(0, start - contextLength), -1), start),
    suffix: text.slice(until, outward(text, until + contextLength, 1)),
  }
}

/** The best place of a quotation in the text: exact, preferring where its surroundings agree; else the closest rough match. */
export function findQuotation(text: string, quote: QuotedPassage): Range | null {
  const { exact, prefix, suffix } = quote
  if (exact === '') return null
  const places = placesOf(exact, text)
  if (places === null) return null
  if (places.length === 0) return findRoughly(text, quote)
  const ranges = places.map((start) => ({ start, end: start + exact.length }))
  return best(ranges, ({ start, end }) => agreeBefore(text, start, prefix) + agreeAfter(text, end, suffix))
}

/** Where exactly these words stand, or null if that is almost everywhere. */
function placesOf(words: string, text: string): number[] | null {
  const needle = words.slice(0, maxNeedle)
  const places: number[] = []
  let tried = 0
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    if (tried === maxPlaces) return null
    tried += 1
    if (text.slice(at, at + words.length) === words) places.push(at)
  }
  return places
}

/** From where the beginning of the quotation roughly is to where its end is, if so much may lie between them. */
function findRoughly(text: string, { exact, prefix, suffix }: QuotedPassage): Range | null {
  if (text.length > maxRoughText) return null
  const heads = searchRoughly(text, exact.slice(0, endLength))
  if (heads.length === 0) return null
  const tails = exact.length <= endLength ? heads : searchRoughly(text, exact.slice(-endLength))
  // The search counts halves of characters too, and may begin or end with one.
  const starts = heads.map((head) => outward(text, head.start, -1))
  const ends = tails.map((tail) => outward(text, tail.end, 1))
  const before = starts.map((start) => agreeBefore(text, start, prefix))
  const after = ends.map((end) => agreeAfter(text, end, suffix))
  const needed = Math.min(leastAgreement, prefix.length + suffix.length)
  const ranges = starts.flatMap((start, head) =>
    ends.flatMap((end, tail) => {
      const difference = Math.abs(end - start - exact.length) / exact.length
      const agreement = (before[head] ?? 0) + (after[tail] ?? 0)
      if (end <= start || difference > maxErrorShare || agreement < needed) return []
      return [{ start, end, rating: agreement - difference }]
    }),
  )
  return best(ranges, ({ rating }) => rating)
}

/** The closest rough matches in the text; none if there are too many of them. */
function searchRoughly(text: string, words: string): readonly Range[] {
  let errors = Math.floor(words.length * maxErrorShare)
  // A match that begins in one stretch ends in it, or in what it overlaps the next one by.
  const overlap = words.length + errors
  let matches: Range[] = []
  for (let from = 0; from < text.length; from += stretch) {
    for (const match of search(text.slice(from, from + stretch + overlap), words, errors)) {
      if (match.errors < errors) matches = []
      errors = match.errors
      matches.push({ start: from + match.start, end: from + match.end })
    }
    if (matches.length > maxRoughPlaces) return []
  }
  return matches
}

/** How many characters before that place are those that stood before the quotation. */
function agreeBefore(text: string, start: number, prefix: string): number {
  const last = prefix.length - 1
  let length = 0
  while (length <= last && length < start && sameUnit(text, start - 1 - length, prefix, last - length)) length += 1
  return length
}

/** How many characters after that place are those that stood after the quotation. */
function agreeAfter(text: string, end: number, suffix: string): number {
  let length = 0
  while (length < suffix.length && end + length < text.length && sameUnit(text, end + length, suffix, length))
    length += 1
  return length
}

const sameUnit = (a: string, at: number, b: string, bAt: number) => a.charCodeAt(at) === b.charCodeAt(bAt)

/** The first of those that rate highest. */
function best<Item>(items: readonly Item[], rating: (item: Item) => number): Item | null {
  let top: { item: Item; rated: number } | null = null
  for (const item of items) {
    const rated = rating(item)
    if (top === null || rated > top.rated) top = { item, rated }
  }
  return top?.item ?? null
}

/** A place in the text, or the next one in that direction where it falls between the two halves of one character. */
const outward = (text: string, at: number, direction: -1 | 1): number =>
  (text.codePointAt(at - 1) ?? 0) > 0xffff ? at + direction : at
