/** Between the shared text and ProseMirror JSON: reading a body, building one, and its canonical form and hash. */
import { digest } from 'lib0/hash/sha256'
import { toHexString } from 'lib0/buffer'
import { encodeUtf8 } from 'lib0/string'
import * as Y from 'yjs'
import { isDeletion, isInsertion, isPendingMark, markKey, markName } from './changes/pending.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
export type JsonMark = { readonly type: string; readonly attrs?: { readonly [name: string]: JsonValue } }
/** A ProseMirror node as JSON. */
export type JsonNode = {
  readonly type: string
  readonly attrs?: { readonly [name: string]: JsonValue }
  readonly content?: readonly JsonNode[]
  readonly text?: string
  readonly marks?: readonly JsonMark[]
}

/** Attributes that say how a node looks, not what it says: left out of the canonical form. */
const presentation = new Set(['colwidth'])

/** Reads a shared element, or the runs of a shared text, as ProseMirror JSON. Deleted content is not in it. */
export function toJson(type: Y.XmlElement | Y.XmlText | Y.XmlHook): JsonNode[] {
  if (type instanceof Y.XmlText) {
    const runs: { insert: unknown; attributes?: Record<string, JsonValue | undefined> }[] = type.toDelta()
    return runs.flatMap(({ insert, attributes }): JsonNode[] => {
      if (typeof insert !== 'string') return []
      const marks = Object.entries(attributes ?? {}).flatMap(([name, value]): JsonMark[] => {
        if (value === null || value === undefined) return []
        const attrs = isRecord(value) && Object.keys(value).length > 0 ? { attrs: value } : {}
        return [{ type: markName(name), ...attrs }]
      })
      return [{ type: 'text', text: insert, ...(marks.length > 0 ? { marks } : {}) }]
    })
  }
  if (type instanceof Y.XmlElement) {
    const attrs = attributesOf(type)
    const content = childrenOf(type).flatMap(toJson)
    return [
      {
        type: type.nodeName,
        ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
        ...(content.length > 0 ? { content } : {}),
      },
    ]
  }
  return []
}

/** The attributes of a shared element. Yjs types them as strings; what is stored may be any JSON. */
export const attributesOf = (element: Y.XmlElement): Record<string, JsonValue> => {
  const stored: Record<string, JsonValue | undefined> = element.getAttributes()
  const attributes: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(stored)) if (value !== undefined) attributes[name] = value
  return attributes
}

/** The children of a shared element or body that carry content. */
export const childrenOf = (parent: Y.XmlElement | Y.XmlFragment): (Y.XmlElement | Y.XmlText)[] =>
  parent.toArray().filter((child) => child instanceof Y.XmlElement || child instanceof Y.XmlText)

/** A whole body as the JSON of a ProseMirror document. */
export const bodyToJson = (body: Y.XmlFragment): JsonNode => ({
  type: 'doc',
  content: childrenOf(body).flatMap(toJson),
})

/**
 * A mark as the shared text stores it: its name and value. The name of one that may stand several times on a text has a hash of its
 * value in it.
 */
export const toStored = ({ type, attrs = {} }: JsonMark): [key: string, value: JsonValue] => [
  isPendingMark(type) && (isInsertion(attrs) || isDeletion(attrs)) ? markKey(type, attrs) : type,
  attrs,
]

/** The element that words stand in, of the schema's only text block. */
export const lineName = 'paragraph'

/** Builds shared elements from ProseMirror JSON; insert them into a body or element in one transaction. */
export function fromJson(nodes: readonly JsonNode[]): (Y.XmlElement | Y.XmlText)[] {
  const built: (Y.XmlElement | Y.XmlText)[] = []
  let run: { insert: string; attributes: Record<string, JsonValue> }[] = []
  const flush = () => {
    if (run.length === 0) return
    const text = new Y.XmlText()
    text.applyDelta(run)
    built.push(text)
    run = []
  }
  for (const node of nodes) {
    if (node.type === 'text') {
      const attributes = Object.fromEntries((node.marks ?? []).map(toStored))
      run.push({ insert: node.text ?? '', attributes })
      continue
    }
    flush()
    const element = new Y.XmlElement(node.type)
    for (const [name, value] of Object.entries(node.attrs ?? {})) {
      // Yjs types attributes as strings and stores any JSON; a heading level must stay a number.
      if (value !== null) element.setAttribute(name, value as unknown as string)
    }
    const children = fromJson(node.content ?? [])
    // An empty line has its shared text from the start: two who begin to write there at once must write in the same one.
    element.insert(0, node.type === lineName && children.length === 0 ? [new Y.XmlText()] : children)
    built.push(element)
  }
  flush()
  return built
}

/**
 * The canonical form of a node: keys sorted, marks sorted by name, neighbouring runs with the same marks joined, empty and
 * presentational attributes left out. Two texts that say the same have the same form, whatever their editing history.
 */
export function canonical(node: JsonNode): JsonNode {
  const attrs = sorted(
    Object.entries(node.attrs ?? {}).filter(([name, value]) => value !== null && !presentation.has(name)),
  )
  const marks = (node.marks ?? [])
    .map(({ type, attrs: markAttrs }) => ({ ...(markAttrs ? { attrs: sorted(Object.entries(markAttrs)) } : {}), type }))
    .toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
  const content: JsonNode[] = []
  for (const child of node.content ?? []) {
    const next = canonical(child)
    const last = content.at(-1)
    if (last?.text !== undefined && next.text !== undefined && sameMarks(last, next)) {
      content[content.length - 1] = { ...last, text: last.text + next.text }
    } else if (next.text !== '') {
      content.push(next)
    }
  }
  return {
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(content.length > 0 ? { content } : {}),
    ...(marks.length > 0 ? { marks } : {}),
    ...(node.text !== undefined ? { text: node.text } : {}),
    type: node.type,
  }
}

/** SHA-256 of the canonical form's JSON in UTF-8, as lower-case hexadecimal. */
export const contentHash = (node: JsonNode): string => toHexString(digest(encodeUtf8(JSON.stringify(canonical(node)))))

/** The words of a node as plain text, one line per block. */
export function plainText(node: JsonNode): string {
  if (node.type === 'text') return node.text ?? ''
  if (node.type === 'hardBreak') return '\n'
  const content = node.content ?? []
  const inline = content.every((child) => child.type === 'text' || child.type === 'hardBreak')
  return content
    .map(plainText)
    .filter((line) => inline || line !== '')
    .join(inline ? '' : '\n')
}

const sameMarks = (a: JsonNode, b: JsonNode) => JSON.stringify(a.marks ?? []) === JSON.stringify(b.marks ?? [])

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const sorted = (entries: (readonly [string, JsonValue])[]): { readonly [key: string]: JsonValue } =>
  Object.fromEntries(
    entries
      .map(([name, value]) => [name, isRecord(value) ? sorted(Object.entries(value)) : value] as const)
      .toSorted(([a], [b]) => compare(a, b)),
  )

const isRecord = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
