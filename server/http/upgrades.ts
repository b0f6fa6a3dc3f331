/** Connections and upgrades: what is too much, or cannot be read, costs a line of text and no more; what the app lets in becomes a socket. */
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../sync/types.ts'
import { networkOf, type Callers } from './callers.ts'
import type { App, Upgrade } from './context.ts'
import type { Gate } from './gate.ts'
import type { Idle } from './idle.ts'
import type { ServerMetrics } from './metrics.ts'
import { plainProblem, problemType } from './problems.ts'
import type { RequestQueue } from './request-queue.ts'

type Options = {
  readonly sockets: WebSocketServer
  readonly app: App
  readonly requests: Pick<RequestQueue, 'isBusy' | 'isAnswering'>
  readonly gate: Gate
  readonly idle: Idle
  readonly callers: Callers
  readonly clock: Clock
  /** How long an ended connection may stay half open. */
  readonly linger: number
  readonly logger: Logger
  readonly metrics: Pick<ServerMetrics, 'refused'>
}

/** Puts the gate before the server's connections, and has its upgrades answered by the app. */
export function serveUpgrades(server: Server, options: Options): void {
  const { sockets, requests, gate, idle, callers, clock, linger, logger, metrics } = options
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    // A proxy's connections are many people's: they are counted one by one below.
    if (callers.isProxy(remoteAddress)) return
    const address = networkOf(remoteAddress)
    const first = gate.connect(address)
    const place = 'wait' in first && idle.makesRoom(address) ? gate.connect(address) : first
    if ('leave' in place) {
      idle.arrived(socket, address, place.leave)
      socket.on('close', () => {
        place.leave()
        idle.roused(socket)
      })
    } else {
      metrics.refused('flood')
      socket.destroy()
    }
  })

  server.on('clientError', (error: Error, socket: Duplex) => {
    closeOnceEnded(socket, clock, linger)
    answerUnreadable(error, socket, socket instanceof Socket && requests.isAnswering(socket))
  })

  sockets.on('wsClientError', (_, stream) => refuse(stream, 400, 'The handshake cannot be read.'))

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    idle.roused(request.socket)
    closeOnceEnded(stream, clock, linger)
    // Its answers could no longer be told from what follows the handshake.
    if (requests.isBusy(request.socket)) return stream.destroy()
    // Of a connection that becomes a socket this clock is stopped: it has a pulse of its own.
    request.socket.on('timeout', () => stream.destroy())
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return refuse(stream, 400, 'Live connections are WebSockets.')
    }
    const place = gate.arrive(callers.of(request).address)
    if ('wait' in place) {
      metrics.refused('flood')
      const again = { 'Retry-After': String(Math.max(1, Math.ceil(place.wait))) }
      return refuse(stream, 429, 'Too many live connections came from this address. Wait a moment.', again)
    }
    stream.on('close', place.leave)
    answer(request, stream, head, options).catch((error: unknown) => {
      logger.error({ err: error }, 'an upgrade failed')
      stream.destroy()
    })
  })
}

/** Nothing closes an upgraded connection but us: one that never ends its own side would stay for good. */
function closeOnceEnded(stream: Duplex, clock: Clock, linger: number): void {
  stream.on('finish', () => {
    const cancel = clock.after(linger, () => stream.destroy())
    stream.on('close', cancel)
  })
}

/**
 * Asks the app. Nothing of the request is kept once it is a socket: of a connection that lives for hours the request, its headers
 * and their context would be a third of what it takes.
 */
async function answer(request: IncomingMessage, stream: Duplex, head: Buffer, { app, sockets }: Options) {
  const givenUp = () => stream.destroy()
  stream.on('error', givenUp)
  const asked = requestOf(request)
  if (asked === null) return refuse(stream, 400, 'The address of the request cannot be read.')
  const decision: { open: ((socket: WebSocket) => void) | null } = { open: null }
  const upgrade: Upgrade = {
    stream,
    accept(open) {
      decision.open = open
    },
  }
  const response = await app.fetch(asked, { incoming: request, upgrade })
  if (stream.destroyed) return
  if (decision.open === null) {
    return turnAway(stream, response.status, Object.fromEntries(response.headers), await response.text())
  }
  stream.off('error', givenUp)
  sockets.handleUpgrade(request, stream, head, decision.open)
}

/** The request as the app reads it, or null if its address is none. */
function requestOf({ url = '/', headers }: IncomingMessage): Request | null {
  const present = new Headers()
  for (const name in headers) {
    const value = headers[name]
    // An empty one is no missing one: an empty Origin is not that of our pages.
    if (value !== undefined) present.append(name, [value].flat().join(', '))
  }
  try {
    return new Request(url.startsWith('/') ? `http://${headers.host ?? 'localhost'}${url}` : url, { headers: present })
  } catch {
    return null
  }
}

function refuse(stream: Duplex, status: number, detail: string, headers: Readonly<Record<string, string>> = {}): void {
  turnAway(stream, status, { ...problemType, ...headers }, plainProblem(status, detail))
}

/** Answers what did not arrive as a request, unless some of another answer has left already. */
export function answerUnreadable(error: Error, stream: Duplex, isAnswering: boolean): void {
  const { status, detail } = unreadable('code' in error ? error.code : null)
  if (stream.writable && !isAnswering) refuse(stream, status, detail)
  else stream.destroy()
}

/** What is said of a request that did not arrive as one. */
function unreadable(code: unknown): { status: number; detail: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, detail: 'The headers of the request are too large.' }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, detail: 'The request is too large.' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, detail: 'The request took too long to arrive.' }
    default:
      return { status: 400, detail: 'The request cannot be read.' }
  }
}

function turnAway(stream: Duplex, status: number, headers: Readonly<Record<string, string>> = {}, body = ''): void {
  // The other end may be gone already, which is all the same.
  stream.on('error', () => stream.destroy())
  const all = { ...headers, Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`)
}
