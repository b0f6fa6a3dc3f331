/** Requests that come on one connection before earlier ones have their answer: each in its turn, and only a few. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** No browser and no proxy asks ahead at all; a program that does stays below this. */
const maxWaiting = 8

export type RequestQueue = {
  /** Answers a request once the answer to the one before it has been taken. Whoever asks too far ahead is cut off. */
  readonly listen: RequestListener
  /** Whether an answer is under way on this connection. */
  isBusy(socket: Socket): boolean
  /** Whether some of an answer has left on it: another one would be read as part of that. */
  isAnswering(socket: Socket): boolean
}

/**
 * An answer that nobody reads stays in memory: one for each connection, however much is asked on it. What waits behind it is a
 * request of a few lines.
 */
export function queueRequests(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestQueue {
  const lines = new WeakMap<Socket, (() => void)[]>()
  const answers = new WeakMap<Socket, ServerResponse>()
  return {
    isBusy: (socket) => lines.has(socket),
    isAnswering: (socket) => lines.has(socket) && answers.get(socket)?.headersSent === true,
    listen(request, response) {
      const { socket } = request
      const line = lines.get(socket) ?? []
      const begin = () => {
        answers.set(socket, response)
        response.once('close', () => {
          const next = line.shift()
          if (next === undefined) lines.delete(socket)
          else if (!socket.destroyed) next()
        })
        void answer(request, response)
      }
      if (!lines.has(socket)) {
        lines.set(socket, line)
        begin()
      } else if (line.length < maxWaiting) {
        line.push(begin)
      } else {
        socket.destroy()
      }
    },
  }
}
