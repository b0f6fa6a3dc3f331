/** What is open, as numbers: of a text, of its group and of the initiative, to each reader what they may know. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acceptChange,
  declineChange,
  listChanges,
  proposeChange,
  settlePlace,
  withdrawChange,
} from '#shared/api/changes.ts'
import { createDocument, updateDocument } from '#shared/api/document-changes.ts'
import { listDocuments } from '#shared/api/documents.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { line, run } from '../support/changes.ts'
import { actorOf } from '../support/peer.ts'
import { actingAs, type Caller } from './client.ts'

/** Only what day it is goes on: connections that are let go with the time would fail whoever uses them next. */
let ahead = 0
const clock = { ...systemClock, now: () => systemClock.now() + ahead }
const day = 24 * 60 * 60 * 1000
const clause = '00000000-0000-4000-8000-000000000001'
let server: TestServer
let by: Record<'us' | 'jp' | 'panel' | 'secretariat' | 'linked' | 'unlinked' | 'principal', Caller>

beforeAll(async () => {
  server = await startTestServer({ clock })
})
afterAll(() => server.stop())

// Time passes in these tests, and a session ends with it.
beforeEach(async () => {
  const as = (persona: string) => actingAs(server, persona)
  by = {
    us: await as('us-cochair-semiconductors'),
    jp: await as('jp-cochair-semiconductors'),
    panel: await as('panelist-semiconductors'),
    secretariat: await as('secretariat'),
    linked: await as('us-cochair-export-controls'),
    unlinked: await as('us-cochair-ai'),
    principal: await as('us-principal'),
  }
})

const group = 'semiconductors'
const ofGroup = async (reader: Caller) => (await reader.call(getGroup, { params: { group } })).open
const ofInitiative = async (reader: Caller) => (await reader.call(getInitiative, {})).open

/** A text of a few words, of which each side proposes some differently. */
async function begun() {
  const { id } = await by.us.call(createDocument, { body: { group, kind: 'note', title: { en: 'T', ja: '題' } } })
  const nodes = [
    clauseJson({ id: clause, kind: 'article' }, { en: [line([run('Each side shall share the data it has.')])] }),
  ]
  await server.rooms.edit(id, actorOf('us-cochair-semiconductors'), (body) => appendJson(body, nodes, null))
  const propose = async (who: Caller, exact: string, words: string) =>
    (await who.call(proposeChange, { params: { id }, body: { clause, language: 'en', exact, with: words } })).changes
  const ofText = async (reader: Caller) =>
    (await reader.call(listDocuments, { query: { group } })).documents.find((each) => each.id === id)?.open
  const inList = async (reader: Caller) =>
    (await reader.call(getGroup, { params: { group } })).documents.find((each) => each.id === id)?.open
  return { id, propose, ofText, inList }
}

const idsOf = (changes: readonly { id: string }[]) => {
  const [{ id } = { id: '' }, ...rest] = changes
  return { params: { id }, body: { together: rest.map((each) => ({ id: each.id })) } }
}

test('[N15] the open places of a text are counted for each reader: what waits for their party, and what waits for others only', async () => {
  const { id, propose, ofText, inList } = await begun()
  expect(await ofText(by.us)).toEqual({ places: 0, ours: 0, theirs: 0 })
  const shall = await propose(by.us, 'shall', 'may')
  const data = await propose(by.jp, 'the data', 'data')
  expect(await ofText(by.us)).toEqual({ places: 2, ours: 1, theirs: 1 })
  expect(await inList(by.us)).toEqual({ places: 2, ours: 1, theirs: 1 })
  // A stance is no row of the log: it counts all the same.
  await by.us.call(declineChange, idsOf(data))
  expect(await ofText(by.us)).toEqual({ places: 2, ours: 0, theirs: 1 })
  expect(await ofText(by.jp)).toEqual({ places: 2, ours: 1, theirs: 0 })
  expect(await ofText(by.secretariat)).toEqual({ places: 2, ours: 0, theirs: 1 })
  await by.jp.call(acceptChange, idsOf(shall))
  expect(await ofText(by.jp)).toEqual({ places: 1, ours: 0, theirs: 0 })
  await by.jp.call(withdrawChange, idsOf(data))
  expect(await ofText(by.jp)).toEqual({ places: 0, ours: 0, theirs: 0 })
  expect((await by.us.call(listChanges, { params: { id } })).changes).toEqual([])
})

test('[N15] a place counts as settled for seven days once all have accepted or settled it, and never where it was withdrawn or half accepted', async () => {
  const before = (await ofGroup(by.us))?.settled ?? 0
  const { propose } = await begun()
  const settled = async () => ((await ofGroup(by.us))?.settled ?? 0) - before
  const [struck = { id: '' }, put = { id: '' }] = await propose(by.us, 'shall', 'may')
  await by.jp.call(acceptChange, { params: { id: struck.id }, body: {} })
  expect(await settled()).toBe(0)
  await by.jp.call(acceptChange, { params: { id: put.id }, body: {} })
  expect(await settled()).toBe(1)
  const [has = { id: '', place: '' }] = await propose(by.jp, ' it has', '')
  const params = { id: has.place }
  await by.us.call(settlePlace, { params, body: { change: null } })
  expect(await settled()).toBe(1)
  await by.jp.call(settlePlace, { params, body: { change: null } })
  expect(await settled()).toBe(2)
  await by.jp.call(withdrawChange, idsOf(await propose(by.jp, 'the ', '')))
  expect(await settled()).toBe(2)
  expect((await ofInitiative(by.us))?.settled).toBe(before + 2)
  ahead += 8 * day
  expect((await ofGroup(await actingAs(server, 'us-cochair-semiconductors')))?.settled).toBe(0)
})

test('[N15][T1] no number holds anything of a text that the reader may not open', async () => {
  const readers = [by.panel, by.unlinked, by.principal]
  const numbers = () => Promise.all(readers.flatMap((reader) => [ofGroup(reader), ofInitiative(reader)]))
  const hidden = await numbers()
  const linked = await ofGroup(by.linked)
  const { id, propose } = await begun()
  const changes = await propose(by.us, 'shall', 'may')
  expect(await numbers()).toEqual(hidden)
  expect(await ofGroup(by.unlinked)).toBeNull()
  expect(await ofGroup(by.principal)).toBeNull()
  expect((await ofGroup(by.linked))?.places).toBe((linked?.places ?? 0) + 1)
  await by.us.call(updateDocument, { params: { id }, body: { panelOpen: true } })
  expect((await ofGroup(by.panel))?.places).toBe((hidden[0]?.places ?? 0) + 1)
  await by.us.call(updateDocument, { params: { id }, body: { panelOpen: false } })
  await by.jp.call(acceptChange, idsOf(changes))
  expect(await numbers()).toEqual(hidden)
  await by.us.call(updateDocument, { params: { id }, body: { archived: true } })
})
