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

export class Pace {
  readonly #clock: Clock
  #batchSize = maxBatch
  #lastAt = Number.NEGATIVE_INFINITY
  #lastWrites = 0
  #dueAt = 0
  #hurried = false
  #goOn: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many tasks the next batch may hold. */
  get batchSize(): number {
    return this.#batchSize
  }

  /** Resolves when the next batch may begin, given the readers and the tasks that wait already. Null if it may at once. */
  gather(readers: number, tasks: number): Promise<void> | null {
    const ms = Math.min(readers * msPerReader + this.#lastWrites * msPerWrite, mostMs)
    this.#dueAt = this.#lastAt + ms
    if (ms < 1 || this.#isRipe(tasks)) return null
    return this.#gathered(this.#lastAt + Math.min(ms * patience, mostMs) - this.#clock.elapsed())
  }

  /** A batch begins. */
  begin(): void {
    this.#lastAt = this.#clock.elapsed()
  }

  /** A task came, so that so many wait now. */
  arrived(tasks: number): void {
    if (this.#goOn !== null && this.#isRipe(tasks)) this.#goOn()
  }

  /** A batch held so many tasks, of them so many writes, and the event loop for so long. */
  applied(tasks: number, writes: number, ms: number): void {
    this.#lastWrites = writes
    this.#batchSize = Math.round(Math.min(maxBatch, Math.max(leastBatch, (tasks * batchMs) / Math.max(ms, 0.1))))
  }

  /** From now on nothing is waited for. */
  hurry(): void {
    this.#hurried = true
    this.#goOn?.()
  }

  /** Waiting is for more to come: a batch that is full already goes at once. */
  #isRipe(tasks: number): boolean {
    return this.#hurried || tasks >= this.#batchSize || this.#clock.elapsed() >= this.#dueAt
  }

  #gathered(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => this.#goOn?.())
      this.#goOn = () => {
        this.#goOn = null
        cancel()
        resolve()
      }
    })
  }
}
