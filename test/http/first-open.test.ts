/** Texts that nobody has opened yet, opened by several people in the same instant: what is there was put there once. */
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { createDocument } from '#shared/api/document-changes.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { deferred, settled } from '#test/support/memory-log.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { actingAs } from './client.ts'

const schema = documentSchema()

const seats = ['us-cochair', 'jp-cochair', 'us-drafter', 'jp-drafter'].map((seat) => `${seat}-semiconductors`)

/** A server that holds every load back until it is told, so that all come in while the first one waits. */
async function startSlow() {
  const gate = deferred()
  const asked = deferred()
  const server = await startTestServer({
    wrap: (storage) => ({
      ...storage,
      log: {
        ...storage.log,
        load: async (document) => {
          asked.resolve()
          await gate.promise
          return await storage.log.load(document)
        },
      },
    }),
  })
  return { server, asked: asked.promise, release: gate.resolve }
}

/** Shows the text in an editor, as the page does on opening: it may find nothing there to put right. */
function showInEditor({ doc, body }: StockClient): void {
  const { doc: shown, mapping } = initProseMirrorDoc(body, schema)
  shown.check()
  doc.transact(() => updateYFragment(doc, body, shown, { mapping, isOMark: new Map() }))
}

async function openByAll(document: string, { server, asked, release }: Awaited<ReturnType<typeof startSlow>>) {
  const cookies = await Promise.all(seats.map((seat) => server.signIn(seat)))
  const clients = cookies.map((cookie) => connectStock(server.url, document, { cookie }))
  await Promise.all(clients.map(({ provider, until }) => until(() => provider.wsconnected || provider.ws !== null)))
  await asked
  await settled()
  release()
  await Promise.all(clients.map((client) => client.synced()))
  for (const client of clients) showInEditor(client)
  return clients
}

const rowsOf = async ({ storage }: TestServer, document: string) =>
  await storage.log.history(document, { after: 0, upTo: 1_000_000, limit: 1000 })

test('[S14] a seeded text that four open for the first time at once is there once, and opening writes nothing', async () => {
  const slow = await startSlow()
  const { server } = slow
  const document = 'semiconductors-mou'
  const [seed] = await rowsOf(server, document)
  const clients = await openByAll(document, slow)
  const once = new Y.Doc()
  Y.applyUpdate(once, seed?.bytes ?? new Uint8Array())
  const expected = bodyToJson(once.getXmlFragment(bodyName))
  for (const { body } of clients) expect(bodyToJson(body)).toEqual(expected)
  const ids = readClauses(once.getXmlFragment(bodyName)).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(await rowsOf(server, document)).toHaveLength(1)
  for (const client of clients) client.stop()
  await server.stop()
})

test('[S14] a text created over HTTP that four open for the first time at once has one clause, and takes what all four write in it', async () => {
  const slow = await startSlow()
  const { server } = slow
  const us = await actingAs(server, 'us-cochair-semiconductors')
  const title = { en: 'Agenda', ja: '議題' }
  // Two that are called the same, created in the same instant, are two.
  const [first, second] = await Promise.all(
    [1, 2].map(() => us.call(createDocument, { body: { group: 'semiconductors', kind: 'agenda', title } })),
  )
  expect(first?.id).not.toBe(second?.id)
  const document = first?.id ?? ''
  const clients = await openByAll(document, slow)
  for (const { body } of clients) expect(readClauses(body)).toHaveLength(1)
  expect(await rowsOf(server, document)).toHaveLength(1)
  const words = ['吉', '𠮷', 'ab', 'cd']
  for (const [index, { body }] of clients.entries()) {
    const clause = body.get(0) as Y.XmlElement
    const line = (clause.get(0) as Y.XmlElement).get(0) as Y.XmlElement
    ;(line.get(0) as Y.XmlText).insert(0, words[index] ?? '')
  }
  const textOf = ({ body }: StockClient) => readClauses(body)[0]?.text.en ?? ''
  for (const client of clients) await client.until(() => words.every((word) => textOf(client).includes(word)))
  for (const client of clients) expect(bodyToJson(client.body)).toEqual(bodyToJson(clients[0]?.body ?? client.body))
  for (const client of clients) client.stop()
  await server.stop()
})
