/** How many places were open in a group's texts, day by day, and what it costs to ask. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { acceptChange, proposeChange } from '#shared/api/changes.ts'
import { createDocument, updateDocument } from '#shared/api/document-changes.ts'
import { getBurnDown } from '#shared/api/initiative.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { createPool, type Pool } from '#server/work/pool.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { line, run } from '../support/changes.ts'
import { actorOf } from '../support/peer.ts'
import { actingAs, type Caller } from './client.ts'

const dayMs = 24 * 60 * 60 * 1000
/** Only what day it is goes on: connections that are let go with the time would fail whoever uses them next. */
let ahead = Date.parse('2027-03-01T09:00:00Z') - systemClock.now()
const clock = { ...systemClock, now: () => systemClock.now() + ahead }
const group = 'cybersecurity'
const clause = '00000000-0000-4000-8000-000000000001'

/** A pool that notes what is asked of the texts that it keeps. */
const real = createPool(systemClock)
const asked: string[] = []
const pool: Pool = {
  ...real,
  replay: {
    ask(input, spent) {
      asked.push(input.type)
      return real.replay.ask(input, spent)
    },
    get life() {
      return real.replay.life
    },
  },
}

let server: TestServer
let us: Caller
let jp: Caller
beforeAll(async () => {
  server = await startTestServer({ clock, pool })
})
// Time passes in these tests, and a session ends with it.
const signIn = async () => {
  us = await actingAs(server, 'us-cochair-cybersecurity')
  jp = await actingAs(server, 'jp-cochair-cybersecurity')
}
beforeEach(signIn)
afterAll(() => server.stop())

const nextDay = async () => {
  ahead += dayMs
  await signIn()
}

const burnDown = (reader: Caller) => reader.call(getBurnDown, { params: { group } })
/** From the first day of these tests: some texts of the demonstration are older. */
const figures = async (reader: Caller) =>
  (await burnDown(reader)).days
    .filter(({ day }) => day >= '2027-03-01')
    .map(({ day, places }) => [day, places] as const)

async function begun(sentence: string) {
  const { id } = await us.call(createDocument, { body: { group, kind: 'note', title: { en: 'T', ja: '題' } } })
  const nodes = [clauseJson({ id: clause, kind: 'article' }, { en: [line([run(sentence)])] })]
  await server.rooms.edit(id, actorOf('us-cochair-cybersecurity'), (body) => appendJson(body, nodes, null))
  const propose = async (exact: string) =>
    (await us.call(proposeChange, { params: { id }, body: { clause, language: 'en', exact, with: '' } })).changes[0]?.id
  return { id, propose }
}

test('[N16] the open places of each day are read from the log, days without a word go on as the day before, and today is as of now', async () => {
  expect(await figures(us)).toEqual([['2027-03-01', 0]])
  const { id, propose } = await begun('one two three four')
  await propose('one')
  const two = await propose('two')
  expect(await figures(us)).toEqual([['2027-03-01', 2]])
  await nextDay()
  await propose('three')
  await nextDay()
  await nextDay()
  await jp.call(acceptChange, { params: { id: two ?? '' }, body: {} })
  const all = [
    ['2027-03-01', 2],
    ['2027-03-02', 3],
    ['2027-03-03', 3],
    ['2027-03-04', 2],
  ]
  expect(await figures(us)).toEqual(all)
  await nextDay()
  expect(await figures(us)).toEqual([...all, ['2027-03-05', 2]])
  await us.call(updateDocument, { params: { id }, body: { archived: true } })
  expect((await figures(us)).map(([, places]) => places)).toEqual([0, 0, 0, 0, 0])
})

test('[N16] a day that is over is counted once: whoever asks again on the same day causes no work', async () => {
  const { id, propose } = await begun('one two three four')
  await propose('one')
  await nextDay()
  await Promise.all([figures(us), figures(jp), figures(us)])
  const counted = asked.filter((type) => type === 'places').length
  const before = asked.length
  const readers = await Promise.all(Array.from({ length: 20 }, () => figures(jp)))
  await propose('two')
  expect((await figures(us)).at(-1)?.[1]).toBe((readers[0]?.at(-1)?.[1] ?? 0) + 1)
  expect(asked.length).toBe(before)
  await nextDay()
  await figures(us)
  // Of the texts that have gone on, the day that has ended: no day before it again.
  expect(asked.filter((type) => type === 'places').length).toBe(counted + 1)
  await us.call(updateDocument, { params: { id }, body: { archived: true } })
})

test('[N16][T1] nothing of a text is in the line for those who may not read its history', async () => {
  const readers = await Promise.all(
    ['panelist-cybersecurity', 'us-cochair-investment', 'us-principal'].map((persona) => actingAs(server, persona)),
  )
  const { id, propose } = await begun('one two three four')
  await propose('one')
  for (const reader of readers) expect((await burnDown(reader)).days).toEqual([])
  await us.call(updateDocument, { params: { id }, body: { panelOpen: true } })
  const [panel] = readers
  expect(panel && (await burnDown(panel)).days).toEqual([])
})

test('[N16] the meetings of these days are told, and the one after them', async () => {
  const { days, meetings } = await burnDown(us)
  const today = days.at(-1)?.day ?? ''
  expect(meetings.filter(({ date }) => date > today)).toHaveLength(1)
  expect(meetings.every(({ date }) => date >= (days[0]?.day ?? ''))).toBe(true)
})
