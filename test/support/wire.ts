/**
 * The wire between one browser and the server. It keeps every byte that the server sends to that browser, so that a test can say
 * what never came over it, and it can be cut and mended.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export type Wire = {
  /** Where the browser finds the server. */
  readonly url: string
  /**
   * Where `text` came over the wire: `GET /api/...` or `SOCKET /sync/...`, each once; in plain, or in base64 wherever it starts.
   */
  readonly carriersOf: (text: string) => string[]
  /** How many bytes came so far from the addresses that start so. */
  readonly bytesFrom: (prefix: string) => number
  /** Keeps back what the server sends over live connections, until `release`. */
  readonly hold: () => void
  readonly release: () => void
  /** Breaks every connection; new ones fail until `mend`. */
  readonly cut: () => void
  readonly mend: () => void
  readonly close: () => Promise<void>
}

/** One request and all that was sent in answer to it. */
type Delivery = { readonly address: string; readonly chunks: Buffer[] }

/** Lays a wire to the server at `target`. */
export async function layWire(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target)
  const deliveries: Delivery[] = []
  const open = new Set<Duplex>()
  const live = new Set<Socket>()
  let whole = true
  let held = false

  const keep = (address: string): Delivery => {
    const delivery = { address, chunks: [] }
    deliveries.push(delivery)
    return delivery
  }
  const lines = (message: IncomingMessage) => {
    const { rawHeaders } = message
    return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1] ?? ''}`] : []))
  }

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url = '/' } = incoming
    const { chunks } = keep(`${method} ${url}`)
    // What is compressed cannot be searched.
    const headers = { ...incoming.headers, 'accept-encoding': 'identity' }
    const upstream = request({ hostname, port, method, path: url, headers }, (answer) => {
      chunks.push(Buffer.from(lines(answer).join('\r\n')))
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      outgoing.flushHeaders()
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        outgoing.write(chunk)
      })
      answer.on('end', () => outgoing.end())
      answer.on('error', () => outgoing.destroy())
    })
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  }

  const upgrade = (incoming: IncomingMessage, browser: Duplex, head: Buffer) => {
    const { url = '/' } = incoming
    const { chunks } = keep(`SOCKET ${url}`)
    const server = connect(Number(port), hostname, () => {
      server.write(`GET ${url} HTTP/1.1\r\n${lines(incoming).join('\r\n')}\r\n\r\n`)
      server.write(head)
      browser.pipe(server)
    })
    live.add(server)
    if (held) server.pause()
    server.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      browser.write(chunk)
    })
    const end = () => {
      live.delete(server)
      server.destroy()
      browser.destroy()
    }
    for (const side of [server, browser]) {
      side.on('error', end)
      side.on('close', end)
    }
  }

  const proxy = createServer(forward)
  proxy.on('upgrade', upgrade)
  proxy.on('connection', (socket) => {
    if (!whole) {
      socket.destroy()
      return
    }
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    proxy.once('error', reject)
    proxy.listen(0, '127.0.0.1', resolve)
  })
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('The wire has no port')

  const cut = () => {
    whole = false
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    carriersOf: (text) => {
      const forms = encodings(text)
      const found = deliveries.filter(({ chunks }) => {
        const bytes = Buffer.concat(chunks)
        return forms.some((form) => bytes.includes(form))
      })
      return [...new Set(found.map((delivery) => delivery.address))]
    },
    bytesFrom: (prefix) =>
      deliveries
        .filter((delivery) => delivery.address.startsWith(prefix))
        .reduce((sum, { chunks }) => sum + chunks.reduce((length, chunk) => length + chunk.length, 0), 0),
    hold: () => {
      held = true
      for (const server of live) server.pause()
    },
    release: () => {
      held = false
      for (const server of live) server.resume()
    },
    cut,
    mend: () => {
      whole = true
    },
    close: async () => {
      cut()
      await new Promise<void>((resolve) => proxy.close(() => resolve()))
    },
  }
}

/** The ways in which a text may be written: as it is, and in base64 after any number of other bytes. */
function encodings(text: string): Buffer[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
    // The first and last characters also depend on what stands around the text.
    return Buffer.from(
      bytes
        .toString('base64')
        .replace(/=+$/, '')
        .slice(offset === 0 ? 0 : 4, -1),
    )
  })
  return [Buffer.from(text), ...inBase64]
}
