/**
 * The clauses that a transaction touched, as they were before it and as they are after it, both read from the same structure: a
 * text that keeps what is deleted still has its state before the newest changes.
 */
import * as Y from 'yjs'
import { attributeOf, isJson, visibleNow, type Visible } from '#shared/editor/changes/nodes.ts'
import { markName } from '#shared/editor/changes/pending.ts'
import type { JsonMark, JsonNode, JsonValue } from '#shared/editor/text.ts'
import { touchedElements } from './content.ts'

/** One clause in both states; null where it did not stand in the text. Each is read when it is asked for. */
export type TouchedClause = { readonly before: () => JsonNode | null; readonly after: () => JsonNode | null }

/** Tells of an item whether it stood in the text before a transaction. To be asked before the transaction ends. */
export function visibleBefore(transaction: Y.Transaction): Visible {
  const { deleteSet } = transaction
  // Yjs puts it in order when the transaction ends, and searches it by halves.
  const deleted = deleteSet.clients.size === 0 ? null : Y.mergeDeleteSets([deleteSet])
  return (item) => isOld(item, transaction) && (!item.deleted || (deleted !== null && Y.isDeleted(deleted, item.id)))
}

/** Whether an item is older than a transaction. */
export const isOld = ({ id }: Y.Item, { beforeState }: Y.Transaction): boolean =>
  id.clock < (beforeState.get(id.client) ?? 0)

/**
 * The clauses that a transaction changed, added, moved or removed, by id; one whose id changed is there under the old id, as it was
 * before, and under the new one, as it is after.
 */
export function touchedClauses(
  body: Y.XmlFragment,
  transaction: Y.Transaction,
  wasVisible: Visible,
): ReadonlyMap<string, TouchedClause> {
  const elements = touchedElements(body, transaction)
  for (const element of removedFrom(body, transaction, wasVisible)) elements.add(element)
  const states = new Map<string, { before: Y.XmlElement | null; after: Y.XmlElement | null }>()
  const note = (state: 'before' | 'after', element: Y.XmlElement, visible: Visible) => {
    if (element._item === null || !visible(element._item)) return
    const id = attributeOf(element, 'id', visible)
    if (typeof id !== 'string') return
    const known = states.get(id) ?? { before: null, after: null }
    states.set(id, { ...known, [state]: element })
  }
  for (const element of elements) {
    note('before', element, wasVisible)
    note('after', element, visibleNow)
  }
  return new Map(
    [...states].map(([id, { before, after }]) => [
      id,
      {
        before: () => before && project(before, wasVisible),
        after: () => after && project(after, visibleNow),
      },
    ]),
  )
}

/** The elements that stood in the body before and do no longer. */
function* removedFrom(body: Y.XmlFragment, transaction: Y.Transaction, wasVisible: Visible): Generator<Y.XmlElement> {
  if (![...transaction.changed.keys()].some((type) => Object.is(type, body))) return
  for (let item = body._start; item !== null; item = item.right) {
    if (!item.deleted || !wasVisible(item) || !(item.content instanceof Y.ContentType)) continue
    if (item.content.type instanceof Y.XmlElement) yield item.content.type
  }
}

/** An element as JSON, of the items that are `visible`. Neighbouring runs may have the same marks: `canonical` joins them. */
function project(element: Y.XmlElement, visible: Visible): JsonNode {
  const attrs: Record<string, JsonValue> = {}
  for (const name of element._map.keys()) {
    const value = attributeOf(element, name, visible)
    if (isJson(value)) attrs[name] = value
  }
  const content: JsonNode[] = []
  for (let item = element._start; item !== null; item = item.right) {
    if (!visible(item) || !(item.content instanceof Y.ContentType)) continue
    const { type } = item.content
    if (type instanceof Y.XmlElement) content.push(project(type, visible))
    else if (type instanceof Y.XmlText) content.push(...runsOf(type, visible))
  }
  return { type: element.nodeName, attrs, content }
}

function* runsOf(text: Y.XmlText, visible: Visible): Generator<JsonNode> {
  const open = new Map<string, JsonMark>()
  for (let item = text._start; item !== null; item = item.right) {
    if (!visible(item)) continue
    const { content } = item
    if (content instanceof Y.ContentFormat) {
      const { key, value } = content
      if (value === null) open.delete(key)
      else open.set(key, { type: markName(key), attrs: isAttributes(value) ? value : {} })
    } else if (content instanceof Y.ContentString) {
      yield { type: 'text', text: content.str, marks: [...open.values()] }
    }
  }
}

/** Of a mark without attributes the value is true. */
const isAttributes = (value: unknown): value is NonNullable<JsonMark['attrs']> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
