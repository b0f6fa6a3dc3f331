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

  const complain = (document: string | null, error: unknown) =>
    logger.warn({ document, err: error }, 'old edits could not be packed')

  const packAll = async () => {
    for (const { id, head } of await storage.documents.list()) {
      // One segment a document and round: a long backlog never keeps the store from those who write.
      if (stopped || head < segmentRows) continue
      // A document that is damaged must not keep the others from being packed.
      await storage.log.pack(id, segmentRows).catch((error: unknown) => complain(id, error))
    }
  }
  const round = () => {
    packAll()
      .catch((error: unknown) => complain(null, error))
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
