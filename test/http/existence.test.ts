/** What someone may not read and what does not exist: one and the same, at every address, to the byte and to each step of the store. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDocument } from '#shared/api/document-changes.ts'
import { getDocument } from '#shared/api/documents.ts'
import { listSnapshots, takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread } from '#shared/api/threads.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import type { Storage } from '#server/storage/storage.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, caller, expectProblem, openSocket, type Caller, type Reply } from './client.ts'
import { anchorFor } from './text.ts'

const closed = 'semiconductors-action-plan'
const open = 'semiconductors-mou'
const absent = { document: 'semiconductors-nothing-ever', uuid: '00000000-0000-4000-8000-000000000000' }

/** What goes with the requests that need more than an address. */
const bodies: Readonly<Record<string, unknown>> = {
  'PATCH /api/documents/{id}': { panelOpen: true },
  'POST /api/documents/{id}/snapshots': { label: 'Before Tokyo' },
  'POST /api/documents/{id}/threads': { audience: 'panel', body: 'A word on this' },
  'POST /api/documents/{id}/changes': { clause: absent.uuid, language: 'en', exact: 'shall', with: 'may' },
  'POST /api/documents/{id}/phase': { phase: 'negotiating' },
  'POST /api/documents/{id}/table': {},
  'POST /api/changes/{id}/accept': {},
  'POST /api/changes/{id}/decline': {},
  'POST /api/changes/{id}/withdraw': {},
  'POST /api/places/{id}/settle': { change: null },
  'POST /api/threads/{id}/publication': { comments: [absent.uuid], passage: false },
  'POST /api/threads/{id}/comments': { body: 'A word on this' },
  'PATCH /api/threads/{id}': { status: 'resolved' },
  'PATCH /api/threads/{id}/comments/{comment}': { body: 'Another word' },
}
const queries: Readonly<Record<string, string>> = {
  'GET /api/snapshots/{id}/export': '?format=html',
  'GET /api/documents/{id}/compare': '?from=moment:1&to=live',
}

type Operation = { readonly name: string; readonly method: string; readonly path: string }
type Ids = { readonly document: string; readonly thread: string; readonly snapshot: string; readonly readable: string }

let server: TestServer
let steps: string[] = []
let operations: readonly Operation[]
let hidden: Ids
let by: { panel: Caller; jp: Caller; unlinked: Caller; principal: Caller; us: Caller; secretariat: Caller }

/** The store, and a note of each step that is asked of it. */
function noted(storage: Storage): Storage {
  const note = <Part extends object>(name: string, part: Part): Part =>
    new Proxy(part, {
      get(target, key, receiver) {
        const value: unknown = Reflect.get(target, key, receiver)
        if (typeof value === 'function') steps.push(`${name}.${String(key)}`)
        return value
      },
    })
  const { log, documents, threads, snapshots, stances, reads, audit } = storage
  return {
    ...storage,
    log: note('log', log),
    documents: note('documents', documents),
    threads: note('threads', threads),
    snapshots: note('snapshots', snapshots),
    stances: note('stances', stances),
    reads: note('reads', reads),
    audit: note('audit', audit),
  }
}

beforeAll(async () => {
  server = await startTestServer({ wrap: noted })
  const as = (persona: string) => actingAs(server, persona)
  by = {
    panel: await as('panelist-semiconductors'),
    jp: await as('jp-cochair-semiconductors'),
    unlinked: await as('us-cochair-ai'),
    principal: await as('us-principal'),
    us: await as('us-cochair-semiconductors'),
    secretariat: await as('secretariat'),
  }
  const anchor = await anchorFor(server.rooms, open, 'en', 'Participants')
  const own = { audience: 'delegation', body: 'Ours alone', anchor }
  const snapshotOf = async (id: string) => {
    await by.secretariat.call(takeSnapshot, { params: { id }, body: { label: 'For the record' } })
    return (await by.secretariat.call(listSnapshots, { params: { id } })).snapshots[0]?.id ?? ''
  }
  hidden = {
    document: closed,
    thread: (await by.us.call(createThread, { params: { id: open }, body: own })).id,
    snapshot: await snapshotOf(closed),
    readable: await snapshotOf(open),
  }
  const { text } = await caller(server).send('GET', '/api/openapi.json')
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> }
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((each) => {
      const method = each.toUpperCase()
      return { name: `${method} ${path}`, method, path }
    }),
  )
})
afterAll(() => server.stop())

/** The addresses of one resource. Throws for a part of an address that no test knows how to fill. */
const of = (resource: string) => operations.filter(({ path }) => path.startsWith(`/api/${resource}/{`))

function fill(path: string, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const known = { seq: '1', comment: crypto.randomUUID(), ...ids }[name]
    if (known === undefined) throw new Error(`What stands for {${name}} in ${path}?`)
    return known
  })
}

const anyUuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** The answer, without what is each request's own, and what the store was asked for it. */
async function ask(reader: Caller, { name, method, path }: Operation, ids: Readonly<Record<string, string>>) {
  steps = []
  const reply = await reader.send(method, fill(path, ids) + (queries[name] ?? ''), bodies[name])
  const asked = steps
  return { reply: { name, ...anonymous(reply, Object.values(ids)) }, asked }
}

function anonymous({ status, headers, text }: Reply, ids: readonly string[]) {
  const own = new Set(['date', 'x-request-id', 'content-length'])
  const kept = [...headers].filter(([header]) => !own.has(header))
  const anonymousText = ids.reduce((words, id) => words.replaceAll(id, '…'), text)
  return { status, headers: kept, text: anonymousText.replaceAll(anyUuid, '…') }
}

async function expectSame(
  reader: Caller,
  operation: Operation,
  [hiddenOnes, none]: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>],
) {
  const there = await ask(reader, operation, hiddenOnes)
  const nowhere = await ask(reader, operation, none)
  expectProblem({ ...there.reply, headers: new Headers(there.reply.headers) }, 404)
  expect(there.reply).toEqual(nowhere.reply)
  expect([operation.name, there.asked]).toEqual([operation.name, nowhere.asked])
}

describe('what one may not read', () => {
  test('[H10] a document is not there, at each of its addresses, for every seat that may not know of it', async () => {
    const addresses = of('documents')
    expect(addresses.length).toBeGreaterThanOrEqual(12)
    for (const reader of [by.panel, by.unlinked]) {
      for (const operation of addresses) await expectSame(reader, operation, [{ id: closed }, { id: absent.document }])
    }
  })

  test('[H10][N6] a private draft is not there, at each of its addresses, for every seat but those of its delegation', async () => {
    const title = { en: 'Ours', ja: '内部案' }
    const body = { group: 'semiconductors', kind: 'note', title, delegation: true }
    const { id } = await by.us.call(createDocument, { body })
    for (const reader of [by.jp, by.secretariat, by.principal, by.panel, by.unlinked]) {
      for (const operation of of('documents')) await expectSame(reader, operation, [{ id }, { id: absent.document }])
    }
  })

  test('[H10][T1] a thread is not there, at each of its addresses, for whoever is not among its readers', async () => {
    const addresses = of('threads')
    expect(addresses.length).toBeGreaterThan(3)
    for (const reader of [by.jp, by.panel, by.unlinked, by.secretariat, by.principal]) {
      for (const operation of addresses)
        await expectSame(reader, operation, [{ id: hidden.thread }, { id: absent.uuid }])
    }
  })

  test('[H10] the changes and places of a document are not there, at each of their addresses, for who may not know of it', async () => {
    const addresses = [...of('changes'), ...of('places')]
    expect(addresses.length).toBeGreaterThanOrEqual(4)
    const own = 'x'.repeat(12)
    for (const reader of [by.panel, by.unlinked]) {
      for (const operation of addresses)
        await expectSame(reader, operation, [{ id: `${closed}.${own}` }, { id: `${absent.document}.${own}` }])
    }
  })

  test('[H10] a snapshot is not there, at each of its addresses and on either side of a comparison', async () => {
    const addresses = of('snapshots')
    expect(addresses.length).toBeGreaterThan(3)
    const { snapshot, readable } = hidden
    for (const operation of addresses) {
      const places = operation.path.includes('{b}')
        ? ([
            [
              { a: snapshot, b: readable },
              { a: absent.uuid, b: readable },
            ],
            [
              { a: readable, b: snapshot },
              { a: readable, b: absent.uuid },
            ],
          ] as const)
        : ([[{ id: snapshot }, { id: absent.uuid }]] as const)
      for (const pair of places) await expectSame(by.panel, operation, pair)
    }
  })

  test('[H10] a draft is not there for a principal, nor is the history for the panel, though they know of the document', async () => {
    await by.principal.expectRefused(getDocument, { params: { id: open } }, 404)
    const past = of('documents').filter(({ path }) => /history|timeline|authors/.test(path))
    expect(past).toHaveLength(4)
    for (const operation of past) await expectSame(by.panel, operation, [{ id: open }, { id: absent.document }])
  })

  test('[H10] a live connection to it ends as one to a document that is not there', async () => {
    for (const { cookie } of [by.panel, by.unlinked]) {
      const ends = []
      for (const id of [closed, absent.document]) {
        steps = []
        const end = await openSocket(server, `/sync/${id}?v=1`, { cookie }).closed
        ends.push({ end, steps })
      }
      expect(ends[0]).toEqual(ends[1])
      expect(ends[0]?.end.code).toBe(closeCode.notFound)
    }
  })

  test('[H11] the id of a new document says nothing of it, and no two are alike', async () => {
    const title = { en: 'Fallback position on compute thresholds', ja: '計算資源の閾値に関する代替案' }
    const body = { group: 'semiconductors', kind: 'note', title }
    const made = [await by.us.call(createDocument, { body }), await by.us.call(createDocument, { body })]
    for (const { id } of made) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      await by.panel.expectRefused(getDocument, { params: { id } }, 404)
    }
    expect(made[0]?.id).not.toBe(made[1]?.id)
  })
})
