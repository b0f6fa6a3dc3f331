/** Writing together: undo among others, the caret among others, and the language of everything. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { Language } from '#shared/domain/languages.ts'
import { eventually, setStage, type Seat } from '#test/support/browser.ts'
import { caretBehind, clauseNumbered, expectWords, openDocument, paragraphOf, wordsOf } from '#test/support/paper.ts'

const stage = setStage()

async function at(persona: string, document: string, language: Language = 'en'): Promise<Seat> {
  const seat = await stage.seatForTest(persona, { language })
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  return seat
}

const paragraph = ({ page }: Seat, index: number) => paragraphOf(clauseNumbered(page, 'Article 1'), 'en', index)

test('[U13] undo takes back my own edits only, a run of typing at a time', async () => {
  const us = await at('us-cochair-semiconductors', 'semiconductors-mou')
  const jp = await at('jp-cochair-semiconductors', 'semiconductors-mou')
  const [first, second] = [await wordsOf(paragraph(us, 0)), await wordsOf(paragraph(us, 1))]
  const theirs = ' In both capitals, at the same hour, and in both of the languages.'

  await caretBehind(paragraph(jp, 0), 'The purpose of this Memorandum')
  const other = jp.page.keyboard.type(theirs, { delay: 15 })
  await caretBehind(paragraph(us, 0), 'before the Initiative ends.')
  await us.page.keyboard.type(' A first thought, in one go.')
  await caretBehind(paragraph(us, 1), 'commits no funds.')
  await us.page.keyboard.type(' A second one.')
  await other
  const withTheirs = first.replace('The purpose of this Memorandum', `The purpose of this Memorandum${theirs}`)
  await expectWords(paragraph(us, 0), `${withTheirs} A first thought, in one go.`)
  await expectWords(paragraph(us, 1), `${second} A second one.`)

  const is = async (at0: string, at1: string) => {
    for (const seat of [us, jp]) {
      await eventually(async () => {
        expect([await wordsOf(paragraph(seat, 0)), await wordsOf(paragraph(seat, 1))]).toEqual([at0, at1])
      })
    }
  }
  await us.page.keyboard.press('Control+z')
  await is(`${withTheirs} A first thought, in one go.`, second)
  await us.page.keyboard.press('Control+z')
  await is(withTheirs, second)
  await us.page.keyboard.press('Control+z')
  await is(withTheirs, second)
  await us.page.keyboard.press('Control+y')
  await is(`${withTheirs} A first thought, in one go.`, second)
  await us.page.keyboard.press('Control+Shift+z')
  await is(`${withTheirs} A first thought, in one go.`, `${second} A second one.`)
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[U6] what I type goes on where my caret was put, whatever the other side writes before and after it', async () => {
  const us = await at('us-cochair-ai', 'ai-mou')
  const jp = await at('jp-cochair-ai', 'ai-mou')
  const before = await wordsOf(paragraph(us, 0))
  await caretBehind(paragraph(us, 0), 'Under this Memorandum')
  await caretBehind(paragraph(jp, 0), 'Under')
  await Promise.all([
    us.page.keyboard.type(' and the hope of all who drafted it', { delay: 20 }),
    jp.page.keyboard.type(' plain and simple, often repeated', { delay: 20 }),
  ])
  const after = before.replace(
    'Under this Memorandum',
    'Under plain and simple, often repeated this Memorandum and the hope of all who drafted it',
  )
  for (const seat of [us, jp]) {
    await eventually(async () => expect(await wordsOf(paragraph(seat, 0))).toBe(after))
  }
})

test('[U8] the language changes everywhere at once and is remembered', async () => {
  const { page, open } = await at('us-cochair-investment', 'investment-mou')
  const banner = page.getByRole('banner')
  await banner.getByRole('button', { name: wordsIn('en')(uiMessages)('switchLanguage') }).click()
  await page.getByRole('toolbar', { name: wordsIn('ja')(documentMessages)('toolbar') }).waitFor()
  await banner.getByText(/^サーバーに保存済み \d\d:\d\d$/).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja')
  await page.getByRole('textbox', { name: wordsIn('ja')(documentMessages)('textLabel') }).waitFor()

  await open('/')
  await page.getByRole('heading', { level: 1, name: initiative().name.ja }).waitFor()
  await banner.getByRole('button', { name: wordsIn('ja')(uiMessages)('switchLanguage') }).click()
  await page.getByRole('heading', { level: 1, name: initiative().name.en }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
})
