/** Tables and boards are views of the documents: what changes in one is in the other, whoever looks at which. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { clauseKinds, statuses, type Status } from '#shared/domain/documents.ts'
import type { Language } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { eventually, setStage, type Seat } from '#test/support/browser.ts'
import { clauseNumbered, expectSaveState, openDocument } from '#test/support/paper.ts'
import { agencyId } from '#test/support/initiative.ts'

const stage = setStage()

async function at(persona: string, path: string, language: Language = 'en'): Promise<Seat> {
  const seat = await stage.seatForTest(persona, { language })
  await seat.open(path)
  return seat
}

const field = (page: Page, clause: string, name: string, language: Language) =>
  clauseNumbered(page, clause).locator(`dl[lang="${language}"] [data-field="${name}"] dd`)

const rowOf = (page: Page, clause: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: clause, exact: true }) })

async function fillDay(input: Locator, day: string): Promise<void> {
  await input.fill(day)
  await input.press('Tab')
}

const group = () => wordsIn('en')(groupMessages)
const statusName = (status: Status, language: Language) => statuses[status].name[language]

test('[U7] a status, a date and an owner changed in the table appear in the open document, and the other way round', async () => {
  const us = await at('us-cochair-semiconductors', '/groups/semiconductors')
  const jp = await at('jp-cochair-semiconductors', '/documents/semiconductors-outcome-targets', 'ja')
  await openDocument(jp.page)
  const clause = 'Target 1'
  const row = rowOf(us.page, clause)
  const before = await field(jp.page, '目標1', 'status', 'en').innerText()
  expect(before).not.toBe(statusName('blocked', 'en'))

  // In the table: the status with its reason, and an owner.
  await row.getByRole('button', { name: group()('editStatus', { clause, status: before }) }).click()
  const popover = us.page.getByRole('dialog', { name: group()('statusOf', { clause }) })
  await popover.getByRole('radio', { name: statusName('blocked', 'en') }).check()
  const reason = popover.getByRole('textbox', { name: group()('reasonJa') })
  await reason.fill('関係省庁との調整が続いています。')
  await popover.getByRole('button', { name: wordsIn('en')(uiMessages)('save') }).click()
  await eventually(async () => {
    expect(await field(jp.page, '目標1', 'status', 'ja').innerText()).toBe(statusName('blocked', 'ja'))
    expect(await field(jp.page, '目標1', 'status', 'en').innerText()).toBe(statusName('blocked', 'en'))
    expect(await field(jp.page, '目標1', 'statusReason', 'ja').innerText()).toBe('関係省庁との調整が続いています。')
  })
  const owner = row.getByRole('button', { name: /^Japan owner of Target 1/ })
  await owner.click()
  await us.page.getByRole('menuitem', { name: initiative().agency(agencyId('jp-mofa')).name.en }).click()
  await eventually(async () => {
    expect(await field(jp.page, '目標1', 'owner', 'ja').innerText()).toContain(
      `JP ${initiative().agency(agencyId('jp-mofa')).short.ja}`,
    )
  })
  await expectSaveState(us.page, 'saved')

  // In the document: the status and the due date.
  const edit = wordsIn('ja')(documentMessages)('fieldsEdit')
  await clauseNumbered(jp.page, '目標1').getByRole('button', { name: edit }).click()
  const form = jp.page.getByRole('dialog')
  const { status, due } = clauseKinds.outcomeTarget.fields
  await form.getByRole('combobox', { name: status.name.ja }).click()
  await jp.page.getByRole('option', { name: statusName('done', 'ja') }).click()
  await fillDay(form.getByRole('textbox', { name: due.name.ja }), '2027年11月30日')
  await form.getByRole('button', { name: wordsIn('ja')(documentMessages)('done') }).click()
  await row.getByRole('button', { name: group()('editStatus', { clause, status: statusName('done', 'en') }) }).waitFor()
  await row.getByRole('button', { name: group()('editDue', { clause, due: '30 Nov 2027' }) }).waitFor()
  await expectSaveState(jp.page, 'saved')

  // What was changed is in the record, too.
  await us.page.reload()
  await row.getByRole('button', { name: group()('editStatus', { clause, status: statusName('done', 'en') }) }).waitFor()
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[U7] an action moved on the board moves in the open document, and the timeline follows the document', async () => {
  const us = await at('us-drafter-supply-chain', '/groups/supply-chain')
  const jp = await at('jp-drafter-supply-chain', '/documents/supply-chain-action-plan', 'ja')
  await openDocument(jp.page)
  const board = us.page.getByRole('region', { name: group()('actions') })
  const column = (status: Status) => board.getByRole('region', { name: statusName(status, 'en') })
  const clause = 'Action 2'
  const from = await field(jp.page, '取組2', 'status', 'en').innerText()
  const to: Status = from === statusName('atRisk', 'en') ? 'onTrack' : 'atRisk'
  await board.getByRole('button', { name: group()('moveAction', { clause }) }).click()
  await us.page.getByRole('menuitem', { name: statusName(to, 'en') }).click()
  await column(to).getByText(clause, { exact: true }).waitFor()
  await eventually(async () => {
    expect(await field(jp.page, '取組2', 'status', 'ja').innerText()).toBe(statusName(to, 'ja'))
  })

  await board.getByText(group()('timeline'), { exact: true }).click()
  const line = board.getByRole('listitem').nth(1)
  await clauseNumbered(jp.page, '取組2')
    .getByRole('button', { name: wordsIn('ja')(documentMessages)('fieldsEdit') })
    .click()
  const form = jp.page.getByRole('dialog')
  await fillDay(form.getByRole('textbox', { name: clauseKinds.action.fields.due.name.ja }), '2027年10月29日')
  await form.getByRole('button', { name: wordsIn('ja')(documentMessages)('done') }).click()
  await eventually(async () => expect(await line.textContent()).toContain('29 Oct 2027'))
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[U7] who may only read sees the same tables, live, and changes nothing in them', async () => {
  const reader = await at('us-cochair-semiconductors', '/groups/investment')
  const writer = await at('jp-cochair-investment', '/groups/investment')
  const clause = 'Target 2'
  const shown = rowOf(reader.page, clause)
  await shown.waitFor()
  expect(await shown.getByRole('button', { name: /Change$/ }).count()).toBe(0)
  await rowOf(writer.page, clause)
    .getByRole('button', { name: /^Status of Target 2/ })
    .click()
  const popover = writer.page.getByRole('dialog', { name: group()('statusOf', { clause }) })
  await popover.getByRole('radio', { name: statusName('blocked', 'en') }).check()
  await popover.getByRole('button', { name: wordsIn('en')(uiMessages)('save') }).click()
  await shown
    .getByRole('button', { name: group()('readStatus', { clause, status: statusName('blocked', 'en') }) })
    .waitFor()
})
