/** Threads on two screens: how fast they arrive, what they show, and what becomes of them when the text changes. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { reasonMessages } from '#client/api/messages.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { initiative } from '#shared/domain/initiative.ts'
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
import { partyId } from '#test/support/initiative.ts'

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
  await theirs.getByText(say('recordedBy', { name: 'US Co-chair' })).waitFor()
  await theirs.getByText(say('notAgreedYet', { party: initiative().party(partyId('jp')).name.en })).waitFor()
  const jp = await at('jp-cochair-semiconductors')
  const there = threadSaying(jp.page, body)
  await there.click()
  await there.getByRole('button', { name: say('agreeDisposition') }).click()
  await theirs.getByText(say('agreedBy', { name: 'JP Co-chair' })).waitFor()
  expect(
    await theirs.getByText(say('notAgreedYet', { party: initiative().party(partyId('jp')).name.en })).count(),
  ).toBe(0)
  // They read along, and have no words to be saved.
  await panelist.page.getByRole('banner').getByText(wordsIn('en')(documentMessages)('readsLive')).waitFor()
  expect(await panelist.page.getByText(/Saved on the server/).count()).toBe(0)

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
  await composer.getByRole('button', { name: ja(threadMessages)('sendJoint') }).click()
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

test('[T21] what was typed and not sent is offered again where it was, to whom it was meant, and to nobody else', async () => {
  const seat = await at('us-cochair-semiconductors')
  const { page, context, open } = seat
  const secret = 'Our own view, and nobody else’s.'
  const composer = page.getByRole('region', { name: say('newThread') })
  const words = composer.getByRole('textbox', { name: say('newThread') })
  const unsent = page.getByRole('region', { name: say('unsent') })
  const onlyUs = say('audiencePrivate', { party: 'US' })
  const passage = () => paragraphOf(clauseNumbered(page, 'Article 4'), 'en', 0)
  const quoted = 'joint reference list'
  const again = async () => {
    await page.reload()
    await openDocument(page)
  }
  await selectWords(passage(), quoted)
  await page.getByRole('button', { name: wordsIn('en')(commandMessages)('comment'), exact: true }).click()
  await composer.getByRole('radio', { name: onlyUs, exact: true }).click()
  await words.fill(secret)
  await again()
  await unsent.getByText(secret).waitFor()
  await unsent.getByText(quoted).waitFor()
  await unsent.getByRole('button', { name: say('continue') }).click()
  expect(await words.inputValue()).toBe(secret)
  expect(await composer.getByRole('radio', { name: onlyUs, exact: true }).getAttribute('aria-checked')).toBe('true')
  expect(await page.locator('.passage-draft').first().innerText()).toBe(quoted)
  expect(await unsent.count()).toBe(0)

  // Escape and another page keep it; an answer and a note of another form as well.
  await words.press('Escape')
  await unsent.getByText(secret).waitFor()
  await writeComment(page, articleFive(seat), 'one shared map', {
    language: 'en',
    body: 'To answer.',
    audience: 'joint',
  })
  const reply = threadSaying(page, 'To answer.').getByRole('textbox', { name: say('reply') })
  await reply.fill('Half an answer')
  await page.getByRole('banner').getByRole('link').first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/documents'))
  await open(`/documents/${mou}`)
  await openDocument(page)
  await threadSaying(page, 'To answer.').getByText(say('unsentReply')).waitFor()
  await threadSaying(page, 'To answer.').click()
  expect(await reply.inputValue()).toBe('Half an answer')
  await reply.press('Control+Enter')
  await threadSaying(page, 'To answer.').getByText('Half an answer').waitFor()
  await unsent.getByText(secret).waitFor()

  // Whoever takes this seat's place at the browser without its signing out finds nothing of it.
  const kept = () => page.evaluate(() => JSON.stringify(Object.entries(localStorage)))
  expect(await kept()).toContain(secret)
  expect(await kept()).not.toContain('Half an answer')
  await context.request.delete('/api/session')
  await open('/sign-in')
  await page.getByRole('table').getByRole('button').first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  expect(await kept()).not.toContain(secret)
})

test('[T23] a new comment is for the audience that was chosen last in this document, and its button says who will read it', async () => {
  const { page, open } = await at('us-cochair-semiconductors')
  const composer = page.getByRole('region', { name: say('newThread') })
  const onlyUs = say('audiencePrivate', { party: 'US' })
  const begin = async () => {
    await page.getByRole('button', { name: say('addWhole') }).click()
    await composer.getByRole('textbox', { name: say('newThread') }).fill('A word')
  }
  const sender = (name: string) => composer.getByRole('button', { name, exact: true })
  const colourOf = async (name: string) =>
    await sender(name).evaluate((button) => getComputedStyle(button).backgroundColor)
  await begin()
  const joint = await colourOf(say('sendJoint'))
  await composer.getByRole('radio', { name: onlyUs, exact: true }).click()
  const own = await colourOf(say('sendPrivate', { party: 'US' }))
  expect(await sender(say('sendJoint')).count()).toBe(0)
  expect(own).not.toBe(joint)
  await composer.getByRole('button', { name: say('cancel'), exact: true }).click()
  await page.reload()
  await openDocument(page)
  await begin()
  await sender(say('sendPrivate', { party: 'US' })).waitFor()
  expect(await composer.getByRole('radio', { name: onlyUs, exact: true }).getAttribute('aria-checked')).toBe('true')

  await composer.getByRole('button', { name: say('cancel'), exact: true }).click()
  await open('/documents/semiconductors-action-plan')
  await openDocument(page)
  await begin()
  await sender(say('sendJoint')).waitFor()
})

test('[T22] words of a private thread are published as they were shown to their publisher, and the thread stays private', async () => {
  const us = await at('us-cochair-semiconductors')
  const jp = await at('jp-cochair-semiconductors')
  const { page } = us
  const [first, second] = ['Signs are too vague.', 'Our floor is a notice.']
  await writeComment(page, articleFive(us, 1), 'signs of a shortage', {
    language: 'en',
    body: first,
    audience: 'delegation',
    party: partyId('us'),
  })
  const own = page.locator('[data-thread][data-audience="delegation"]').filter({ hasText: first })
  await own.getByRole('textbox', { name: say('reply') }).fill(second)
  await own.getByRole('button', { name: say('sendPrivate', { party: 'US' }), exact: true }).click()
  await own.getByText(second).waitFor()

  await own.getByRole('button', { name: say('publish') }).click()
  const dialog = page.getByRole('dialog', { name: say('publishTitle') })
  const confirm = dialog.getByRole('button', { name: say('publishTitle'), exact: true })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog.getByRole('checkbox', { name: first }).check()
  const preview = dialog.getByRole('region', { name: say('publishSeen') })
  const told = (await preview.innerText()).split('\n').filter((words) => words.trim() !== '')
  expect(told.join(' ')).toContain(first)
  expect(told.join(' ')).not.toContain(second)
  await confirm.click()
  await dialog.waitFor({ state: 'detached' })

  const theirs = threadSaying(jp.page, first)
  await theirs.waitFor()
  const seen = await theirs.innerText()
  for (const words of told) expect(seen).toContain(words)
  expect(await jp.page.getByText(second).count()).toBe(0)
  expect(await theirs.count()).toBe(1)
  await own.click()
  await own.getByText(second).waitFor()
  expect([...us.faults, ...jp.faults]).toEqual([])
})
