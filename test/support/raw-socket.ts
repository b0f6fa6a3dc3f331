/** WebSocket connections by hand, byte by byte over TCP, for what no library would send. */
import { connect, type Socket } from 'node:net'

export type Outcome = {
  /** The status of the answer to the handshake; 0 without one. */
  readonly status: number
  /** What came after it. */
  readonly rest: Buffer
}

export type RawConnection = {
  readonly socket: Socket
  /** The handshake's answer, once its head is complete, or at the end of the connection. */
  readonly answered: Promise<number>
  /** The whole of it, once the connection is gone. */
  readonly gone: Promise<Outcome>
  /** Bytes after the answer's head, so far. */
  readonly received: () => Buffer
  /** Resolves once `holds` does for the bytes after the head. */
  readonly until: (holds: (rest: Buffer) => boolean) => Promise<void>
}

/** Opens a connection to the server at `url` and sends `bytes`. */
export function openRaw(url: string, bytes: string | Uint8Array, { halfOpen = false } = {}): RawConnection {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: halfOpen })
  const chunks: Buffer[] = []
  const watchers = new Set<() => void>()
  const parsed = () => {
    const all = Buffer.concat(chunks)
    const end = all.indexOf('\r\n\r\n')
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(all.subarray(0, 20).toString('latin1'))?.[1]
    return { complete: end >= 0, status: Number(status ?? 0), rest: end < 0 ? all : all.subarray(end + 4) }
  }
  const look = () => {
    for (const watcher of watchers) watcher()
  }
  const when = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const watcher = () => {
        if (!holds()) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
  let over = false
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    look()
  })
  // A reset is one of the ways in which a server turns someone away.
  socket.on('error', () => {})
  const gone = new Promise<Outcome>((resolve) =>
    socket.once('close', () => {
      over = true
      look()
      const { status, rest } = parsed()
      resolve({ status, rest })
    }),
  )
  socket.write(bytes)
  return {
    socket,
    gone,
    answered: when(() => over || parsed().complete).then(() => parsed().status),
    received: () => parsed().rest,
    until: (holds) => when(() => holds(parsed().rest)),
  }
}

/** The text of a handshake. `headers` replace those of a proper one; null leaves one out. */
export function handshake(
  path: string,
  headers: Readonly<Record<string, string | null>> = {},
  line = `GET ${path} HTTP/1.1`,
): string {
  const all: Record<string, string | null> = {
    Host: '127.0.0.1',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`
}

type FrameParts = {
  readonly opcode?: number
  readonly fin?: boolean
  /** The three reserved bits, as a number from 0 to 7. */
  readonly reserved?: number
  readonly masked?: boolean
  /** What the length field says, if not the truth, and in how many bits. */
  readonly length?: bigint
  readonly width?: 7 | 16 | 64
}

/** A frame as a client sends it: binary, whole and masked unless said otherwise. */
export function frame(payload: Uint8Array, parts: FrameParts = {}): Buffer {
  const { opcode = 2, fin = true, reserved = 0, masked = true, length = BigInt(payload.length) } = parts
  const width = parts.width ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64)
  const head = Buffer.alloc(width === 7 ? 2 : width === 16 ? 4 : 10)
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  head[1] = (masked ? 0x80 : 0) | (width === 7 ? Number(length & 0x7fn) : width === 16 ? 126 : 127)
  if (width === 16) head.writeUInt16BE(Number(length & 0xffffn), 2)
  if (width === 64) head.writeBigUInt64BE(length & 0xffff_ffff_ffff_ffffn, 2)
  if (!masked) return Buffer.concat([head, payload])
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78])
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))])
}

/** The unmasked frames that a server sent, as far as they are complete. */
export function readFrames(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const start = at + (short === 127 ? 10 : short === 126 ? 4 : 2)
    if (start > bytes.length) break
    const length =
      short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short
    if (start + length > bytes.length) break
    frames.push({ opcode: (bytes[at] ?? 0) & 0x0f, payload: bytes.subarray(start, start + length) })
    at = start + length
  }
  return frames
}

/** The code of the close frame among what a server sent, or null. */
export function closeCodeOf(bytes: Buffer): number | null {
  const farewell = readFrames(bytes).find(({ opcode }) => opcode === 8)
  return farewell === undefined || farewell.payload.length < 2 ? null : farewell.payload.readUInt16BE(0)
}
