/** Private drafts: a document that for everybody but one delegation does not exist, and what becomes of it in the joint text. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptChange, changePhase, listChanges, withdrawChange } from '#shared/api/changes.ts'
import { createDocument, deleteDocument, tableDraft, updateDocument } from '#shared/api/document-changes.ts'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { listSnapshots, takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread, listThreads } from '#shared/api/threads.ts'
import { appendJson, clauseJson, findClause, findClauseText, readClauses } from '#shared/editor/clauses.ts'
import { bodyName, closeCode } from '#shared/protocol/messages.ts'
import * as Y from 'yjs'
import { line, run } from '#test/support/changes.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, openSocket, readEvents, type Caller } from './client.ts'
import { actorOf } from './live.ts'

let server: TestServer
let us: Caller
let drafter: Caller
let jp: Caller

const chair = 'us-cochair-ai'
const title = { en: 'Where we could give way', ja: '譲歩の余地' }
const ids = [1, 2, 3].map((at) => `00000000-0000-4000-8000-00000000000${at}`)
const [first = '', second = '', third = ''] = ids

beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, chair)
  drafter = await actingAs(server, 'us-drafter-ai')
  jp = await actingAs(server, 'jp-cochair-ai')
})
afterAll(() => server.stop())

/** A joint document with two clauses. */
async function jointText(): Promise<string> {
  const { id } = await us.call(createDocument, {
    body: { group: 'ai', kind: 'note', title: { en: 'Joint', ja: '共同' } },
  })
  const clauses = [
    clauseJson({ id: first, kind: 'article' }, { en: [line([run('Each side shall share data.')])] }),
    clauseJson({ id: second, kind: 'article' }, { en: [line([run('Each side meets twice a year.')])] }),
  ]
  await server.rooms.edit(id, actorOf(chair), (body) => {
    body.delete(0, body.length)
    appendJson(body, clauses, null)
  })
  return id
}

const fork = async (joint: string, by = us) =>
  await by.call(createDocument, { body: { group: 'ai', kind: 'note', title, delegation: true, forkOf: joint } })

/** Replaces the English words of a clause, by whole lines. */
const rewrite = async (document: string, clause: string, from: string, to: string) =>
  await server.rooms.edit(document, actorOf(chair), (body) => {
    const found = findClause(body, clause)
    const text = found && findClauseText(found, 'en')
    const paragraph: unknown = text?.get(0)
    const words: unknown = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
    if (!(words instanceof Y.XmlText)) throw new Error('There is no such line')
    const at = words.toString().indexOf(from)
    words.delete(at, from.length)
    words.insert(at, to)
  })

const textOf = async (document: string) =>
  await server.rooms.read(document, (doc) =>
    readClauses(doc.getXmlFragment(bodyName)).map(({ id, text }) => [id, text.en]),
  )

describe('the secrecy of a private draft', () => {
  test('[N6] a draft belongs to one delegation, which works in it as in any document: text, threads, versions', async () => {
    const joint = await jointText()
    const draft = await fork(joint, drafter)
    expect(draft).toMatchObject({ delegation: 'us', parties: ['us'], forkOf: joint, access: 'write' })
    expect(await textOf(draft.id)).toEqual(await textOf(joint))
    const params = { id: draft.id }
    expect(await us.call(getDocument, { params })).toMatchObject({ delegation: 'us', access: 'write' })
    await us.call(createThread, { params, body: { audience: 'delegation', body: 'Go no further than this.' } })
    expect((await drafter.call(listThreads, { params })).threads).toHaveLength(1)
    await us.expectRefused(createThread, { params, body: { audience: 'joint', body: 'To nobody.' } }, 403)
    await drafter.call(takeSnapshot, { params, body: { label: 'Before Tokyo' } })
    expect((await us.call(listSnapshots, { params })).snapshots).toHaveLength(1)
    await us.expectRefused(updateDocument, { params, body: { panelOpen: true } }, 403)
    await us.expectRefused(changePhase, { params, body: { phase: 'negotiating' } }, 403)
  })

  test('[N6] for everybody else a draft is in no list, count or overview, and at none of its addresses', async () => {
    const joint = await jointText()
    const others = await Promise.all(
      [
        'jp-cochair-ai',
        'jp-drafter-ai',
        'secretariat',
        'us-committee',
        'us-principal',
        'panelist-ai',
        'us-cochair-semiconductors',
        'us-drafter-cybersecurity',
      ].map((persona) => actingAs(server, persona)),
    )
    const seen = async (reader: Caller) => {
      const { groups, changes, waiting } = await reader.call(getInitiative)
      const group = await reader.call(getGroup, { params: { group: 'ai' } })
      const { documents, next } = await reader.call(listDocuments, { query: { limit: '200' } })
      const counts = groups.map(({ targets, lateActions }) => ({ targets, lateActions }))
      return { counts, changes, waiting, documents, next, listed: group.documents, targets: group.targets }
    }
    const before = await Promise.all(others.map(seen))
    const draft = await fork(joint)
    await rewrite(draft.id, first, 'shall', 'may')
    await us.call(createThread, { params: { id: draft.id }, body: { audience: 'delegation', body: 'Ours.' } })
    const { id: snapshot } = await us.call(takeSnapshot, { params: { id: draft.id }, body: { label: 'Ours' } })
    expect(await Promise.all(others.map(seen))).toEqual(before)
    for (const reader of others) {
      await reader.expectRefused(getDocument, { params: { id: draft.id } }, 404)
      await reader.expectRefused(deleteDocument, { params: { id: draft.id } }, 404)
      await reader.expectRefused(tableDraft, { params: { id: draft.id }, body: {} }, 404)
      expect((await reader.send('GET', `/api/snapshots/${snapshot}`)).status).toBe(404)
      const { code } = await openSocket(server, `/sync/${draft.id}?v=1`, { cookie: reader.cookie }).closed
      expect(code).toBe(closeCode.notFound)
    }
    const body = { group: 'ai', kind: 'note', title, delegation: true, forkOf: draft.id }
    const hidden = await jp.expectRefused(createDocument, { body }, 404)
    const absent = await jp.expectRefused(createDocument, { body: { ...body, forkOf: 'nothing' } }, 404)
    expect(hidden.detail).toBe(absent.detail)
    expect((await us.call(listDocuments, { query: { limit: '200' } })).documents.map(({ id }) => id)).toContain(
      draft.id,
    )
  })

  test('[N6] nobody else hears anything of a draft while it is made, written in, talked about, tabled and removed', async () => {
    const joint = await jointText()
    const listeners = await Promise.all(
      ['jp-cochair-ai', 'secretariat', 'us-committee'].map(async (persona) => {
        const { cookie } = await actingAs(server, persona)
        return await readEvents(server, cookie)
      }),
    )
    const own = await readEvents(server, drafter.cookie)
    const draft = await fork(joint)
    await rewrite(draft.id, first, 'shall', 'may')
    await us.call(createThread, { params: { id: draft.id }, body: { audience: 'delegation', body: 'Ours.' } })
    await us.call(tableDraft, { params: { id: draft.id }, body: {} })
    await us.call(updateDocument, { params: { id: draft.id }, body: { archived: true } })
    const empty = await us.call(createDocument, { body: { group: 'ai', kind: 'note', title, delegation: true } })
    await us.call(deleteDocument, { params: { id: empty.id } })
    // What is told to all comes last: whoever has heard of it has heard of all that is for them before.
    const { id: last } = await us.call(createDocument, { body: { group: 'ai', kind: 'note', title } })
    const until = async (events: Awaited<ReturnType<typeof readEvents>>) => {
      for (;;) if ((await events.until('document')).document === last) return events.bytes()
    }
    expect(await until(own)).toContain(draft.id)
    for (const events of listeners) {
      const bytes = await until(events)
      for (const id of [draft.id, empty.id]) expect(bytes).not.toContain(id)
      events.close()
    }
    own.close()
  })

  test('[N6] how many documents a group may still have tells nobody of another delegation’s drafts', async () => {
    await using small = await startTestServer({ seeded: true, quotas: { documentsPerGroup: 5, documentsPerUser: 200 } })
    const [one, other] = [await actingAs(small, chair), await actingAs(small, 'jp-cochair-ai')]
    const body = { group: 'ai', kind: 'note', title }
    for (const delegation of [true, true]) await one.call(createDocument, { body: { ...body, delegation } })
    await one.expectRefused(createDocument, { body }, 409)
    await other.call(createDocument, { body })
    await other.call(createDocument, { body })
    await other.expectRefused(createDocument, { body }, 409)
  })

  test('[N6] what cannot be forked is refused with its place, and nothing is made', async () => {
    const joint = await jointText()
    const draft = await fork(joint)
    const before = (await us.call(listDocuments, { query: { limit: '200' } })).documents.length
    const body = { group: 'ai', kind: 'note', title, delegation: true, forkOf: joint }
    const wrong = [
      [{ ...body, delegation: false }, 'delegation'],
      [{ ...body, kind: 'mou' }, 'kind'],
      [{ ...body, forkOf: draft.id }, 'forkOf'],
      [{ ...body, text: { format: 'plain', languages: { en: 'A text.' } } }, 'text'],
    ] as const
    for (const [each, path] of wrong) {
      expect((await us.expectRefused(createDocument, { body: each }, 422)).errors?.[0]?.path).toBe(path)
    }
    await us.expectRefused(createDocument, { body: { ...body, group: 'semiconductors' } }, 403)
    expect((await us.call(listDocuments, { query: { limit: '200' } })).documents).toHaveLength(before)
  })
})

describe('tabling', () => {
  test('[N6][N3] what was changed in a draft stands in the joint text as changes of its party, with a note, and withdrawn leaves nothing', async () => {
    const joint = await jointText()
    const untouched = await textOf(joint)
    const draft = await fork(joint)
    await rewrite(draft.id, first, 'shall', 'may')
    await server.rooms.edit(draft.id, actorOf(chair), (body) =>
      appendJson(body, [clauseJson({ id: third, kind: 'article' }, { en: [line([run('A third article.')])] })], null),
    )
    expect((await jp.call(listChanges, { params: { id: joint } })).changes).toEqual([])
    const { document, changes } = await us.call(tableDraft, {
      params: { id: draft.id },
      body: { note: 'As discussed in Tokyo.' },
    })
    expect(document).toBe(joint)
    expect(new Set(changes.map(({ party, clause }) => `${party} ${clause}`))).toEqual(
      new Set([`us ${first}`, `us ${third}`]),
    )
    const listed = (await jp.call(listChanges, { params: { id: joint } })).changes
    expect(listed.map(({ id }) => id).toSorted()).toEqual(changes.map(({ id }) => id).toSorted())
    expect(listed.filter(({ clause }) => clause === first).map(({ deletes, inserts }) => [deletes, inserts])).toEqual(
      expect.arrayContaining([['', 'may']]),
    )
    const { threads } = await jp.call(listThreads, { params: { id: joint } })
    expect(threads.map(({ audience, comments }) => [audience, comments[0]?.body])).toEqual([
      ['joint', 'As discussed in Tokyo.'],
    ])
    expect(JSON.stringify([listed, threads])).not.toContain(draft.id)
    for (const { id } of listed) {
      const reply = await us.send('POST', withdrawChange.path.replace('{id}', id))
      expect([200, 404]).toContain(reply.status)
    }
    expect(await textOf(joint)).toEqual(untouched)
  })

  test('[N6] chosen clauses alone are tabled, also while the joint text is negotiated, and what it alone has changed since stays', async () => {
    const joint = await jointText()
    const draft = await fork(joint)
    await rewrite(draft.id, first, 'shall', 'may')
    await rewrite(draft.id, second, 'twice', 'once')
    await rewrite(joint, second, 'year', 'quarter')
    for (const who of [us, jp]) {
      await who.call(changePhase, { params: { id: joint }, body: { phase: 'negotiating' } })
    }
    const params = { id: draft.id }
    const { changes } = await us.call(tableDraft, { params, body: { clauses: [first] } })
    expect(new Set(changes.map(({ clause }) => clause))).toEqual(new Set([first]))
    for (const { id } of changes) await jp.call(acceptChange, { params: { id }, body: {} })
    expect(await textOf(joint)).toEqual([
      [first, 'Each side may share data.'],
      [second, 'Each side meets twice a quarter.'],
    ])
    await us.expectRefused(tableDraft, { params, body: { clauses: [first] } }, 409)
    await us.expectRefused(tableDraft, { params, body: { clauses: [third] } }, 409)
  })

  test('[N6] a clause that a draft leaves out is struck, and one that the joint text alone has got since is not', async () => {
    const joint = await jointText()
    const draft = await fork(joint)
    await server.rooms.edit(draft.id, actorOf(chair), (body) => body.delete(1, 1))
    await server.rooms.edit(joint, actorOf(chair), (body) =>
      appendJson(body, [clauseJson({ id: third, kind: 'article' }, { en: [line([run('Since then.')])] })], null),
    )
    const { changes } = await us.call(tableDraft, { params: { id: draft.id }, body: {} })
    expect(changes.map(({ clause, kind }) => [clause, kind])).toEqual([[second, 'block']])
    for (const { id } of changes) await jp.call(acceptChange, { params: { id }, body: {} })
    expect((await textOf(joint))?.map(([id]) => id)).toEqual([first, third])
  })

  test('[N6] a draft that was forked from nothing, and a joint document, cannot be tabled', async () => {
    const joint = await jointText()
    await us.expectRefused(tableDraft, { params: { id: joint }, body: {} }, 409)
    const alone = await us.call(createDocument, { body: { group: 'ai', kind: 'note', title, delegation: true } })
    await us.expectRefused(tableDraft, { params: { id: alone.id }, body: {} }, 409)
  })
})
