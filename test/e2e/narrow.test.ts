/** The narrow page: what has no room is said shortly, and nothing twice. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { languageKeys } from '#shared/domain/languages.ts'
import { eventually, setStage } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  saveState,
} from '#test/support/paper.ts'

const stage = setStage()

const opening = { en: 'The purpose', ja: '本覚書は' }
const numbers = { en: 'Article 1', ja: '第1条' }

test.each(languageKeys)(
  '[U4][U11] on a narrow page the side, the changes kept here and the outline are said once (%s)',
  async (language) => {
    const { page, open, wire, faults } = await stage.seatForTest('jp-cochair-semiconductors', {
      language,
      width: 390,
      height: 844,
    })
    const forbidden: string[] = []
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy') || message.text().includes('script-src'))
        forbidden.push(message.text())
    })
    const t = wordsIn(language)(documentMessages)
    const ui = wordsIn(language)(uiMessages)
    await open('/documents/semiconductors-mou')
    await openDocument(page)
    await expectSaveState(page, 'saved')
    await page.getByRole('banner').getByText('JP', { exact: true }).waitFor()
    await page.getByRole('button', { name: t('showOutline') }).click()
    const outline = page.getByRole('dialog', { name: t('outline') })
    await outline.getByRole('listitem').first().waitFor()
    expect(await outline.getByText(t('outline'), { exact: true }).count()).toBe(1)
    await page.keyboard.press('Escape')
    await outline.waitFor({ state: 'hidden' })

    wire.cut()
    await caretBehind(paragraphOf(clauseNumbered(page, numbers[language]), language), opening[language])
    await page.keyboard.type('!')
    await expectSaveState(page, 'offline')
    await eventually(async () => expect(await saveState(page).innerText()).toBe(ui('offlineShort', { count: 1 })))
    const cut = await saveState(page)
      .locator('span')
      .evaluateAll((parts) => parts.some((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0))
    expect(cut).toBe(false)
    expect({ faults, forbidden }).toEqual({ faults: [], forbidden: [] })
  },
)
