/** Those who take part in a text while its server is killed: two writers, and a reader who writes nothing. */
import * as encoding from 'lib0/encoding'
import { bodyToJson } from '#shared/editor/text.ts'
import { messageType } from '#shared/protocol/messages.ts'
import { createLedger, editAtRandom, wordsIn, type Entry, type Ledger } from './kill-ledger.ts'
import { random, type Random } from './random.ts'
import type { SpawnedServer } from './server.ts'
import { connectStock, type StockClient } from './stock.ts'

export const mou = 'semiconductors-mou'

export type Writer = {
  readonly chance: Random
  /** Makes one edit. */
  readonly edit: () => void
  /** Asks for an acknowledgement of everything so far. */
  readonly ask: () => void
  /** Resolves when everything so far is acknowledged. */
  readonly flush: () => Promise<void>
}

export type Company = AsyncDisposable & {
  readonly ledger: Ledger
  readonly writers: readonly Writer[]
  readonly reader: StockClient
  /** Of someone who may read the text and its history. */
  readonly cookie: string
  /** Connects everyone to a server; resolves when all have its text. */
  readonly enter: (url: string) => Promise<void>
  /** Takes in what still arrives from a server that has ended, enters what was promised into the ledger, and stays away. */
  readonly leave: () => Promise<void>
}

/** Seats them at a server whose text nobody has changed. */
export async function gatherCompany(server: SpawnedServer, seed: number): Promise<Company> {
  const url = await server.ready
  const join = async (persona: string) => {
    const cookie = await server.signIn(persona)
    const client = connectStock(url, mou, { cookie, params: { v: '1' } })
    await client.synced()
    return { client, cookie }
  }
  const { client: reader, cookie } = await join('secretariat')
  const ledger = createLedger(JSON.stringify(bodyToJson(reader.body)))
  const writers = await Promise.all(
    ['us-cochair-semiconductors', 'jp-cochair-semiconductors'].map(async (persona, index) => {
      const { client } = await join(persona)
      return createWriter(client, ledger, { letter: 'ab'.charAt(index), chance: random(seed * 1000 + index) })
    }),
  )
  const witnesses = [
    ...writers.map(({ client, deletions }) => watch(client, ledger, deletions)),
    watch(reader, ledger, new Set()),
  ]
  const clients = [reader, ...writers.map(({ client }) => client)]
  return {
    ledger,
    writers,
    reader,
    cookie,
    async enter(address) {
      await Promise.all(
        clients.map(async ({ provider, synced, closed }) => {
          provider.serverUrl = `${address.replace(/^http/, 'ws')}/sync`
          provider.connect()
          const refused = closed.then((code) => {
            throw new Error(`Someone who did nothing wrong was disconnected with ${code}`)
          })
          await Promise.race([synced(), refused])
        }),
      )
    },
    async leave() {
      await Promise.all(clients.map(({ until, provider }) => until(() => !provider.synced)))
      for (const { provider } of clients) provider.disconnect()
      for (const { settle } of writers) settle()
      for (const testify of witnesses) testify()
    },
    async [Symbol.asyncDispose]() {
      for (const { stop } of clients) stop()
    },
  }
}

function createWriter(client: StockClient, ledger: Ledger, { letter, chance }: { letter: string; chance: Random }) {
  const made: Entry[] = []
  const deletions = new Set<string>()
  /** How many edits each request is about whose answer has not come. */
  const asked = new Map<number, number>()
  let requests = 0
  let heard = 0
  let promised = 0

  const ask = () => {
    if (!client.provider.wsconnected) return
    requests += 1
    asked.set(requests, made.length)
    const frame = encoding.createEncoder()
    encoding.writeVarUint(frame, messageType.acknowledge)
    encoding.writeVarUint(frame, requests)
    client.send(encoding.toUint8Array(frame))
  }
  return {
    client,
    chance,
    deletions,
    edit: () => {
      const entry = editAtRandom(client.body, chance, () => ledger.newWord(letter))
      made.push(entry)
      ledger.made(entry)
      if (entry.deleted) deletions.add(entry.word)
    },
    ask,
    flush: async () => {
      ask()
      const wanted = requests
      await client.until(() => client.acknowledged.at(-1) === wanted)
    },
    /** Enters what was acknowledged; what was not answered never will be. */
    settle: () => {
      for (; heard < client.acknowledged.length; heard += 1) {
        const upTo = asked.get(client.acknowledged[heard] ?? 0) ?? 0
        for (; promised < upTo; promised += 1) {
          const entry = made[promised]
          if (entry !== undefined) ledger.promise(entry, 'acknowledged')
        }
      }
      asked.clear()
    },
  }
}

/** Notes what a client is shown of others' edits; returns how to enter it into the ledger. `own`: words that it deletes itself. */
function watch({ body }: StockClient, ledger: Ledger, own: ReadonlySet<string>): () => void {
  const seen = new Set<string>()
  body.observeDeep((events, transaction) => {
    if (transaction.local) return
    for (const { changes } of events) {
      for (const { insert } of changes.delta) {
        if (typeof insert === 'string') for (const word of wordsIn(insert)) seen.add(word)
      }
    }
  })
  return () => {
    const present = new Set(wordsIn(JSON.stringify(bodyToJson(body))))
    for (const word of seen) {
      ledger.promise({ word, deleted: false }, 'shown')
      if (!present.has(word) && !own.has(word)) ledger.promise({ word, deleted: true }, 'shown')
    }
  }
}
