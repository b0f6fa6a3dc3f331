/** What was written when and by whom: the recent rows of each log, without their content, kept in memory as they grow. */
import type { Logger } from 'pino'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import { unlessUnreadable } from '../storage/unreadable.ts'
import { createLatest } from './latest.ts'

export type Written = { readonly seq: number; readonly at: number; readonly user: string | null }

export type Activity = {
  /**
   * The rows of a document that were committed after `since`, oldest first; at most the newest thousand. None if they cannot be
   * read just now: what is new in one damaged document must not keep anyone from all others.
   */
  since(document: DocumentRecord, since: number): Promise<readonly Written[]>
}

const kept = 1000
const page = 500

export function createActivity({ storage, logger }: { storage: Storage; logger: Logger }): Activity {
  const recent = createLatest<readonly Written[]>(async (document, before) => {
    const rows = before === null ? [] : [...before.value]
    for (let after = Math.max(before?.seq ?? 0, document.head - kept); after < document.head; after += page) {
      const range = { after, upTo: Math.min(after + page, document.head), limit: page }
      const next = await storage.log.history(document.id, range)
      rows.push(...next.map(({ seq, at, user }) => ({ seq, at, user })))
    }
    return { seq: document.head, value: rows.slice(-kept) }
  })

  return {
    async since(document, since) {
      if (document.changedAt <= since) return []
      const rows = await unlessUnreadable(logger, { document: document.id }, recent(document), [])
      return rows.filter(({ at }) => at > since)
    },
  }
}

const pause = 5 * 60 * 1000

/** Joins what one person wrote without a longer pause, or a clock set back, into runs. Rows must be in the order of commit. */
export function joinRuns<Row extends Written>(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && last.user === row.user && Math.abs(row.at - last.at) < pause) run.push(row)
    else runs.push([row])
  }
  return runs
}
