/**
 * How a busy room cuts its work into batches. Most of what a server of this kind costs is the writing of frames, so that fewer,
 * larger ones carry more; a small or quiet room never waits, and no batch keeps the other rooms waiting for long.
 */
import type { Clock } from './types.ts'

/** Beyond this, carets and words would visibly lag behind the voice of the person who types them. */
const mostMs = 25
/** An interval that is over ends with the next edit, which then need not wait; at the latest after so many of its lengths. */
const patience = 1.5
const msPerReader = 0.09
const msPerWrite = 0.02
/** A batch takes at most so many tasks, and only as many as the last one's pace lets through in so many milliseconds. */
const maxBatch = 4096
const leastBatch = 32
const batchMs = 5

export type Pace = {
  /** How many tasks the next batch may hold. */
  readonly batchSize: number
  /** Resolves when the next batch may begin, given the readers and the tasks that wait already. Null if it may at once. */
  gather(readers: number, tasks: number): Promise<void> | null
  /** A batch begins. */
  begin(): void
  /** A task came, so that so many wait now. */
  arrived(tasks: number): void
  /** A batch held so many tasks, of them so many writes, and the event loop for so long. */
  applied(tasks: number, writes: number, ms: number): void
  /** From now on nothing is waited for. */
  hurry(): void
}

export function createPace(clock: Clock): Pace {
  let batchSize = maxBatch
  let lastAt = 0
  let lastWrites = 0
  let dueAt = 0
  let hurried = false
  let goOn: (() => void) | null = null

  // Waiting is for more to come: a batch that is full already goes at once.
  const isRipe = (tasks: number) => hurried || tasks >= batchSize || clock.now() >= dueAt

  const gathered = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, () => goOn?.())
      goOn = () => {
        goOn = null
        cancel()
        resolve()
      }
    })

  return {
    get batchSize() {
      return batchSize
    },
    gather(readers, tasks) {
      const ms = Math.min(readers * msPerReader + lastWrites * msPerWrite, mostMs)
      dueAt = lastAt + ms
      return ms < 1 || isRipe(tasks) ? null : gathered(lastAt + Math.min(ms * patience, mostMs) - clock.now())
    },
    begin() {
      lastAt = clock.now()
    },
    arrived(tasks) {
      if (goOn !== null && isRipe(tasks)) goOn()
    },
    applied(tasks, writes, ms) {
      lastWrites = writes
      batchSize = Math.round(Math.min(maxBatch, Math.max(leastBatch, (tasks * batchMs) / Math.max(ms, 0.1))))
    },
    hurry() {
      hurried = true
      goOn?.()
    },
  }
}
