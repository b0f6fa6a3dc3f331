/**
 * Whether shared content fits the document schema, judged on the shared types themselves and only where something changed.
 * How many children a node has is not judged: two honest edits may together leave a container empty.
 */
import * as Y from 'yjs'
import type { ContentMatch, NodeType } from '@tiptap/pm/model'
import { derived } from '#shared/domain/initiative.ts'
import { isDeletion, isInsertion, isPendingMark, markKey, markName } from '#shared/editor/changes/pending.ts'
import { attributesKnown, fitsAttribute, fitsMark } from '#shared/editor/fit.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { hasControls } from '#shared/editor/signs.ts'
import { attributesOf, childrenOf } from '#shared/editor/text.ts'

/** Any shared type. */
type SharedType = NonNullable<Y.XmlElement['parent']>

/** Whether the schema has an element of that name. */
export const isKnownElement = (name: string): boolean => {
  const type = nodeTypeNamed(name)
  return type !== undefined && !type.isText && type !== documentSchema().topNodeType
}

/** Whether some element of the schema has an attribute of that name. */
export const isKnownAttribute = (name: string): boolean => attributeNames().has(name)

const attributeNames: () => ReadonlySet<string> = derived(
  () => new Set(Object.values(documentSchema().nodes).flatMap(({ spec }) => Object.keys(spec.attrs ?? {}))),
)

/**
 * Whether a formatting of a text is a mark of the schema with fitting attributes; a null value ends it. A pending change stands
 * under the one name that its value has: under another it would come twice.
 */
export function isKnownFormat(key: string, value: unknown): boolean {
  const name = markName(key)
  if (isPendingMark(name)) {
    if (value === null) return key !== name
    const fits = name === 'insertion' ? isInsertion(value) : isDeletion(value)
    return fits && (isInsertion(value) || isDeletion(value)) && key === markKey(name, value)
  }
  const specs = attributesKnown('marks', name)
  if (specs === undefined) return false
  if (value === null) return true
  if (typeof value !== 'object' || Array.isArray(value)) return value === true && fitsMark(specs, {})
  return fitsMark(specs, { ...value })
}

/**
 * What is wrong with what a transaction wrote, as a sentence, or null. Only its new items are looked at, so that a keystroke in a
 * long text costs no more than in a short one. Call it while they are still the newest. Tables whose shape may have changed are put
 * into `tables`. `loose`: blocks may come in outside of clauses, as they do where an earlier version that has some is restored.
 */
export function findSchemaViolation(
  body: Y.XmlFragment,
  transaction: Y.Transaction,
  { loose, tables }: { readonly loose: boolean; readonly tables: Set<Y.XmlElement> },
): string | null {
  const places = new Map<SharedType, 'inside' | 'outside' | 'gone'>()
  const placeOf = (type: SharedType) => {
    const known = places.get(type)
    if (known !== undefined) return known
    const place = isGone(type) ? 'gone' : isInside(body, type) ? 'inside' : 'outside'
    places.set(type, place)
    return place
  }
  const lines = new Set<Y.XmlElement>()
  for (const item of newItems(transaction)) {
    const { parent } = item
    if (!(parent instanceof Y.AbstractType)) return 'Something outside the text was written.'
    const place = placeOf(parent)
    if (place === 'outside') return 'Something outside the text was written.'
    if (place === 'gone' || (item.deleted && item.parentSub === null)) continue
    const violation =
      item.parentSub === null ? childViolation(body, parent, item) : attributeViolation(parent, item.parentSub)
    if (violation !== null) return violation
    if (!loose && Object.is(parent, body) && !isClause(item)) return 'A block stands in a clause.'
    const table = tableShapedBy(parent, item.parentSub)
    if (table !== null) tables.add(table)
    const line = item.parentSub === null ? lineFilledBy(parent, item.content) : null
    if (line !== null) lines.add(line)
  }
  for (const [type, keys] of transaction.changed) {
    if (!keys.has(null) || placeOf(type) !== 'inside') continue
    const table = tableShapedBy(type, null)
    if (table !== null && placeOf(table) === 'inside') tables.add(table)
  }
  for (const table of tables) if (isTooLarge(table)) return 'The table is too large.'
  for (const line of lines)
    if (hasTooManyPieces(line)) return 'The paragraph holds too many formattings or line breaks.'
  for (const [type, keys] of transaction.changed) {
    if (type instanceof Y.XmlElement && keys.has('id') && placeOf(type) === 'inside' && !fitClauseId(type)) {
      return 'A clause must keep an id.'
    }
  }
  return null
}

/** Also while the transaction is still under way. */
function* newItems({ doc, beforeState }: Y.Transaction): Generator<Y.Item> {
  for (const [client, structs] of doc.store.clients) {
    const from = beforeState.get(client) ?? 0
    const last = structs.at(-1)
    if (last === undefined || from >= last.id.clock + last.length) continue
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

function attributeViolation(parent: SharedType, name: string): string | null {
  if (!(parent instanceof Y.XmlElement)) return 'Only an element has attributes.'
  const value = attributesOf(parent)[name]
  if (typeof value === 'string' && hasControls(value)) return controlsRefused
  return value === undefined || fitsAttribute(nodeTypeOf(parent)?.spec.attrs ?? {}, name, value)
    ? null
    : `An attribute of ${parent.nodeName} does not fit.`
}

const controlsRefused = 'A text holds no control characters but tab and line feed.'

/** The line of which new content is a formatting or a piece: a run of words or a break. */
function lineFilledBy(parent: SharedType, content: Y.Item['content']): Y.XmlElement | null {
  const line = content instanceof Y.ContentFormat ? parent.parent : content instanceof Y.ContentType ? parent : null
  return line instanceof Y.XmlElement && nodeTypeOf(line)?.inlineContent === true ? line : null
}

/**
 * Whether a line has more formattings or pieces than browsers show at once: with twenty thousand formattings each key of another
 * person takes a page a second, and with sixty thousand no page opens.
 */
function hasTooManyPieces(line: Y.XmlElement): boolean {
  if (line.length > maxPieces) return true
  let formattings = 0
  for (const run of childrenOf(line)) {
    if (!(run instanceof Y.XmlText)) continue
    for (let item = run._start; item !== null; item = item.right) {
      if (item.deleted || !(item.content instanceof Y.ContentFormat)) continue
      formattings += 1
      if (formattings > maxFormattings) return true
    }
  }
  return false
}

/** A passage in bold type takes two formattings, its beginning and its end; a break takes two pieces, itself and the words behind it. */
const maxFormattings = 2000
const maxPieces = 2000

function childViolation(body: Y.XmlFragment, parent: SharedType, { content }: Y.Item): string | null {
  if (parent instanceof Y.XmlText) {
    if (!(content instanceof Y.ContentString) && !(content instanceof Y.ContentFormat)) {
      return 'A run of text holds words only.'
    }
    return content instanceof Y.ContentString && hasControls(content.str) ? controlsRefused : null
  }
  const parentType =
    parent instanceof Y.XmlElement
      ? nodeTypeOf(parent)
      : Object.is(parent, body)
        ? documentSchema().topNodeType
        : undefined
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

const isClause = ({ content }: Y.Item) =>
  content instanceof Y.ContentType && content.type instanceof Y.XmlElement && content.type.nodeName === 'clause'

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
function isTooLarge(table: Y.XmlElement): boolean {
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

function nodeTypeNamed(name: string): NodeType | undefined {
  const { nodes } = documentSchema()
  return Object.hasOwn(nodes, name) ? nodes[name] : undefined
}

const nodeTypeOf = ({ nodeName }: Y.XmlElement): NodeType | undefined => nodeTypeNamed(nodeName)

const allowed = new WeakMap<NodeType, ReadonlySet<NodeType>>()

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
