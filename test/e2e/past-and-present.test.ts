/** The text of now beside its past: comparing, restoring, what the others are told, and what changed since one last looked. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { noticeMessages } from '#client/document/notices-messages.ts'
import { historyMessages } from '#client/history/messages.ts'
import { initiativeMessages } from '#client/initiative/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
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
const v = wordsIn('en')(versionMessages)
const n = wordsIn('en')(noticeMessages)
const d = wordsIn('en')(documentMessages)

async function at(persona: string, document: string, appearance: Appearance = {}): Promise<Seat> {
  const seat = await stage.seatForTest(persona, appearance)
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  return seat
}

test('[W7][W8][W9][W10] a version is compared with the text of now and brought back, and everyone is told what that was', async () => {
  const keeper = await at('secretariat', 'ai-mou')
  const us = await at('us-cochair-ai', 'ai-mou')
  const jp = await at('jp-cochair-ai', 'ai-mou', { language: 'ja' })
  // The main tool, with its word.
  const take = keeper.page.getByRole('button', { name: v('take') }).first()
  expect(await take.innerText()).toBe(v('take'))
  expect(await keeper.page.getByRole('button', { name: d('versions'), exact: true }).innerText()).toBe(d('versions'))
  await take.click()
  const keeping = keeper.page.getByRole('dialog', { name: v('title') })
  await eventually(async () =>
    expect(
      await keeping.getByRole('textbox', { name: v('label') }).evaluate((field) => field === document.activeElement),
    ).toBe(true),
  )
  await keeper.page.keyboard.type('First reading')
  await keeping.getByRole('button', { name: v('take') }).click()
  await keeping.getByText(v('taken')).waitFor()
  // It is announced where the others are.
  await us.page.getByText(n('taken', { name: 'Secretariat', label: 'First reading' })).waitFor()
  await us.page.getByRole('button', { name: d('dismiss') }).click()

  const body = 'Say it more plainly.'
  const article = clauseNumbered(us.page, 'Article 1')
  const line = paragraphOf(article, 'en', 1)
  const words = (await line.innerText()).split(' ').slice(0, 3).join(' ')
  await writeComment(us.page, line, words, { language: 'en', body, audience: 'delegation', proposal: 'Plainly put,' })
  const card = threadSaying(us.page, body)
  await card.getByRole('button', { name: wordsIn('en')(threadMessages)('apply') }).click()
  await expectWords(paragraphOf(clauseNumbered(jp.page, 'Article 1'), 'en', 1), 'Plainly put,')
  await expectSaveState(us.page, 'saved')

  await us.page.getByRole('button', { name: d('versions'), exact: true }).click()
  const drawer = us.page.getByRole('dialog', { name: v('title') })
  const row = drawer.getByRole('listitem').filter({ hasText: 'First reading' })
  await row.getByRole('button', { name: v('compare') }).click()
  await us.page.getByRole('menuitem', { name: v('now') }).click()
  await drawer.locator('ins').filter({ hasText: 'Plainly' }).first().waitFor()
  await us.page.screenshot({ path: `${pictures}compare-now.png` })
  await drawer.getByRole('button', { name: v('back') }).click()

  await row.getByRole('button', { name: `${v('more')}: First reading` }).click()
  await us.page.getByRole('menuitem', { name: v('restore') }).click()
  // What goes, and who is there.
  await drawer.locator('del').filter({ hasText: 'Plainly' }).first().waitFor()
  await us.page.screenshot({ path: `${pictures}restore-preview.png` })
  expect(await findingsOn(us.page)).toEqual([])
  await drawer.getByRole('button', { name: v('restoreDo') }).click()
  await drawer.getByText(v('restored', { label: 'First reading' })).waitFor()
  await expectWords(paragraphOf(clauseNumbered(jp.page, 'Article 1'), 'en', 1), words)
  const j = wordsIn('ja')(noticeMessages)
  await jp.page.getByText(j('restored', { name: '米国 共同議長', label: 'First reading' })).waitFor()
  await jp.page.screenshot({ path: `${pictures}restored-notice-ja.png` })
  await jp.page.getByRole('button', { name: j('show') }).click()
  const history = jp.page.getByRole('dialog')
  await history
    .getByText(wordsIn('ja')(historyMessages)('restored', { label: 'First reading' }))
    .first()
    .waitFor()
  await jp.page.screenshot({ path: `${pictures}restored-history-ja.png` })

  await us.page.keyboard.press('Escape')
  const undone = wordsIn('en')(threadMessages)('undone', { name: 'US Co-chair', label: 'First reading' })
  await card.getByText(undone).waitFor()
  expect(await jp.page.getByText(body).count()).toBe(0)
  // Among what changed, for who was elsewhere.
  const drafter = await stage.seatForTest('jp-drafter-ai')
  await drafter.open('/')
  const changed = wordsIn('en')(initiativeMessages)('restored', { names: 'US Co-chair' })
  await drafter.page.getByText(changed).waitFor()
  expect([...keeper.faults, ...us.faults, ...jp.faults, ...drafter.faults]).toEqual([])
})

test('[W11] what others wrote since I last looked is offered when I come back, and not what I watched', async () => {
  const document = 'investment-mou'
  const us = await at('us-drafter-investment', document)
  const jp = await at('jp-cochair-investment', document)
  const told = us.page.getByText(/Changed since you last looked/)
  const article = clauseNumbered(jp.page, 'Article 2')
  const first = async (word: string) => {
    await caretBehind(paragraphOf(article, 'en', 1), (await paragraphOf(article, 'en', 1).innerText()).trim().slice(-6))
    await jp.page.keyboard.type(word)
    await expectSaveState(jp.page, 'saved')
  }
  await first(' Watched')
  await expectWords(paragraphOf(clauseNumbered(us.page, 'Article 2'), 'en', 1), 'Watched')
  const marked = us.page.waitForResponse((answer) => answer.url().endsWith(`/api/documents/${document}/read`))
  await marked
  expect(await told.count()).toBe(0)

  await us.open('/')
  await us.page.getByRole('heading', { level: 1 }).waitFor()
  await first(' Unseen')
  await us.open(`/documents/${document}`)
  await openDocument(us.page)
  await told.waitFor()
  expect(await told.innerText()).toContain('JP Co-chair')
  expect(await us.page.getByRole('button', { name: n('show') }).count()).toBe(1)
  await us.page.screenshot({ path: `${pictures}since-you-looked.png` })
  await us.page.keyboard.press('Control+Alt+j')
  const history = us.page.getByRole('dialog')
  const marks = history.locator('[class*="added"]').filter({ hasText: 'Unseen' }).first()
  await marks.waitFor()
  expect(await history.getByText('Watched').count()).toBeGreaterThan(0)
  await us.page.screenshot({ path: `${pictures}since-you-looked-history.png` })
  await us.page.keyboard.press('Escape')
  await told.waitFor({ state: 'detached' })
  // Looked at is looked at.
  await us.page.reload()
  await openDocument(us.page)
  await expectSaveState(us.page, 'saved')
  expect(await told.count()).toBe(0)
  expect([...us.faults, ...jp.faults]).toEqual([])
})
