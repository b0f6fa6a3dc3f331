/** Which clauses a transaction concerns, by their ids: also those that it removed, and those that it gave another id. */
import * as Y from 'yjs'

/**
 * The ids of all clauses that a transaction changed, added, moved or removed; of one whose id changed, the old and the new one.
 * Call it while the transaction's changes are still the newest.
 */
export function concernedClauses(
  body: Y.XmlFragment,
  transaction: Y.Transaction,
  touched: ReadonlySet<Y.XmlElement>,
): Set<string> {
  const ids = new Set<string>()
  const note = (id: unknown) => {
    if (typeof id === 'string') ids.add(id)
  }
  for (const element of touched) {
    note(element.getAttribute('id'))
    note(idBefore(element, transaction))
  }
  for (const element of removedFrom(body, transaction)) note(idBefore(element, transaction))
  return ids
}

/** The elements that stood in the body before and do no longer. */
function removedFrom(body: Y.XmlFragment, transaction: Y.Transaction): Y.XmlElement[] {
  const removed: Y.XmlElement[] = []
  if (![...transaction.changed.keys()].some((type) => Object.is(type, body))) return removed
  for (let item = body._start; item !== null; item = item.right) {
    if (!(item.content instanceof Y.ContentType) || !(item.content.type instanceof Y.XmlElement)) continue
    if (isOld(item, transaction) && Y.isDeleted(transaction.deleteSet, item.id)) removed.push(item.content.type)
  }
  return removed
}

/** What an attribute's history keeps to the left of its present value. */
function idBefore(element: Y.XmlElement, transaction: Y.Transaction): unknown {
  let item = element._map.get('id') ?? null
  while (item !== null && !isOld(item, transaction)) item = item.left
  return item?.content.getContent().at(-1)
}

const isOld = ({ id }: Y.Item, transaction: Y.Transaction) => id.clock < (transaction.beforeState.get(id.client) ?? 0)
