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

/** Whether a formatting of a text is a mark of the schema with fitting attributes; a null value ends it. */
export function isKnownFormat(key: string, value: unknown): boolean {
  const name = key.replace(/--[A-Za-z0-9+/=]{8}$/, '')
  const mark = Object.hasOwn(schema.marks, name) ? schema.marks[name] : undefined
  if (mark === undefined) return false
  if (value === null) return true
  if (typeof value !== 'object') return value === true
  return fitAttributes(mark.spec.attrs ?? {}, Object.entries(value))
}

/**
 * What is wrong with the places that a transaction changed, as a sentence, or null. Call it while the transaction's changes are
 * still the newest.
 */
export function findMisfit(body: Y.XmlFragment, transaction: Y.Transaction): string | null {
  for (const [type, keys] of transaction.changed) {
    if (isGone(type)) continue
    if (!isInside(body, type)) return 'Something outside the text was written.'
    const misfit =
      type instanceof Y.XmlText
        ? textMisfit(type, keys)
        : type instanceof Y.XmlElement || Object.is(type, body)
          ? containerMisfit(type, keys, transaction)
          : 'An unknown kind of content was written.'
    if (misfit !== null) return misfit
  }
  return null
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

function containerMisfit(
  parent: SharedType,
  keys: ReadonlySet<string | null>,
  transaction: Y.Transaction,
): string | null {
  const parentType = parent instanceof Y.XmlElement ? nodeTypeOf(parent) : schema.topNodeType
  if (parentType === undefined) return `There is no element ${parent instanceof Y.XmlElement ? parent.nodeName : ''}.`
  if (parent instanceof Y.XmlElement) {
    const written = Object.entries(attributesOf(parent)).filter(([name]) => keys.has(name))
    if (!fitAttributes(parentType.spec.attrs ?? {}, written)) return `An attribute of ${parent.nodeName} does not fit.`
    if (keys.has('id') && !fitClauseId(parent)) return 'A clause must keep an id.'
  }
  if (!keys.has(null)) return null
  for (let item = parent._start; item !== null; item = item.right) {
    if (item.deleted || !isNew(item, transaction)) continue
    const child: unknown = item.content instanceof Y.ContentType ? item.content.type : null
    const misfit = treeMisfit(parentType, child)
    if (misfit !== null) return misfit
  }
  return null
}

/** A new child with all that is in it. */
function treeMisfit(parentType: NodeType, child: unknown): string | null {
  if (child instanceof Y.XmlText) {
    return parentType.inlineContent ? textMisfit(child, new Set()) : `${parentType.name} holds no text of its own.`
  }
  if (!(child instanceof Y.XmlElement)) return `${parentType.name} holds something that is not part of a text.`
  const type = nodeTypeOf(child)
  if (type === undefined || !childrenAllowedIn(parentType).has(type))
    return `${child.nodeName} cannot stand in ${parentType.name}.`
  if (!fitAttributes(type.spec.attrs ?? {}, Object.entries(attributesOf(child))))
    return `An attribute of ${child.nodeName} does not fit.`
  if (!fitClauseId(child)) return 'A clause needs an id.'
  for (let item = child._start; item !== null; item = item.right) {
    if (item.deleted) continue
    const misfit = treeMisfit(type, item.content instanceof Y.ContentType ? item.content.type : null)
    if (misfit !== null) return misfit
  }
  return null
}

function textMisfit(text: Y.XmlText, keys: ReadonlySet<string | null>): string | null {
  for (const key of keys) if (key !== null) return 'A run of text has no attributes of its own.'
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (!(content instanceof Y.ContentString || content instanceof Y.ContentFormat))
      return 'A run of text holds words only.'
  }
  return null
}

const fitClauseId = (element: Y.XmlElement) =>
  element.nodeName !== 'clause' || typeof attributesOf(element)['id'] === 'string'

type AttributeSpecs = Record<string, { validate?: string | ((value: unknown) => void) }>

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
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= 200) ||
  (Array.isArray(value) && value.length <= 50 && value.every((entry) => entry === null || typeof entry === 'number'))

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

const isNew = ({ id }: Y.Item, transaction: Y.Transaction) => id.clock >= (transaction.beforeState.get(id.client) ?? 0)

function newChildren(body: Y.XmlFragment, transaction: Y.Transaction): Y.XmlElement[] {
  const children: Y.XmlElement[] = []
  for (let item = body._start; item !== null; item = item.right) {
    if (item.deleted || !isNew(item, transaction)) continue
    if (item.content instanceof Y.ContentType && item.content.type instanceof Y.XmlElement)
      children.push(item.content.type)
  }
  return children
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
