/** Group commit: one transaction at a time serves all rooms; what comes while it is under way goes into the next. */
import type { AppendEntry, AppendResult, UpdateLog } from '../storage/storage.ts'

export type Committer = {
  /** Resolves when the entry is on disk, or with why it was rejected. Rejects if the store failed: nothing of it may be shown. */
  commit(entry: AppendEntry): Promise<AppendResult>
}

type Waiting = { entry: AppendEntry; resolve: (result: AppendResult) => void; reject: (error: unknown) => void }

/** A committer over `log`. `committed` hears of every transaction: rows and seconds. */
export function createCommitter(log: UpdateLog, committed: (rows: number, seconds: number) => void): Committer {
  let waiting: Waiting[] = []
  let running = false

  const run = async () => {
    running = true
    // Rooms whose messages arrived in the same turn of the event loop share the first transaction too.
    await Promise.resolve()
    while (waiting.length > 0) {
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
        if (!running) void run()
      })
    },
  }
}
