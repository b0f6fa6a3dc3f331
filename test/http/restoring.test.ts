/** What a restore says to whom, and comparisons with the text as it stands. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareDocument } from '#shared/api/compare.ts'
import { getHistory } from '#shared/api/history.ts'
import { getInitiative } from '#shared/api/initiative.ts'
import { restoreSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread, listThreads, updateThread } from '#shared/api/threads.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'
import { anchorFor, replaceWords } from './text.ts'

const mou = { id: 'semiconductors-mou' }
const words = 'substantial public funds'
let server: TestServer
let secretariat: Caller
let us: Caller
let jp: Caller

beforeAll(async () => {
  server = await startTestServer()
  secretariat = await actingAs(server, 'secretariat')
  us = await actingAs(server, 'us-cochair-semiconductors')
  jp = await actingAs(server, 'jp-cochair-semiconductors')
})
afterAll(() => server.stop())

const take = async (label: string) =>
  await secretariat.call(takeSnapshot, { params: mou, body: { label, agreed: false } })
const write = async (from: string, to: string) =>
  await replaceWords(server.rooms, mou.id, 'us-cochair-semiconductors', from, to)

test('[W7] a snapshot and a moment compare with the text as it stands now, for whoever reads both', async () => {
  const before = await take('Before')
  const head = (await server.storage.documents.get(mou.id))?.head ?? 0
  await write(words, 'a great deal of public money')
  const compare = async (caller: Caller, from: string, to: string) =>
    await caller.call(compareDocument, { params: mou, query: { from, to } })
  const compared = await compare(jp, `snapshot:${before.id}`, 'live')
  expect([compared.before.label, compared.after.type]).toEqual(['Before', 'live'])
  const changed = compared.clauses.filter(({ change }) => change !== 'same')
  expect(changed).toHaveLength(1)
  const parts = changed[0]?.text.en ?? []
  expect(
    parts
      .filter(({ type }) => type === 'added')
      .map(({ text }) => text)
      .join(''),
  ).toContain('great')
  expect((await compare(jp, `moment:${head}`, 'live')).clauses).toEqual(compared.clauses)
  const back = await compare(jp, 'live', `snapshot:${before.id}`)
  expect(JSON.stringify(back.clauses)).toContain(words.split(' ')[0])

  const panelist = await actingAs(server, 'panelist-semiconductors')
  await compare(panelist, `snapshot:${before.id}`, 'live')
  const refused = async (persona: string, from: string) =>
    (await actingAs(server, persona)).expectRefused(compareDocument, { params: mou, query: { from, to: 'live' } }, 404)
  await refused('panelist-semiconductors', `moment:${head}`)
  await refused('us-principal', `snapshot:${before.id}`)
  await refused('us-principal', 'live')
  await refused('us-cochair-ai', 'live')
  // Another document's version is none of this one.
  const other = await secretariat.call(takeSnapshot, { params: { id: 'ai-mou' }, body: { label: 'Elsewhere' } })
  await refused('us-cochair-semiconductors', `snapshot:${other.id}`)
  await refused('us-cochair-semiconductors', 'snapshot:00000000-0000-4000-8000-000000000000')
  await us.expectRefused(compareDocument, { params: mou, query: { from: 'now', to: 'live' } }, 422)
})

test('[W8] a restore is told to those who read the draft, stands among what changed, and the history names it', async () => {
  const version = await take('The good one')
  await write('Participants', 'Contestants')
  const [there, here, outside, minister] = await Promise.all(
    ['jp-cochair-semiconductors', 'us-cochair-semiconductors', 'us-cochair-ai', 'jp-principal'].map(
      async (persona) => await readEvents(server, await server.signIn(persona)),
    ),
  )
  const { changed } = await us.call(restoreSnapshot, { params: { id: version.id } })
  expect(changed).toBe(true)
  for (const events of [there, here]) {
    expect(await events?.until('restored')).toMatchObject({
      document: mou.id,
      label: 'The good one',
      by: { id: 'us-cochair-semiconductors' },
    })
  }
  // What comes after it, they hear: what they did not hear by then was not told.
  await secretariat.call(takeSnapshot, { params: { id: 'ai-mou' }, body: { label: 'Behind it', agreed: true } })
  for (const events of [outside, minister]) {
    await events?.until('snapshot')
    expect(events?.bytes()).not.toContain('restored')
  }
  for (const events of [there, here, outside, minister]) events?.close()
  const { changes } = await jp.call(getInitiative)
  expect(changes.filter(({ document, type }) => document === mou.id && type === 'restored')).toMatchObject([
    { by: [{ id: 'us-cochair-semiconductors' }], count: 1 },
  ])
  const { entries } = await jp.call(getHistory, { params: mou })
  expect(entries[0]?.restored).toBe('The good one')
  expect(entries.slice(1).every(({ restored }) => restored === null)).toBe(true)
})

test('[W9] a wording that a restore took out of the text is said to be undone in its thread, to its readers alone', async () => {
  const drafter = await actingAs(server, 'us-drafter-semiconductors')
  await write('a great deal of public money', words)
  const version = await take('Without the wording')
  const wording = 'a very great sum of public money'
  const propose = async (caller: Caller, audience: string) =>
    await caller.call(createThread, {
      params: mou,
      body: {
        audience,
        anchor: await anchorFor(server.rooms, mou.id, 'en', words),
        body: 'Better so',
        proposal: wording,
      },
    })
  const mine = await propose(us, 'delegation')
  const open = await propose(us, 'joint')
  await write(words, wording)
  const anchor = await anchorFor(server.rooms, mou.id, 'en', wording)
  for (const { id } of [mine, open]) await us.call(updateThread, { params: { id }, body: { anchor } })
  const undoneIn = async (caller: Caller) =>
    new Map((await caller.call(listThreads, { params: mou })).threads.map(({ id, undone }) => [id, undone]))
  expect((await undoneIn(drafter)).get(mine.id)).toBeNull()

  const [ours, theirs] = [await readEvents(server, drafter.cookie), await readEvents(server, jp.cookie)]
  await jp.call(restoreSnapshot, { params: { id: version.id } })
  for (let told = 0; told < 2; told += 1) await ours.until('thread')
  expect((await theirs.until('thread')).thread).toBe(open.id)
  expect(theirs.bytes()).not.toContain(mine.id)
  for (const events of [ours, theirs]) events.close()
  for (const { id } of [mine, open]) {
    expect((await undoneIn(drafter)).get(id)).toMatchObject({
      label: 'Without the wording',
      by: { id: 'jp-cochair-semiconductors' },
    })
  }
  expect((await undoneIn(jp)).has(mine.id)).toBe(false)

  await write(words, wording)
  const again = await anchorFor(server.rooms, mou.id, 'en', wording)
  await us.call(updateThread, { params: { id: open.id }, body: { anchor: again } })
  expect((await undoneIn(jp)).get(open.id)).toBeNull()
})
