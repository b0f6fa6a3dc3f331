/**
 * How fast live connections are read. Whoever sends more than the documents can take is read more slowly, never cut off and never
 * queued for without bound: a long offline copy and a large paste arrive a little later, a flood stands in its own line.
 */
import * as decoding from 'lib0/decoding'
import { messageType, syncType } from '#shared/protocol/messages.ts'
import type { Clock } from '../sync/types.ts'
import { createBuckets } from './rate.ts'

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

export type Reader = {
  /** Hands a message on now or, in its turn, later. */
  take(message: Uint8Array): void
  /** A message of so many bytes that was handed on has been dealt with. */
  settled(bytes: number): void
  /** The other end has read what it was sent. */
  drained(): void
  /** Drops what waits and reads on: nothing but the farewell is expected. */
  stop(): void
}

export type Intake = {
  /** Starts reading a connection of `user`. `tooFast` is called when it must be closed. */
  read(user: string, source: Source, deliver: (message: Uint8Array) => void, tooFast: () => void): Reader
}

export function createIntake(clock: Clock): Intake {
  const asked = createBuckets(clock, questions)
  let heldBack = 0

  return {
    read(user, source, deliver, tooFast) {
      let waiting: Uint8Array[] = []
      let next = 0
      let waitingQuestions = 0
      const outstanding = { messages: 0, bytes: 0 }
      let greeted = false
      let paused = false
      let stopped = false
      let draining = false
      let cancelRetry: (() => void) | null = null

      const fits = (size: number) => {
        const { messages, bytes } = outstanding
        const sharers = Math.max(1, heldBack)
        return messages === 0 || (messages < maxMessages / sharers && bytes + size <= maxBytes / sharers)
      }
      const mayAsk = () => {
        if (!greeted) {
          greeted = true
          return true
        }
        const wait = asked.take(user)
        if (wait > 0) cancelRetry ??= clock.after(Math.ceil(wait * 1000), retry)
        return wait === 0
      }
      const mayPass = (message: Uint8Array) =>
        fits(message.length) && source.bufferedAmount <= maxUnread && (!isQuestion(message) || mayAsk())
      const pass = (message: Uint8Array) => {
        outstanding.messages += 1
        outstanding.bytes += message.length
        deliver(message)
      }
      const pause = () => {
        if (paused) return
        paused = true
        heldBack += 1
        source.pause()
      }
      const resume = () => {
        if (!paused) return
        paused = false
        heldBack -= 1
        source.resume()
      }
      const drain = () => {
        // Handing on may settle at once and come back here.
        if (draining || stopped || !paused) return
        draining = true
        while (next < waiting.length && !stopped) {
          const message = waiting[next]
          if (message === undefined || !mayPass(message)) break
          next += 1
          if (isQuestion(message)) waitingQuestions -= 1
          pass(message)
        }
        draining = false
        if (next < waiting.length) return
        waiting = []
        next = 0
        resume()
      }
      const retry = () => {
        cancelRetry = null
        drain()
      }

      return {
        take(message) {
          if (stopped) return
          if (!paused && mayPass(message)) return pass(message)
          waiting.push(message)
          pause()
          if (isQuestion(message)) waitingQuestions += 1
          if (waitingQuestions > maxWaitingQuestions) tooFast()
        },
        settled(bytes) {
          outstanding.messages -= 1
          outstanding.bytes -= bytes
          drain()
        },
        drained: drain,
        stop() {
          if (stopped) return
          stopped = true
          waiting = []
          cancelRetry?.()
          resume()
        },
      }
    },
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
