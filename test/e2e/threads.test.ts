/** Threads on two screens: how fast they arrive, what they show, and what becomes of them when the text changes. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { reasonMessages } from '#client/api/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import type { Language } from '#shared/domain/languages.ts'
import { eventually, setStage, type Seat } from '#test/support/browser.ts'
import {
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  selectWords,
  threadSaying,
  writeComment,
} from '#test/support/paper.ts'

const mou = 'semiconductors-mou'
const say = wordsIn('en')(threadMessages)
/** The promise for a comment's way from one screen to another. */
const aSecond = 1000

const stage = setStage()

async function at(persona: string, language: Language = 'en'): Promise<Seat> {
  const seat = await stage.seatForTest(persona, { language })
  await seat.open(`/documents/${mou}`)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  return seat
}

const articleFive = ({ page }: Seat, index = 0) => paragraphOf(clauseNumbered(page, 'Article 5'), 'en', index)

test('[T9][T10] a comment, and an answer to it, are on the other screen within a second, as plain text', async () => {
  const us = await at('us-cochair-semiconductors')
  const jp = await at('jp-cochair-semiconductors', 'ja')
  const body = 'Is <b>“one shared map”</b> enough? <img src=x onerror="document.title=\'hacked\'">'
  await writeComment(us.page, articleFive(us), 'one shared map', { language: 'en', body, audience: 'joint' })
  const there = threadSaying(jp.page, 'one shared map”</b> enough?')
  await there.waitFor({ timeout: aSecond })
  expect(await there.innerText()).toContain(body)
  expect(await there.locator('b, img').count()).toBe(0)
  expect(await jp.page.title()).not.toContain('hacked')

  await there.click()
  const reply = there.getByRole('textbox', { name: wordsIn('ja')(threadMessages)('reply') })
  await reply.fill('一枚で足ります。')
  await reply.press('Control+Enter')
  const here = threadSaying(us.page, 'one shared map”</b> enough?')
  await here.getByText('一枚で足ります。').waitFor({ timeout: aSecond })
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[T7][T15] text that is deleted leaves its thread with the quotation, and takes no proposed wording', async () => {
  const us = await at('us-drafter-semiconductors')
  const jp = await at('jp-drafter-semiconductors')
  const body = 'A shorter notice would do.'
  await writeComment(jp.page, articleFive(jp, 1), 'within two working days', {
    language: 'en',
    body,
    audience: 'joint',
    proposal: 'within one day',
  })
  const card = threadSaying(us.page, body)
  await card.getByRole('button', { name: say('apply') }).waitFor()
  await selectWords(articleFive(us, 1), 'within two working days')
  await us.page.keyboard.press('Delete')
  await threadSaying(jp.page, body).getByText(say('orphan')).waitFor()
  await card.getByText(say('orphan')).waitFor()
  await eventually(async () => expect(await card.innerText()).toContain('within two working days'))
  expect(await card.getByRole('button', { name: say('apply') }).count()).toBe(0)
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[T12][T16] a thread is resolved and reopened, and the panel reads what became of its advice', async () => {
  const us = await at('us-cochair-semiconductors')
  const panelist = await at('panelist-semiconductors')
  const body = 'Fabrication and assembly share equipment: name both.'
  const scope = paragraphOf(clauseNumbered(panelist.page, 'Article 1'), 'en')
  await writeComment(panelist.page, scope, 'investment, export controls and supply chains', { language: 'en', body })
  const card = threadSaying(us.page, body)
  await card.click()
  await card.getByRole('button', { name: say('dispose') }).click()
  await card.getByRole('radio', { name: say('partly'), exact: true }).click()
  await card.getByRole('textbox', { name: say('reason') }).fill('Assembly is named in Article 2.')
  await card.getByRole('button', { name: say('record'), exact: true }).click()
  const theirs = threadSaying(panelist.page, body)
  await theirs.getByText('Assembly is named in Article 2.').waitFor()
  await theirs.getByText(say('partly'), { exact: true }).waitFor()

  await card.getByRole('button', { name: say('resolve') }).click()
  await theirs.getByText(say('resolved', { name: 'US Co-chair' })).waitFor()
  await theirs.getByRole('button', { name: say('reopen') }).click()
  await card.getByRole('button', { name: say('resolve') }).waitFor()
  expect([...us.faults, ...panelist.faults]).toEqual([])
})

test('[U8][U10] why the server did not do it is said in the language of the page', async () => {
  const { page, faults } = await at('jp-cochair-semiconductors', 'ja')
  const reason = wordsIn('ja')(reasonMessages)('unavailable')
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The store cannot be reached.',
  }
  const refuse = { status: 503, contentType: 'application/problem+json', json: problem }
  const post = async (address: string) =>
    await page.route(address, async (route) =>
      route.request().method() === 'POST' ? await route.fulfill(refuse) : await route.fallback(),
    )
  await post('**/api/documents/*/threads')
  await selectWords(paragraphOf(clauseNumbered(page, '第1条'), 'ja'), '本覚書は')
  await page.keyboard.press('Control+Alt+m')
  const ja = wordsIn('ja')
  const composer = page.getByRole('region', { name: ja(threadMessages)('newThread') })
  await composer.getByRole('textbox').fill('文言の確認をお願いします。')
  await composer.getByRole('button', { name: ja(threadMessages)('send') }).click()
  await page.getByText(ja(threadMessages)('sendFailed', { reason })).waitFor()

  await page.route('**/api/groups/semiconductors', async (route) => await route.fulfill(refuse))
  await page.goto('/groups/semiconductors')
  await page.getByText(reason).waitFor()
  await page.unroute('**/api/groups/semiconductors')
  await page.reload()

  await post('**/api/documents')
  await page.getByRole('button', { name: ja(groupMessages)('newDocument') }).click()
  await page.getByRole('textbox', { name: ja(groupMessages)('titleEn') }).fill('Note')
  await page.getByRole('textbox', { name: ja(groupMessages)('titleJa') }).fill('覚書')
  await page.getByRole('button', { name: ja(groupMessages)('create') }).click()
  await page.getByText(ja(groupMessages)('createFailed', { reason })).waitFor()
  expect(faults).toEqual([])
})
