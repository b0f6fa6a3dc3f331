/** What there may be of documents, and the ways out: quotas, pages, another title, the archive, deletion. */
import { actorOf } from '../support/peer.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDocument, deleteDocument, updateDocument } from '#shared/api/document-changes.ts'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { listSnapshots, restoreSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread } from '#shared/api/threads.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import { frame } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, openSocket, readEvents, type Caller } from './client.ts'
import { bytesOf, closedWith, copyOf, enter, mou, sized, textIn } from './live.ts'
import { replaceWords } from './text.ts'

const group = 'semiconductors'
const title = { en: 'Working paper', ja: '作業用資料' }
const note = { group, kind: 'note', title }

let server: TestServer
let us: Caller
let jp: Caller
let drafter: Caller
let secretariat: Caller
beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, 'us-cochair-semiconductors')
  jp = await actingAs(server, 'jp-cochair-semiconductors')
  drafter = await actingAs(server, 'us-drafter-semiconductors')
  secretariat = await actingAs(server, 'secretariat')
})
afterAll(() => server.stop())

const create = async (who: Caller) => await who.call(createDocument, { body: note })
const listed = async (who: Caller, query: Record<string, string> = {}) =>
  (await who.call(listDocuments, { query: { group, ...query } })).documents.map(({ id }) => id)
const auditRows = async (from: TestServer) => {
  const verified = await from.storage.audit.verify()
  return 'rows' in verified ? verified.rows : null
}

describe('quotas', () => {
  test('[H8] one document more than the group may have is refused, also of many asked for at once, until one is archived', async () => {
    await using small = await startTestServer({ quotas: { documentsPerGroup: 5, documentsPerUser: 100 } })
    const [one, other] = await Promise.all(
      ['us-drafter-semiconductors', 'jp-drafter-semiconductors'].map((persona) => actingAs(small, persona)),
    )
    if (one === undefined || other === undefined) throw new Error('Nobody is signed in')
    const before = (await one.call(listDocuments, { query: { group } })).documents.length
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? one : other).send('POST', '/api/documents', note)),
    )
    const made = answers.filter(({ status }) => status === 201)
    expect([before + made.length, answers.filter(({ status }) => status === 409).length]).toEqual([5, 8 - made.length])
    const problem = await one.expectRefused(createDocument, { body: note }, 409)
    expect(problem.detail).toContain('The group has 5 documents, and may have 5.')
    expect(problem.detail).toContain('archive')
    // Another group has its own.
    const elsewhere = await actingAs(small, 'us-drafter-ai')
    await elsewhere.call(createDocument, { body: { ...note, group: 'ai' } })
    const chair = await actingAs(small, 'us-cochair-semiconductors')
    await chair.call(updateDocument, { params: { id: mou }, body: { archived: true } })
    await one.call(createDocument, { body: note })
    await one.expectRefused(createDocument, { body: note }, 409)
  })

  test('[H8] one document more than a user may have created is refused; archiving makes no room, deleting does', async () => {
    await using small = await startTestServer({ quotas: { documentsPerGroup: 100, documentsPerUser: 2 } })
    const [one, other] = [
      await actingAs(small, 'us-cochair-semiconductors'),
      await actingAs(small, 'jp-cochair-semiconductors'),
    ]
    const first = await create(one)
    await create(one)
    const problem = await one.expectRefused(createDocument, { body: note }, 409)
    expect(problem.detail).toContain('You have created 2 documents, and may create 2.')
    await create(other)
    await one.call(updateDocument, { params: { id: first.id }, body: { archived: true } })
    await one.expectRefused(createDocument, { body: note }, 409)
    await one.call(deleteDocument, { params: { id: first.id } })
    await create(one)
  })

  test('[H8] pages hold every document once, in order, also when one of them is deleted in between', async () => {
    const own = await Promise.all(Array.from({ length: 4 }, () => create(us)))
    const all = await listed(us)
    const seen: string[] = []
    let after: string | null = null
    let gone: string | undefined
    do {
      const query: Record<string, string> = { group, limit: '2', ...(after === null ? {} : { after }) }
      const page: { documents: { id: string }[]; next: string | null } = await us.call(listDocuments, { query })
      expect(page.documents.length).toBeLessThanOrEqual(2)
      seen.push(...page.documents.map(({ id }) => id))
      after = page.next
      const last = seen.at(-1)
      if (gone === undefined && last !== undefined && own.some(({ id }) => id === last)) {
        gone = last
        await us.call(deleteDocument, { params: { id: last } })
      }
    } while (after !== null)
    expect(gone).toBeDefined()
    expect(seen).toEqual(all)
    await us.expectRefused(listDocuments, { query: { after: 'nonsense' } }, 422)
    await us.expectRefused(listDocuments, { query: { limit: '1000' } }, 422)
    for (const { id } of own) if (id !== gone) await us.call(deleteDocument, { params: { id } })
  })
})

describe('another title', () => {
  test('[H2][D1] the group’s delegations rename a document in both languages; it is told, and noted', async () => {
    const { id } = await create(us)
    const params = { id }
    const events = await readEvents(server, jp.cookie)
    const rows = await auditRows(server)
    const renamed = { en: 'Elements of a text', ja: '案文の要素' }
    expect(await drafter.call(updateDocument, { params, body: { title: renamed } })).toMatchObject({
      id,
      title: renamed,
    })
    expect(await events.until('document')).toMatchObject({ document: id, change: 'updated' })
    await drafter.call(updateDocument, { params, body: { title: renamed } })
    expect(await auditRows(server)).toBe((rows ?? 0) + 1)
    expect(await jp.call(getDocument, { params })).toMatchObject({ title: renamed })
    await secretariat.expectRefused(updateDocument, { params, body: { title } }, 403)
    await us.expectRefused(updateDocument, { params, body: { title: { en: 'Only English' } } }, 422)
    await us.expectRefused(updateDocument, { params, body: {} }, 422)
    // One part that is not allowed, and nothing of it is done.
    await drafter.expectRefused(updateDocument, { params, body: { title, archived: true } }, 403)
    expect(await jp.call(getDocument, { params })).toMatchObject({ title: renamed, archived: false })
    events.close()
    await us.call(deleteDocument, { params })
  })
})

describe('the archive', () => {
  test('[H9] an archived document is read-only at once for whoever has it open, and stays readable', async () => {
    const params = { id: mou }
    const raw = await enter(server, jp.cookie)
    const copy = await copyOf(server)
    const before = await textIn(server)
    const [version] = (await us.call(listSnapshots, { params })).snapshots
    const rows = (await auditRows(server)) ?? 0
    expect(await us.call(updateDocument, { params, body: { archived: true } })).toMatchObject({
      archived: true,
      access: 'read',
    })
    expect(await auditRows(server)).toBe(rows + 1)
    raw.socket.write(frame(bytesOf(0, 2, sized(copy.change(({ text, index }) => text.insert(index, 'too late '))))))
    expect(await closedWith(raw)).toBe(closeCode.forbidden)
    expect((await textIn(server)) === before).toBe(true)
    const reader = await enter(server, drafter.cookie)
    reader.socket.destroy()
    await us.expectRefused(createThread, { params, body: { audience: 'joint', body: 'Hello' } }, 403)
    await us.expectRefused(updateDocument, { params, body: { title } }, 403)
    await us.expectRefused(updateDocument, { params, body: { panelOpen: false } }, 403)
    await us.expectRefused(restoreSnapshot, { params: { id: version?.id ?? '' } }, 403)
    await drafter.expectRefused(updateDocument, { params, body: { archived: false } }, 403)
    // What is brought back may be changed in the same request.
    const back = { archived: false, panelOpen: false }
    expect(await us.call(updateDocument, { params, body: back })).toMatchObject({ ...back, access: 'write' })
    await us.call(updateDocument, { params, body: { panelOpen: true } })
    await replaceWords(server.rooms, mou, 'us-cochair-semiconductors', 'Participants', 'Participants')
  })

  test('[H9] it is in the list of the archived and in no other list, overview or count', async () => {
    const params = { id: 'semiconductors-outcome-targets' }
    const open = await listed(us)
    expect(await listed(us, { archived: 'true' })).toEqual([])
    await secretariat.call(updateDocument, { params, body: { archived: true } })
    expect(await listed(us)).toEqual(open.filter((id) => id !== params.id))
    expect(await listed(us, { archived: 'true' })).toEqual([params.id])
    const overview = await us.call(getGroup, { params: { group } })
    expect(overview.documents.map(({ id }) => id)).not.toContain(params.id)
    expect(overview.targets).toBeNull()
    const initiative = await jp.call(getInitiative)
    expect(initiative.groups.find(({ id }) => id === group)?.targets).toBeNull()
    expect(initiative.changes.map(({ document }) => document)).not.toContain(params.id)
    await secretariat.call(updateDocument, { params, body: { archived: false } })
    expect(await listed(us)).toEqual(open)
  })
})

describe('deletion', () => {
  test('[H9] what nobody wrote in is gone everywhere: in lists, for who has it open, and for who asks', async () => {
    const { id } = await create(drafter)
    const params = { id }
    await drafter.expectRefused(deleteDocument, { params }, 403)
    await secretariat.expectRefused(deleteDocument, { params }, 403)
    const events = await readEvents(server, jp.cookie)
    const opened = openSocket(server, `/sync/${id}`, { cookie: jp.cookie })
    await opened.opened
    const rows = (await auditRows(server)) ?? 0
    expect(await us.call(deleteDocument, { params })).toEqual({ deleted: true })
    expect(await opened.closed).toMatchObject({ code: closeCode.notFound })
    expect(await events.until('document')).toMatchObject({ document: id, change: 'deleted' })
    expect(await auditRows(server)).toBe(rows + 1)
    await us.expectRefused(deleteDocument, { params }, 404)
    await jp.expectRefused(getDocument, { params }, 404)
    expect(await listed(us)).not.toContain(id)
    expect((await openSocket(server, `/sync/${id}`, { cookie: jp.cookie }).closed).code).toBe(closeCode.notFound)
    expect(await server.rooms.read(id, () => true)).toBeNull()
    events.close()
  })

  test('[H9] words, versions and comments that the reader may see are kept: the answer says to archive', async () => {
    const refused = async (id: string) => {
      const { detail } = await us.expectRefused(deleteDocument, { params: { id } }, 409)
      expect(detail).toContain('archive it instead')
      await jp.call(getDocument, { params: { id } })
    }
    await refused(mou)
    const [written, kept, discussed] = [await create(us), await create(us), await create(us)]
    await server.rooms.edit(written.id, actorOf('us-drafter-semiconductors'), (body) => body.delete(0, 1))
    await refused(written.id)
    await secretariat.call(takeSnapshot, { params: { id: kept.id }, body: { label: 'Empty' } })
    await refused(kept.id)
    await us.call(createThread, { params: { id: discussed.id }, body: { audience: 'joint', body: 'Needed?' } })
    await refused(discussed.id)
  })

  test('[H9][T1] a thread that the reader may not know of does not tell of itself by a refusal', async () => {
    const { id } = await create(us)
    await jp.call(createThread, { params: { id }, body: { audience: 'delegation', body: 'なぜ必要なのか' } })
    expect(await us.call(deleteDocument, { params: { id } })).toEqual({ deleted: true })
  })
})
