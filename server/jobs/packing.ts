/** Packs rows of the logs while nothing else is urgent: the history stays whole at a fraction of its size. */
import type { Logger } from 'pino'
import { inTestBuild } from '../failpoints.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

const every = inTestBuild ? 100 : 60_000
/** A text that is being written is packed now and then, one that has been left alone to its last row. */
const leastRows = inTestBuild ? 64 : 1024
const restMs = 5 * 60_000

/** Starts looking for rows to pack once a minute; returns how to stop. `done` hears of each round that has ended. */
export function startPacking(options: {
  storage: Storage
  clock: Clock
  logger: Logger
  done?: () => void
}): () => void {
  const { storage, clock, logger, done } = options
  let stopped = false
  let cancel = () => {}

  const packDocument = async ({ id, changedAt }: DocumentRecord) => {
    const atRest = clock.now() - changedAt >= restMs
    let packed = true
    // Where someone writes, one part a round: a long backlog never keeps the store from those who write.
    for (let part = 0; packed && !stopped && (atRest || part === 0); part += 1) {
      packed = await storage.log.pack(id, atRest ? 1 : leastRows)
    }
  }
  const packAll = async () => {
    for (const document of await storage.documents.list()) {
      if (stopped) return
      try {
        await packDocument(document)
      } catch (error) {
        // The others are packed all the same.
        logger.warn({ err: error, document: document.id }, 'old edits could not be packed')
      }
    }
  }
  const round = () => {
    packAll()
      .catch((error: unknown) => logger.warn({ err: error }, 'no edits could be packed'))
      .finally(() => {
        if (!stopped) cancel = clock.after(every, round)
        done?.()
      })
  }
  cancel = clock.after(every, round)

  return () => {
    stopped = true
    cancel()
  }
}
