/** Packs old rows of the logs while nothing else is urgent: the history stays whole at a fraction of its size. */
import type { Logger } from 'pino'
import type { Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

const every = 60_000
/** Rows that make a segment: enough for a compressor to work with, few enough to unpack one in passing. */
const segmentRows = 8192

/** Starts looking for rows to pack once a minute; returns how to stop. */
export function startPacking(options: { storage: Storage; clock: Clock; logger: Logger }): () => void {
  const { storage, clock, logger } = options
  let stopped = false
  let cancel = () => {}

  const packAll = async () => {
    for (const { id, head } of await storage.documents.list()) {
      // One segment a document and round: a long backlog never keeps the store from those who write.
      if (!stopped && head >= segmentRows) await storage.log.pack(id, segmentRows)
    }
  }
  const round = () => {
    packAll()
      .catch((error: unknown) => logger.warn({ err: error }, 'old edits could not be packed'))
      .finally(() => {
        if (!stopped) cancel = clock.after(every, round)
      })
  }
  cancel = clock.after(every, round)

  return () => {
    stopped = true
    cancel()
  }
}
