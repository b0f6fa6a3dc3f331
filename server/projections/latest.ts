/**
 * What is derived from documents: kept with the step of the log that it is of, and brought forward when the document has gone on.
 * Every projection follows the committed log this way, so none can show more, or less, than what is on disk.
 */
import { dropOldest } from '../lib/drop-oldest.ts'
import type { DocumentRecord } from '../storage/storage.ts'

/** A derived value and the step up to which the log is in it. */
type Derived<Value> = { readonly seq: number; readonly value: Value }

/** Which text it is, and how far its log has gone. */
export type Position = Pick<DocumentRecord, 'id' | 'epoch' | 'head'>

/** The derived value of a document as of its head. */
export type Latest<Value> = (document: Position) => Promise<Value>

/** Of how many documents a value is kept. Forgetting one costs deriving it anew. */
const maxKept = 1000

/**
 * Keeps a derived value of each document.
 * @param bring gives the value as of the document's head or later; `before` is the last one of the same text, null at first and after
 *   the text was replaced as a whole. Rejections are passed on, and nothing is kept of them.
 */
export function createLatest<Value>(
  bring: (document: Position, before: Derived<Value> | null) => Promise<Derived<Value>>,
): Latest<Value> {
  const kept = new Map<string, { readonly epoch: number; readonly derived: Derived<Value> }>()
  const onTheWay = new Map<string, { readonly epoch: number; readonly head: number; readonly value: Promise<Value> }>()

  async function derive(document: Position, before: Derived<Value> | null): Promise<Value> {
    const derived = await bring(document, before)
    kept.delete(document.id)
    kept.set(document.id, { epoch: document.epoch, derived })
    dropOldest(kept, maxKept)
    return derived.value
  }

  return async (document) => {
    const { id, epoch, head } = document
    const known = kept.get(id)
    const before = known?.epoch === epoch ? known.derived : null
    if (before !== null && before.seq >= head) return before.value
    // Pages ask for the same documents at the same moment: one of them does the work.
    const asked = onTheWay.get(id)
    if (asked?.epoch === epoch && asked.head >= head) return await asked.value
    const value = derive(document, before)
    const mine = { epoch, head, value }
    onTheWay.set(id, mine)
    try {
      return await value
    } finally {
      if (onTheWay.get(id) === mine) onTheWay.delete(id)
    }
  }
}
