/** Where my words are: the one sign in the top bar, and what becomes of text that the server could not take. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { sessionMessages } from '#client/accounts/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import { eventually, hasFocus, setStage, type Seat } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  saveState,
} from '#test/support/paper.ts'
import { groupId } from '#test/support/initiative.ts'

const ui = () => wordsIn('en')(uiMessages)
const words = () => wordsIn('en')(documentMessages)

const stage = setStage()

/** A seat with a document open, gone when the test is over. */
async function at(persona: string, document: string): Promise<Seat> {
  const seat = await stage.seatForTest(persona)
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  return seat
}

const numbers = { en: 'Article 1', ja: '第1条' }
const opening = { en: 'The purpose', ja: '本覚書は' }
const articleOne = ({ page }: Seat, language: Language = 'en') =>
  paragraphOf(clauseNumbered(page, numbers[language]), language)

/** Ends the seat's session from elsewhere, as an administrator or another device would. */
async function endSession({ context }: Seat): Promise<void> {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${stage.program.url}/api/session`, { method: 'DELETE', headers: { cookie } })
  expect(answer.status).toBe(200)
}

const takeSeat = wordsIn('en')(sessionMessages)('takeSeat', {
  seat: `US Co-chair, ${initiative().group(groupId('cybersecurity')).name.en}`,
})

test('[U4] says saving, saved, reconnecting and offline, each while it is so', async () => {
  const us = await at('us-cochair-investment', 'investment-mou')
  const jp = await at('jp-cochair-investment', 'investment-mou')
  await expectSaveState(us.page, 'saved')
  expect(await saveState(us.page).innerText()).toMatch(/^Saved on the server \d\d:\d\d$/)

  await caretBehind(articleOne(us), 'The purpose')
  us.wire.hold()
  await us.page.keyboard.type(' and aim')
  await expectSaveState(us.page, 'saving')
  expect(await saveState(us.page).innerText()).toBe(ui()('saving'))
  us.wire.release()
  await expectSaveState(us.page, 'saved')
  await expectWords(articleOne(jp), 'The purpose and aim')

  us.wire.cut()
  await expectSaveState(us.page, 'reconnecting')
  await us.page.keyboard.type(' and end')
  await expectSaveState(us.page, 'offline')
  await eventually(async () => {
    expect(await saveState(us.page).innerText()).toMatch(/^Offline, [1-8] changes? kept on this device$/)
  })
  await saveState(us.page).click()
  await us.page.getByText('kept on this device and will be sent when the connection returns').waitFor()
  await us.page.keyboard.press('Escape')

  us.wire.mend()
  await expectSaveState(us.page, 'saved')
  await expectWords(articleOne(us), 'The purpose and aim and end')
  await expectWords(articleOne(jp), 'The purpose and aim and end')
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test.each(languageKeys)(
  '[U4] a server that cannot save just now is called that, not offline (%s)',
  async (language) => {
    const us = await stage.seatForTest('us-cochair-investment', { language })
    const { page, wire } = us
    let failing = false
    await page.routeWebSocket(/\/sync\//, (socket) => {
      if (failing) void socket.close({ code: closeCode.unavailable })
      else socket.connectToServer()
    })
    await us.open('/documents/investment-mou')
    await openDocument(page)
    await expectSaveState(page, 'saved')
    failing = true
    wire.cut()
    wire.mend()
    await caretBehind(articleOne(us, language), opening[language])
    await page.keyboard.type('!')
    await expectSaveState(page, 'offline')
    const say = wordsIn(language)(uiMessages)
    await eventually(async () => expect(await saveState(page).innerText()).toBe(say('unavailable', { count: 1 })))
    await saveState(page).click()
    await page.getByText(say('unavailableDetail', { count: 1 })).waitFor()
    expect(us.faults).toEqual([])
  },
)

test('[U5] leaving with unsaved edits warns, within the app and beyond it', async () => {
  const us = await at('us-drafter-ai', 'ai-mou')
  const { page } = us
  await expectSaveState(page, 'saved')
  us.wire.cut()
  await caretBehind(articleOne(us), 'Under this Memorandum')
  await page.keyboard.type(' (unsent)')
  await expectSaveState(page, 'offline')

  await page.getByRole('banner').getByRole('link', { name: 'Alternat' }).click()
  const question = page.getByRole('dialog', { name: words()('leaveTitle') })
  await question.getByRole('button', { name: words()('stay') }).click()
  await question.waitFor({ state: 'hidden' })
  await expectWords(articleOne(us), 'Under this Memorandum (unsent)')

  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await expectWords(articleOne(us), 'Under this Memorandum (unsent)')

  us.wire.mend()
  await expectSaveState(page, 'saved')
  await page.getByRole('banner').getByRole('link', { name: 'Alternat' }).click()
  await page.waitForURL((url) => url.pathname === '/')
})

test.each(['wire', 'browser'] as const)(
  '[U4][U5] text that was written offline, and whose author may no longer write, is kept to be copied (%s offline)',
  async (offline) => {
    const us = await at('us-cochair-cybersecurity', 'cybersecurity-mou')
    const { page, context, wire } = us
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await expectSaveState(page, 'saved')
    if (offline === 'browser') {
      await context.setOffline(true)
      // What the browser knows is said before anybody has typed, and before the connection has ended.
      await expectSaveState(page, 'offline', 1500)
    }
    wire.cut()
    await caretBehind(articleOne(us), 'This Memorandum')
    await page.keyboard.type(' of all our work')
    await expectSaveState(page, 'offline')
    await endSession(us)
    wire.mend()
    if (offline === 'browser') await context.setOffline(false)

    await expectSaveState(page, 'refused')
    expect(await saveState(page).innerText()).toBe(ui()('refused'))
    const kept = page.getByRole('textbox', { name: ui()('keptText') })
    expect((await kept.inputValue()).trim()).toBe('of all our work')
    await page.getByRole('button', { name: ui()('signInAgain') }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: ui()('discardQuestion') })
      .waitFor()
    expect(await hasFocus(page.getByRole('button', { name: ui()('cancel') }))).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: ui()('copy'), exact: true }).click()
    await page.getByRole('button', { name: ui()('copied'), exact: true }).waitFor()
    expect((await page.evaluate(async () => await navigator.clipboard.readText())).trim()).toBe('of all our work')
    await page.getByRole('button', { name: ui()('signInAgain') }).click()
    await page.getByRole('button', { name: takeSeat }).click()
    await expectSaveState(page, 'saved')
    expect(new URL(page.url()).pathname).toBe('/documents/cybersecurity-mou')
  },
)

test('[U4][S9] a panelist is told at once when the draft is closed to the panel', async () => {
  const panelist = await at('panelist-supply-chain', 'supply-chain-mou')
  const chair = await stage.seatForTest('us-cochair-supply-chain')
  await expectSaveState(panelist.page, 'saved')
  const answer = await chair.context.request.patch('/api/documents/supply-chain-mou', { data: { panelOpen: false } })
  expect(answer.status()).toBe(200)
  await expectSaveState(panelist.page, 'closed', 2000)
  await panelist.page.getByText(ui()('endedForbidden')).waitFor()
})

test('[U4][U10] who is signed out elsewhere is led to the seats', async () => {
  const us = await at('us-drafter-export-controls', 'export-controls-mou')
  await expectSaveState(us.page, 'saved')
  await endSession(us)
  await us.page.waitForURL((url) => url.pathname === '/sign-in')
  expect(us.faults).toEqual([])
})
