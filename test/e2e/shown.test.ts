/** What is hashed is what is shown, on the screen: signs for what cannot be seen, and what only a store of before may hold. */
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { wordsIn } from '#test/support/words.ts'
import { appendJson } from '#shared/editor/clauses.ts'
import { bodyToJson, canonical, contentHash, type JsonNode } from '#shared/editor/text.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import { findingsOn, launchBrowser, pictures, seatForTest, type Appearance } from '#test/support/browser.ts'
import { caretBehind, clauseNumbered, openDocument, paragraphOf } from '#test/support/paper.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { createDocuments, takeSnapshot } from '#test/support/writes.ts'
import { groupId } from '#test/support/initiative.ts'

const client = fileURLToPath(new URL('../../dist/client/', import.meta.url))
const document = 'ai-old-note'
const [first = '', second = ''] = [1, 2].map((n) => `0000000${n}-0000-4000-8000-000000000000`)

const line = (words: string): JsonNode => ({ type: 'paragraph', content: [{ type: 'text', text: words }] })
const text = (lang: string, ...lines: string[]): JsonNode => ({
  type: 'clauseText',
  attrs: { lang },
  content: lines.map(line),
})
const article = (id: string, attrs: JsonNode['attrs'], ...content: JsonNode[]): JsonNode => ({
  type: 'clause',
  attrs: { id, kind: 'article', ...attrs },
  content,
})

/** What a hostile hand could leave in a store of before. */
const odd: readonly JsonNode[] = [
  article(
    first,
    { targetEn: 'Ten' },
    text(
      'en',
      'Payment',
      'It is due \u2067\u2066 in 30 days\u2069 \u2066not later\u2069\u2069.',
      'Article 9 Nothing is paid',
    ),
    text('ja', '支払', '30日以内に支払う。'),
    text('en', 'It is never due.'),
  ),
  article(
    first,
    {},
    text('en', 'Costs', 'To be paid by \u202eSU\u202c only, never p\u0430id twice.'),
    text('ja', '費用'),
  ),
  article(second, {}, text('en', 'Term'), text('ja', '期間')),
]

let server: TestServer
let browser: Browser

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startTestServer({ clientDirectory: client }), launchBrowser()])
  const doc = new Y.Doc()
  doc.clientID = 7
  const body = doc.getXmlFragment(bodyName)
  appendJson(body, odd, null)
  const at = Date.now()
  const title = { en: 'An old note', ja: '以前のメモ' }
  const state = Y.encodeStateAsUpdate(doc)
  const fresh = { id: document, group: groupId('ai'), kind: 'note', title, panelOpen: false, schemaVersion } as const
  await createDocuments(server.storage, [{ ...fresh, createdAt: at, createdBy: null, epoch: 1, state, clientId: 7 }])
  const content = canonical(bodyToJson(body))
  const [one, ...others] = content.content ?? []
  const changed: JsonNode = {
    ...content,
    content: [{ ...one, attrs: { ...one?.attrs, targetEn: 'None' } } as JsonNode, ...others],
  }
  const versions = [
    ['Before', content],
    ['After', changed],
  ] as const
  for (const [index, [label, version]] of versions.entries()) {
    await takeSnapshot(server.storage, {
      id: `0000000${index + 1}-0000-4000-9000-000000000000`,
      document,
      label,
      note: '',
      by: 'secretariat',
      at: at + index,
      agreed: false,
      seq: 1,
      hash: contentHash(version),
      content: JSON.stringify(version),
    })
  }
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})

async function open(appearance: Appearance = {}): Promise<Page> {
  const seat = await seatForTest(browser, server.url, 'us-cochair-ai', appearance)
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  return seat.page
}

const signsOn = (page: Page) =>
  page.locator('.text [data-sign]').evaluateAll((all) => all.map((sign) => sign.getAttribute('data-sign')))

test('[V6] a line that poses as the heading of a clause is marked in the outline', async () => {
  const page = await open()
  const marks = page.getByRole('navigation').getByRole('img', { name: /looks like the heading/ })
  expect(await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('aria-label')))).toEqual([
    'A line here looks like the heading of a clause, and is none: “Article 9 Nothing is paid”',
  ])
})

test('[V5] a second text stands under the first, and a doubled id and a field of another kind are told of', async () => {
  const page = await open()
  const clause = clauseNumbered(page, 'Article 1')
  const boxes = await clause
    .locator('[data-clause-text]')
    .evaluateAll((all) =>
      all.map((each) => each.getBoundingClientRect()).map(({ top, bottom, left }) => ({ top, bottom, left })),
    )
  const [en, ja, again] = boxes
  expect(again?.left).toBe(en?.left)
  expect(again?.top).toBeGreaterThanOrEqual(en?.bottom ?? Infinity)
  expect(ja?.top).toBe(en?.top)
  expect(await clause.innerText()).toContain('Ten (not a field of this kind of clause)')
  const notes = await page
    .locator('section.clause')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-note')))
  expect(notes.map((note) => note?.slice(0, 24) ?? null)).toEqual([
    'This clause has more tha',
    'This clause bears the id',
    null,
  ])
})

test('[V6] what cannot be seen is drawn, turns nothing around it, is counted at the head and stays as it was', async () => {
  const page = await open()
  expect(await signsOn(page)).toEqual(['RLI', 'LRI', 'PDI', 'LRI', 'PDI', 'PDI', 'RLO', 'PDF', 'U+0430'])
  const note = page.locator('section').filter({ hasText: 'cannot be seen' }).last()
  expect(await note.innerText()).toContain('9 characters here')
  // Read from left to right it says what it says in the order of its letters.
  const due = paragraphOf(clauseNumbered(page, 'Article 1'), 'en', 1)
  const places = await due.evaluate((node) => {
    const walker = globalThis.document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
    const found: number[] = []
    for (let part = walker.nextNode(); part !== null; part = walker.nextNode()) {
      const range = globalThis.document.createRange()
      range.selectNodeContents(part)
      const [box] = range.getClientRects()
      if (box && box.width > 8) found.push(box.left + 10_000 * Math.round(box.top / 20))
    }
    return found
  })
  expect(places.length).toBeGreaterThan(2)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  // What is typed beside them is drawn at once, and the text is what it was.
  await caretBehind(paragraphOf(clauseNumbered(page, 'Article 3'), 'en'), 'Term')
  await page.keyboard.insertText('in\u200bation')
  expect(await signsOn(page)).toContain('ZWSP')
  const stored = await server.rooms.read(document, (doc) => JSON.stringify(bodyToJson(doc.getXmlFragment(bodyName))))
  expect(stored).toContain('paid by \u202eSU\u202c only')
})

test('[V5][U2] the comparison says that a field of another kind changed; pictures of both in either theme', async () => {
  for (const appearance of [
    { language: 'en', theme: 'light' },
    { language: 'ja', theme: 'dark' },
    { language: 'ja', theme: 'light', width: 390 },
  ] as const) {
    const page = await open(appearance)
    const { language, theme } = appearance
    const t = wordsIn(language)(versionMessages)
    await page.screenshot({ path: `${pictures}signs-${language}-${theme}-${'width' in appearance ? 390 : 1440}.png` })
    await page.getByRole('button', { name: t('title'), exact: true }).click()
    await page
      .getByRole('button', { name: t('compare') })
      .first()
      .click()
    await page.getByRole('menuitem').first().click()
    const comparison = page.getByRole('dialog')
    await comparison.getByText(language === 'en' ? 'Target (English)' : '目標（English）').waitFor()
    await page.screenshot({ path: `${pictures}compare-${language}-${theme}-${'width' in appearance ? 390 : 1440}.png` })
    expect(await findingsOn(page)).toEqual([])
  }
})
