/** Hostile ends at every layer below the document: handshakes, frames and messages, by hand over TCP, beside honest people. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeCode, messageType } from '#shared/protocol/messages.ts'
import { answerFrame, updateFrame } from '#server/sync/frames.ts'
import { hostileFraming, hostileHandshake, hostileMessage, mangle } from '#test/support/hostile-bytes.ts'
import { randomUpdate } from '#test/support/hostile-updates.ts'
import { random, type Random } from '#test/support/random.ts'
import { closeCodeOf, frame, handshake, openRaw, readFrames } from '#test/support/raw-socket.ts'
import { spawnServer, startTestServer, type SpawnedServer, type TestServer } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { findWords } from './text.ts'

const path = '/sync/semiconductors-mou'
const unlimited = { perUser: 1_000_000, perAddress: 1_000_000 }
const mebibyte = 1024 * 1024
const built = existsSync(fileURLToPath(new URL('../../dist/server/main.js', import.meta.url)))

v8.setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What is still in use once what can be freed has been. */
const heapInUse = () => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

type Signer = { readonly url: string; signIn(persona: string): Promise<string> }

/** People who write in the document that is attacked, and in another one. */
async function honestPeople(server: Signer) {
  const enter = async (persona: string, document: string) => {
    const client = connectStock(server.url, document, { cookie: await server.signIn(persona) })
    await client.synced()
    return client
  }
  const us = await enter('us-cochair-semiconductors', 'semiconductors-mou')
  const jp = await enter('jp-cochair-semiconductors', 'semiconductors-mou')
  const others = [await enter('us-cochair-ai', 'ai-mou'), await enter('jp-cochair-ai', 'ai-mou')] as const
  const clients = [us, jp, ...others]
  let lost = 0
  for (const { provider } of clients) provider.on('connection-close', () => (lost += 1))
  const before = clients.map(({ body }) => JSON.stringify(body))
  let marks = 0

  const hears = async (writer: StockClient, reader: StockClient) => {
    marks += 1
    const mark = `mark${marks} `
    const { text, index } = findWords(writer.body, 'Participants')
    text.insert(index, mark)
    await reader.until(() => JSON.stringify(reader.body).includes(mark))
    text.delete(index, mark.length)
    await reader.until(() => !JSON.stringify(reader.body).includes(mark))
  }
  return {
    /** That none of them was cut off, that they still hear each other, and that nothing else was written. */
    async expectUnharmed() {
      await hears(us, jp)
      await hears(jp, us)
      await hears(...others)
      expect(lost).toBe(0)
      expect(clients.map(({ body }) => JSON.stringify(body))).toEqual(before)
    },
    leave: () => {
      for (const client of clients) client.stop()
    },
  }
}

/**
 * Runs `attack` until the server has judged so many, some at once; each gives whether it was judged. What is sent and never judged
 * counts for nothing: behind a first refusal the rest of a connection's frames is dropped unread.
 */
async function untilJudged(count: number, atOnce: number, attack: () => Promise<boolean>): Promise<void> {
  let judged = 0
  let sent = 0
  const lane = async () => {
    while (judged < count) {
      sent += 1
      if (await attack()) judged += 1
      expect(sent).toBeLessThan(10 * count)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

const acknowledgement = frame(Uint8Array.of(messageType.acknowledge, 1))

/** Says that it has nothing that the server lacks: until then, what builds on what is not there is waited for, not judged. */
const nothingMore = frame(answerFrame(Uint8Array.of(0, 0)))

/** Sends a message to a document over a connection of its own, and waits for the server's word on it: a refusal, or its answer. */
async function isJudged(url: string, opening: Buffer, message: Uint8Array, eager: boolean): Promise<boolean> {
  const sent = Buffer.concat([frame(message), nothingMore, acknowledgement])
  const { socket, answered, gone, until, received } = openRaw(url, eager ? Buffer.concat([opening, sent]) : opening)
  expect(await answered).toBe(101)
  if (!eager) socket.write(sent)
  const isSaid = (bytes: Buffer) => closeCodeOf(bytes) !== null || isAcknowledged(bytes, 1)
  await Promise.race([until(isSaid), gone])
  socket.end()
  await gone
  return isSaid(received())
}

const isAcknowledged = (bytes: Buffer, count: number) =>
  readFrames(bytes).some(({ payload }) => payload[0] === messageType.acknowledge && payload[1] === count)

/** Attacks by layer. Each is one thing that is wrong, over a connection of its own. */
const families = {
  handshakes: async (server: Signer, cookies: readonly string[], chance: Random) => {
    const { socket, gone } = openRaw(server.url, hostileHandshake(path, chance.pick(cookies), chance))
    socket.end()
    return (await gone).status > 0
  },
  frames: async (server: Signer, cookies: readonly string[], chance: Random) => {
    const { socket, answered, gone } = openRaw(server.url, handshake(path, { Cookie: chance.pick(cookies) }))
    expect(await answered).toBe(101)
    const bytes = hostileFraming(chance)
    if (chance.int(0, 3) === 0) for (const byte of bytes.subarray(0, 300)) socket.write(Uint8Array.of(byte))
    else socket.write(bytes)
    // Some say goodbye, some vanish.
    if (chance.int(0, 4) === 0) socket.destroy()
    else socket.end()
    return closeCodeOf((await gone).rest) !== null
  },
  messages: async (server: Signer, cookies: readonly string[], chance: Random) => {
    const opening = Buffer.from(handshake(`${path}?v=1`, { Cookie: chance.pick(cookies) }))
    // Some do not wait for the answer to their handshake.
    return await isJudged(server.url, opening, hostileMessage(chance), chance.int(0, 3) === 0)
  },
} as const

const hostileSeats = [
  'us-drafter-semiconductors',
  'jp-drafter-semiconductors',
  'panelist-semiconductors',
  'secretariat',
]

describe('in one process with its victims', () => {
  let server: TestServer
  let cookies: string[]
  let people: Awaited<ReturnType<typeof honestPeople>>
  beforeAll(async () => {
    server = await startTestServer({ limits: unlimited })
    cookies = await Promise.all(hostileSeats.map((seat) => server.signIn(seat)))
    people = await honestPeople(server)
  })
  afterAll(async () => {
    people.leave()
    await server.stop()
  })

  for (const [name, count] of [
    ['handshakes', 450],
    ['frames', 450],
    ['messages', 450],
  ] as const) {
    for (const seed of [1, 2]) {
      test(`[S5] ${count} hostile ${name} that were each judged hurt nobody and leave nothing behind, seed ${seed}`, async () => {
        const chance = random(seed)
        // What the first of them bring into being once, such as compiled code, is no leak.
        await untilJudged(20, 10, () => families[name](server, cookies, chance))
        const before = heapInUse()
        await untilJudged(count, 25, () => families[name](server, cookies, chance))
        await people.expectUnharmed()
        expect(heapInUse() - before).toBeLessThan(24 * mebibyte)
      })
    }
  }

  const admitted = async (query = '?v=1') => {
    const raw = openRaw(server.url, handshake(path + query, { Cookie: cookies[0] ?? '' }))
    expect(await raw.answered).toBe(101)
    return raw
  }
  test('[S5] a message in parts, with pings between them, byte by byte, is a message all the same', async () => {
    const raw = await admitted()
    const parts = [
      frame(Uint8Array.of(messageType.acknowledge), { fin: false }),
      frame(new Uint8Array(), { opcode: 0, fin: false }),
      frame(Uint8Array.of(1, 2, 3), { opcode: 9 }),
      frame(Uint8Array.of(42), { opcode: 0 }),
    ]
    for (const byte of Buffer.concat(parts)) raw.socket.write(Uint8Array.of(byte))
    await raw.until((bytes) => isAcknowledged(bytes, 42))
    expect(readFrames(raw.received()).some(({ opcode }) => opcode === 10)).toBe(true)
    raw.socket.end()
    await raw.gone
  })

  test('[S5] whoever does nothing but ping is cut off', async () => {
    const raw = await admitted()
    raw.socket.write(Buffer.concat(Array.from({ length: 5000 }, () => frame(new Uint8Array(), { opcode: 9 }))))
    await raw.gone
    await people.expectUnharmed()
  })

  test('[S5] messages that come with the handshake are not lost', async () => {
    const opening = Buffer.from(handshake(`${path}?v=1`, { Cookie: cookies[0] ?? '' }))
    const raw = openRaw(server.url, Buffer.concat([opening, frame(Uint8Array.of(messageType.acknowledge, 43))]))
    await raw.until((bytes) => isAcknowledged(bytes, 43))
    expect(await raw.answered).toBe(101)
    raw.socket.end()
    await raw.gone
  })

  test.each([
    [
      'endless empty parts',
      () => Buffer.concat([frame(Uint8Array.of(0), { fin: false }), ...emptyParts(40_000)]),
      1008,
    ],
    [
      'parts that add up to more than a message may hold',
      () =>
        Buffer.concat([
          frame(new Uint8Array(mebibyte), { fin: false }),
          ...Array.from({ length: 4 }, () => frame(new Uint8Array(mebibyte), { opcode: 0, fin: false })),
        ]),
      1009,
    ],
    ['a frame that says it is of 2^40 bytes', () => frame(new Uint8Array(9), { length: 2n ** 40n, width: 64 }), 1009],
    ['a reserved bit', () => frame(Uint8Array.of(3), { reserved: 2 }), 1002],
    ['an unmasked frame', () => frame(Uint8Array.of(3), { masked: false }), 1002],
    ['two messages in one frame', () => frame(Uint8Array.of(3, 3)), closeCode.malformed],
    ['an empty message', () => frame(new Uint8Array()), closeCode.malformed],
    ['a type of twelve bytes', () => frame(Uint8Array.of(...Array<number>(11).fill(0xff), 1)), closeCode.malformed],
  ])('[S5] %s is closed with a code that says so', async (_, bytes, code) => {
    const raw = await admitted()
    raw.socket.write(bytes())
    await raw.until((received) => closeCodeOf(received) !== null)
    expect(closeCodeOf(raw.received())).toBe(code)
    raw.socket.end()
    await raw.gone
    await people.expectUnharmed()
  })

  test.each([
    ['another protocol', handshake(path, { Upgrade: 'h2c' }), 400],
    ['no such address', handshake('/sync', {}), 404],
    ['a foreign page', handshake(path, { Origin: 'https://elsewhere.example' }), 403],
    ['a broken key', handshake(path, { 'Sec-WebSocket-Key': 'short' }), 400],
    ['an old version', handshake(path, { 'Sec-WebSocket-Version': '7' }), 400],
  ])(
    '[S5] an upgrade to %s is answered, and its connection does not stay though the other end keeps it',
    async (_, text, status) => {
      const { answered, gone, socket } = openRaw(server.url, text, { halfOpen: true })
      expect(await answered).toBe(status)
      // This end never says goodbye and goes on sending what nobody reads: only the server can end it.
      socket.write(new Uint8Array(32 * mebibyte))
      await gone
    },
  )
})

const emptyParts = (count: number) =>
  Array.from({ length: count }, () => frame(new Uint8Array(), { opcode: 0, fin: false }))

async function residentBytes(program: SpawnedServer): Promise<number> {
  const text = await program.numbers()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
}

describe('the real program', () => {
  const begin = async (folder: string) => {
    const program = spawnServer(
      {
        DATA_DIR: join(folder, 'data'),
        CONNECTIONS_PER_USER: '100000',
        CONNECTIONS_PER_ADDRESS: '100000',
        NODE_OPTIONS: '--max-old-space-size=192',
      },
      { program: built ? 'shipped' : 'sources' },
    )
    const url = await program.ready
    const signer = { url, signIn: (persona: string) => program.signIn(persona) }
    return { program, url, signer, cookies: await Promise.all(hostileSeats.map((seat) => signer.signIn(seat))) }
  }
  const endInGoodOrder = async (program: SpawnedServer) => {
    program.kill('SIGTERM')
    expect(await program.exited).toEqual({ code: 0, signal: null })
    expect(program.output().stdout).not.toContain('"level":60')
  }

  test('[S5] it outlives six hundred hostile connections, each judged, in little memory, and ends in good order', async () => {
    await using folder = await temporaryFolder()
    const { program, signer, cookies } = await begin(folder.path)
    const people = await honestPeople(signer)
    const chance = random(11)
    for (const family of [families.handshakes, families.frames, families.messages]) {
      await untilJudged(40, 10, () => family(signer, cookies, chance))
      const before = await residentBytes(program)
      await untilJudged(200, 20, () => family(signer, cookies, chance))
      await people.expectUnharmed()
      expect((await residentBytes(program)) - before).toBeLessThan(96 * mebibyte)
    }
    people.leave()
    await endInGoodOrder(program)
  }, 180_000)

  test('[S5] its memory returns to its level after a thousand hostile updates, each judged by itself, mangled or nearly plausible', async () => {
    await using folder = await temporaryFolder()
    const { program, url, signer, cookies } = await begin(folder.path)
    const people = await honestPeople(signer)
    const document = 'semiconductors-outcome-targets'
    const witness = connectStock(url, document, { cookie: await signer.signIn('us-cochair-semiconductors') })
    await witness.synced()
    let lost = 0
    witness.provider.on('connection-close', () => (lost += 1))
    const chance = random(12)
    const attack = async () => {
      const opening = Buffer.from(handshake(`/sync/${document}?v=1`, { Cookie: chance.pick(cookies) }))
      const update = randomUpdate(witness.doc, chance, [chance.int(1, 2 ** 30)])
      return await isJudged(url, opening, updateFrame(chance.int(0, 1) === 0 ? update : mangle(update, chance)), false)
    }
    await untilJudged(200, 20, attack)
    const before = await residentBytes(program)
    for (let round = 0; round < 5; round += 1) {
      await untilJudged(200, 20, attack)
      await people.expectUnharmed()
      expect((await residentBytes(program)) - before).toBeLessThan(64 * mebibyte)
    }
    expect(lost).toBe(0)
    expect(witness.doc.store.pendingStructs).toBeNull()
    witness.stop()
    people.leave()
    await endInGoodOrder(program)
  }, 180_000)
})
