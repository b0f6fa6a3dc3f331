/** Two sides negotiate one text: phases, brackets, what each sees and does with them. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { negotiationMessages } from '#client/negotiation/messages.ts'
import type { Language } from '#shared/domain/languages.ts'
import { eventually, pictures, setStage, type Seat } from '#test/support/browser.ts'
import {
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  selectWords,
} from '#test/support/paper.ts'

const mou = 'semiconductors-mou'
const en = wordsIn('en')(negotiationMessages)
const ja = wordsIn('ja')(negotiationMessages)

const stage = setStage()

async function at(persona: string, language: Language = 'en'): Promise<Seat> {
  const seat = await stage.seatForTest(persona, { language })
  await seat.open(`/documents/${mou}`)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  return seat
}

const bar = ({ page }: Seat, t = en) => page.getByRole('region', { name: t('bar') })
const articleFive = ({ page }: Seat, label = 'Article 5') => paragraphOf(clauseNumbered(page, label), 'en')

test('[N4] two sides enter negotiation, bracket, accept and decline, each in its own language', async () => {
  const us = await at('us-cochair-semiconductors')
  const jp = await at('jp-cochair-semiconductors', 'ja')
  await us.page.screenshot({ path: `${pictures}negotiation-0.png` })
  await bar(us).getByRole('button', { name: /Phase/ }).click()
  await us.page.getByRole('menuitem', { name: en('ask_negotiating') }).click()
  await us.page
    .getByRole('dialog')
    .getByRole('button', { name: en('ask_negotiating') })
    .click()
  await us.page.screenshot({ path: `${pictures}negotiation-1.png` })
  await bar(jp, ja)
    .getByRole('button', { name: ja('confirm_negotiating') })
    .click()
  await jp.page
    .getByRole('dialog')
    .getByRole('button', { name: ja('confirm_negotiating') })
    .click()
  await bar(us).getByText(en('negotiatingHint')).waitFor()
  await bar(jp, ja).getByText(ja('negotiatingHint')).waitFor()

  await selectWords(articleFive(us), 'one shared map')
  await us.page.keyboard.type('two shared maps')
  await expectWords(articleFive(jp, '第5条'), '[JP: one shared map][US: two shared maps]')
  await articleFive(jp, '第5条').locator('.pending-insertion').click()
  await us.page.screenshot({ path: `${pictures}negotiation-2.png` })
  await jp.page.screenshot({ path: `${pictures}negotiation-3.png` })
  const card = jp.page.getByRole('article', { name: ja('place', { number: 1 }) })
  await card.getByRole('button', { name: ja('decline'), exact: true }).click()
  await card.getByRole('textbox').fill('一つで足りる。')
  await card.getByRole('button', { name: ja('decline'), exact: true }).click()
  await card.getByText('一つで足りる。').first().waitFor()
  await bar(us)
    .getByText(en('open', { count: 1 }))
    .waitFor()
  await us.page.getByRole('button', { name: en('list') }).click()
  await us.page.getByText('一つで足りる。').first().waitFor()
  await us.page.screenshot({ path: `${pictures}negotiation-4.png` })
  await us.page.keyboard.press('Escape')
  for (const view of ['redline', 'ours', 'theirs', 'base'] as const) {
    await bar(us).getByText(en(view), { exact: true }).click()
    await us.page.screenshot({ path: `${pictures}negotiation-${view}.png` })
  }
  await bar(us).getByText(en('brackets'), { exact: true }).click()
  await card.getByRole('button', { name: ja('accept'), exact: true }).click()
  await expectWords(articleFive(us), 'two shared maps')
  await eventually(async () => expect(await articleFive(us).innerText()).not.toContain('['))
  await eventually(async () => expect(await articleFive(us).innerText()).not.toContain('one shared map'))
  expect([...us.faults, ...jp.faults]).toEqual([])
})
