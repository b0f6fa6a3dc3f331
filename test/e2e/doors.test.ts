/** Doors of a document's page: its settings, the addresses of its parts, and what one does with whole clauses. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { settingsMessages } from '#client/document/settings-messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { clauseKinds } from '#shared/domain/documents.ts'
import { eventually, findingsOn, pictures, setStage, type Appearance, type Seat } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  threadSaying,
  writeComment,
} from '#test/support/paper.ts'

const stage = setStage()
const c = wordsIn('en')(commandMessages)
const d = wordsIn('en')(documentMessages)
const s = wordsIn('en')(settingsMessages)
const g = wordsIn('en')(groupMessages)

async function at(persona: string, document: string, appearance: Appearance = {}): Promise<Seat> {
  const seat = await stage.seatForTest(persona, appearance)
  await seat.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  return seat
}

async function openSettings(page: Page, language: 'en' | 'ja' = 'en') {
  const t = wordsIn(language)(settingsMessages)
  await page.getByRole('button', { name: t('settings'), exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: t('address') }).waitFor()
  return dialog
}

const copied = async (page: Page) => await page.evaluate(() => navigator.clipboard.readText())

test('[W1] a co-chair renames a document in both languages and opens it to the panel, and everyone sees it at once', async () => {
  const us = await at('us-cochair-ai', 'ai-mou')
  const jp = await at('jp-drafter-ai', 'ai-mou', { language: 'ja' })
  const dialog = await openSettings(us.page)
  await us.page.screenshot({ path: `${pictures}settings.png` })
  expect(await findingsOn(us.page)).toEqual([])
  await dialog.getByRole('textbox', { name: s('titleEn') }).fill('Memorandum on AI, second attempt')
  await dialog.getByRole('textbox', { name: s('titleJa') }).fill('AIに関する覚書（再案）')
  await dialog.getByRole('button', { name: s('save') }).click()
  await dialog.getByText(s('saved')).waitFor()
  await jp.page.getByRole('heading', { name: 'AIに関する覚書（再案）' }).first().waitFor()
  await eventually(async () =>
    expect(await jp.page.getByRole('navigation').first().innerText()).toContain('AIに関する覚書（再案）'),
  )

  const open = dialog.getByRole('button', { name: s('panelOpen') })
  const close = dialog.getByRole('button', { name: s('panelClose') })
  const panelist = await stage.seatForTest('panelist-ai')
  const status = async () => (await panelist.context.request.get('/api/documents/ai-mou')).status()
  const isOpen = (await status()) === 200
  await (isOpen ? close : open).click()
  await (isOpen ? open : close).waitFor()
  expect(await status()).toBe(isOpen ? 404 : 200)
  await (isOpen ? open : close).click()
  await (isOpen ? close : open).waitFor()
  expect(await status()).toBe(isOpen ? 200 : 404)
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[W1] a document is archived and brought back from its page, and found meanwhile in the list of its group', async () => {
  const secretariat = await at('secretariat', 'cybersecurity-action-plan')
  const us = await at('us-drafter-cybersecurity', 'cybersecurity-action-plan')
  const dialog = await openSettings(secretariat.page)
  // What the secretariat may not do is not offered.
  for (const name of ['save', 'panelOpen', 'panelClose', 'removeDo'] as const) {
    expect(await dialog.getByRole('button', { name: s(name) }).count()).toBe(0)
  }
  await dialog.getByRole('button', { name: s('archiveDo') }).click()
  await dialog.getByRole('button', { name: s('unarchiveDo') }).waitFor()
  await us.page.getByText(d('archived')).waitFor()

  await secretariat.open('/groups/cybersecurity')
  const documents = secretariat.page.getByRole('region', { name: g('documents') })
  await documents.getByRole('link').first().waitFor()
  const link = secretariat.page.locator('[data-document="cybersecurity-action-plan"]').getByRole('link')
  expect(await link.count()).toBe(0)
  await documents.getByRole('button', { name: g('archivedShow') }).click()
  await link.click()
  await openDocument(secretariat.page)
  await (await openSettings(secretariat.page)).getByRole('button', { name: s('unarchiveDo') }).click()
  await us.page.getByRole('toolbar', { name: d('toolbar') }).waitFor()
  expect([...us.faults, ...secretariat.faults]).toEqual([])
})

test('[W1] an empty document is deleted from its page; one that holds words is not, and its page says what to do', async () => {
  const us = await at('us-cochair-ai', 'ai-mou')
  const { page } = us
  const remove = async () => {
    const dialog = await openSettings(page)
    await dialog.getByRole('button', { name: s('removeDo') }).click()
    await dialog.getByRole('button', { name: s('removeNow'), exact: true }).click()
    return dialog
  }
  const body = { group: 'ai', kind: 'note', title: { en: 'Begun by mistake', ja: '誤って作成' } }
  const answer = await us.context.request.post('/api/documents', { data: body })
  const { id }: { id: string } = await answer.json()
  await us.open(`/documents/${id}`)
  await openDocument(page)
  await paragraphOf(page.locator('section.clause'), 'en').click()
  await page.keyboard.type('Words')
  await expectSaveState(page, 'saved')
  await (await remove()).getByText(s('removeNot')).waitFor()

  const other = await us.context.request.post('/api/documents', { data: body })
  const { id: empty }: { id: string } = await other.json()
  await us.open(`/documents/${empty}`)
  await openDocument(page)
  await remove()
  await page.waitForURL(/\/groups\/ai$/)
  expect((await us.context.request.get(`/api/documents/${empty}`)).status()).toBe(404)
  expect(us.faults).toEqual([])
})

test('[W2] the link to a clause leads there, for a reader too', async () => {
  const secretariat = await at('secretariat', 'semiconductors-mou')
  const { page } = secretariat
  const article = clauseNumbered(page, 'Article 7')
  await article.scrollIntoViewIfNeeded()
  await article.hover()
  await article.getByRole('button', { name: d('clauseMenu') }).click()
  await page.getByRole('menuitem', { name: c('linkToClause') }).waitFor()
  expect(await page.getByRole('menuitem').count()).toBe(2)
  await page.getByRole('menuitem', { name: c('linkToClause') }).click()
  const address = await copied(page)
  expect(address).toMatch(/\/documents\/semiconductors-mou#clause-[0-9a-f-]{36}$/)

  await page.goto('/')
  await page.goto(address)
  await openDocument(page)
  await eventually(async () =>
    expect(await article.evaluate((node) => node.getBoundingClientRect().top)).toBeLessThan(450),
  )
  await eventually(async () =>
    expect(await article.evaluate((node) => node.getBoundingClientRect().top)).toBeGreaterThan(0),
  )
  expect(secretariat.faults).toEqual([])
})

test('[W2] the link to a comment opens its thread; to the other side it shows nothing and tells nothing', async () => {
  const us = await at('us-cochair-semiconductors', 'semiconductors-mou')
  const body = 'Our own view of this, for ourselves.'
  await writeComment(us.page, paragraphOf(clauseNumbered(us.page, 'Article 6'), 'en', 1), 'the', {
    language: 'en',
    body,
    audience: 'delegation',
  })
  const card = threadSaying(us.page, body)
  await card.getByRole('button', { name: wordsIn('en')(threadMessages)('copyLink') }).click()
  const address = await copied(us.page)
  const path = new URL(address).pathname + new URL(address).hash
  expect(path).toMatch(/#comment-[0-9a-f-]{36}$/)

  const colleague = await stage.seatForTest('us-drafter-semiconductors')
  await colleague.open(path)
  const opened = threadSaying(colleague.page, body).and(colleague.page.locator('[data-focused="true"]'))
  await opened.waitFor()
  await eventually(async () => {
    const box = await opened.boundingBox()
    expect(box?.y).toBeGreaterThan(0)
    expect(box?.y).toBeLessThan(900)
  })

  const shown = async (persona: string, hash: string) => {
    const other = await stage.seatForTest(persona)
    await other.open(`/documents/semiconductors-mou${hash}`)
    await openDocument(other.page)
    await expectSaveState(other.page, 'saved')
    await other.page.locator('[data-thread]').first().waitFor()
    expect(await other.page.locator('[data-focused="true"]').count()).toBe(0)
    return [await other.page.getByRole('alert').allInnerTexts(), await other.page.evaluate(() => window.scrollY)]
  }
  // To the other side it is the same as the address of what never was.
  const nothing = await shown('jp-cochair-semiconductors', '#comment-00000000-0000-4000-8000-000000000000')
  expect(await shown('jp-cochair-semiconductors', new URL(address).hash)).toEqual(nothing)
  expect([...us.faults, ...colleague.faults]).toEqual([])
})

test('[W3] a clause goes in above another, by the menu and by its key, and becomes one of another kind', async () => {
  const us = await at('us-cochair-supply-chain', 'supply-chain-mou')
  const jp = await at('jp-cochair-supply-chain', 'supply-chain-mou')
  const { page } = us
  const article = clauseNumbered(page, 'Article 2')
  const words = (await paragraphOf(article, 'en').innerText()).trim()
  const choose = async (name: string) => {
    const clause = page.locator('section.clause').filter({ hasText: 'Put in above' }).first()
    await clause.hover()
    await clause.getByRole('button', { name: d('clauseMenu') }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await caretBehind(paragraphOf(article, 'en'), words)
  await page.keyboard.press('Control+Shift+Enter')
  await page.keyboard.type('Put in above')
  await expectWords(paragraphOf(clauseNumbered(page, 'Article 2'), 'en'), 'Put in above')
  await expectWords(paragraphOf(clauseNumbered(jp.page, 'Article 3'), 'en'), words)

  await choose(d('changeKind', { kind: clauseKinds.signature.name.en }))
  // It has no number any more, and what follows moves up.
  await expectWords(paragraphOf(clauseNumbered(jp.page, 'Article 2'), 'en'), words)
  const changed = jp.page.locator('section.clause[data-kind="signature"]').filter({ hasText: 'Put in above' })
  await changed.waitFor()
  await page.keyboard.press('Control+z')
  await expectWords(paragraphOf(clauseNumbered(jp.page, 'Article 3'), 'en'), words)

  await choose(d('insertKindAbove', { kind: clauseKinds.article.name.en }))
  await page.keyboard.type('Higher still')
  await expectWords(paragraphOf(clauseNumbered(jp.page, 'Article 2'), 'en'), 'Higher still')
  await expectSaveState(page, 'saved')
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[W4] on the page nested lists are numbered 1, (a), (i) in English and 1, (1), ア in Japanese', async () => {
  const us = await at('us-cochair-export-controls', 'export-controls-mou')
  const { page } = us
  const article = clauseNumbered(page, 'Article 2')
  await caretBehind(paragraphOf(article, 'en'), (await paragraphOf(article, 'en').innerText()).trim())
  await page.keyboard.press('Control+Enter')
  const write = async () => {
    await page.keyboard.type('Head')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Shift+7')
    for (const word of ['one', 'two', 'three']) {
      await page.keyboard.type(word)
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
    }
    await page.keyboard.type('four')
  }
  await write()
  const clause = clauseNumbered(page, 'Article 3')
  await expectWords(clause, 'four')
  const japanese = paragraphOf(clause, 'ja')
  await japanese.click()
  await write()
  await expectSaveState(page, 'saved')
  await page.screenshot({ path: `${pictures}lists.png` })
  const session = await us.context.newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const markers = nodes.filter(({ role }) => role?.value === 'ListMarker').map(({ name }) => String(name?.value).trim())
  expect(markers.join('|')).toContain('1.|1|')
  expect(markers.join('|')).toContain('(a)|(1)|(i)|ア|(A)|(ア)')
  expect(us.faults).toEqual([])
})

test('[W12] a panelist comments on a clause, and on selected words, with the keyboard alone', async () => {
  const panelist = await at('panelist-semiconductors', 'semiconductors-mou')
  const { page } = panelist
  const say = wordsIn('en')(threadMessages)
  await page.getByText(d('commentHint')).first().waitFor()
  // With nothing selected and nothing in focus the key says how it is meant.
  await page.keyboard.press('Control+Alt+m')
  await page
    .getByRole('status')
    .filter({ hasText: d('commentHint') })
    .waitFor()

  const article = clauseNumbered(page, 'Article 3')
  const menu = article.getByRole('button', { name: d('clauseMenu') })
  for (let stop = 0; stop < 80 && !(await menu.evaluate((node) => node === document.activeElement)); stop += 1) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Control+Alt+m')
  const composer = page.getByRole('region', { name: say('newThread') })
  await composer.waitFor()
  await page.keyboard.type('All of this article is hard to meet.')
  await page.screenshot({ path: `${pictures}panelist-comment.png` })
  await page.keyboard.press('Control+Enter')
  const card = threadSaying(page, 'All of this article is hard to meet.')
  await card.and(page.locator('[data-thread]:not([data-thread^="provisional"])')).waitFor()
  const { threads }: { threads: { anchor: { quote: { exact: string } } | null; comments: { body: string }[] }[] } =
    await (await panelist.context.request.get('/api/documents/semiconductors-mou/threads')).json()
  const mine = threads.find(({ comments }) => comments[0]?.body.startsWith('All of this'))
  const words = (await paragraphOf(article, 'en').innerText()).trim()
  expect(mine?.anchor?.quote.exact).toContain(words.slice(0, 60))

  // Words selected by the browser's own keys.
  await paragraphOf(article, 'en', 1).evaluate((line) => {
    const first = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode() ?? line
    document.getSelection()?.setBaseAndExtent(first, 0, first, 1)
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  })
  for (const _step of [1, 2, 3]) await page.keyboard.press('Control+Shift+ArrowRight')
  const selected = (await page.evaluate(() => document.getSelection()?.toString() ?? '')).trim()
  expect(selected.split(' ').length).toBeGreaterThan(1)
  await page.keyboard.press('Control+Alt+m')
  await composer.waitFor()
  expect(await composer.innerText()).toContain(selected)
  expect(panelist.faults).toEqual([])
})

test('[W13] one’s own other window, and a seat in two windows, are told apart from others', async () => {
  const us = await at('us-drafter-investment', 'investment-action-plan')
  const again = await us.context.newPage()
  await again.goto('/documents/investment-action-plan')
  await openDocument(again)
  const mine = us.page.locator('header').getByLabel(d('noCaret', { name: d('youElsewhere') }))
  await mine.waitFor()
  expect(await mine.innerText()).toContain(d('you'))

  const jp = await at('jp-drafter-investment', 'investment-action-plan')
  const twice = d('inWindows', { name: 'US Drafter', count: 2 })
  await jp.page
    .locator('header')
    .getByLabel(d('noCaret', { name: twice }))
    .waitFor()
  // A co-chair of a linked group is called by that group.
  const linked = await at('us-cochair-semiconductors', 'investment-action-plan')
  const ofGroup = d('ofGroup', { name: 'US Co-chair', group: 'Semiconductors' })
  await jp.page
    .locator('header')
    .getByLabel(d('noCaret', { name: ofGroup }))
    .waitFor()
  await jp.page.screenshot({ path: `${pictures}presence.png` })
  await again.close()
  await mine.waitFor({ state: 'detached' })
  expect([...us.faults, ...jp.faults, ...linked.faults]).toEqual([])
})
