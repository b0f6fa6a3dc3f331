/**
 * Whether shared content fits the document schema, judged on the shared types themselves and only where something changed.
 * How many children a node has is not judged: two honest edits may together leave a container empty.
 */
import * as Y from 'yjs'
import type { ContentMatch, NodeType } from '@tiptap/pm/model'
import { schema } from '#shared/editor/schema.ts'
import { attributesOf } from '#shared/editor/text.ts'

/** Any shared type. */
type SharedType = NonNullable<Y.XmlElement['parent']>

/** Whether the schema has an element of that name. */
export const isKnownElement = (name: string): boolean => {
  const type = Object.hasOwn(schema.nodes, name) ? schema.nodes[name] : undefined
  return type !== undefined && !type.isText && type !== schema.topNodeType
}

/** Whether some element of the schema has an attribute of that name. */
export const isKnownAttribute = (name: string): boolean => attributeNames.has(name)

const attributeNames: ReadonlySet<string> = new Set(
  Object.values(schema.nodes).flatMap(({ spec }) => Object.keys(spec.attrs ?? {})),
)

/** Whether a formatting of a text is a mark of the schema with fitting attributes; a null value ends it. */
export function isKnownFormat(key: string, value: unknown): boolean {
  const name = key.replace(/--[A-Za-z0-9+/=]{8}$/, '')
  const mark = Object.hasOwn(schema.marks, name) ? schema.marks[name] : undefined
  if (mark === undefined) return false
  if (value === null) return true
  if (typeof value !== 'object' || Array.isArray(value)) return value === true && fitMark(mark.spec.attrs ?? {}, {})
  return fitMark(mark.spec.attrs ?? {}, value)
}

/**
 * What is wrong with what a transaction wrote, as a sentence, or null. Only its new items are looked at, so that a keystroke in a
 * long text costs no more than in a short one. Call it while they are still the newest.
 */
export function findMisfit(body: Y.XmlFragment, transaction: Y.Transaction): string | null {
  const places = new Map<SharedType, 'inside' | 'outside' | 'gone'>()
  const placeOf = (type: SharedType) => {
    const known = places.get(type)
    if (known !== undefined) return known
    const place = isGone(type) ? 'gone' : isInside(body, type) ? 'inside' : 'outside'
    places.set(type, place)
    return place
  }
  const tables = new Set<Y.XmlElement>()
  for (const item of newItems(transaction)) {
    const { parent } = item
    if (!(parent instanceof Y.AbstractType)) return 'Something outside the text was written.'
    const place = placeOf(parent)
    if (place === 'outside') return 'Something outside the text was written.'
    if (place === 'gone' || (item.deleted && item.parentSub === null)) continue
    const misfit = item.parentSub === null ? childMisfit(body, parent, item) : attributeMisfit(parent, item.parentSub)
    if (misfit !== null) return misfit
    const table = tableShapedBy(parent, item.parentSub)
    if (table !== null) tables.add(table)
  }
  for (const table of tables) if (isVast(table)) return 'The table is too large.'
  for (const [type, keys] of transaction.changed) {
    if (type instanceof Y.XmlElement && keys.has('id') && placeOf(type) === 'inside' && !fitClauseId(type)) {
      return 'A clause must keep an id.'
    }
  }
  return null
}

function* newItems({ doc, beforeState, afterState }: Y.Transaction): Generator<Y.Item> {
  for (const [client, end] of afterState) {
    const from = beforeState.get(client) ?? 0
    const structs = doc.store.clients.get(client)
    if (from >= end || structs === undefined) continue
    for (let at = Y.findIndexSS(structs, from); at < structs.length; at += 1) {
      const struct = structs[at]
      if (struct instanceof Y.Item) yield struct
    }
  }
}

/** The outermost elements of the body in which a transaction changed something. */
export function touchedElements(body: Y.XmlFragment, transaction: Y.Transaction): Set<Y.XmlElement> {
  const touched = new Set<Y.XmlElement>()
  for (const type of transaction.changed.keys()) {
    let at: SharedType | null = type
    while (at !== null && !Object.is(at.parent, body)) at = at.parent
    if (at instanceof Y.XmlElement && !isGone(at)) touched.add(at)
    if (Object.is(type, body)) for (const child of newChildren(body, transaction)) touched.add(child)
  }
  return touched
}

function attributeMisfit(parent: SharedType, name: string): string | null {
  if (!(parent instanceof Y.XmlElement)) return 'Only an element has attributes.'
  const attribute = Object.entries(attributesOf(parent)).filter(([key]) => key === name)
  return fitAttributes(nodeTypeOf(parent)?.spec.attrs ?? {}, attribute)
    ? null
    : `An attribute of ${parent.nodeName} does not fit.`
}

function childMisfit(body: Y.XmlFragment, parent: SharedType, { content }: Y.Item): string | null {
  if (parent instanceof Y.XmlText) {
    return content instanceof Y.ContentString || content instanceof Y.ContentFormat
      ? null
      : 'A run of text holds words only.'
  }
  const parentType =
    parent instanceof Y.XmlElement ? nodeTypeOf(parent) : Object.is(parent, body) ? schema.topNodeType : undefined
  if (parentType === undefined) return 'An unknown kind of content was written.'
  const child: unknown = content instanceof Y.ContentType ? content.type : null
  if (child instanceof Y.XmlText)
    return parentType.inlineContent ? null : `${parentType.name} holds no text of its own.`
  if (!(child instanceof Y.XmlElement)) return `${parentType.name} holds something that is not part of a text.`
  const type = nodeTypeOf(child)
  if (type === undefined || !childrenAllowedIn(parentType).has(type)) {
    return `${child.nodeName} cannot stand in ${parentType.name}.`
  }
  return fitClauseId(child) ? null : 'A clause needs an id.'
}

/** The table whose shape a new child or attribute of `parent` may change. */
function tableShapedBy(parent: SharedType, attribute: string | null): Y.XmlElement | null {
  if (!(parent instanceof Y.XmlElement)) return null
  if (parent.nodeName === 'table') return parent
  const isSpan = attribute === 'colspan' || attribute === 'rowspan'
  if (parent.nodeName !== 'tableRow' && !isSpan) return null
  for (let at: SharedType | null = parent; at !== null; at = at.parent) {
    if (at instanceof Y.XmlElement && at.nodeName === 'table') return at
  }
  return null
}

/**
 * Whether a table has more columns or places for cells than anybody could read. Editors put a cell into every place that has none:
 * two hundred cells that each span a hundred columns would be a million of them in fifty rows, and no browser would open the text.
 */
function isVast(table: Y.XmlElement): boolean {
  const rows = elementsOf(table)
  const widths = rows.map(() => 0)
  for (const [index, row] of rows.entries()) {
    for (const cell of elementsOf(row)) {
      const { colspan, rowspan } = attributesOf(cell)
      const end = Math.min(index + spanOf(rowspan), rows.length)
      for (let at = index; at < end; at += 1) widths[at] = (widths[at] ?? 0) + spanOf(colspan)
    }
  }
  const columns = widths.reduce((most, width) => Math.max(most, width), 0)
  return columns > maxColumns || columns * rows.length > maxCells
}

const maxColumns = 60
const maxCells = 10_000

const elementsOf = (parent: Y.XmlElement): Y.XmlElement[] =>
  parent.toArray().filter((child) => child instanceof Y.XmlElement)

const spanOf = (value: unknown): number => (typeof value === 'number' ? value : 1)

const fitClauseId = (element: Y.XmlElement) =>
  element.nodeName !== 'clause' || typeof attributesOf(element)['id'] === 'string'

type AttributeSpecs = Record<string, { default?: unknown; validate?: string | ((value: unknown) => void) }>

/** A mark is whole: what it leaves out is as the schema says, and that must fit too (a link leads somewhere). */
function fitMark(specs: AttributeSpecs, given: object): boolean {
  const unsaid = Object.entries(specs).map(([name, spec]): [string, unknown] => [name, spec.default])
  return fitAttributes(specs, Object.entries({ ...Object.fromEntries(unsaid), ...given }))
}

function fitAttributes(specs: AttributeSpecs, attributes: readonly (readonly [string, unknown])[]): boolean {
  return attributes.every(([name, value]) => {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (spec === undefined) return false
    if (typeof spec.validate !== 'function') return isPlain(value)
    try {
      spec.validate(value)
      return true
    } catch {
      return false
    }
  })
}

/** Attributes without a rule of their own (spans, widths) are small scalars or short lists of them. */
const isPlain = (value: unknown): boolean =>
  value === null ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= 200) ||
  (Array.isArray(value) && value.length <= 50 && value.every((entry) => entry === null || Number.isFinite(entry)))

const nodeTypeOf = ({ nodeName }: Y.XmlElement): NodeType | undefined =>
  Object.hasOwn(schema.nodes, nodeName) ? schema.nodes[nodeName] : undefined

const allowed = new Map<NodeType, ReadonlySet<NodeType>>()

/** Every node type that may stand somewhere in `parent`, whatever the order and number. */
function childrenAllowedIn(parent: NodeType): ReadonlySet<NodeType> {
  const known = allowed.get(parent)
  if (known !== undefined) return known
  const types = new Set<NodeType>()
  const seen = new Set<ContentMatch>()
  const visit = (match: ContentMatch) => {
    if (seen.has(match)) return
    seen.add(match)
    for (let index = 0; index < match.edgeCount; index += 1) {
      const edge = match.edge(index)
      types.add(edge.type)
      visit(edge.next)
    }
  }
  visit(parent.contentMatch)
  allowed.set(parent, types)
  return types
}

function* newChildren(body: Y.XmlFragment, transaction: Y.Transaction): Generator<Y.XmlElement> {
  for (const { parent, deleted, content } of newItems(transaction)) {
    if (deleted || !Object.is(parent, body) || !(content instanceof Y.ContentType)) continue
    if (content.type instanceof Y.XmlElement) yield content.type
  }
}

/** Whether a shared type, or anything it stands in, is deleted. */
function isGone(type: SharedType): boolean {
  for (let at: SharedType | null = type; at !== null; at = at.parent) {
    if (at._item?.deleted === true) return true
  }
  return false
}

function isInside(body: Y.XmlFragment, type: SharedType): boolean {
  for (let at: SharedType | null = type; at !== null; at = at.parent) if (Object.is(at, body)) return true
  return false
}
