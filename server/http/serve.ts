/** Puts the app on a port, live connections included, and takes it off again. */
import { createServer, type ServerResponse } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { closeCode, maxFrameBytes } from '#shared/protocol/messages.ts'
import { failpoint } from '../failpoints.ts'
import { createApp, type AppOptions } from './app.ts'
import { createCallers, isLoopback } from './callers.ts'
import { createIdle } from './idle.ts'
import { createGate, defaultLimits, type ConnectionLimits } from './gate.ts'
import { listen } from './listen.ts'
import { plainProblem, problemType } from './problems.ts'
import { queueRequests } from './request-queue.ts'
import { serveUpgrades } from './upgrades.ts'

/** Rights that end, end within two seconds, also for a reader that does not answer the farewell: see `judgeWithin`. */
const closeTimeout = 750
const lastAnswers = 1000
/** A request that takes longer to arrive than this is none. */
const arrival = { headersTimeout: 15_000, requestTimeout: 60_000, requireHostHeader: false }
/** A connection on which an answer does not get on for so long has nobody at its other end. Event streams beat more often. */
const untaken = 60_000

type ServerOptions = AppOptions & {
  readonly host: string
  readonly port: number
  /** Addresses and networks of proxies whose forwarding headers are believed. */
  readonly trustedProxies?: readonly string[]
  readonly limits?: ConnectionLimits
}

type RunningServer = {
  readonly url: string
  /**
   * Takes nothing new, puts on disk what was received, says goodbye to everyone with a transient code. The store stays open.
   * Rejects, with all that done, if the store did not take what was received.
   */
  close(): Promise<void>
}

/** Listens on `host` and `port` (0: any free one). Rejects with the system's error if the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, rooms, clock, logger, metrics } = options
  const trustedProxies = options.trustedProxies ?? []
  const callers = createCallers(trustedProxies)
  const gate = createGate(clock, options.limits ?? defaultLimits)
  const loopbackOnly = options.demo && isLoopback(host) && trustedProxies.length === 0
  const { app, isFamiliar, stop } = await createApp({ ...options, callers, gate, loopbackOnly })
  // A little above what a room takes, so that a frame just too large gets a code that says so.
  const limits = { maxPayload: maxFrameBytes + 1024, perMessageDeflate: false, closeTimeout }
  const sockets = new WebSocketServer({ noServer: true, ...limits })
  const requests = queueRequests(getRequestListener(app.fetch, { hostname: host, errorHandler: refuseUnreadable }))
  const idle = createIdle(clock, (socket) => requests.isBusy(socket))
  const server = createServer(arrival, (request, response) => {
    const { socket } = request
    if (request.headers.host === undefined && request.httpVersion === '1.1') return refuseHostless(response)
    idle.roused(socket)
    response.once('close', () => {
      if (!isFamiliar(request)) idle.rests(socket)
    })
    requests.listen(request, response)
  }).setTimeout(untaken)
  serveUpgrades(server, { sockets, app, requests, gate, idle, callers, clock, linger: closeTimeout, logger, metrics })
  const url = await listen(server, { host, port }).catch((error: unknown) => {
    stop()
    throw error
  })
  return {
    url,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      try {
        await rooms.close()
        failpoint('shutdown.drained')
      } finally {
        stop()
        await farewell(sockets)
        // Requests that are being answered get their answer, if it does not take long.
        const giveUp = clock.after(lastAnswers, () => server.closeAllConnections())
        await closed
        giveUp()
      }
    },
  }
}

function refuseHostless(response: ServerResponse): void {
  response.writeHead(400, { ...problemType, Connection: 'close' })
  response.end(plainProblem(400, 'Say in the header Host which server you mean.'))
}

/** What is said of a request whose address or host is none: of all others the app says it itself. */
function refuseUnreadable(error: unknown): Response {
  const [status, detail] =
    error instanceof RequestError
      ? [400, 'The address or the host of the request cannot be read.']
      : [500, 'Something failed on the server.']
  return new Response(plainProblem(status, detail), { status, headers: problemType })
}

/** Waits until the last connection has taken its leave; those that do not answer are cut off by their close timeout. */
async function farewell(sockets: WebSocketServer): Promise<void> {
  await Promise.all(
    [...sockets.clients].map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('close', () => resolve())
          if (socket.readyState === socket.CLOSED) resolve()
          else if (socket.readyState === socket.OPEN) socket.close(closeCode.unavailable, 'The server is restarting.')
        }),
    ),
  )
}
