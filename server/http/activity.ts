/** What was written when and by whom: the recent rows of each log, without their content, kept in memory as they grow. */
import type { Logger } from 'pino'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import { unlessUnreadable } from './unreadable.ts'

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
  const known = new Map<string, { epoch: number; head: number; rows: readonly Written[] }>()

  async function recent(document: DocumentRecord): Promise<readonly Written[]> {
    const before = known.get(document.id)
    const usable = before?.epoch === document.epoch ? before : { epoch: document.epoch, head: 0, rows: [] }
    if (usable.head >= document.head) return usable.rows
    const rows = [...usable.rows]
    for (let after = Math.max(usable.head, document.head - kept); after < document.head; after += page) {
      const range = { after, upTo: Math.min(after + page, document.head), limit: page }
      const next = await storage.log.history(document.id, range)
      rows.push(...next.map(({ seq, at, user }) => ({ seq, at, user })))
    }
    const newest = rows.slice(-kept)
    known.set(document.id, { epoch: document.epoch, head: document.head, rows: newest })
    return newest
  }

  return {
    async since(document, since) {
      if (document.changedAt <= since) return []
      const rows = await unlessUnreadable(logger, { document: document.id }, recent(document), [])
      return rows.filter(({ at }) => at > since)
    },
  }
}

const pause = 5 * 60 * 1000

/** Joins what one person wrote without a longer pause into runs. Rows must be in the order of commit. */
export function joinRuns<Row extends Written>(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && last.user === row.user && row.at - last.at < pause) run.push(row)
    else runs.push([row])
  }
  return runs
}
