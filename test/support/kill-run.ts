/**
 * Two sides type into a real server that is killed (SIGKILL) again and again, and a third watches. After each restart the store
 * must hold everything that was acknowledged to its author and everything that the third one saw.
 */
import * as Y from 'yjs'
import * as encoding from 'lib0/encoding'
import { childrenOf } from '#shared/editor/text.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { messageType } from '#shared/protocol/messages.ts'
import { random } from './random.ts'
import { spawnServer, type SpawnedServer } from './server.ts'
import { connectStock, type StockClient } from './stock.ts'
import { temporaryFolder } from './storage.ts'

const mou = 'semiconductors-mou'

export type KillReport = {
  readonly kills: number
  readonly edits: number
  readonly acknowledged: number
  /** Kills after which something acknowledged or seen was gone. */
  readonly losses: readonly string[]
}

/** Runs `kills` rounds with randomness from `seed`. `built`: the program in dist, else the sources. */
export async function killRun(seed: number, kills: number, built = true): Promise<KillReport> {
  await using folder = await temporaryFolder()
  const chance = random(seed)
  const environment = { DATA_DIR: folder.path, LOG_LEVEL: 'info' }
  let server = spawnServer(environment, { built })
  const url = await server.ready
  const port = new URL(url).port
  const losses: string[] = []
  let edits = 0
  let acknowledgements = 0
  try {
    const writers = await Promise.all(
      ['us-cochair-semiconductors', 'jp-cochair-semiconductors'].map(async (persona) => {
        const client = connectStock(url, mou, { cookie: await server.signIn(persona), params: { v: '1' } })
        await client.synced()
        return writer(client)
      }),
    )
    const reader = connectStock(url, mou, { cookie: await server.signIn('secretariat') })
    await reader.synced()

    for (let kill = 1; kill <= kills; kill += 1) {
      await Promise.all([...writers.map(({ client }) => client.synced()), reader.synced()])
      await typeUntilKilled(server, writers, chance, () => (edits += 1))
      const seen = Y.encodeStateAsUpdate(reader.doc)
      const saved = writers.map(({ saved: state }) => state())
      server = spawnServer({ ...environment, PORT: port }, { built })
      await server.ready
      const check = connectStock(url, mou, { cookie: await server.signIn('us-committee') })
      await check.synced()
      const stored = Y.encodeStateAsUpdate(check.doc)
      check.stop()
      if (!holds(stored, seen)) losses.push(`seed ${seed}, kill ${kill}: something that was seen is gone`)
      for (const [index, state] of saved.entries()) {
        if (state !== null && !holds(stored, state))
          losses.push(`seed ${seed}, kill ${kill}: writer ${index} lost saved work`)
      }
      acknowledgements += writers.reduce((sum, { count }) => sum + count(), 0)
    }

    // Typing goes on without a reload: what was not saved before a kill is sent again by the same clients, and all converge.
    await Promise.all(writers.map(({ client }) => client.synced()))
    await Promise.all(writers.map(({ flush }) => flush()))
    const whole = Y.encodeStateVector(writers[0]?.client.doc ?? reader.doc)
    const same = (client: StockClient) => Buffer.from(Y.encodeStateVector(client.doc)).equals(Buffer.from(whole))
    for (const client of [...writers.map(({ client: own }) => own), reader]) {
      await client.until(
        () => holds(Y.encodeStateAsUpdate(client.doc), Y.encodeStateAsUpdate(reader.doc)) || same(client),
      )
    }
    for (const { client } of writers) client.stop()
    reader.stop()
  } finally {
    server.kill('SIGKILL')
    await server.exited
  }
  return { kills, edits, acknowledged: acknowledgements, losses }
}

/** Whether a state holds everything, insertions and deletions, that another one does. */
export function holds(state: Uint8Array, other: Uint8Array): boolean {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, state)
  let changed = false
  doc.on('update', () => {
    changed = true
  })
  Y.applyUpdate(doc, other)
  return !changed && doc.store.pendingStructs === null
}

/** A client that asks for acknowledgements and remembers its text as of the newest one. */
function writer(client: StockClient) {
  let sent = 0
  let newest: Uint8Array | null = null
  const waiting = new Map<number, Uint8Array>()
  let heard = 0
  const settle = () => {
    for (; heard < client.acknowledged.length; heard += 1) {
      const number = client.acknowledged[heard] ?? -1
      newest = waiting.get(number) ?? newest
      waiting.delete(number)
    }
  }
  const ask = () => {
    sent = (sent % 100) + 1
    waiting.set(sent, Y.encodeStateAsUpdate(client.doc))
    const count = sent
    client.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.acknowledge)
        encoding.writeVarUint(encoder, count)
      }),
    )
    return count
  }
  return {
    client,
    ask,
    saved: () => {
      settle()
      waiting.clear()
      return newest
    },
    count: () => client.acknowledged.length,
    flush: async () => {
      const before = client.acknowledged.length
      ask()
      await client.until(() => client.acknowledged.length > before)
    },
  }
}

async function typeUntilKilled(
  server: SpawnedServer,
  writers: readonly ReturnType<typeof writer>[],
  chance: ReturnType<typeof random>,
  edited: () => void,
): Promise<void> {
  const lifetime = chance.int(30, 400)
  const ended = new Promise<void>((resolve) => setTimeout(resolve, lifetime))
  let alive = true
  const typing = writers.map(async ({ client, ask }) => {
    while (alive) {
      edit(client, chance)
      edited()
      if (chance.int(0, 2) === 0) ask()
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (chance.int(0, 4) === 0) await new Promise<void>((resolve) => setTimeout(resolve, chance.int(0, 8)))
    }
  })
  await ended
  server.kill('SIGKILL')
  alive = false
  await Promise.all(typing)
  await server.exited
}

/** A random insertion or deletion in a random clause. */
function edit({ body, doc }: StockClient, chance: ReturnType<typeof random>): void {
  const index = chance.int(0, readClausesCount(body) - 1)
  const texts = runsOf(body.get(index))
  if (texts.length === 0) return
  const text = chance.pick(texts)
  doc.transact(() => {
    if (text.length > 40 && chance.int(0, 2) === 0) text.delete(chance.int(0, text.length - 6), chance.int(1, 5))
    else text.insert(chance.int(0, text.length), chance.pick(['x', '字', 'word ', '日本側', '.']))
  })
}

const readClausesCount = (body: Y.XmlFragment) => Math.max(1, readClauses(body).length)

const runsOf = (node: unknown): Y.XmlText[] => {
  if (node instanceof Y.XmlText) return [node]
  return node instanceof Y.XmlElement ? childrenOf(node).flatMap(runsOf) : []
}
