/** Connections and upgrades: what is too much costs a line of text and no more, and what the app lets in becomes a socket. */
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../sync/types.ts'
import { networkOf, type Callers } from './callers.ts'
import type { App, Upgrade } from './context.ts'
import type { Gate } from './gate.ts'
import type { ServerMetrics } from './metrics.ts'
import type { Turns } from './turns.ts'

type Options = {
  readonly sockets: WebSocketServer
  readonly app: App
  readonly turns: Pick<Turns, 'isBusy'>
  readonly gate: Gate
  readonly callers: Callers
  readonly clock: Clock
  /** How long an ended connection may stay half open. */
  readonly linger: number
  readonly logger: Logger
  readonly metrics: Pick<ServerMetrics, 'refused'>
}

/** Puts the gate before the server's connections, and has its upgrades answered by the app. */
export function serveUpgrades(server: Server, options: Options): void {
  const { turns, gate, callers, clock, linger, logger, metrics } = options
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    // A proxy's connections are many people's: they are counted one by one below.
    if (callers.isProxy(remoteAddress)) return
    const place = gate.connect(networkOf(remoteAddress))
    if ('leave' in place) {
      socket.on('close', place.leave)
    } else {
      metrics.refused('flood')
      socket.destroy()
    }
  })

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    closeOnceEnded(stream, clock, linger)
    // Its answers could no longer be told from what follows the handshake.
    if (turns.isBusy(request.socket)) return stream.destroy()
    // Of a connection that becomes a socket this clock is stopped: it has a pulse of its own.
    request.socket.on('timeout', () => stream.destroy())
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return turnAway(stream, 400)
    const place = gate.arrive(callers.of(request).address)
    if ('wait' in place) {
      metrics.refused('flood')
      return turnAway(stream, 429, { 'Retry-After': String(Math.max(1, Math.ceil(place.wait))) })
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
  if (asked === null) return turnAway(stream, 400)
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

function turnAway(stream: Duplex, status: number, headers: Readonly<Record<string, string>> = {}, body = ''): void {
  // The other end may be gone already, which is all the same.
  stream.on('error', () => stream.destroy())
  const all = { ...headers, Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`)
}
