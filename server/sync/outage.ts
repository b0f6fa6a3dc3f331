/** What a room does while the store fails: it says so, tells those who are here, and tries again until it works. */
import type { Logger } from 'pino'
import { RecordDamaged, StorageError } from '../storage/storage.ts'
import type { EngineMetrics } from './types.ts'

const retryFirstMs = 250
const retryMostMs = 5000

type Options = {
  readonly document: string
  readonly logger: Logger
  readonly metrics: Pick<EngineMetrics, 'storageFailed' | 'unsaved'>
  /** Waits so many milliseconds, or less once the end has begun. */
  readonly pause: (ms: number) => Promise<void>
  /** Whether anything would be lost by giving up, and there is still time. */
  readonly worthRetrying: () => boolean
}

export class Outage {
  readonly #options: Options
  #healthy = true

  constructor(options: Options) {
    this.#options = options
  }

  /** False while something that must be done fails. */
  get healthy(): boolean {
    return this.#healthy
  }

  /**
   * Does `work`, again and again with growing pauses until it succeeds. Rejects with anything but a `StorageError` at once, and
   * with that one too where it is not worthRetrying to go on. `tell` hears of every failure, before the pause.
   */
  async retryWithBackoff<T>(
    step: 'load' | 'commit',
    work: () => Promise<T>,
    tell: (error: StorageError) => void,
  ): Promise<T> {
    const { document, logger, metrics, pause, worthRetrying } = this.#options
    for (let wait = retryFirstMs; ; wait = Math.min(wait * 2, retryMostMs)) {
      try {
        const result = await work()
        if (!this.#healthy) logger.info({ document, step }, 'The store works again')
        this.#become(true)
        return result
      } catch (error) {
        metrics.storageFailed(step)
        const hopeless = step === 'commit' && error instanceof RecordDamaged
        if (!(error instanceof StorageError) || hopeless || !worthRetrying()) throw error
        logger.error({ err: error, document, step, retryInMs: wait }, 'The edits could not be put on disk')
        this.#become(false)
        tell(error)
        await pause(wait)
      }
    }
  }

  /** The room is no more: nothing of it waits for the store any longer. */
  end(): void {
    this.#become(true)
  }

  #become(healthy: boolean): void {
    if (healthy === this.#healthy) return
    this.#healthy = healthy
    this.#options.metrics.unsaved(healthy ? -1 : 1)
  }
}
