/** What each role gets over HTTP: what `can` denies is neither read, listed nor counted, in any answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDocument, updateDocument } from '#shared/api/document-changes.ts'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getHistory } from '#shared/api/history.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { listSnapshots, restoreSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import {
  createComment,
  createThread,
  listThreads,
  markThreadRead,
  updateComment,
  updateThread,
} from '#shared/api/threads.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'

const mou = { id: 'semiconductors-mou' }
const seats = {
  us: 'us-drafter-semiconductors',
  usChair: 'us-cochair-semiconductors',
  jp: 'jp-cochair-semiconductors',
  panel: 'panelist-semiconductors',
  otherPanel: 'panelist-ai',
  secretariat: 'secretariat',
  linked: 'us-cochair-investment',
  linkedDrafter: 'us-drafter-investment',
  unlinked: 'us-cochair-ai',
  committee: 'us-committee',
  principal: 'us-principal',
} as const
type Seat = keyof typeof seats

let server: TestServer
let by: { [S in Seat]: Caller }

beforeAll(async () => {
  server = await startTestServer()
  const callers = Object.entries(seats).map(async ([seat, persona]) => [seat, await actingAs(server, persona)] as const)
  by = Object.fromEntries(await Promise.all(callers)) as typeof by
})
afterAll(() => server.stop())

const everySeat = Object.keys(seats) as Seat[]
const except = (...seatsLeftOut: Seat[]) => everySeat.filter((seat) => !seatsLeftOut.includes(seat))

describe('documents', () => {
  const access: { [S in Seat]: string | number } = {
    us: 'write',
    usChair: 'write',
    jp: 'write',
    panel: 'comment',
    otherPanel: 404,
    secretariat: 'comment',
    linked: 'comment',
    linkedDrafter: 404,
    unlinked: 404,
    committee: 'comment',
    principal: 404,
  }
  /** Principals read the versions of a document, so that they know of it. */
  const toActOn = (seat: Seat) => (seat !== 'principal' && typeof access[seat] === 'number' ? 404 : 403)

  test.each(everySeat)('[H7] the access of %s to a draft is what the rules say', async (seat) => {
    const expected = access[seat]
    if (typeof expected === 'number') {
      await by[seat].expectRefused(getDocument, { params: mou }, expected)
      await by[seat].expectRefused(listThreads, { params: mou }, expected)
      await by[seat].expectRefused(getHistory, { params: mou }, expected)
    } else {
      expect((await by[seat].call(getDocument, { params: mou })).access).toBe(expected)
    }
  })

  test('[H7][T2] a panelist sees the drafts that are open to the panel, and only those', async () => {
    const { documents } = await by.panel.call(listDocuments)
    expect(documents.map(({ id }) => id)).toEqual(['semiconductors-outcome-targets', 'semiconductors-mou'])
    await by.panel.expectRefused(getDocument, { params: { id: 'semiconductors-action-plan' } }, 404)
    const group = await by.panel.call(getGroup, { params: { group: 'semiconductors' } })
    expect(group.documents).toHaveLength(2)
    expect(group.lateActions).toBeNull()
    expect(group.targets).not.toBeNull()
  })

  test('[H7] principals see which documents there are and their versions, and nothing of a draft', async () => {
    const { documents } = await by.principal.call(listDocuments, { query: { group: 'semiconductors' } })
    expect(documents).toHaveLength(3)
    for (const document of documents) {
      expect(document.access).toBeNull()
      expect(document.lastChange.by).toBeNull()
      expect(document.unreadThreads).toBe(0)
    }
    const { groups } = await by.principal.call(getInitiative)
    // How the work stands, as numbers alone.
    expect(groups.every(({ targets, lateActions }) => targets !== null && lateActions !== null)).toBe(true)
    expect((await by.principal.call(listSnapshots, { params: mou })).snapshots).toEqual([])
  })

  test.each(except('us', 'usChair', 'jp'))('[H7] %s creates no document in the group', async (seat) => {
    const body = { group: 'semiconductors', kind: 'note', title: { en: 'Note', ja: 'メモ' } }
    await by[seat].expectRefused(createDocument, { body }, 403)
  })

  test('[H7] a co-chair of the group opens drafts to the panel, nobody else', async () => {
    const params = { id: 'semiconductors-action-plan' }
    for (const seat of except('usChair', 'jp')) {
      const expected = seat === 'panel' || typeof access[seat] === 'number' ? 404 : 403
      await by[seat].expectRefused(updateDocument, { params, body: { panelOpen: true } }, expected)
    }
    await by.jp.call(updateDocument, { params, body: { panelOpen: true } })
    expect((await by.panel.call(getDocument, { params })).access).toBe('comment')
    await by.jp.call(updateDocument, { params, body: { panelOpen: false } })
    await by.panel.expectRefused(getDocument, { params }, 404)
  })

  test.each(except('secretariat'))('[V1] %s takes no snapshot', async (seat) => {
    await by[seat].expectRefused(takeSnapshot, { params: mou, body: { label: 'Mine' } }, toActOn(seat))
  })

  test.each(except('usChair', 'jp'))('[V2][H7] %s restores no version', async (seat) => {
    const { snapshots } = await by.secretariat.call(listSnapshots, { params: mou })
    // To a principal a draft is not there.
    const status = seat === 'principal' ? 404 : toActOn(seat)
    await by[seat].expectRefused(restoreSnapshot, { params: { id: snapshots[0]?.id ?? '' } }, status)
  })
})

describe('threads', () => {
  const start = (seat: Seat, audience: string, body = `by ${seat}`) =>
    by[seat].call(createThread, { params: mou, body: { audience, body } })

  test('[T1] a delegation’s own thread is in no answer to anyone else, and their every attempt on it is 404', async () => {
    const words = 'zebra-crossing-position'
    const events = await readEvents(server, by.jp.cookie)
    const thread = await start('us', 'delegation', words)
    expect(thread.party).toBe('us')
    const params = { id: thread.id }
    const unknown = { id: '00000000-0000-4000-8000-000000000000' }
    for (const seat of except('us', 'usChair')) {
      const reader = by[seat]
      const answers = await Promise.all(
        [
          '/api/initiative',
          '/api/documents',
          '/api/groups/semiconductors',
          '/api/documents/semiconductors-mou',
          '/api/documents/semiconductors-mou/threads',
          '/api/documents/semiconductors-mou/history',
          '/api/documents/semiconductors-mou/snapshots',
        ].map((path) => reader.send('GET', path)),
      )
      const all = answers.map(({ text }) => text).join('\n')
      expect(all).not.toContain(words)
      expect(all).not.toContain(thread.id)
      // The same answer as for a thread that never was.
      const parts = [
        await reader.expectRefused(createComment, { params, body: { body: 'Hello' } }, 404),
        await reader.expectRefused(updateThread, { params, body: { status: 'resolved' } }, 404),
        await reader.expectRefused(markThreadRead, { params }, 404),
        await reader.expectRefused(
          updateComment,
          { params: { ...params, comment: thread.comments[0]?.id ?? '' }, body: { body: 'x' } },
          404,
        ),
      ]
      const never = await reader.expectRefused(createComment, { params: unknown, body: { body: 'Hello' } }, 404)
      for (const problem of parts) expect(problem.detail).toBe(never.detail)
    }
    // A later event that the other side may see: the earlier one would have been there before it.
    await start('us', 'joint', 'for both')
    await events.until('thread')
    expect(events.bytes()).not.toContain(thread.id)
    events.close()
    const { threads } = await by.usChair.call(listThreads, { params: mou })
    expect(threads.some(({ id }) => id === thread.id)).toBe(true)
  })

  test('[T1] a delegation’s own thread is counted for nobody else, neither as unread nor as a change', async () => {
    const counts = async (seat: Seat) => {
      const { unreadThreads } = await by[seat].call(getDocument, { params: mou })
      const { changes } = await by[seat].call(getInitiative)
      const commented = changes.find(({ document, type }) => document === mou.id && type === 'commented')
      return { unreadThreads, comments: commented?.count ?? 0 }
    }
    const before = { jp: await counts('jp'), us: await counts('us') }
    await start('usChair', 'delegation')
    expect(await counts('jp')).toEqual(before.jp)
    expect(await counts('us')).toEqual({
      unreadThreads: before.us.unreadThreads + 1,
      comments: before.us.comments + 1,
    })
  })

  const readers: { [A in 'joint' | 'panel']: Seat[] } = {
    joint: ['us', 'usChair', 'jp', 'secretariat', 'linked', 'committee'],
    panel: ['us', 'usChair', 'jp', 'secretariat', 'panel'],
  }
  test.each(['joint', 'panel'] as const)(
    '[T2] a %s thread is read by its audience and nobody else',
    async (audience) => {
      const { id } = await start('jp', audience)
      const seen: Seat[] = []
      for (const seat of everySeat) {
        const { status, text } = await by[seat].send('GET', `/api/documents/${mou.id}/threads`)
        if (status === 200 && text.includes(id)) seen.push(seat)
      }
      expect(seen.toSorted()).toEqual(readers[audience].toSorted())
    },
  )

  test.each([
    ['panel', 'joint'],
    ['panel', 'delegation'],
    ['secretariat', 'delegation'],
    ['linked', 'delegation'],
    ['linked', 'panel'],
    ['committee', 'panel'],
  ] as const)('[H7] %s starts no thread for the audience %s', async (seat, audience) => {
    await by[seat].expectRefused(createThread, { params: mou, body: { audience, body: 'Hello' } }, 403)
  })

  test('[T2] a panelist loses sight of panel threads when the draft is closed to the panel', async () => {
    const { id } = await start('panel', 'panel')
    await by.jp.call(updateDocument, { params: mou, body: { panelOpen: false } })
    await by.panel.expectRefused(createComment, { params: { id }, body: { body: 'More' } }, 404)
    await by.jp.call(updateDocument, { params: mou, body: { panelOpen: true } })
    const { comments } = await by.panel.call(createComment, { params: { id }, body: { body: 'More' } })
    expect(comments).toHaveLength(2)
  })
})
