/** A visit with the keyboard alone: in, to the group, to the document, say something about a passage, out again. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { sessionMessages } from '#client/accounts/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { clauseKinds } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { eventually, hasFocus, setStage } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  threadSaying,
  wordsOf,
} from '#test/support/paper.ts'
import { groupId } from '#test/support/initiative.ts'

const stage = setStage()

/** More stops than any way on these pages has. */
const mostStops = 80

/** Goes with Tab (or another key) until the element has the focus, and checks on the way that the focus is to be seen. */
async function goTo(page: Page, element: Locator, key = 'Tab'): Promise<void> {
  await element.waitFor()
  for (let stop = 0; stop < mostStops; stop += 1) {
    if (await hasFocus(element)) return
    await page.keyboard.press(key)
  }
  const last = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
  throw new Error(`${mostStops} times ${key} do not lead to ${String(element)}; the focus is on ${last}`)
}

/** Presses Escape; whether the element has the focus before a key behind it can be heard. */
async function hasFocusAfterEscape(page: Page, element: Locator): Promise<boolean> {
  const listening = await element.evaluateHandle((node) => ({
    answer: new Promise<boolean>((resolve) => {
      const look = () => setTimeout(() => resolve(node === document.activeElement), 0)
      window.addEventListener('keydown', look, { capture: true, once: true })
    }),
  }))
  await page.keyboard.press('Escape')
  return await listening.evaluate(({ answer }) => answer)
}

test('[U9] a co-chair signs in, finds the text, writes, comments and leaves without a mouse', async () => {
  const { page, open, faults } = await stage.seatForTest(null)
  const seat = `US Co-chair, ${initiative().group(groupId('semiconductors')).name.en}`
  await open('/')
  await goTo(page, page.getByRole('button', { name: wordsIn('en')(sessionMessages)('takeSeat', { seat }) }))
  await page.keyboard.press('Enter')

  await goTo(page, page.getByRole('link', { name: initiative().group(groupId('semiconductors')).name.en, exact: true }))
  await page.keyboard.press('Enter')
  const documents = page.getByRole('region', { name: 'Documents' })
  await goTo(page, documents.getByRole('link', { name: /^Memorandum of Understanding/ }))
  await page.keyboard.press('Enter')
  await openDocument(page)
  await expectSaveState(page, 'saved')

  // Into the text, to Article 1, a word added, and the same word taken as the subject of a comment.
  const text = page.getByRole('textbox', { name: wordsIn('en')(documentMessages)('textLabel') })
  await goTo(page, text)
  const article = clauseNumbered(page, 'Article 1')
  const heading = article.locator('[lang="en"] h3').first()
  const inHeading = async () =>
    await heading.evaluate((node) => node.contains(document.getSelection()?.anchorNode ?? null))
  for (let step = 0; step < mostStops && !(await inHeading()); step += 1) await page.keyboard.press('ArrowDown')
  expect(await inHeading()).toBe(true)
  await page.keyboard.press('End')
  await page.keyboard.type(' and spirit')
  await expectWords(heading, 'Purpose and spirit')
  await page.keyboard.press('Control+Shift+ArrowLeft')
  await page.keyboard.press('Control+Alt+m')
  const say = wordsIn('en')(threadMessages)
  const composer = page.getByRole('region', { name: say('newThread') })
  await eventually(async () => {
    expect(await hasFocus(composer.getByRole('textbox'))).toBe(true)
  })
  await page.keyboard.type('Is a spirit needed?')
  const privately = composer.getByRole('radio', { name: say('audiencePrivate', { party: 'US' }) })
  await goTo(page, privately, 'Shift+Tab')
  await page.keyboard.press('Space')
  await goTo(page, composer.getByRole('button', { name: say('sendPrivate', { party: 'US' }) }))
  await page.keyboard.press('Enter')
  const card = threadSaying(page, 'Is a spirit needed?')
  await card.getByText(say('audiencePrivate', { party: 'US' })).waitFor()

  // The thread is open: reply in it, and resolve it.
  await goTo(page, card.getByRole('textbox', { name: say('reply') }))
  await page.keyboard.type('No.')
  await page.keyboard.press('Control+Enter')
  await card.getByText('No.', { exact: true }).waitFor()
  await goTo(page, card.getByRole('button', { name: say('resolve') }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await card.getByText(say('resolved', { name: 'US Co-chair' })).waitFor()

  // And out.
  await goTo(
    page,
    page.getByRole('button', { name: wordsIn('en')(uiMessages)('you', { seat: 'US Co-chair' }) }),
    'Shift+Tab',
  )
  await page.keyboard.press('Enter')
  await goTo(page, page.getByRole('menuitem', { name: wordsIn('en')(uiMessages)('switchSeat') }), 'ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/sign-in')
  await page.getByRole('heading', { name: wordsIn('en')(sessionMessages)('title') }).waitFor()
  expect(faults).toEqual([])
})

test('[U9] clauses are moved, copied and deleted by keys, and the list of keys is one of them', async () => {
  const { page, open } = await stage.seatForTest('jp-cochair-semiconductors')
  await open('/documents/semiconductors-mou')
  await openDocument(page)
  const titles = async () => await page.locator('section.clause [lang="en"] h3').allTextContents()
  const [first = '', second = '', ...rest] = await titles()
  await page.getByRole('textbox', { name: wordsIn('en')(documentMessages)('textLabel') }).focus()
  const title = clauseNumbered(page, 'Article 1').locator('[lang="en"] h3').first()
  const there = async () => await title.evaluate((node) => node.contains(document.getSelection()?.anchorNode ?? null))
  for (let step = 0; step < mostStops && !(await there()); step += 1) await page.keyboard.press('ArrowDown')
  const become = async (expected: readonly string[]) =>
    await eventually(async () => expect(await titles()).toEqual(expected))

  await page.keyboard.press('Shift+Alt+ArrowDown')
  await become([second, first, ...rest])
  await page.keyboard.press('Shift+Alt+ArrowUp')
  await become([first, second, ...rest])
  await page.keyboard.press('Control+Shift+d')
  await become([first, first, second, ...rest])
  const question = page.getByRole('dialog')
  await page.keyboard.press('Control+Shift+Backspace')
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'hidden' })
  // Back in the text, and the question has the focus before the browser can bring another key.
  const asked = await page.evaluate(async () => {
    const press = {
      key: 'Backspace',
      code: 'Backspace',
      ctrlKey: true,
      shiftKey: true,
      bubbles: true,
      cancelable: true,
    }
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', press))
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    return document.activeElement?.closest('[role="dialog"]') !== null
  })
  expect(asked).toBe(true)
  await page.keyboard.press('Enter')
  await become([first, second, ...rest])
  await question.waitFor({ state: 'hidden' })
  await page.keyboard.press('Control+/')
  await page.getByRole('dialog', { name: wordsIn('en')(commandMessages)('shortcuts') }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+f')
  await page.keyboard.type('Participants')
  await page.getByText(/^\d+ of \d+$/).waitFor()
})

test('[U9] with the caret in the text the search opens by its key, takes what is typed, and gives the caret back', async () => {
  const { page, open, faults } = await stage.seatForTest('us-cochair-semiconductors')
  await open('/documents/semiconductors-mou')
  await openDocument(page)
  await expectSaveState(page, 'saved')
  const text = page.getByRole('textbox', { name: wordsIn('en')(documentMessages)('textLabel') })
  const article = paragraphOf(clauseNumbered(page, 'Article 1'), 'en')
  await caretBehind(article, 'The purpose')
  const before = await wordsOf(article)
  const search = page.getByRole('textbox', { name: wordsIn('en')(uiMessages)('search'), exact: true })
  await page.keyboard.press('Control+k')
  await eventually(async () => expect(await hasFocus(search)).toBe(true))
  await page.keyboard.type('cyber')
  expect(await search.inputValue()).toBe('cyber')
  expect(await hasFocusAfterEscape(page, text)).toBe(true)
  await search.waitFor({ state: 'hidden' })
  await page.keyboard.type(' here')
  await expectWords(article, before.replace('The purpose', 'The purpose here'))
  await page.keyboard.press('Control+/')
  const sheet = page.getByRole('dialog', { name: wordsIn('en')(commandMessages)('shortcuts') })
  await sheet.getByText('Ctrl K', { exact: true }).waitFor()
  expect(await hasFocusAfterEscape(page, text)).toBe(true)
  expect(faults).toEqual([])
})

test('[U34] whatever can be asked of an open document is found by its name and done where the caret is', async () => {
  const { page, open, faults } = await stage.seatForTest('us-cochair-semiconductors')
  await open('/documents/semiconductors-mou')
  await openDocument(page)
  await expectSaveState(page, 'saved')
  const article = clauseNumbered(page, 'Article 1')
  await caretBehind(paragraphOf(article, 'en'), 'The purpose')
  const command = wordsIn('en')(commandMessages)
  const palette = page.getByRole('textbox', { name: wordsIn('en')(uiMessages)('search'), exact: true })
  const ask = async (words: string, name: string) => {
    await page.keyboard.press('Control+k')
    await palette.waitFor()
    await page.keyboard.type(words)
    await page.getByRole('button', { name }).first().waitFor()
    await page.keyboard.press('Enter')
  }
  // Every command that fits here stands in the list, with its key where it has one.
  await page.keyboard.press('Control+k')
  await page.getByRole('button', { name: `${command('duplicate')} Ctrl ⇧ D` }).waitFor()
  expect(await page.getByRole('button', { name: command('rowAbove') }).count()).toBe(0)
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'hidden' })
  await ask('table', command('table'))
  await article.getByRole('table').first().waitFor()
  await ask('row below', command('rowBelow'))
  await eventually(async () => expect(await article.getByRole('table').first().getByRole('row').count()).toBe(4))
  await ask('outline', command('outline'))
  await page.getByRole('navigation', { name: wordsIn('en')(documentMessages)('outline') }).waitFor({ state: 'hidden' })
  await ask('history', command('history'))
  await page.getByRole('dialog').waitFor()
  expect(faults).toEqual([])
})

test('[U9] the button that opened a dialog has the focus again before the next key, and nothing entered in it is lost', async () => {
  const { page, open, faults } = await stage.seatForTest('us-cochair-semiconductors')
  await open('/documents/semiconductors-action-plan')
  await openDocument(page)
  await expectSaveState(page, 'saved')
  const say = wordsIn('en')(documentMessages)

  // What was entered last is written when the form is closed over it; what does not fit keeps the form open, with the reason.
  const action = clauseNumbered(page, 'Action 1')
  const edit = action.getByRole('button', { name: say('fieldsEdit') })
  await edit.focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog')
  const { evidence, milestone } = clauseKinds.action.fields
  const address = form.getByRole('textbox', { name: evidence.name.en })
  await address.fill('not an address')
  await page.keyboard.press('Escape')
  await form.getByText(say('fieldUrl')).waitFor()
  expect(await hasFocus(address)).toBe(true)
  await address.fill('')
  await form.getByRole('textbox', { name: milestone.name.en }).first().fill('Typed, and not left')
  expect(await hasFocusAfterEscape(page, edit)).toBe(true)
  await form.waitFor({ state: 'hidden' })
  await action.getByText('Typed, and not left').waitFor()
  await expectSaveState(page, 'saved')

  const versions = page.getByRole('button', { name: say('versions'), exact: true })
  await versions.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(await hasFocusAfterEscape(page, versions)).toBe(true)
  expect(faults).toEqual([])
})
