/**
 * How a busy room cuts its work into batches. Most of what a server of this kind costs is the writing of frames, so that fewer,
 * larger ones carry more; a small or quiet room never waits, and no batch keeps the other rooms waiting for long.
 */
import type { Clock } from './types.ts'

/** Beyond this, carets and words would visibly lag behind the voice of the person who types them. */
const mostMs = 25
const msPerReader = 0.085
const msPerWrite = 0.02
/** A batch takes at most so many tasks, and only as many as the last one's pace lets through in so many milliseconds. */
const maxBatch = 4096
const leastBatch = 32
const batchMs = 8

export type Pace = {
  /** How many tasks the next batch may hold. */
  readonly batchSize: number
  /** How long to gather before the next batch, in ms, given the readers and the tasks that wait. 0 or less: it may begin. */
  wait(readers: number, tasks: number): number
  /** A batch begins. */
  begin(): void
  /** It held so many tasks, of them so many writes, and the event loop for so long. */
  applied(tasks: number, writes: number, ms: number): void
}

export function createPace(clock: Clock): Pace {
  let batchSize = maxBatch
  let lastAt = 0
  let lastWrites = 0
  return {
    get batchSize() {
      return batchSize
    },
    wait(readers, tasks) {
      const ms = readers * msPerReader + lastWrites * msPerWrite
      // Waiting is for more to come: a batch that is full already goes at once.
      return ms < 1 || tasks >= batchSize ? 0 : lastAt + Math.min(ms, mostMs) - clock.now()
    },
    begin() {
      lastAt = clock.now()
    },
    applied(tasks, writes, ms) {
      lastWrites = writes
      batchSize = Math.round(Math.min(maxBatch, Math.max(leastBatch, (tasks * batchMs) / Math.max(ms, 0.1))))
    },
  }
}
