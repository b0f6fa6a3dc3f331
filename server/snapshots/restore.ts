/** Brings a body back to an earlier text with as few edits as possible, so that what others are typing elsewhere goes on. */
import { updateYFragment } from 'y-prosemirror'
import * as Y from 'yjs'
import { fitting } from '#shared/editor/fit.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { attributesOf, canonical, childrenOf, fromJson, toJson, type JsonNode } from '#shared/editor/text.ts'

/** Neighbours that come or go in one step. */
const atOnce = 50

/**
 * Makes `body` say what `content` says, step by step. A clause that is in both keeps its element, and with it its threads and
 * carets; only what differs in it is written.
 */
export function* restoreBody(body: Y.XmlFragment, doc: Y.Doc, content: JsonNode): Generator<void, void> {
  const wanted = fitting(content).content ?? []
  const present = body.toArray()
  const kept = commonSubsequence(
    present.map((child) => keyOf(isElement(child) ? toJson(child)[0] : undefined)),
    wanted.map(keyOf),
  )
  const keptAt = new Map(kept.map(([at, target]) => [at, target]))
  for (let end = present.length; end > 0;) {
    let begin = end
    while (begin > 0 && end - begin < atOnce && !keptAt.has(begin - 1)) begin -= 1
    if (begin < end) {
      body.delete(begin, end - begin)
      yield
    }
    end = begin < end ? begin : end - 1
  }
  const keptTargets = new Map(kept.map(([at, target]) => [target, present[at]]))
  for (let begin = 0; begin < wanted.length;) {
    let end = begin
    while (end < wanted.length && end - begin < atOnce && !keptTargets.has(end)) end += 1
    const [element, node] = [keptTargets.get(begin), wanted[begin]]
    if (begin < end) body.insert(begin, fromJson(wanted.slice(begin, end)))
    else if (isElement(element) && node !== undefined && !sameText(element, node)) rewrite(element, doc, node)
    begin = Math.max(end, begin + 1)
    yield
  }
}

const isElement = (child: unknown): child is Y.XmlElement => child instanceof Y.XmlElement

/** Clauses are the same by their id, other blocks by what they say. */
function keyOf(node: JsonNode | undefined): string {
  if (node === undefined) return ''
  const id = node.type === 'clause' ? node.attrs?.['id'] : undefined
  return typeof id === 'string' ? `clause ${id}` : JSON.stringify(canonical(node))
}

const sameText = (element: Y.XmlElement, node: JsonNode) =>
  JSON.stringify(toJson(element).map(canonical)) === JSON.stringify([canonical(node)])

function rewrite(clause: Y.XmlElement, doc: Y.Doc, node: JsonNode): void {
  const texts = new Map(childrenOf(clause).map((text) => [languageOf(text), text]))
  const target = documentSchema().nodeFromJSON(node)
  const sameLanguages =
    texts.size === target.childCount && target.children.every(({ attrs }) => texts.has(String(attrs['lang'])))
  const meta = { mapping: new Map(), isOMark: new Map() }
  if (!sameLanguages) {
    updateYFragment(doc, clause, target, meta)
    return
  }
  // Each language by itself: an editor's general diff would pair the first text with whichever resembles it.
  for (const child of target.children) {
    const text = texts.get(String(child.attrs['lang']))
    if (isElement(text)) updateYFragment(doc, text, child, meta)
  }
  const wanted = new Map(Object.entries(target.attrs).filter(([, value]) => value !== null))
  for (const name of Object.keys(attributesOf(clause))) if (!wanted.has(name)) clause.removeAttribute(name)
  for (const [name, value] of wanted) {
    if (attributesOf(clause)[name] !== value) clause.setAttribute(name, value)
  }
}

function languageOf(text: Y.XmlElement | Y.XmlText): string {
  const lang = isElement(text) ? attributesOf(text)['lang'] : null
  return typeof lang === 'string' ? lang : ''
}

/**
 * Pairs of places of a common subsequence of two lists of keys: the longest, where no key is in a list twice; of those that are, the
 * first in one list stands for the first in the other, and so on. Its steps are not the product of the two lengths, which for long
 * texts are minutes and gigabytes.
 */
export function commonSubsequence(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1
  let tail = 0
  while (tail < Math.min(a.length, b.length) - start && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  const same = (from: number, other: number, count: number) =>
    Array.from({ length: count }, (_, at): [number, number] => [from + at, other + at])
  return [
    ...same(0, 0, start),
    ...longestRising(pairsOf(a, b, start, tail)),
    ...same(a.length - tail, b.length - tail, tail),
  ]
}

/** The places of keys that are in both lists, between what they begin and what they end with, in the order of the first. */
function pairsOf(a: readonly string[], b: readonly string[], start: number, tail: number): [number, number][] {
  const places = new Map<string, number[]>()
  for (let at = b.length - tail - 1; at >= start; at -= 1) {
    const key = b[at] ?? ''
    const known = places.get(key)
    if (known === undefined) places.set(key, [at])
    else known.push(at)
  }
  return a.slice(start, a.length - tail).flatMap((key, at): [number, number][] => {
    const place = places.get(key)?.pop()
    return place === undefined ? [] : [[start + at, place]]
  })
}

/** The most of these pairs whose second places rise, as their first ones do (patience sorting). */
function longestRising(pairs: readonly (readonly [number, number])[]): [number, number][] {
  type Link = { readonly pair: readonly [number, number]; readonly before: Link | null }
  // The pair with the least second place that ends a rising sequence of each length.
  const ends: Link[] = []
  for (const pair of pairs) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1
      else high = middle
    }
    ends[low] = { pair, before: ends[low - 1] ?? null }
  }
  const found: [number, number][] = []
  for (let link = ends.at(-1) ?? null; link !== null; link = link.before) found.push([link.pair[0], link.pair[1]])
  return found.toReversed()
}
