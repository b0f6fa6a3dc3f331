/** Group commit: one transaction at a time serves all rooms; what comes while it is under way goes into the next. */
import type { AppendEntry, AppendResult, UpdateLog } from '../storage/storage.ts'
import type { Clock } from './types.ts'

export type Committer = {
  /** Resolves when the entry is on disk, or with why it was rejected. Rejects if the store failed: nothing of it may be shown. */
  commit(entry: AppendEntry): Promise<AppendResult>
}

type Waiting = { entry: AppendEntry; resolve: (result: AppendResult) => void; reject: (error: unknown) => void }

/** When so many documents are being written, transactions are so far apart: a hundred a second serve them all, at a third less CPU. */
const manyDocuments = 20
const apartMs = 8
/** How long a document counts as being written. */
const windowMs = 250

/** A committer over `log`. `committed` hears of every transaction: rows and seconds. */
export function createCommitter(
  log: UpdateLog,
  clock: Clock,
  committed: (rows: number, seconds: number) => void,
): Committer {
  let waiting: Waiting[] = []
  let running = false
  let lastAt = 0
  const window = { since: 0, documents: new Set<string>(), many: false }

  const note = (document: string) => {
    const now = clock.now()
    if (now - window.since > windowMs) {
      window.many = window.documents.size >= manyDocuments
      window.since = now
      window.documents.clear()
    }
    window.documents.add(document)
  }

  const gather = async () => {
    const wait = window.many ? lastAt + apartMs - clock.now() : 0
    if (wait > 0) await new Promise<void>((resolve) => clock.after(wait, resolve))
    lastAt = clock.now()
  }

  const run = async () => {
    running = true
    // Rooms whose messages arrived in the same turn of the event loop share the first transaction too.
    await Promise.resolve()
    while (waiting.length > 0) {
      await gather()
      const batch = waiting
      waiting = []
      const began = performance.now()
      try {
        const results = await log.append(batch.map(({ entry }) => entry))
        committed(
          batch.reduce((rows, { entry }) => rows + entry.rows.length, 0),
          (performance.now() - began) / 1000,
        )
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index]
          if (result === undefined) reject(new Error('The store answered for fewer entries than it was given'))
          else resolve(result)
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
      // Each room goes on with its next batch before the next transaction is formed, so that it can be part of it.
      await Promise.resolve()
    }
    running = false
  }

  return {
    commit(entry) {
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject })
        note(entry.document)
        if (!running) void run()
      })
    },
  }
}
