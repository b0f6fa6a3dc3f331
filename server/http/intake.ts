/**
 * How fast live connections are read. Whoever sends more than the documents can take is read more slowly, never cut off and never
 * queued for without bound: a long offline copy and a large paste arrive a little later, a flood stands in its own line.
 */
import * as decoding from 'lib0/decoding'
import { messageType, syncType } from '#shared/protocol/messages.ts'
import type { Clock } from '../sync/types.ts'
import { createBuckets, type Buckets } from './rate.ts'

/** What all held-back connections together may have in their documents' queues; each gets an equal share of it. */
const maxMessages = 8192
const maxBytes = 32 * 1024 * 1024
/** Past so many bytes that the other end has not read, nothing more is read from it: it only makes more of them. */
const maxUnread = 16 * 1024 * 1024
/** Messages whose answer is many times their size; a client sends one as it connects. Per user. */
const questions = { burst: 20, perSecond: 2 }
/** So many questions waiting at once are no client's. */
const maxWaitingQuestions = 200

/** The connection as it is read from: a `ws` socket. */
export type Source = {
  pause(): void
  resume(): void
  readonly bufferedAmount: number
}

export type Intake = {
  /** Starts reading a connection of `user`. `tooFast` is called when it must be closed. */
  read(user: string, source: Source, deliver: (message: Uint8Array) => void, tooFast: () => void): Reader
}

/** What all connections share. */
type Shared = {
  readonly clock: Clock
  readonly asked: Buckets
  /** How many of them are held back. */
  heldBack: number
}

export function createIntake(clock: Clock): Intake {
  const shared: Shared = { clock, asked: createBuckets(clock, questions), heldBack: 0 }
  return { read: (user, source, deliver, tooFast) => new Reader(shared, user, source, deliver, tooFast) }
}

/** One connection as it is read. */
export class Reader {
  readonly #shared: Shared
  readonly #user: string
  readonly #source: Source
  readonly #deliver: (message: Uint8Array) => void
  readonly #tooFast: () => void
  #waiting: Uint8Array[] = []
  #next = 0
  #waitingQuestions = 0
  #outstandingMessages = 0
  #outstandingBytes = 0
  #greeted = false
  #paused = false
  #stopped = false
  #draining = false
  #cancelRetry: (() => void) | null = null

  constructor(
    shared: Shared,
    user: string,
    source: Source,
    deliver: (message: Uint8Array) => void,
    tooFast: () => void,
  ) {
    this.#shared = shared
    this.#user = user
    this.#source = source
    this.#deliver = deliver
    this.#tooFast = tooFast
  }

  /** Hands a message on now or, in its turn, later. */
  take(message: Uint8Array): void {
    if (this.#stopped) return
    if (!this.#paused && this.#mayPass(message)) return this.#pass(message)
    this.#waiting.push(message)
    this.#pause()
    if (isQuestion(message)) this.#waitingQuestions += 1
    if (this.#waitingQuestions > maxWaitingQuestions) this.#tooFast()
  }

  /** A message of so many bytes that was handed on has been dealt with. */
  settled(bytes: number): void {
    this.#outstandingMessages -= 1
    this.#outstandingBytes -= bytes
    this.drained()
  }

  /** The other end has read what it was sent. */
  drained(): void {
    // Handing on may settle at once and come back here.
    if (this.#draining || this.#stopped || !this.#paused) return
    this.#draining = true
    while (this.#next < this.#waiting.length && !this.#stopped) {
      const message = this.#waiting[this.#next]
      if (message === undefined || !this.#mayPass(message)) break
      this.#next += 1
      if (isQuestion(message)) this.#waitingQuestions -= 1
      this.#pass(message)
    }
    this.#draining = false
    if (this.#next < this.#waiting.length) return
    this.#waiting = []
    this.#next = 0
    this.#resume()
  }

  /** Drops what waits and reads on: nothing but the farewell is expected. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#waiting = []
    this.#cancelRetry?.()
    this.#resume()
  }

  #mayPass(message: Uint8Array): boolean {
    return (
      this.#fits(message.length) && this.#source.bufferedAmount <= maxUnread && (!isQuestion(message) || this.#mayAsk())
    )
  }

  #fits(size: number): boolean {
    const sharers = Math.max(1, this.#shared.heldBack)
    return (
      this.#outstandingMessages === 0 ||
      (this.#outstandingMessages < maxMessages / sharers && this.#outstandingBytes + size <= maxBytes / sharers)
    )
  }

  #mayAsk(): boolean {
    if (!this.#greeted) {
      this.#greeted = true
      return true
    }
    const { asked, clock } = this.#shared
    const wait = asked.take(this.#user)
    if (wait > 0) {
      this.#cancelRetry ??= clock.after(Math.ceil(wait * 1000), () => {
        this.#cancelRetry = null
        this.drained()
      })
    }
    return wait === 0
  }

  #pass(message: Uint8Array): void {
    this.#outstandingMessages += 1
    this.#outstandingBytes += message.length
    this.#deliver(message)
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#shared.heldBack += 1
    this.#source.pause()
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#shared.heldBack -= 1
    this.#source.resume()
  }
}

/** Whether a message asks for much: a state vector, everyone's presence, a look at the session. Anything unknown counts as such. */
function isQuestion(message: Uint8Array): boolean {
  try {
    const decoder = decoding.createDecoder(message)
    const type = decoding.readVarUint(decoder)
    if (type === messageType.sync) return decoding.readVarUint(decoder) === syncType.step1
    return type !== messageType.awareness && type !== messageType.acknowledge
  } catch {
    return false
  }
}
