/** Documents, overviews, read marks, history: the record as each reader sees it. */
import { actorOf } from '../support/peer.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDocument, markDocumentRead, updateDocument } from '#shared/api/document-changes.ts'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getAuthors, getHistory, getMoment, getTimeline } from '#shared/api/history.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { getText } from '#shared/api/text.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { StorageError } from '#server/storage/storage.ts'
import * as Y from 'yjs'
import { findClause, readClauses } from '#shared/editor/clauses.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, childrenOf, lineName } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, type Caller } from './client.ts'
import { findWords, replaceWords } from './text.ts'

const schema = documentSchema()

let server: TestServer
let us: Caller
let jp: Caller
beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, 'us-cochair-semiconductors')
  jp = await actingAs(server, 'jp-cochair-semiconductors')
})
afterAll(() => server.stop())

const read = <T>(document: string, view: (body: Parameters<typeof readClauses>[0]) => T) =>
  server.rooms.read(document, (doc) => view(doc.getXmlFragment(bodyName)))

describe('the text without a live connection', () => {
  test('[U21][H7] it is given as it stands to those who may read the draft, and compressed to who takes that', async () => {
    const id = 'semiconductors-action-plan'
    const { content } = await us.call(getText, { params: { id } })
    expect(content).toEqual(await read(id, bodyToJson))
    const sent = await fetch(`${server.url}/api/documents/${id}/text`, {
      headers: { cookie: us.cookie, 'accept-encoding': 'gzip' },
    })
    expect(sent.headers.get('content-encoding')).toBe('gzip')
    expect(await sent.json()).toEqual({ id, content })
    for (const persona of ['panelist-semiconductors', 'us-principal', 'us-cochair-ai']) {
      const other = await actingAs(server, persona)
      await other.expectRefused(getText, { params: { id } }, 404)
    }
  })
})

describe('the seed', () => {
  test('[P5] eighteen documents that fit the schema, every date inside the window, in both languages', async () => {
    const secretariat = await actingAs(server, 'secretariat')
    const { documents } = await secretariat.call(listDocuments)
    expect(documents).toHaveLength(18)
    for (const { id, kind, panelOpen, title } of documents) {
      expect(panelOpen).toBe(kind !== 'action-plan')
      expect(title.en && title.ja).toBeTruthy()
      const content = await read(id, bodyToJson)
      expect(() => schema.nodeFromJSON(content).check()).not.toThrow()
      const rows = (await read(id, readClauses)) ?? []
      expect(
        rows.filter(({ kind: clause }) => !['preamble', 'signature'].includes(clause)).length,
      ).toBeGreaterThanOrEqual(kind === 'outcome-targets' ? 4 : 6)
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
      const dated = rows.filter(({ fields }) => fields.due !== undefined)
      expect(dated.length > 0).toBe(kind === 'outcome-targets' || kind === 'action-plan')
      for (const { text, fields } of rows) {
        expect(text.en && text.ja).toBeTruthy()
        for (const date of [fields.start, fields.due]) {
          if (date !== undefined) expect(initiative().starts <= date && date <= initiative().ends).toBe(true)
        }
      }
    }
  })

  test('[P5] every action serves a target of its own group', async () => {
    for (const group of ['investment', 'export-controls', 'supply-chain', 'semiconductors', 'ai', 'cybersecurity']) {
      const targets = (await read(`${group}-outcome-targets`, readClauses))?.map(({ id }) => id) ?? []
      for (const { fields } of (await read(`${group}-action-plan`, readClauses)) ?? []) {
        expect(targets).toContain(fields.serves)
      }
    }
  })
})

describe('documents', () => {
  test('[H2] a new document has one empty clause, and takes edits', async () => {
    const title = { en: 'Talking points: Tokyo round', ja: '東京会合の論点' }
    const created = await us.call(createDocument, { body: { group: 'semiconductors', kind: 'agenda', title } })
    expect(created).toMatchObject({ title, access: 'write' })
    expect(created.schemaVersion).toBe(schemaVersion)
    const rows = (await read(created.id, readClauses)) ?? []
    expect(rows.map(({ kind, text }) => [kind, text.en, text.ja])).toEqual([['article', '', '']])
    const twin = await us.call(createDocument, { body: { group: 'semiconductors', kind: 'agenda', title } })
    expect((await us.call(listDocuments)).documents.map(({ id }) => id)).toContain(twin.id)
  })

  test('[H2] what others changed is marked as changed until it was seen', async () => {
    const params = { id: 'semiconductors-action-plan' }
    const changed = async (who: Caller) => (await who.call(getDocument, { params })).changed
    expect(await changed(us)).toBe(false)
    await replaceWords(server.rooms, params.id, 'jp-cochair-semiconductors', 'the', 'THE')
    expect(await changed(us)).toBe(true)
    expect(await changed(jp)).toBe(false)
    const change = async () =>
      (await us.call(getInitiative)).changes.find(({ document, type }) => document === params.id && type === 'edited')
    expect(await change()).toMatchObject({ by: [{ id: 'jp-cochair-semiconductors' }], count: 1 })
    await us.call(markDocumentRead, { params })
    expect(await changed(us)).toBe(false)
    expect(await change()).toBeUndefined()
  })

  test('[H2] opening to the panel is an entry in the audit, and the chain holds', async () => {
    const params = { id: 'semiconductors-action-plan' }
    const rows = async () => {
      const verified = await server.storage.audit.verify()
      if (!('rows' in verified)) throw new Error(`The chain is broken at ${verified.brokenAt}`)
      return verified.rows
    }
    const before = await rows()
    await us.call(updateDocument, { params, body: { panelOpen: true } })
    await us.call(updateDocument, { params, body: { panelOpen: true } })
    expect(await rows()).toBe(before + 1)
  })
})

describe('handling marks', () => {
  test('[U33] a mark is given by the delegations, is there for whoever knows of the document, and is taken off again', async () => {
    const params = { id: 'semiconductors-outcome-targets' }
    const mark = (handling: string) => ({ params, body: { handling } })
    const given = await us.call(updateDocument, mark(' TLP:AMBER '))
    expect(given.handling).toBe('TLP:AMBER')
    expect((await jp.call(getDocument, { params })).handling).toBe('TLP:AMBER')
    const principal = await actingAs(server, 'us-principal')
    const { documents } = await principal.call(listDocuments, { query: { group: 'semiconductors' } })
    expect(documents.find(({ id }) => id === params.id)?.handling).toBe('TLP:AMBER')
    for (const persona of ['secretariat', 'us-committee', 'panelist-semiconductors']) {
      await (await actingAs(server, persona)).expectRefused(updateDocument, mark('None'), 403)
    }
    await us.expectRefused(updateDocument, mark('x'.repeat(81)), 422)
    expect((await us.call(updateDocument, mark(''))).handling).toBe('')
  })
})

describe('overviews', () => {
  test('[S3] one damaged document keeps nobody from the others, and is said to be unknown', async () => {
    const damaged = 'semiconductors-action-plan'
    const fails = (id: string) => (id === damaged ? Promise.reject(new StorageError('damaged')) : null)
    await using harmed = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        log: {
          ...storage.log,
          load: (id) => fails(id) ?? storage.log.load(id),
          history: (id, range) => fails(id) ?? storage.log.history(id, range),
        },
      }),
    })
    const reader = await actingAs(harmed, 'us-cochair-semiconductors')
    const { groups, changes } = await reader.call(getInitiative)
    expect(groups.map(({ id, unreadable }) => [id, unreadable])).toEqual(
      initiative().groups.map((id) => [id, id === 'semiconductors' ? ['lateActions', 'open'] : []]),
    )
    const group = await reader.call(getGroup, { params: { group: 'semiconductors' } })
    expect(group).toMatchObject({ lateActions: null, open: null, unreadable: ['lateActions', 'open'] })
    expect(group.targets).not.toBeNull()
    expect(group.documents.map(({ id }) => id)).toContain(damaged)
    expect(changes.some(({ document, type }) => document === damaged && type === 'edited')).toBe(false)
  })

  test('[H2][U15] a group’s targets and late actions follow the live text', async () => {
    const clock = manualClock(Date.parse('2026-11-23T14:45:00Z'))
    const timed = await startTestServer({ clock })
    const reader = await actingAs(timed, 'us-cochair-semiconductors')
    const overview = () => reader.call(getGroup, { params: { group: 'semiconductors' } })
    const before = await overview()
    const total = Object.values(before.targets ?? {}).reduce((sum, count) => sum + count, 0)
    expect(total).toBe(5)
    await timed.rooms.edit('semiconductors-outcome-targets', actorOf('us-cochair-semiconductors'), (body) => {
      for (const { id } of readClauses(body)) findClause(body, id)?.setAttribute('status', 'done')
    })
    expect((await overview()).targets).toEqual({ onTrack: 0, atRisk: 0, blocked: 0, done: total })
    await timed.rooms.edit('semiconductors-action-plan', actorOf('us-cochair-semiconductors'), (body) => {
      readClauses(body).forEach(({ id }, index) => {
        const clause = findClause(body, id)
        clause?.setAttribute('status', index === 0 ? 'done' : 'onTrack')
        clause?.setAttribute('due', index <= 1 ? '2026-11-23' : '2026-11-24')
      })
    })
    // In Tokyo the 23rd has a quarter of an hour left.
    expect((await overview()).lateActions).toBe(0)
    clock.advance(30 * 60 * 1000)
    expect((await overview()).lateActions).toBe(1)
    expect((await reader.call(getInitiative)).today).toBe('2026-11-23')
    await timed.stop()
  })

  test('[H2] a group shows its people co-chairs first, and what it is linked to', async () => {
    const { seats, people, links } = await us.call(getGroup, { params: { group: 'semiconductors' } })
    expect(seats.map(({ id }) => id)).toEqual(['us-cochair-semiconductors', 'jp-cochair-semiconductors'])
    expect(people.map(({ role }) => role).toSorted()).toEqual(['cochair', 'cochair', 'drafter', 'drafter', 'panelist'])
    expect(links).toEqual(['investment', 'export-controls', 'supply-chain'])
  })
})

describe('history', () => {
  test('[H2] runs of one person’s changes are joined, newest first, with the characters they added and removed', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const reader = await actingAs(timed, 'secretariat')
    const edit = (user: string, from: string, to: string) => replaceWords(timed.rooms, 'ai-mou', user, from, to)
    await edit('us-cochair-ai', 'Participants', 'Parties')
    clock.advance(60_000)
    await edit('us-cochair-ai', 'Parties', 'Participants')
    await edit('jp-cochair-ai', '双方', '両者')
    clock.advance(5 * 60_000)
    await edit('jp-cochair-ai', '両者', '')
    const { entries, more } = await reader.call(getHistory, { params: { id: 'ai-mou' } })
    expect(entries.map(({ by, updates, inserted, deleted }) => [by?.id, updates, inserted, deleted])).toEqual([
      ['jp-cochair-ai', 1, 0, 2],
      ['jp-cochair-ai', 1, 2, 2],
      ['us-cochair-ai', 2, 0, 0],
      [undefined, 1, entries[3]?.inserted, 0],
    ])
    expect(more).toBe(false)
    const query = { before: String(entries[1]?.firstSeq) }
    const older = await reader.call(getHistory, { params: { id: 'ai-mou' }, query })
    expect(older.entries).toEqual(entries.slice(2))
    await timed.stop()
  })

  test('[H2] a long history comes in pages that meet without a gap', async () => {
    const turns = 60
    for (let turn = 0; turn < turns; turn += 1) {
      const user = turn % 2 === 0 ? 'us-cochair-cybersecurity' : 'jp-cochair-cybersecurity'
      const [from, to] = turn % 2 === 0 ? ['Participants', 'Parties'] : ['Parties', 'Participants']
      await replaceWords(server.rooms, 'cybersecurity-mou', user, from ?? '', to ?? '')
    }
    const secretariat = await actingAs(server, 'secretariat')
    const params = { id: 'cybersecurity-mou' }
    const first = await secretariat.call(getHistory, { params })
    expect(first.more).toBe(true)
    const query = { before: String(first.entries.at(-1)?.firstSeq) }
    const second = await secretariat.call(getHistory, { params, query })
    expect(second.more).toBe(false)
    const all = [...first.entries, ...second.entries]
    expect(all).toHaveLength(turns + 1)
    expect(all.at(-1)?.firstSeq).toBe(1)
    for (const [index, entry] of all.entries()) {
      const newer = all[index - 1]
      if (newer !== undefined) expect(entry.lastSeq).toBe(newer.firstSeq - 1)
    }
  })
})

describe('what was changed', () => {
  const params = { id: 'export-controls-mou' }
  let clauses: readonly { id: string; label: { en: string; ja: string } }[]
  beforeAll(async () => {
    clauses = (await read(params.id, readClauses)) ?? []
  })
  /** The newest entry, after that change by that user. */
  const after = async (user: string, change: (body: Y.XmlFragment) => void) => {
    await server.rooms.edit(params.id, actorOf(user), change)
    const secretariat = await actingAs(server, 'secretariat')
    const { entries } = await secretariat.call(getHistory, { params })
    return entries[0]
  }
  const [usUser, jpUser] = ['us-cochair-export-controls', 'jp-cochair-export-controls']

  test('[S7] [H2] words that one side wrote and the other deleted are the deleter’s deletion, with the words and the clause', async () => {
    const written = await after(usUser, (body) => {
      const { text, index } = findWords(body, 'The purpose of')
      text.insert(index + 'The purpose of'.length, ' the wholly unwelcome part of')
    })
    const article = clauses.find(({ label }) => label.en === 'Article 1')
    const place = { clause: { id: article?.id, label: article?.label, gone: false }, language: 'en', fields: [] }
    expect(written).toMatchObject({ by: { id: usUser, party: 'us' }, inserted: 29, deleted: 0, moreChanges: 0 })
    expect(written?.changes).toMatchObject([{ ...place, inserted: ' the wholly unwelcome part of', deleted: '' }])
    const removed = await after(jpUser, (body) => {
      const { text, index } = findWords(body, ' wholly unwelcome')
      text.delete(index, ' wholly unwelcome'.length)
    })
    expect(removed).toMatchObject({ by: { id: jpUser, party: 'jp' }, inserted: 0, deleted: 17, moreChanges: 0 })
    expect(removed?.changes).toMatchObject([{ ...place, inserted: '', deleted: ' wholly unwelcome' }])
    // What its author wrote stays told as it was written.
    const { entries } = await (await actingAs(server, 'secretariat')).call(getHistory, { params })
    expect(entries[1]).toEqual(written)
  })

  test('[H2] a run tells what came of it, in the order of the text: not its slips, and apart what stands apart', async () => {
    const type = (words: string, by: string, at: 'before' | 'behind' = 'behind') =>
      after(usUser, (body) => {
        const { text, index } = findWords(body, words)
        text.insert(at === 'behind' ? index + words.length : index, by)
      })
    // Someone else comes in between, so that a run begins.
    await after(jpUser, (body) => findWords(body, '本覚書').text.insert(0, '。'))
    await type('The purpose', ' and ')
    await type('The purpose and ', 'aik')
    await after(usUser, (body) => {
      const { text, index } = findWords(body, 'aik')
      text.delete(index + 2, 1)
    })
    await type('The purpose and ai', 'm')
    const entry = await type('The purpose', 'First: ', 'before')
    expect(entry).toMatchObject({ updates: 5, inserted: 15, deleted: 0 })
    expect(entry?.changes).toMatchObject([{ language: 'en', inserted: 'First: … and aim', deleted: '' }])
  })

  test('[H2] a paragraph that was split in two lost none of its words, and what was written besides is told alone', async () => {
    /** Splits the paragraph behind those words, as an editor does it: the rest goes, and comes in a new one. */
    const split = (body: Y.XmlFragment, words: string, written: string) => {
      const { text, index } = findWords(body, words)
      const line = text.parent
      if (!(line instanceof Y.XmlElement) || !(line.parent instanceof Y.XmlElement)) throw new Error('Not in a line')
      const rest = text.toString().slice(index + words.length)
      text.delete(index + words.length, rest.length)
      const next = new Y.XmlElement(lineName)
      next.insert(0, [new Y.XmlText(written + rest)])
      line.parent.insertAfter(line, [next])
    }
    const place = { language: 'en', form: 'split' }
    const edit = await after(jpUser, (body) => {
      split(body, 'The purpose', '')
      split(body, 'this Memorandum is', '')
    })
    expect(edit).toMatchObject({ by: { id: jpUser }, inserted: 0, deleted: 0 })
    expect(edit?.changes).toMatchObject([{ ...place, inserted: '', deleted: '' }])
    const written = await after(usUser, (body) => {
      split(body, 'The Participants ', 'Written anew. ')
      const { text, index } = findWords(body, 'intend')
      text.delete(index, 'intend'.length)
      text.insert(index, 'agree')
    })
    expect(written).toMatchObject({ inserted: 19, deleted: 6 })
    expect(written?.changes).toMatchObject([{ ...place, inserted: 'Written anew. agree', deleted: 'intend' }])
    const besides = await after(jpUser, (body) => split(body, 'It creates', 'And more. '))
    expect(besides).toMatchObject({ inserted: 10, deleted: 0 })
    const empty = await after(usUser, (body) => split(body, 'It creates', ''))
    expect(empty?.changes).toMatchObject([{ ...place, inserted: '', deleted: '' }])
  })

  test('[H2] a field, a mark, a moved clause and a deleted one are told as what they are', async () => {
    const named = (index: number) => clauses[index]?.id ?? ''
    const moved = await after(jpUser, (body) => {
      const clause = findClause(body, named(2))
      const copy = clause?.clone()
      const all = childrenOf(body)
      if (clause === undefined || !(copy instanceof Y.XmlElement)) throw new Error('There is no such clause')
      body.delete(all.indexOf(clause), 1)
      body.push([copy])
    })
    expect(moved?.changes).toMatchObject([
      { clause: { id: named(2), gone: false }, language: null, inserted: '', deleted: '', fields: [], form: 'moved' },
    ])
    expect(moved).toMatchObject({ inserted: 0, deleted: 0 })
    const gone = await after(usUser, (body) => {
      const clause = findClause(body, named(2))
      body.delete(
        childrenOf(body).findIndex((each) => each === clause),
        1,
      )
    })
    expect(gone?.changes).toMatchObject([
      { clause: { id: named(2), label: { en: 'Article', ja: '条' }, gone: true }, language: 'en', inserted: '' },
      { clause: { id: named(2), gone: true }, language: 'ja', inserted: '' },
    ])
    expect(gone?.changes[0]?.deleted).toMatch(/^.{100,139}…$/)
    const marked = await after(jpUser, (body) => {
      const { text, index } = findWords(body, 'First: ')
      text.format(index, 5, { bold: {} })
    })
    expect(marked?.changes).toMatchObject([
      { clause: { gone: false }, language: 'en', inserted: '', deleted: '', fields: [], form: null },
    ])
    await server.rooms.edit('export-controls-action-plan', actorOf(usUser), (body) => {
      findClause(body, readClauses(body)[0]?.id ?? '')?.setAttribute('status', 'blocked')
    })
    const plan = await us.call(getHistory, { params: { id: 'export-controls-action-plan' } })
    expect(plan.entries[0]?.changes).toMatchObject([
      { language: null, inserted: '', deleted: '', fields: [{ field: 'status', name: { en: 'Status' } }] },
    ])
  })
})

describe('moments, timeline, authors', () => {
  test('[S15] the text of any moment is rebuilt, with who made it so', async () => {
    const before = await read('supply-chain-mou', bodyToJson)
    await replaceWords(server.rooms, 'supply-chain-mou', 'us-cochair-supply-chain', 'Participants', 'Parties')
    await replaceWords(server.rooms, 'supply-chain-mou', 'jp-cochair-supply-chain', '双方', '両者')
    const after = await read('supply-chain-mou', bodyToJson)
    const reader = await actingAs(server, 'secretariat')
    const moment = (seq: number) => reader.call(getMoment, { params: { id: 'supply-chain-mou', seq: String(seq) } })
    expect(await moment(3)).toMatchObject({ by: { id: 'jp-cochair-supply-chain' }, content: after })
    expect(await moment(1)).toMatchObject({ by: null, content: before })
    expect(await moment(2)).toMatchObject({ seq: 2, by: { id: 'us-cochair-supply-chain', party: 'us' } })
    await expect(moment(4)).rejects.toThrow('404')
  })

  test('[S7] every client id that wrote is someone’s, and the live text says which words are theirs', async () => {
    await replaceWords(server.rooms, 'investment-mou', 'jp-cochair-investment', '双方', '両者')
    const reader = await actingAs(server, 'us-committee')
    const { clients } = await reader.call(getAuthors, { params: { id: 'investment-mou' } })
    expect(new Set(clients.map(({ by }) => by?.id))).toEqual(new Set(['jp-cochair-investment', undefined]))
    const mine = clients.find(({ by }) => by?.id === 'jp-cochair-investment')?.client ?? 0
    const words = await server.rooms.read('investment-mou', (doc) =>
      (doc.store.clients.get(mine) ?? []).flatMap((struct) =>
        struct instanceof Y.Item && struct.content instanceof Y.ContentString ? [struct.content.str] : [],
      ),
    )
    expect(words?.join('')).toBe('両者')
  })

  test('[H7] the panel reads no history, not even of a text that is open to it', async () => {
    const panelist = await actingAs(server, 'panelist-semiconductors')
    for (const call of [getTimeline, getAuthors, getHistory]) {
      await expect(panelist.call(call, { params: { id: 'semiconductors-mou' } })).rejects.toThrow('404')
    }
    const { marks } = await us.call(getTimeline, { params: { id: 'semiconductors-mou' } })
    expect(marks[0]).toMatchObject({ lastSeq: 1, changes: [{ party: null, count: 1 }] })
  })
})
