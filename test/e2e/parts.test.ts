/** Parts of the pages that come on their own: there before they are asked for, and asked for again where they did not come. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { historyMessages } from '#client/history/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { setStage } from '#test/support/browser.ts'
import {
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  selectWords,
} from '#test/support/paper.ts'
import { groupId } from '#test/support/initiative.ts'

const stage = setStage()

const cochair = 'us-cochair-semiconductors'
const mou = '/documents/semiconductors-mou'
const ui = wordsIn('en')(uiMessages)
const say = wordsIn('en')(historyMessages)

test('[U4][U10] a part of the document that cannot be fetched leaves the text alone, and comes when it can be', async () => {
  const { page, open, faults } = await stage.seatForTest(cochair)
  await page.route(/\/assets\/(drawer|author-panel|reader)[-.]/, async (route) => await route.abort())
  await open(mou)
  await openDocument(page)
  await expectSaveState(page, 'saved')
  const article = paragraphOf(clauseNumbered(page, 'Article 1'), 'en')
  const notice = page.getByRole('alert').filter({ hasText: ui('notFetched') })
  for (const view of ['history', 'who'] as const) {
    if (view === 'who') await selectWords(article, 'The purpose')
    await page
      .getByRole('button', { name: say(view), exact: true })
      .first()
      .click()
    await notice.waitFor()
    await expectWords(article, 'The purpose')
    await expectSaveState(page, 'saved')
    expect(await page.getByRole('navigation', { name: ui('youAreHere') }).isVisible()).toBe(true)
    await notice.getByRole('button', { name: ui('retry') }).click()
    await notice.waitFor()
    await notice.getByRole('button', { name: ui('close') }).click()
    await notice.waitFor({ state: 'hidden' })
  }
  await selectWords(article, 'The purpose')
  await page.getByRole('button', { name: say('who'), exact: true }).click()
  await notice.waitFor()
  await page.unrouteAll()
  await notice.getByRole('button', { name: ui('retry') }).click()
  await page.getByRole('dialog', { name: say('who') }).waitFor()
  expect(faults).toEqual([])
})

test('[U4][U10] a page that cannot be fetched is fetched by trying again, with the styles it needs', async () => {
  const { page, open, faults } = await stage.seatForTest(cochair)
  await page.route(/\/assets\/page[-.]/, async (route) => await route.abort())
  await open('/')
  await page.getByRole('link', { name: initiative().group(groupId('semiconductors')).name.en, exact: true }).click()
  const retry = page.getByRole('button', { name: ui('retry') })
  await retry.click()
  await retry.waitFor()
  await page.unrouteAll()
  await retry.click()
  const targets = page.getByRole('region', { name: wordsIn('en')(groupMessages)('targets') })
  await targets.getByRole('table').waitFor()
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll('link')].some(({ rel, sheet }) => rel === 'stylesheet' && sheet === null),
  )
  expect(bare).toBe(false)
  expect(faults).toEqual([])
})

test('[U4][U10] what can be opened on a document is fetched before the connection is lost', async () => {
  const { page, open, wire, faults } = await stage.seatForTest(cochair)
  const parts = ['drawer', 'author-panel', 'search']
  const fetched = parts.map(
    async (part) => await page.waitForResponse((response) => response.url().includes(`/assets/${part}-`)),
  )
  await open(mou)
  await openDocument(page)
  await Promise.all(fetched)
  await expectSaveState(page, 'saved')
  wire.cut()
  await page.getByRole('button', { name: say('history'), exact: true }).click()
  await page.getByRole('dialog', { name: /^History of/ }).waitFor()
  expect(faults).toEqual([])
})

test('[U4][U10] a server that is not heard is said, and nobody is shown as here, until it is heard again', async () => {
  const { page, open, wire, faults } = await stage.seatForTest(cochair)
  const here = page.getByRole('button', { name: /^Here now: US Co-chair/ })
  const reconnecting = page.getByRole('banner').getByText(ui('reconnecting')).last()
  for (const path of ['/', '/groups/semiconductors']) {
    await open(path)
    await here.first().waitFor()
    expect(await reconnecting.count()).toBe(0)
    wire.cut()
    await reconnecting.waitFor()
    await here.first().waitFor({ state: 'hidden' })
    expect(await page.getByText(ui('online'), { exact: true }).count()).toBe(0)
    wire.mend()
    await here.first().waitFor()
    await reconnecting.waitFor({ state: 'hidden' })
  }
  expect(faults).toEqual([])
})
