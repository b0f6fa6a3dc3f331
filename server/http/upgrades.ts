/** The first look at connections and upgrades, before the app hears of them: what is too much costs a line of text and no more. */
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { ServerType } from '@hono/node-server'
import type { Duplex } from 'node:stream'
import type { Clock } from '../sync/types.ts'
import { networkOf, type Callers } from './callers.ts'
import type { Gate } from './gate.ts'
import type { ServerMetrics } from './metrics.ts'

type Options = {
  readonly gate: Gate
  readonly callers: Callers
  readonly clock: Clock
  /** How long an ended connection may stay half open. */
  readonly linger: number
  readonly metrics: Pick<ServerMetrics, 'refused'>
}

/** Puts the gate before whatever answers the server's connections and upgrades so far. */
export function guardServer(server: ServerType, { gate, callers, clock, linger, metrics }: Options): void {
  server.on('connection', (socket) => {
    const { remoteAddress } = socket
    // A proxy's connections are many people's: they are counted one by one below.
    if (callers.isProxy(remoteAddress)) return
    const place = gate.connect(networkOf(remoteAddress))
    if ('leave' in place) {
      socket.once('close', place.leave)
    } else {
      metrics.refused('flood')
      socket.destroy()
    }
  })

  const answer = server.listeners('upgrade')
  server.removeAllListeners('upgrade')
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Nothing closes an upgraded connection but us: one that never ends its own side would stay for good.
    let cancel = () => {}
    socket.once('finish', () => {
      cancel = clock.after(linger, () => socket.destroy())
    })
    socket.once('close', () => cancel())
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return turnAway(socket, 400)
    const place = gate.arrive(callers.of(request).address)
    if ('wait' in place) {
      metrics.refused('flood')
      return turnAway(socket, 429, place.wait)
    }
    socket.once('close', place.leave)
    for (const listener of answer) Reflect.apply(listener, server, [request, socket, head])
  })
}

function turnAway(socket: Duplex, status: number, wait?: number): void {
  // The other end may be gone already, which is all the same.
  socket.on('error', () => socket.destroy())
  const retry = wait === undefined ? '' : `Retry-After: ${Math.max(1, Math.ceil(wait))}\r\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
