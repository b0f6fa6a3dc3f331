/** Sends messages to sockets; one that goes to many is framed once and leaves each time as the same bytes. */
import type { Duplex } from 'node:stream'
import { Sender, WebSocket } from 'ws'

/** Beyond this a copy costs more than it saves. */
const maxShared = 64 * 1024

export type Outbox = {
  /** Sends to an open socket over `stream`, the connection below it; to one that is closing, nothing. */
  send(socket: WebSocket, stream: Duplex, message: Uint8Array): void
}

export function createOutbox(): Outbox {
  // A room tells everyone the same thing in one go: the last message is the only one worth remembering.
  let last: { message: Uint8Array; frame: Buffer } | null = null
  return {
    send(socket, stream, message) {
      if (socket.readyState !== WebSocket.OPEN) return
      // Nothing is compressed on this server: what `ws` would write is the frame as it stands.
      if (message.length > maxShared) return socket.send(message)
      if (last?.message !== message) {
        const parts = Sender.frame(message, { fin: true, opcode: 2, mask: false, readOnly: true, rsv1: false })
        last = { message, frame: Buffer.concat(parts) }
      }
      stream.write(last.frame)
    },
  }
}
