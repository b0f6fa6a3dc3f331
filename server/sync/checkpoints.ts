/** Checkpoints of a text: a state that spares the next load the replay of a long log. The log itself stays whole. */
import type { Logger } from 'pino'
import { inTestBuild } from '../failpoints.ts'
import type { UpdateLog } from '../storage/storage.ts'
import { encodeState } from './state.ts'
import { inSteps } from './steps.ts'
import type { LiveText } from './text.ts'
import type { Clock, EngineMetrics } from './types.ts'

/**
 * A checkpoint is due when the log beyond the last one is so long. A large text is encoded less often, so that what all of its
 * checkpoints together cost grows no faster than the text.
 */
const dueRows = ({ checkpointBytes }: LiveText) => (inTestBuild ? 50 : Math.max(500, checkpointBytes / 1024))
const dueBytes = ({ checkpointBytes }: LiveText) => Math.max(512 * 1024, checkpointBytes * 2)
/** When nobody has written for so long, much less is enough: nobody waits for it. */
const quietMs = 500
const quietShare = 1 / 8

/** Checkpoints of all documents are at least so far apart: those that fall due together must not stand before the commits. */
const apartMs = 25

/** Lets one checkpoint begin at a time, among all documents. */
export type CheckpointSlots = { take(): boolean }

export function createCheckpointSlots(clock: Clock): CheckpointSlots {
  let lastAt = Number.NEGATIVE_INFINITY
  return {
    take() {
      if (clock.elapsed() - lastAt < apartMs) return false
      lastAt = clock.elapsed()
      return true
    },
  }
}

type Options = {
  readonly log: UpdateLog
  readonly clock: Clock
  readonly logger: Logger
  readonly checkpointSlots: CheckpointSlots
  readonly metrics: Pick<EngineMetrics, 'storageFailed'>
}

export class Checkpoints {
  readonly #document: string
  readonly #options: Options
  readonly #resting: () => LiveText | null
  #writing = false
  #encoded: Promise<void> | null = null
  #changedAt = 0
  #cancelQuiet: (() => void) | null = null

  /** `resting` gives the text if nothing is being done to it just now. */
  constructor(document: string, options: Options, resting: () => LiveText | null) {
    this.#document = document
    this.#options = options
    this.#resting = resting
  }

  /** While the text is being encoded, what resolves when it may change again. */
  get encoded(): Promise<void> | null {
    return this.#encoded
  }

  /** Begins one if it is due, or will once the text rests. The text must be as it is on disk at this moment. */
  beginIfDue(text: LiveText): void {
    const { clock, checkpointSlots } = this.#options
    const { rows, bytes } = text.sinceCheckpoint
    if (rows === 0 || this.#writing) return
    this.#changedAt = clock.elapsed()
    const share = Math.max(rows / dueRows(text), bytes / dueBytes(text))
    if (share >= 1 && checkpointSlots.take()) void this.write(text)
    else if (share >= quietShare) this.#lookAgain(quietMs)
  }

  /** Writes one if the log goes beyond the last; resolves also if the store refuses it. */
  async write(text: LiveText): Promise<void> {
    if (text.sinceCheckpoint.rows === 0) return
    const { log, logger, metrics } = this.#options
    const document = this.#document
    this.#writing = true
    const { seq } = text
    const { rows, bytes: length } = text.sinceCheckpoint
    text.sinceCheckpoint.rows = 0
    text.sinceCheckpoint.bytes = 0
    const encoding = inSteps(encodeState(text.doc))
    const mayChange = () => {
      this.#encoded = null
    }
    this.#encoded = encoding.then(mayChange, mayChange)
    try {
      const { bytes, chunkOffsets } = await encoding
      text.checkpointBytes = bytes.length
      await log.putCheckpoint(document, seq, bytes, chunkOffsets)
    } catch (error) {
      // The log holds everything: without the checkpoint only the next load is slower.
      text.sinceCheckpoint.rows += rows
      text.sinceCheckpoint.bytes += length
      metrics.storageFailed('checkpoint')
      logger.warn({ err: error, document }, 'The checkpoint could not be written')
    } finally {
      this.#writing = false
    }
  }

  stop(): void {
    this.#cancelQuiet?.()
  }

  #lookAgain(ms: number): void {
    const { clock, checkpointSlots } = this.#options
    this.#cancelQuiet ??= clock.after(ms, () => {
      this.#cancelQuiet = null
      const left = this.#changedAt + quietMs - clock.elapsed()
      const text = left > 0 ? null : this.#resting()
      if (text === null || this.#writing || !checkpointSlots.take()) this.#lookAgain(Math.max(left, quietMs))
      else void this.write(text)
    })
  }
}
