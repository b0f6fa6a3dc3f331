/** Brings a body back to an earlier text with as few edits as possible, so that what others are typing elsewhere goes on. */
import { updateYFragment } from 'y-prosemirror'
import * as Y from 'yjs'
import { schema } from '#shared/editor/schema.ts'
import { attributesOf, canonical, childrenOf, fromJson, toJson, type JsonNode } from '#shared/editor/text.ts'

/**
 * Makes `body` say what `content` says. A clause that is in both keeps its element, and with it its threads and carets; only
 * what differs in it is written. Call it inside a transaction.
 */
export function restoreBody(body: Y.XmlFragment, doc: Y.Doc, content: JsonNode): void {
  const wanted = content.content ?? []
  const present = body.toArray()
  const kept = commonSubsequence(
    present.map((child) => keyOf(isElement(child) ? toJson(child)[0] : undefined)),
    wanted.map(keyOf),
  )
  const keptAt = new Map(kept.map(([at, target]) => [at, target]))
  for (let at = present.length - 1; at >= 0; at -= 1) if (!keptAt.has(at)) body.delete(at, 1)
  const keptTargets = new Map(kept.map(([at, target]) => [target, present[at]]))
  wanted.forEach((node, target) => {
    const element = keptTargets.get(target)
    if (element === undefined) body.insert(target, fromJson([node]))
    else if (isElement(element) && !sameText(element, node)) rewrite(element, doc, node)
  })
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
  const target = schema.nodeFromJSON(node)
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

/** Pairs of places of a longest common subsequence of two lists of keys. */
export function commonSubsequence(a: readonly string[], b: readonly string[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const length = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i]
    for (let j = b.length - 1; row !== undefined && j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1))
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (length(i + 1, j) >= length(i, j + 1)) i += 1
    else j += 1
  }
  return pairs
}
