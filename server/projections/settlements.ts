/** How many places the parties have settled of late: read from the audit, of which only what is new is read each time. */
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

/** The acts that can settle a place, as the audit calls them. */
export const settlingActions = { accept: 'change.accept', settle: 'place.settle' } as const

/** The detail of their entries that tells how many places were open no more afterwards; only where the text has changed. */
export const closedPlaces = 'closed'

const weekMs = 7 * 24 * 60 * 60 * 1000
const page = 1000

export type Settlements = {
  /** How many places were settled in the last seven days, over the documents given. */
  lately(documents: readonly Pick<DocumentRecord, 'id' | 'createdAt'>[]): Promise<number>
}

type Options = { storage: Pick<Storage, 'audit'>; clock: Pick<Clock, 'now'> }

export function createSettlements({ storage, clock }: Options): Settlements {
  let known: { readonly subject: string; readonly at: number; readonly closed: number }[] = []
  let after = 0
  /** One at a time: two would both add what they find. */
  let reading: Promise<void> = Promise.resolve()

  async function readOn(): Promise<void> {
    const since = clock.now() - weekMs
    known = known.filter(({ at }) => at >= since)
    for (;;) {
      const { entries, upTo } = await storage.audit.entries({
        actions: Object.values(settlingActions),
        since,
        after,
        limit: page,
      })
      for (const { subject, at, detail } of entries) {
        const closed = detail[closedPlaces]
        if (typeof closed === 'number' && closed > 0) known.push({ subject, at, closed })
      }
      after = upTo
      if (entries.length < page) return
    }
  }

  return {
    async lately(documents) {
      const read = reading.then(readOn)
      reading = read.catch(() => undefined)
      await read
      // One that was there under the same name before has nothing to do with it.
      const begun = new Map(documents.map(({ id, createdAt }) => [`document:${id}`, createdAt]))
      return known
        .filter(({ subject, at }) => at >= (begun.get(subject) ?? Infinity))
        .reduce((sum, { closed }) => sum + closed, 0)
    },
  }
}
