/** Versions: taking, reading, restoring, exporting, comparing. */
import { actorOf } from '../support/peer.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { updateDocument } from '#shared/api/document-changes.ts'
import { getHistory } from '#shared/api/history.ts'
import { getInitiative } from '#shared/api/initiative.ts'
import { diffSnapshots, getSnapshot, listSnapshots, restoreSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { clauseJson, findClause, readClauses } from '#shared/editor/clauses.ts'
import { contentHash, fromJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { numberAt } from '#server/snapshots/list-numbers.ts'
import { blocksToMarkdown } from '#server/snapshots/markdown.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { RecordDamaged } from '#server/storage/storage.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, expectProblem, readEvents, type Caller } from './client.ts'
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

const take = (document: string, label: string, agreed = false) =>
  secretariat.call(takeSnapshot, { params: { id: document }, body: { label, note: 'For the record', agreed } })
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

describe('a clock that is set back', () => {
  const hours = 60 * 60 * 1000

  test('[V8] snapshots and the runs of the history stand in the order in which they came', async () => {
    const clock = manualClock()
    await using timed = await startTestServer({ clock })
    const keeper = await actingAs(timed, 'secretariat')
    const takeThere = async (label: string) =>
      await keeper.call(takeSnapshot, { params: { id: mou }, body: { label, note: '' } })
    await replaceWords(timed.rooms, mou, chair, 'substantial public funds', 'public money')
    await takeThere('One')
    clock.setBack(2 * hours)
    await takeThere('Two, of the same text')
    await replaceWords(timed.rooms, mou, chair, 'public money', 'money')
    await takeThere('Three')
    clock.setBack(1000)
    await replaceWords(timed.rooms, mou, chair, 'money', 'funds')
    const { snapshots } = await keeper.call(listSnapshots, { params: { id: mou } })
    expect(snapshots.slice(0, 3).map(({ label }) => label)).toEqual(['Three', 'Two, of the same text', 'One'])
    const { entries } = await keeper.call(getHistory, { params: { id: mou } })
    expect(entries.slice(0, 2).map(({ updates }) => updates)).toEqual([2, 1])
    const spans = entries.map(({ from, to }) => Date.parse(to) - Date.parse(from))
    expect(spans.slice(0, 2)).toEqual([1000, 0])
    const seqs = entries.map(({ lastSeq }) => lastSeq)
    expect(seqs).toEqual(seqs.toSorted((a, b) => b - a))
  })

  test('[V7] the panel is still shown nothing from before its text was opened', async () => {
    const clock = manualClock()
    await using timed = await startTestServer({ clock })
    const keeper = await actingAs(timed, 'secretariat')
    const taken = { params: { id: mou }, body: { label: 'Ours alone', note: '' } }
    const { id } = await keeper.call(takeSnapshot, taken)
    clock.setBack(2 * hours)
    const opener = await actingAs(timed, chair)
    await opener.call(updateDocument, { params: { id: mou }, body: { panelOpen: false } })
    await opener.call(updateDocument, { params: { id: mou }, body: { panelOpen: true } })
    const panelist = await actingAs(timed, 'panelist-semiconductors')
    const { snapshots } = await panelist.call(listSnapshots, { params: { id: mou } })
    expect(snapshots.map((snapshot) => snapshot.id)).not.toContain(id)
  })
})

describe('restoring', () => {
  test('[V2] a restore is a forward edit that keeps clauses and what is typed elsewhere in place', async () => {
    const document = 'ai-mou'
    const chairs = await actingAs(server, 'us-cochair-ai')
    const before = await take(document, 'Before')
    const ids = (await clauses(document)).map(({ id }) => id)
    const [first = '', second = '', third = ''] = ids.slice(1)
    await server.rooms.edit(document, actorOf('jp-cochair-ai'), (body, doc) => {
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
    await server.rooms.edit(document, actorOf('us-cochair-ai'), (body) => {
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
    id = (await take('cybersecurity-mou', 'Version <1> "final"', true)).id
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
    expect(html).toContain(
      '&lt;script&gt;alert("x")&lt;/script&gt; *Parties* <span data-plain>[</span>a<span data-plain>]</span>(b)',
    )
    const markdown = (await fetchFile('format=markdown')).text
    expect(markdown).not.toContain('<script>')
    expect(markdown).toContain(String.raw`&lt;script&gt;alert("x")&lt;/script&gt; \*Parties\* \[a\](b)`)
  })

  test('[V3] where a link leads ends where it ends in Markdown too, whatever it ends in', () => {
    const link = (href: string): JsonNode => ({
      type: 'paragraph',
      content: [{ type: 'text', text: 'the report', marks: [{ type: 'link', attrs: { href } }] }],
    })
    expect(blocksToMarkdown([link('https://example.org/a\\')], 'en')).toBe('[the report](<https://example.org/a%5C>)')
    expect(blocksToMarkdown([link('https://example.org/>\n\0<')], 'en')).toBe(
      '[the report](<https://example.org/%3E%0A%00%3C>)',
    )
  })

  test('[W4] nested lists are numbered by how deep they stand, in each language by its own custom', () => {
    const item = (text: string, ...more: JsonNode[]): JsonNode => ({
      type: 'listItem',
      content: [{ type: 'paragraph', content: [{ type: 'text', text }] }, ...more],
    })
    const list = (...content: JsonNode[]): JsonNode => ({ type: 'orderedList', content })
    const nested = list(item('first'), item('second', list(item('deep'), item('deeper', list(item('deepest'))))))
    expect(blocksToMarkdown([nested], 'en')).toBe(
      '1. first\n2. second\n\n   - (a) deep\n   - (b) deeper\n\n     - (i) deepest',
    )
    expect(blocksToMarkdown([nested], 'ja')).toBe(
      '1. first\n2. second\n\n   - (1) deep\n   - (2) deeper\n\n     - ア deepest',
    )
    const numbers = (language: 'en' | 'ja') =>
      [1, 4, 27, 49].map((n) => [1, 2, 3, 9].map((at) => numberAt(at, n, language)).join(' '))
    expect(numbers('en')).toEqual([
      '(a) (i) (A) (A)',
      '(d) (iv) (D) (D)',
      '(aa) (xxvii) (AA) (AA)',
      '(aw) (xlix) (AW) (AW)',
    ])
    expect(numbers('ja').slice(0, 2)).toEqual(['(1) ア (ア) (ア)', '(4) エ (エ) (エ)'])
    expect(numberAt(1, 0, 'en')).toBe('0')
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
    await server.rooms.edit('cybersecurity-action-plan', actorOf('us-cochair-cybersecurity'), (body) => {
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
    await server.rooms.edit(document, actorOf('us-cochair-supply-chain'), (body) => {
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
      body.push(fromJson([clauseJson({ id: added, kind: 'outcomeTarget' })]))
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

test('[V7] the panel reads no version, note, comparison or file from before the text was opened to it', async () => {
  let now = Date.now()
  const clock = { ...systemClock, now: () => (now += 1000) }
  await using apart = await startTestServer({ clock })
  const document = 'semiconductors-action-plan'
  const [keeper, cochair, panelist, principal] = await Promise.all(
    ['secretariat', chair, 'panelist-semiconductors', 'jp-principal'].map((seat) => actingAs(apart, seat)),
  )
  if (!keeper || !cochair || !panelist || !principal) throw new Error('Four seats sign in')
  const params = { id: document }
  const at = (label: string) => keeper.call(takeSnapshot, { params, body: { label, note: `Note of ${label}` } })
  const open = (panelOpen: boolean) => cochair.call(updateDocument, { params, body: { panelOpen } })
  const labels = async (caller: Caller) =>
    (await caller.call(listSnapshots, { params })).snapshots.map(({ label }) => label).toReversed()

  const early = await at('early')
  await panelist.expectRefused(listSnapshots, { params }, 404)
  await open(true)
  const [later, last] = [await at('later'), await at('last')]
  expect(await labels(panelist)).toEqual(['later', 'last'])
  expect((await labels(cochair)).slice(-3)).toEqual(['early', 'later', 'last'])
  expect(await labels(principal)).toEqual([])
  await panelist.call(getSnapshot, { params: { id: later.id } })
  await panelist.call(diffSnapshots, { params: { a: later.id, b: last.id } })
  await panelist.expectRefused(getSnapshot, { params: { id: early.id } }, 404)
  await panelist.expectRefused(diffSnapshots, { params: { a: early.id, b: later.id } }, 404)
  await panelist.expectRefused(diffSnapshots, { params: { a: later.id, b: early.id } }, 404)
  await panelist.expectRefused(getHistory, { params: { id: document } }, 404)
  expect((await panelist.send('GET', `/api/snapshots/${early.id}/export?format=html`)).status).toBe(404)
  const { changes } = await panelist.call(getInitiative)
  expect(changes.find((each) => each.document === document && each.type === 'snapshot')?.count).toBe(2)

  // What was taken while it was closed again is from before it was opened the second time.
  await open(false)
  await at('between')
  await open(true)
  expect(await labels(panelist)).toEqual([])
  await at('after')
  expect(await labels(panelist)).toEqual(['after'])
})

test('[K11] [P8] a version that is damaged says that it is, and for a while the server is not ready', async () => {
  const clock = manualClock()
  let damages = 0
  await using harmed = await startTestServer({
    clock,
    wrap: (storage) => ({
      ...storage,
      get damages() {
        return damages
      },
      snapshots: {
        ...storage.snapshots,
        get: async (id) => {
          damages += 1
          throw new RecordDamaged(`Version ${id} is damaged`)
        },
      },
    }),
  })
  const taker = await actingAs(harmed, 'secretariat')
  const { snapshots } = await taker.call(listSnapshots, { params: { id: 'semiconductors-mou' } })
  expect((await taker.send('GET', '/readyz')).status).toBe(200)
  const reply = await taker.send('GET', `/api/snapshots/${snapshots[0]?.id}`)
  expect(expectProblem(reply, 500).detail).toContain('is damaged')
  expect((await taker.send('GET', '/readyz')).status).toBe(503)
  clock.advance(31_000)
  expect((await taker.send('GET', '/readyz')).status).toBe(200)
})
