/** Floods of messages from whoever is not signed in, from one address among many, and of real edits: honest people write on. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { closeCode, messageType } from '#shared/protocol/messages.ts'
import { closeCodeOf, frame, handshake, openRaw } from '#test/support/raw-socket.ts'
import { startTestServer } from '#test/support/server.ts'
import { bothSides, converseDuring, times } from './conversation.ts'
import { acknowledge, bytesOf, copyOf, enter, mou, path, sized, textIn } from './live.ts'

test('[S11] what a stranger sends with the handshake and after it is not looked at, and loads no document', async () => {
  const other = 'semiconductors-action-plan'
  let loads = 0
  await using server = await startTestServer({
    wrap: (storage) => ({
      ...storage,
      log: {
        ...storage.log,
        load: (document) => {
          if (document === other) loads += 1
          return storage.log.load(document)
        },
      },
    }),
  })
  const [us, jp] = await bothSides(server)
  const question = frame(bytesOf(0, 0, 1, 0))
  const nonsense = frame(Uint8Array.of(255))
  const large = frame(bytesOf(0, 2, sized(new Uint8Array(100_000))))
  const flood = Buffer.concat([...Array.from({ length: 2000 }, () => question), nonsense, large, large, large])
  const codes = new Map<number | null, number>()
  const stranger = async () => {
    const token = randomBytes(32).toString('base64url')
    const { answered, gone, socket } = openRaw(server.url, handshake(`/sync/${other}?token=${token}`))
    socket.write(flood)
    expect(await answered).toBe(101)
    socket.write(flood)
    // They never take their leave: the server ends it.
    const { rest } = await gone
    const code = closeCodeOf(rest)
    codes.set(code, (codes.get(code) ?? 0) + 1)
    expect(rest.length).toBeLessThan(200)
  }
  await converseDuring(us, jp, times(100, 25, stranger))
  // A reset may overtake the farewell of one who goes on talking; nothing else is ever heard.
  expect([...codes.keys()].every((code) => code === closeCode.unauthenticated || code === null)).toBe(true)
  expect(loads).toBe(0)
  for (const client of [us, jp]) client.stop()
})

test('[S11] a flood from one address behind the proxy is cut at that address’s limit, and the others write on', async () => {
  const limits = { perUser: 400, perAddress: 30 }
  await using server = await startTestServer({ trustedProxies: ['127.0.0.1'], limits })
  const [us, jp] = await bothSides(server, { 'x-forwarded-for': '198.51.100.7' })
  const cookie = await server.signIn('us-drafter-semiconductors')
  const statuses: number[] = []
  const sockets: { destroy: () => void }[] = []
  const attempt = async () => {
    const raw = openRaw(server.url, handshake(path, { Cookie: cookie, 'X-Forwarded-For': '203.0.113.9' }))
    statuses.push(await raw.answered)
    sockets.push(raw.socket)
  }
  await converseDuring(us, jp, times(600, 50, attempt))
  expect(statuses.filter((status) => status === 101)).toHaveLength(limits.perAddress)
  expect(statuses.filter((status) => status === 429)).toHaveLength(600 - limits.perAddress)
  for (const socket of sockets) socket.destroy()
  for (const client of [us, jp]) client.stop()
})

test('[S11] ten thousand real edits of one session all come in, in their order, beside two who write', async () => {
  await using server = await startTestServer()
  const [us, jp] = await bothSides(server)
  const raw = await enter(server, await server.signIn('us-drafter-semiconductors'))
  const copy = await copyOf(server, 'Done in duplicate')
  const count = 10_000
  const words = Array.from({ length: count }, (_, at) => String.fromCharCode(0x4e00 + (at % 5000)))
  const edits = copy
    .changes(({ text }) => words.forEach((word, at) => text.insert(at, word)))
    .map((update) => frame(bytesOf(0, 2, sized(update))))
  // Looked for near the end, as there is much before it.
  const done = raw.until((bytes) => bytes.subarray(-2000).includes(Buffer.from([0x82, 2, messageType.acknowledge, 99])))
  raw.socket.write(Buffer.concat([...edits, acknowledge(99)]))
  await converseDuring(us, jp, done)
  expect((await textIn(server)).includes(words.join(''))).toBe(true)
  const rows = await server.storage.log.history(mou, { after: 0, upTo: 1_000_000, limit: 100_000 })
  expect(rows.length).toBeLessThan(count / 2)
  raw.socket.destroy()
  for (const client of [us, jp]) client.stop()
})
