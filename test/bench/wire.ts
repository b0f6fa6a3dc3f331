/**
 * A websocket client that costs next to nothing, so that what is measured is the server: many frames are taken from one chunk of
 * the connection in one go, and what is sent is framed beforehand.
 */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

export type Wire = {
  /** Sends bytes that are whole frames already. False once the system's buffers are full, until `drained`. */
  write(frames: Uint8Array): boolean
  drained(): Promise<void>
  close(): void
  /** The close code, or null if the connection just broke. */
  readonly closed: Promise<number | null>
}

const opcode = { binary: 2, close: 8, ping: 9, pong: 10 } as const
/** Not zero: a server may skip the unmasking of a zero mask, and no browser sends one. */
const mask = [0x37, 0xfa, 0x21, 0x3d] as const

/** A client's frame that holds `payload`. */
export function clientFrame(payload: Uint8Array, kind: number = opcode.binary): Buffer {
  const { length } = payload
  const head = length < 126 ? 6 : length < 65_536 ? 8 : 14
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x80 | kind
  if (length < 126) frame[1] = 0x80 | length
  else if (length < 65_536) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.set(mask, head - 4)
  for (let at = 0; at < length; at += 1) frame[head + at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0)
  return frame
}

/** Opens a connection; `receive` is given each binary message and when its chunk arrived. Rejects if it is not upgraded. */
export async function openWire(
  target: { host: string; port: number; path: string; headers: Readonly<Record<string, string>> },
  receive: (message: Buffer, at: number) => void,
): Promise<Wire> {
  const { host, port, path, headers } = target
  const socket = connect({ host, port, noDelay: true })
  let code: number | null = null
  const closed = new Promise<number | null>((resolve) => socket.once('close', () => resolve(code)))
  const lines = {
    Host: `${host}:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    ...headers,
  }
  socket.write(
    `GET ${path} HTTP/1.1\r\n${Object.entries(lines)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  )

  const take = frameReader((kind, payload, at) => {
    if (kind === opcode.binary) receive(payload, at)
    else if (kind === opcode.ping) socket.write(clientFrame(payload, opcode.pong))
    else if (kind === opcode.close) {
      code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
      socket.end(clientFrame(payload.subarray(0, 2), opcode.close))
    }
  })
  await new Promise<void>((resolve, reject) => {
    let head = Buffer.alloc(0)
    const listen = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', listen)
      const [status = ''] = head.toString('latin1', 0, end).split('\r\n', 1)
      if (!status.includes(' 101 ')) {
        socket.destroy()
        reject(new Error(`The connection was not upgraded: ${status}`))
        return
      }
      resolve()
      socket.on('data', (data: Buffer) => take(data, performance.now()))
      if (head.length > end + 4) take(head.subarray(end + 4), performance.now())
    }
    socket.on('data', listen)
    socket.on('error', reject)
    void closed.then(() => reject(new Error('The connection was closed before it was open')))
  })
  return {
    write: (frames) => !socket.destroyed && socket.write(frames),
    drained: () =>
      socket.writableNeedDrain
        ? new Promise<void>((resolve) => {
            socket.once('drain', resolve)
            void closed.then(() => resolve())
          })
        : Promise.resolve(),
    close: () => socket.destroy(),
    closed,
  }
}

/** Cuts a stream of bytes into frames. A server's are not masked. */
function frameReader(
  deliver: (kind: number, payload: Buffer, at: number) => void,
): (chunk: Buffer, at: number) => void {
  let kept: Buffer[] = []
  let keptLength = 0
  /** No whole frame before so many bytes. */
  let needed = 2
  return (chunk, at) => {
    keptLength += chunk.length
    if (keptLength < needed) {
      kept.push(chunk)
      return
    }
    const bytes = kept.length === 0 ? chunk : Buffer.concat([...kept, chunk])
    let from = 0
    needed = 2
    for (;;) {
      const left = bytes.length - from
      if (left < 2) break
      const first = bytes[from] ?? 0
      const short = (bytes[from + 1] ?? 0) & 0x7f
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (left < head) {
        needed = head
        break
      }
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(from + 2) : Number(bytes.readBigUInt64BE(from + 2))
      if (left < head + length) {
        needed = head + length
        break
      }
      if ((first & 0x80) === 0) throw new Error('The load clients do not read messages in several frames')
      deliver(first & 0x0f, bytes.subarray(from + head, from + head + length), at)
      from += head + length
    }
    kept = from < bytes.length ? [bytes.subarray(from)] : []
    keptLength = bytes.length - from
  }
}
