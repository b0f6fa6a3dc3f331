/** Connections that nothing is asked on: which of them make room where an address has as many as it may have. */
import type { Socket } from 'node:net'
import type { Clock } from '../sync/types.ts'

/** Whoever has come a moment ago is about to ask. */
const idleAfterMs = 1000

export type Idle = {
  /** A connection has come from an address; `leave` gives its place back. */
  arrived(socket: Socket, address: string, leave: () => void): void
  /** Something is asked on it, or it has gone. */
  roused(socket: Socket): void
  /** What was asked on it is answered, and it was not asked with a session. */
  rests(socket: Socket): void
  /** Closes the connection of that address which has been idle for longest; false if there is none. */
  makesRoom(address: string): boolean
}

/** `isBusy`: whether something was asked on a connection that is not answered yet. */
export function createIdle(clock: Clock, isBusy: (socket: Socket) => boolean): Idle {
  const places = new WeakMap<Socket, { readonly address: string; readonly leave: () => void }>()
  /** Of each address those that rest, longest first; with what had been read of each by then. */
  const resting = new Map<string, Map<Socket, { readonly since: number; readonly read: number }>>()

  const rests = (socket: Socket) => {
    const place = places.get(socket)
    if (place === undefined || socket.destroyed) return
    const line = resting.get(place.address) ?? new Map<Socket, { since: number; read: number }>()
    resting.set(place.address, line)
    line.delete(socket)
    line.set(socket, { since: clock.elapsed(), read: socket.bytesRead })
  }
  const roused = (socket: Socket) => {
    const { address } = places.get(socket) ?? {}
    const line = address === undefined ? undefined : resting.get(address)
    if (address === undefined || line === undefined) return
    line.delete(socket)
    if (line.size === 0) resting.delete(address)
  }
  return {
    rests,
    roused,
    arrived(socket, address, leave) {
      places.set(socket, { address, leave })
      rests(socket)
    },
    makesRoom(address) {
      for (const [socket, { since, read }] of resting.get(address) ?? []) {
        if (clock.elapsed() - since < idleAfterMs) return false
        // Half of a request is none, but it has its own time to arrive in.
        if (socket.bytesRead !== read || isBusy(socket)) continue
        roused(socket)
        places.get(socket)?.leave()
        socket.destroy()
        return true
      }
      return false
    },
  }
}
