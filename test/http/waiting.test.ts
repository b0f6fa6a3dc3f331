/** What each role finds waiting for it, and the versions that principals may read. */
import { actorOf } from '../support/peer.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { markDocumentRead } from '#shared/api/document-changes.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { diffSnapshots, getSnapshot, listSnapshots, takeSnapshot } from '#shared/api/snapshots.ts'
import { createComment, createThread, updateThread } from '#shared/api/threads.ts'
import { readClauses, writeFields, findClause } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'

const mou = 'semiconductors-mou'
let server: TestServer
let secretariat: Caller
let principal: Caller
let chair: Caller
let panelist: Caller

beforeAll(async () => {
  server = await startTestServer()
  secretariat = await actingAs(server, 'secretariat')
  principal = await actingAs(server, 'jp-principal')
  chair = await actingAs(server, 'us-cochair-semiconductors')
  panelist = await actingAs(server, 'panelist-semiconductors')
})
afterAll(() => server.stop())

const take = async (label: string, agreed: boolean, document = mou) =>
  await secretariat.call(takeSnapshot, { params: { id: document }, body: { label, agreed } })
const waitingFor = async (someone: Caller) => (await someone.call(getInitiative)).waiting

test('[W5] a principal reads, lists, compares, takes away and hears of agreed versions, and of no draft', async () => {
  const events = await readEvents(server, principal.cookie)
  const draft = await take('A draft', false)
  const [first, second] = [await take('Agreed, one', true), await take('Agreed, two', true)]
  expect(second.agreed).toBe(true)
  const { snapshots } = await principal.call(listSnapshots, { params: { id: mou } })
  expect(snapshots.map(({ label }) => label)).toEqual(['Agreed, two', 'Agreed, one'])
  expect(await principal.call(getSnapshot, { params: { id: first.id } })).toMatchObject({ label: 'Agreed, one' })
  await principal.call(diffSnapshots, { params: { a: first.id, b: second.id } })
  await principal.expectRefused(getSnapshot, { params: { id: draft.id } }, 404)
  for (const pair of [
    { a: draft.id, b: second.id },
    { a: first.id, b: draft.id },
  ]) {
    await principal.expectRefused(diffSnapshots, { params: pair }, 404)
  }
  const file = async (id: string) => (await principal.send('GET', `/api/snapshots/${id}/export?format=markdown`)).status
  expect([await file(draft.id), await file(first.id)]).toEqual([404, 200])
  expect(await events.until('snapshot')).toMatchObject({ label: 'Agreed, one' })
  expect(events.bytes()).not.toContain('A draft')
  events.close()
  // Those who may read drafts find the draft snapshot in the list too.
  const { snapshots: all } = await chair.call(listSnapshots, { params: { id: mou } })
  expect(all.find(({ id }) => id === draft.id)).toMatchObject({ agreed: false })
})

test('[W5][W6] a principal sees how the work stands, and which agreed versions wait, until they have been seen', async () => {
  await take('Agreed, for the ministers', true, 'ai-mou')
  await take('Not yet', false, 'ai-mou')
  const { groups, changes } = await principal.call(getInitiative)
  const committee = await (await actingAs(server, 'us-committee')).call(getInitiative)
  expect(groups.map(({ targets, lateActions }) => ({ targets, lateActions }))).toEqual(
    committee.groups.map(({ targets, lateActions }) => ({ targets, lateActions })),
  )
  expect(groups.every(({ targets }) => targets !== null)).toBe(true)
  expect((await principal.call(getGroup, { params: { group: 'ai' } })).targets).not.toBeNull()
  expect(changes.filter(({ document }) => document === 'ai-mou')).toMatchObject([{ type: 'snapshot', count: 1 }])
  const about = async () => (await waitingFor(principal)).filter(({ document }) => document === 'ai-mou')
  expect(await about()).toMatchObject([{ type: 'agreedVersion', words: { en: 'Agreed, for the ministers' } }])
  await principal.call(markDocumentRead, { params: { id: 'ai-mou' } })
  expect(await about()).toEqual([])
})

test('[W6] the management committee is shown what is blocked, then what is late, with the reason', async () => {
  const plan = 'cybersecurity-action-plan'
  const rows = (await server.rooms.read(plan, (doc) => readClauses(doc.getXmlFragment(bodyName)))) ?? []
  const [first, second] = rows.filter(({ kind }) => kind === 'action')
  await server.rooms.edit(plan, actorOf('us-cochair-cybersecurity'), (body) => {
    const write = (id: string | undefined, fields: Parameters<typeof writeFields>[1]) => {
      const clause = findClause(body, id ?? '')
      if (clause) writeFields(clause, fields, null)
    }
    write(first?.id, { status: 'onTrack', due: '2025-02-03' })
    write(second?.id, { status: 'blocked', statusReasonEn: 'The budget was cut.', due: '2025-02-02' })
  })
  const committee = await actingAs(server, 'us-committee')
  const waiting = await waitingFor(committee)
  const types = waiting.map(({ type }) => type)
  expect(types).toEqual([...types].toSorted())
  expect(new Set(types)).toEqual(new Set(['blocked', 'late']))
  expect(waiting[0]).toMatchObject({
    type: 'blocked',
    document: plan,
    clause: { id: second?.id, label: second?.label },
    words: { en: 'The budget was cut.' },
    due: '2025-02-02',
  })
  expect(waiting.find(({ type }) => type === 'late')).toMatchObject({ clause: { id: first?.id }, due: '2025-02-03' })
})

test('[W6] a panelist is shown drafts to read, and what was asked of the panel until it has answered', async () => {
  const mine = async () => (await waitingFor(panelist)).filter(({ document }) => document === mou)
  expect((await mine()).map(({ type }) => type)).toContain('unread')
  await panelist.call(markDocumentRead, { params: { id: mou } })
  expect((await mine()).map(({ type }) => type)).not.toContain('unread')

  const say = async (audience: string, body: string) =>
    await chair.call(createThread, { params: { id: mou }, body: { audience, body } })
  const asked = await say('panel', 'Would industry accept this?')
  await say('joint', 'Not for the panel.')
  const answers = async () => (await mine()).filter(({ type }) => type === 'answer')
  expect(await answers()).toContainEqual(
    expect.objectContaining({
      thread: asked.id,
      words: expect.objectContaining({ en: 'Would industry accept this?' }),
    }),
  )
  expect(JSON.stringify(await waitingFor(panelist))).not.toContain('Not for the panel.')
  await panelist.call(createComment, { params: { id: asked.id }, body: { body: 'It would.' } })
  expect((await answers()).map(({ thread }) => thread)).not.toContain(asked.id)
})

test('[W6] a co-chair is shown comments of the panel until their disposition is recorded', async () => {
  const thread = await panelist.call(createThread, {
    params: { id: mou },
    body: { audience: 'panel', body: 'The term is too short.' },
  })
  const about = async (someone: Caller) =>
    (await waitingFor(someone)).filter((each) => each.thread === thread.id).map(({ type }) => type)
  expect(await about(chair)).toEqual(['disposition'])
  expect(await about(await actingAs(server, 'us-drafter-semiconductors'))).toEqual([])
  expect(await about(await actingAs(server, 'us-cochair-investment'))).toEqual([])
  await chair.call(updateThread, {
    params: { id: thread.id },
    body: { disposition: { decision: 'accepted', reason: 'Two years it is.' } },
  })
  expect(await about(chair)).toEqual([])
})

test('[W6] the secretariat is shown texts that were written in since their last snapshot, or never had one', async () => {
  const document = 'investment-mou'
  const about = async () => (await waitingFor(secretariat)).filter((each) => each.document === document)
  expect(await about()).toMatchObject([{ type: 'snapshot', since: null }])
  await take('Taken now', false, document)
  expect(await about()).toEqual([])
})
