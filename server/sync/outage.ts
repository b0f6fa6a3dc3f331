/** What a room does while the store fails: it says so, tells those who are here, and tries again until it works. */
import type { Logger } from 'pino'
import { StorageError } from '../storage/storage.ts'
import type { EngineMetrics } from './types.ts'

const retryFirstMs = 250
const retryMostMs = 5000

export type Outage = {
  /** False while something that must be done fails. */
  readonly healthy: boolean
  /**
   * Does `work`, again and again with growing pauses until it succeeds. Rejects with anything but a `StorageError` at once, and
   * with that one too where it is not worthwhile to go on. `tell` hears of every failure, before the pause.
   */
  insist<T>(step: 'load' | 'commit', work: () => Promise<T>, tell: (error: StorageError) => void): Promise<T>
  /** The room is no more: nothing of it waits for the store any longer. */
  end(): void
}

type Options = {
  readonly logger: Logger
  readonly metrics: Pick<EngineMetrics, 'storageFailed' | 'unsaved'>
  /** Waits so many milliseconds, or less once the end has begun. */
  readonly pause: (ms: number) => Promise<void>
  /** Whether anything would be lost by giving up, and there is still time. */
  readonly worthwhile: () => boolean
}

export function createOutage({ logger, metrics, pause, worthwhile }: Options): Outage {
  let healthy = true

  const become = (value: boolean) => {
    if (value === healthy) return
    healthy = value
    metrics.unsaved(value ? -1 : 1)
  }

  return {
    get healthy() {
      return healthy
    },
    async insist(step, work, tell) {
      for (let wait = retryFirstMs; ; wait = Math.min(wait * 2, retryMostMs)) {
        try {
          const result = await work()
          if (!healthy) logger.info({ step }, 'The store works again')
          become(true)
          return result
        } catch (error) {
          metrics.storageFailed(step)
          if (!(error instanceof StorageError) || !worthwhile()) throw error
          logger.error({ err: error, step, retryInMs: wait }, 'The edits could not be put on disk')
          become(false)
          tell(error)
          await pause(wait)
        }
      }
    },
    end: () => become(true),
  }
}
