/** What takes long for a large text, asked for again and again: how long does another room wait meanwhile? */
import { randomUUID } from 'node:crypto'
import * as Y from 'yjs'
import { z } from 'zod'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { connect } from '#test/bench/client.ts'
import type { BenchServer, Seat } from '#test/bench/server.ts'
import { freshClientId, oneDocument, round, watchAnotherRoom, type Outcome, type Start } from './common.ts'

/** A message may hold so many clauses without being too large. */
const clausesAtOnce = 500

const Snapshot = z.object({ id: z.string() })

export async function work(start: Start, size: { readonly clauses: number }): Promise<Outcome> {
  const server = await start()
  const document = await oneDocument(server)
  await fill(server, document, size.clauses)
  const call = async (method: string, path: string, body?: unknown, seat: Seat = 'secretariat'): Promise<Response> => {
    const { headers } = await server.address(document, seat)
    const response = await fetch(`http://${server.host}:${server.port}/api${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const take = async (label: string) =>
    Snapshot.parse(await (await call('POST', `/documents/${document.id}/snapshots`, { label })).json()).id

  const before = await take('Before')
  const metrics: Record<string, number> = {}
  let longest = 0
  const measure = async (name: string, action: () => Promise<unknown>) => {
    const stopWatching = await watchAnotherRoom(server)
    const began = performance.now()
    await action()
    metrics[`${name}Ms`] = round(performance.now() - began, 0)
    longest = Math.max(longest, await stopWatching())
  }
  await fill(server, document, 1)
  let after = before
  await measure('snapshot', async () => (after = await take('After')))
  await measure('compare', async () => await (await call('GET', `/snapshots/${before}/diff/${after}`)).text())
  await measure('export', async () => await (await call('GET', `/snapshots/${after}/export?format=html`)).text())
  await measure(
    'restore',
    async () => await (await call('POST', `/snapshots/${before}/restore`, undefined, 'us')).text(),
  )
  return { metrics: { ...metrics, othersBlockedMs: round(longest) }, notes: [`${size.clauses} clauses`] }
}

/** Adds so many clauses at the end of a document, a large part at a time. */
async function fill(server: BenchServer, document: Awaited<ReturnType<typeof oneDocument>>, count: number) {
  const writer = await connect(server, document, { seat: 'us', acknowledged: true })
  const doc = new Y.Doc({ gc: false })
  if (writer.state !== null) Y.applyUpdate(doc, writer.state)
  doc.clientID = freshClientId()
  for (let from = 0; from < count; from += clausesAtOnce) {
    const known = Y.encodeStateVector(doc)
    const clauses = Array.from({ length: Math.min(clausesAtOnce, count - from) }, (_, at) =>
      clauseJson(
        { id: randomUUID(), kind: 'article' },
        { en: [{ type: 'paragraph', content: [{ type: 'text', text: `Clause ${from + at} of many.` }] }] },
      ),
    )
    appendJson(doc.getXmlFragment(bodyName), clauses, null)
    writer.send(Y.encodeStateAsUpdate(doc, known))
  }
  await writer.saved()
  writer.close()
}
