/** Versions: taking, reading, restoring, exporting, comparing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getHistory } from '#shared/api/history.ts'
import { diffSnapshots, getSnapshot, listSnapshots, restoreSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { findClause, readClauses } from '#shared/editor/clauses.ts'
import { contentHash, fromJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'
import { findWords, replaceWords } from './text.ts'

const mou = 'semiconductors-mou'
const chair = 'us-cochair-semiconductors'
let server: TestServer
let us: Caller
let secretariat: Caller

beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, chair)
  secretariat = await actingAs(server, 'secretariat')
})
afterAll(() => server.stop())

const take = (document: string, label: string) =>
  secretariat.call(takeSnapshot, { params: { id: document }, body: { label, note: 'For the record' } })
const get = (id: string) => us.call(getSnapshot, { params: { id } })
const clauses = async (document: string) =>
  (await server.rooms.read(document, (doc) => readClauses(doc.getXmlFragment(bodyName)))) ?? []

describe('taking', () => {
  test('[V1] a snapshot is labelled, its hash is that of its content, and others hear of it', async () => {
    const events = await readEvents(server, us.cookie)
    const taken = await take('semiconductors-action-plan', '  Draft 2  ')
    expect(taken).toMatchObject({ label: 'Draft 2', note: 'For the record', by: { id: 'secretariat' } })
    const { content, hash } = await get(taken.id)
    expect(contentHash(content as JsonNode)).toBe(hash)
    expect(await events.until('snapshot')).toMatchObject({ snapshot: taken.id, label: 'Draft 2' })
    events.close()
  })

  test('[V1] later edits do not change it, and the newest is listed first', async () => {
    const first = await take(mou, 'One')
    const before = await get(first.id)
    await replaceWords(server.rooms, mou, chair, 'substantial public funds', 'public money')
    const second = await take(mou, 'Two')
    expect(await get(first.id)).toEqual(before)
    expect(second.hash).not.toBe(first.hash)
    const { snapshots } = await us.call(listSnapshots, { params: { id: mou } })
    expect(snapshots.slice(0, 2).map(({ label }) => label)).toEqual(['Two', 'One'])
  })
})

describe('restoring', () => {
  test('[V2] a restore is a forward edit that keeps clauses and what is typed elsewhere in place', async () => {
    const document = 'ai-mou'
    const chairs = await actingAs(server, 'us-cochair-ai')
    const before = await take(document, 'Before')
    const ids = (await clauses(document)).map(({ id }) => id)
    const [first = '', second = '', third = ''] = ids.slice(1)
    await server.rooms.edit(document, 'jp-cochair-ai', (body, doc) => {
      const clause = findClause(body, first)
      if (clause) findWords(clause, 'Participants').text.insert(0, 'Changed: ')
      findClause(body, second)?.setAttribute('kind', 'article')
      body.delete(
        body.toArray().findIndex((child) => child === findClause(body, third)),
        1,
      )
      body.insert(0, fromJson([{ type: 'paragraph', content: [{ type: 'text', text: 'A new start' }] }]))
      doc.getXmlFragment(bodyName)
    })
    const kept = await server.rooms.read(document, (doc) => findClause(doc.getXmlFragment(bodyName), first))
    const { changed } = await chairs.call(restoreSnapshot, { params: { id: before.id } })
    expect(changed).toBe(true)
    const after = await take(document, 'After')
    expect(after.hash).toBe(before.hash)
    expect((await clauses(document)).map(({ id }) => id)).toEqual(ids)
    // The changed clause is the same shared element: carets and anchors in it live on.
    const still = await server.rooms.read(document, (doc) => findClause(doc.getXmlFragment(bodyName), first))
    expect(still).toBe(kept)
    const { entries } = await chairs.call(getHistory, { params: { id: document } })
    expect(entries.map(({ by }) => by?.id ?? null)).toEqual(['us-cochair-ai', 'jp-cochair-ai', null])
    // Little was written: not the whole text anew.
    expect(entries[0]?.deleted).toBe('Changed: '.length + 'A new start'.length)
  })

  test('[V2] restoring what is there already changes nothing', async () => {
    const taken = await take('ai-action-plan', 'Now')
    const chairs = await actingAs(server, 'us-cochair-ai')
    expect(await chairs.call(restoreSnapshot, { params: { id: taken.id } })).toEqual({ changed: false })
  })

  test('[V2] fields and moved clauses come back too', async () => {
    const document = 'ai-outcome-targets'
    const chairs = await actingAs(server, 'us-cochair-ai')
    const before = await take(document, 'Before')
    await server.rooms.edit(document, 'us-cochair-ai', (body) => {
      const [first] = readClauses(body)
      const clause = first && findClause(body, first.id)
      clause?.setAttribute('status', 'blocked')
      clause?.removeAttribute('due')
      const last = body.get(body.length - 1)
      if (!('clone' in last)) return
      const copy = last.clone()
      body.delete(body.length - 1, 1)
      body.insert(0, [copy])
    })
    await chairs.call(restoreSnapshot, { params: { id: before.id } })
    expect((await take(document, 'After')).hash).toBe(before.hash)
  })
})

describe('exporting', () => {
  let id: string
  beforeAll(async () => {
    await replaceWords(
      server.rooms,
      'cybersecurity-mou',
      'us-cochair-cybersecurity',
      'Participants',
      '<script>alert("x")</script> *Parties* [a](b)',
    )
    id = (await take('cybersecurity-mou', 'Version <1> "final"')).id
  })
  const fetchFile = async (query: string) => {
    const reader = await actingAs(server, 'jp-principal')
    return await reader.send('GET', `/api/snapshots/${id}/export?${query}`)
  }

  test('[V3] as an HTML page in both languages, with label, hash and language marks, loading nothing', async () => {
    const { status, headers, text } = await fetchFile('format=html')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="cybersecurity-mou-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.html"$/,
    )
    expect(text).toContain('<html lang="en">')
    expect(text).toContain('lang="ja"')
    expect(text).toContain('Article 1')
    expect(text).toContain('第1条')
    expect(text).toContain('Version &lt;1&gt; &quot;final&quot;')
    expect(text).toContain((await secretariat.call(getSnapshot, { params: { id } })).hash)
    expect(text).not.toMatch(/src=|<link|@import|url\(/)
  })

  test('[V3] markup in the text is escaped in both forms', async () => {
    const html = (await fetchFile('format=html')).text
    expect(html).not.toContain('<script>')
    expect(html).toContain('&lt;script&gt;alert("x")&lt;/script&gt; *Parties* [a](b)')
    const markdown = (await fetchFile('format=markdown')).text
    expect(markdown).not.toContain('<script>')
    expect(markdown).toContain(String.raw`&lt;script&gt;alert("x")&lt;/script&gt; \*Parties\* \[a\](b)`)
  })

  test('[V3] in one language alone', async () => {
    const english = (await fetchFile('format=html&language=en')).text
    expect(english).toContain('Article 1')
    expect(english).not.toMatch(/第1条|lang="ja"/)
    const japanese = await fetchFile('format=markdown&language=ja')
    expect(japanese.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    expect(japanese.headers.get('content-disposition')).toMatch(/-ja\.md"$/)
    expect(japanese.text).toContain('## 第1条')
    expect(japanese.text).not.toContain('Article')
  })

  test('[V3] Markdown keeps lists, headings, tables and emphasis', async () => {
    const cell = (type: string, text: string): JsonNode => ({
      type,
      content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
    })
    const bold: JsonNode = { type: 'text', text: 'bold ', marks: [{ type: 'bold' }] }
    await server.rooms.edit('cybersecurity-action-plan', 'us-cochair-cybersecurity', (body) => {
      const nodes: JsonNode[] = [
        { type: 'paragraph', content: [bold, { type: 'text', text: '1. not a list' }] },
        {
          type: 'bulletList',
          content: [
            {
              type: 'listItem',
              content: [
                { type: 'paragraph', content: [{ type: 'text', text: 'outer' }] },
                {
                  type: 'orderedList',
                  content: [
                    { type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'inner' }] }] },
                  ],
                },
              ],
            },
          ],
        },
        {
          type: 'table',
          content: [
            { type: 'tableRow', content: [cell('tableHeader', 'a|b'), cell('tableHeader', 'c')] },
            { type: 'tableRow', content: [cell('tableCell', 'd'), cell('tableCell', 'e')] },
          ],
        },
      ]
      body.insert(0, fromJson(nodes))
    })
    const taken = await take('cybersecurity-action-plan', 'Forms')
    const { text } = await secretariat.send('GET', `/api/snapshots/${taken.id}/export?format=markdown&language=en`)
    expect(text).toContain('**bold** 1. not a list')
    expect(text).toContain('- outer\n\n  1. inner')
    expect(text).toContain('| a\\|b | c |\n| --- | --- |\n| d | e |')
    const page = await secretariat.send('GET', `/api/snapshots/${taken.id}/export?format=html&language=en`)
    expect(page.text).toContain('<strong>bold </strong>')
    expect(page.text).toMatch(/<table[^>]*>.*a\|b/s)
  })
})

describe('comparing', () => {
  test('[V4] clause by clause: added, removed, moved, changed word by word, and fields', async () => {
    const document = 'supply-chain-outcome-targets'
    const before = await take(document, 'Before')
    const ids = (await clauses(document)).map(({ id }) => id)
    const [first = '', second = '', third = ''] = ids
    const added = '11111111-1111-4111-8111-111111111111'
    await server.rooms.edit(document, 'us-cochair-supply-chain', (body) => {
      const clause = findClause(body, first)
      clause?.setAttribute('due', '2027-12-30')
      const words = readClauses(body)[0]?.text.ja.slice(0, 6) ?? ''
      if (clause) findWords(clause, words).text.insert(0, '（試行）')
      body.delete(1, 1)
      const moved = body.get(1)
      if (!('clone' in moved)) return
      const copy = moved.clone()
      body.delete(1, 1)
      body.push([copy])
      body.push(fromJson([{ type: 'clause', attrs: { id: added, kind: 'outcomeTarget' } }]))
    })
    const after = await take(document, 'After')
    const { clauses: diff } = await us.call(diffSnapshots, { params: { a: before.id, b: after.id } })
    const change = (id: string) => diff.find(({ clause }) => clause === id)?.change
    expect(change(first)).toBe('changed')
    expect(change(second)).toBe('removed')
    expect(change(third)).toBe('moved')
    expect(change(added)).toBe('added')
    expect(diff.filter((clause) => clause.change === 'same').map(({ clause }) => clause)).toEqual(ids.slice(3))
    const changed = diff.find(({ clause }) => clause === first)
    expect(changed?.text.en).toEqual([])
    expect(changed?.text.ja.filter(({ type }) => type !== 'same')).toEqual([{ type: 'added', text: '（試行）' }])
    expect(changed?.fields.find(({ attribute }) => attribute === 'due')?.after).toBe('2027-12-30')
    expect(diff.map(({ clause }) => clause).indexOf(second)).toBe(1)
  })

  test('[V4] two versions of different documents are not compared', async () => {
    const [a, b] = [await take('ai-mou', 'A'), await take(mou, 'B')]
    await secretariat.expectRefused(diffSnapshots, { params: { a: a.id, b: b.id } }, 422)
  })
})
