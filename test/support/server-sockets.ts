/** The server's end of connections within this process: what it has queued for each, and when it lets go of it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

export type ServerSockets = Disposable & {
  /** The server's end of a client's socket, once it was accepted. */
  readonly of: (client: Socket) => Socket
}

/** Begins to take note of accepted connections. */
export function watchServerSockets(): ServerSockets {
  const accepted = new Map<number, Socket>()
  const note = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return
    const { socket } = message
    if (socket instanceof Socket && socket.remotePort !== undefined) accepted.set(socket.remotePort, socket)
  }
  subscribe('net.server.socket', note)
  return {
    of(client) {
      const socket = accepted.get(client.localPort ?? 0)
      if (socket === undefined) throw new Error('The server has not accepted this connection')
      return socket
    },
    [Symbol.dispose]: () => unsubscribe('net.server.socket', note),
  }
}
