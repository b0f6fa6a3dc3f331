/** What one may not read cannot be counted by waiting: times with none, few and many hidden threads cannot be told apart. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as encoding from 'lib0/encoding'
import type * as Y from 'yjs'
import { getDocument } from '#shared/api/documents.ts'
import { getInitiative } from '#shared/api/initiative.ts'
import { createThread, listThreads } from '#shared/api/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import { messageType } from '#shared/protocol/messages.ts'
import type { ThreadRecord } from '#server/storage/storage.ts'
import { distinguishability, measure, tells, timed, type Row } from '#test/support/latency.ts'
import { random } from '#test/support/random.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { createThread as storeThread } from '#test/support/writes.ts'
import { actingAs, type Caller } from './client.ts'
import { anchorFor, findWords } from './text.ts'
import { partyId } from '#test/support/initiative.ts'

const mou = 'semiconductors-mou'
const params = { id: mou }
const things = ['type', 'read threads', 'open', 'overview'] as const
type Thing = (typeof things)[number]

type Arm = {
  readonly hidden: number
  readonly server: TestServer
  readonly jp: Caller
  readonly client: StockClient
  readonly text: Y.XmlText
  readonly index: number
  typed: number
}

/** A server of its own for each number of hidden threads, all in this process: the same code, and the same text everywhere. */
async function startArm(hidden: number): Promise<Arm> {
  const server = await startTestServer()
  const jp = await actingAs(server, 'jp-cochair-semiconductors')
  const client = connectStock(server.url, mou, { cookie: jp.cookie, params: { v: '1' } })
  await client.synced()
  const words = 'Participants intend'
  const { text, index } = findWords(client.body, words)
  const us = await actingAs(server, 'us-cochair-semiconductors')
  const arm = { hidden, server, jp, client, text, index: index + 4, typed: 0 }
  // Someone is at work on the very words before the remarks on them and afterwards.
  await type(arm)
  const anchor = await anchorFor(server.rooms, mou, 'en', 'Partxicipants intend')
  await Promise.all(Array.from({ length: hidden }, () => storeThread(server.storage, hiddenThread(anchor))))
  // Both sides have something of their own to read.
  await us.call(createThread, { params, body: { audience: 'joint', body: 'For both', anchor } })
  return arm
}

const hiddenThread = (anchor: TextAnchor): ThreadRecord => {
  const author = 'us-cochair-semiconductors'
  const said = { proposal: null, replaces: null, mentions: [], createdAt: 1, editedAt: null }
  return {
    id: crypto.randomUUID(),
    document: mou,
    audience: 'delegation',
    party: partyId('us'),
    author,
    anchor,
    orphaned: false,
    resolved: null,
    disposition: null,
    undone: null,
    createdAt: 1,
    comments: [
      { id: crypto.randomUUID(), author, body: 'Ours alone: this goes further than our instructions.', ...said },
    ],
  }
}

/** One more letter amid the words that the hidden threads are about, until it is on disk. */
async function type(arm: Arm): Promise<void> {
  const { client, text, index } = arm
  arm.typed += 1
  const count = arm.typed
  text.insert(index, 'x')
  client.send(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, messageType.acknowledge)
      encoding.writeVarUint(encoder, count)
    }),
  )
  await client.until(() => client.acknowledged.includes(count))
}

async function open({ server, jp }: Arm): Promise<void> {
  await jp.call(getDocument, { params })
  const opened = connectStock(server.url, mou, { cookie: jp.cookie, params: { v: '1' } })
  await opened.synced()
  opened.stop()
}

const probe = async (each: Arm): Promise<Record<Thing, number>> => ({
  type: await timed(() => type(each)),
  'read threads': await timed(() => each.jp.call(listThreads, { params })),
  open: await timed(() => open(each)),
  overview: await timed(() => each.jp.call(getInitiative)),
})

const inWords = ({ thing, hidden, ms, auc }: Omit<Row<Arm, Thing>, 'arm'> & { hidden: number }) =>
  `${thing} with ${hidden} hidden: ${ms.toFixed(2)} ms at the median, AUC ${auc.toFixed(3)}`

const arms: Arm[] = []
beforeAll(async () => {
  for (const hidden of [0, 1, 5, 60]) arms.push(await startArm(hidden))
}, 180_000)
afterAll(async () => {
  for (const { client, server } of arms) {
    client.stop()
    await server.stop()
  }
})

test('[T18] the measure: times that cannot be told apart are even, and others are seen whatever else slows the machine', () => {
  const chance = random(5)
  const slowly = Array.from({ length: 300 }, (_, at) => at / 10 + chance.int(0, 1000) / 1000)
  const alike = slowly.map((_, at) => at / 10 + chance.int(0, 1000) / 1000)
  expect(distinguishability(slowly, alike)).toBeCloseTo(0.5, 1)
  expect(
    distinguishability(
      slowly,
      alike.map((ms) => ms + 1),
    ),
  ).toBeGreaterThan(0.7)
})

test('[T18] no waiting tells how many threads the other side has: typing, reading one’s own, opening the text, the overview', async ({
  annotate,
}) => {
  const rows = await measure(arms, things, random(12), probe)
  const shown = rows.map(({ arm: { hidden }, ...row }) => ({ hidden, ...row }))
  await annotate(shown.map(inWords).join('\n'))
  expect(shown.filter(tells)).toEqual([])
}, 600_000)
