/** Messages framed once for many sockets: what arrives, in which order, and what counts as unsent. */
import type { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createOutbox } from '#server/http/outbox.ts'

test('[S12] every size arrives whole and in order at everyone, and what is not read counts as unsent', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  const ends: { socket: WebSocket; stream: Duplex }[] = []
  const complete = new Promise<void>((resolve) =>
    server.on('connection', (socket, { socket: stream }) => {
      ends.push({ socket, stream })
      if (ends.length === 2) resolve()
    }),
  )
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 65_537, 200_000, 3]
  const clients = [0, 1].map(() => {
    const client = new WebSocket(`ws://127.0.0.1:${port}`)
    const received: Buffer[] = []
    const all = new Promise<void>((resolve) =>
      client.on('message', (data) => {
        if (data instanceof Buffer) received.push(data)
        if (received.length === sizes.length * 2) resolve()
      }),
    )
    return { client, received, all }
  })
  await complete
  const outbox = createOutbox()
  const messages = sizes.map((size, index) => new Uint8Array(size).fill(index + 1))
  for (const message of [...messages, ...messages]) {
    for (const { socket, stream } of ends) {
      outbox.send(socket, stream, message)
      socket.ping()
    }
  }
  for (const { received, all } of clients) {
    await all
    expect(received.map((data) => [data.length, data[0]])).toEqual(
      [...messages, ...messages].map((message) => [message.length, message[0]]),
    )
  }

  const [first] = ends
  if (first === undefined) throw new Error('Nobody came')
  clients[0]?.client.pause()
  const large = new Uint8Array(60_000)
  const before = first.socket.bufferedAmount
  for (let count = 0; count < 1000; count += 1) outbox.send(first.socket, first.stream, large)
  // What the system's own buffers took is less than half of it on any machine.
  expect(first.socket.bufferedAmount - before).toBeGreaterThan(30_000_000)
  first.socket.close()
  const unsent = first.socket.bufferedAmount
  outbox.send(first.socket, first.stream, large)
  expect(first.socket.bufferedAmount).toBe(unsent)
  for (const { client } of clients) client.terminate()
  for (const { socket } of ends) socket.terminate()
  server.close()
})
