/** Documents made from texts that exist already, over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptChange, listChanges } from '#shared/api/changes.ts'
import { createDocument } from '#shared/api/document-changes.ts'
import { exportSnapshot, getSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { listDocuments } from '#shared/api/documents.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, caller, expectProblem, type Caller } from './client.ts'

let server: TestServer
let us: Caller
let jp: Caller
beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, 'us-cochair-semiconductors')
  jp = await actingAs(server, 'jp-cochair-semiconductors')
})
afterAll(() => server.stop())

const title = { en: 'From a text', ja: '既存の文案から' }
const asked = (text: unknown, more: object = {}) => ({
  body: { group: 'semiconductors', kind: 'mou', title, text, ...more },
})
const count = async () => (await us.call(listDocuments, { query: { limit: '200' } })).documents.length
const rows = (id: string) => server.rooms.read(id, (doc) => readClauses(doc.getXmlFragment(bodyName)))

describe('a document made from a text', () => {
  test('[N10] it has the clauses of both languages in pairs, and its brackets are pending changes under the name of whoever made it', async () => {
    const { id } = await us.call(
      createDocument,
      asked({
        format: 'plain',
        languages: {
          en: 'The Participants,\n\nArticle 1\nThey [US: shall] [JP: may] share.\n\n[Article 2: More\nIn it.]',
          ja: '第1条\n双方は共有する。',
        },
      }),
    )
    const clauses = await rows(id)
    expect(clauses?.map(({ kind, number }) => [kind, number])).toEqual([
      ['preamble', null],
      ['article', 1],
      ['article', 2],
    ])
    expect(clauses?.[1]?.text).toEqual({ en: 'They shall may share.', ja: '双方は共有する。' })
    const { changes } = await jp.call(listChanges, { params: { id } })
    expect(changes.map(({ party, user, kind, inserts }) => [party, user, kind, inserts])).toEqual([
      ['us', 'us-cochair-semiconductors', 'inline', 'shall'],
      ['jp', 'us-cochair-semiconductors', 'inline', 'may'],
      [null, 'us-cochair-semiconductors', 'block', 'Article 2: MoreIn it.'],
    ])
    expect(changes[0]?.place).toBe(changes[1]?.place)
  })

  test('[N10][N3] what a text brought in brackets of nobody becomes base once every party has accepted it', async () => {
    const { id } = await us.call(
      createDocument,
      asked({ format: 'markdown', languages: { en: '## Article 1\n\nThey [intend to] share.' } }),
    )
    const { changes } = await us.call(listChanges, { params: { id } })
    const change = changes[0]?.id ?? ''
    expect(await us.call(acceptChange, { params: { id: change }, body: {} })).toEqual({ settled: false })
    expect(await jp.call(acceptChange, { params: { id: change }, body: {} })).toEqual({ settled: true })
    expect((await us.call(listChanges, { params: { id } })).changes).toEqual([])
    expect((await rows(id))?.[0]?.text.en).toBe('They intend to share.')
  })

  test('[N4] a version of it is exported in each view, ours and theirs as the reader’s party sees them; the version is the same after', async () => {
    const keeper = await actingAs(server, 'secretariat')
    const { id: document } = await us.call(
      createDocument,
      asked({ format: 'plain', languages: { en: 'They [US: shall] [JP: may] share.' } }),
    )
    const params = { id: document }
    const { id, hash } = await keeper.call(takeSnapshot, { params, body: { label: 'First', note: '', agreed: false } })
    const shown = async (reader: Caller, view: string) => {
      const { text } = await reader.send('GET', `/api/snapshots/${id}/export?format=markdown&language=en&view=${view}`)
      return text.split('## Article 1\n\n')[1]?.trim()
    }
    expect(await shown(us, 'brackets')).toBe('They [US: shall] [JP: may] share.')
    expect(await shown(us, 'redline')).toBe('They {+US: shall+} {+JP: may+} share.')
    expect([await shown(us, 'ours'), await shown(jp, 'theirs')]).toEqual(['They shall  share.', 'They shall  share.'])
    expect([await shown(us, 'theirs'), await shown(jp, 'ours')]).toEqual(['They  may share.', 'They  may share.'])
    expect(await shown(us, 'base')).toBe('They   share.')
    const query = { format: 'markdown', view: 'all' }
    await us.expectRefused(exportSnapshot, { params: { id }, query }, 422)
    expect((await us.call(getSnapshot, { params: { id } })).hash).toBe(hash)
  })

  test('[N11] what cannot be taken over is refused with what is wrong and where, and nothing is created', async () => {
    const before = await count()
    const refusals: [unknown, number, RegExp][] = [
      [{ format: 'plain', languages: { en: 'a', fr: 'b' } }, 422, /^text\.languages: Use only: en, ja\.$/],
      [{ format: 'word', languages: { en: 'a' } }, 422, /^text\.format: /],
      [{ format: 'plain', languages: {} }, 422, /^text\.languages: There are no words/],
      [{ format: 'plain', languages: { en: 'a\0b' } }, 422, /^text\.languages\.en: .*NUL/],
      [{ format: 'plain', languages: { en: '[a '.repeat(500_000) } }, 422, /^text\.languages\.en: .*brackets/],
      [{ format: 'markdown', languages: { ja: '['.repeat(1_000_000) } }, 422, /^text\.languages\.ja: .*brackets/],
      [{ format: 'html', languages: { en: '<i>'.repeat(5_000) } }, 422, /^text\.languages\.en: .*too deep/],
      [{ format: 'plain', languages: { en: 'a '.repeat(1_200_000) } }, 413, /^text\.languages\.en: .*2 MiB/],
      [{ format: 'plain', languages: { en: 'a '.repeat(5_000_000) } }, 413, /KiB/],
    ]
    for (const [text, status, detail] of refusals) {
      const problem = await us.expectRefused(createDocument, asked(text), status)
      expect(problem.detail).toMatch(detail)
    }
    const latin = Buffer.from(JSON.stringify(asked({ format: 'plain', languages: { en: 'caf\u00e9' } }).body), 'latin1')
    const response = await fetch(`${server.url}/api/documents`, {
      method: 'POST',
      headers: { cookie: us.cookie, 'content-type': 'application/json' },
      body: latin,
    })
    const reply = { status: response.status, headers: response.headers, text: await response.text() }
    expect(expectProblem(reply, 400).detail).toContain('UTF-8')
    const stranger = await caller(server).send(
      'POST',
      createDocument.path,
      asked({ format: 'plain', languages: { en: 'a' } }).body,
    )
    expect(stranger.status).toBe(401)
    await jp.expectRefused(createDocument, asked({ format: 'plain', languages: { en: 'a' } }, { group: 'ai' }), 403)
    expect(await count()).toBe(before)
  })

  test('[N10] a long text is read elsewhere: what others ask meanwhile is answered', async () => {
    const paragraph = 'The Participants [intend to] [will] share what they know of the supply of batteries. '
    const en = Array.from({ length: 300 }, (_, at) => `## Article ${at + 1}\n\n${paragraph.repeat(10)}`).join('\n\n')
    const creation = us.call(createDocument, asked({ format: 'markdown', languages: { en } }))
    let isDone = false
    void creation.then(() => (isDone = true))
    let answered = 0
    while (!isDone) {
      await jp.call(listDocuments)
      answered += 1
    }
    const { id } = await creation
    expect(answered).toBeGreaterThan(3)
    expect((await jp.call(listChanges, { params: { id } })).changes).toHaveLength(6000)
  })
})
