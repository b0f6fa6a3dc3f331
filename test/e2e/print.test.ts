/** What comes out of the printer: texts, versions and comparisons, and nothing that its reader did not mean to print. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import type { Language } from '#shared/domain/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { printingMessages } from '#client/document/print-messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import { setStage, type Appearance, type Seat } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  writeComment,
} from '#test/support/paper.ts'
import { columnOf, printed, withoutSpaces, type PrintedPage } from '#test/support/printed.ts'
import { partyId } from '#test/support/initiative.ts'

const stage = setStage()
const en = wordsIn('en')
const say = en(documentMessages)

async function at(persona: string, document: string, appearance?: Appearance): Promise<Seat> {
  const seat = await stage.seatForTest(persona, appearance)
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  await seat.page.evaluate(async () => await window.document.fonts.ready)
  return seat
}

const isGrey = (colour: readonly number[]) => Math.max(...colour) - Math.min(...colour) < 0.1

const all = (pages: readonly PrintedPage[]) => withoutSpaces(pages.map(({ words }) => words).join(' '))
const count = (pages: readonly PrintedPage[], words: string) => all(pages).split(withoutSpaces(words)).length - 1

/** The words of every line of a text in a language, as the page holds them. */
const linesOf = async (page: Page, language: Language, within = ''): Promise<string[]> =>
  await page
    .locator(`${within} section.clause [data-clause-text][lang="${language}"] :is(p, h2)`)
    .evaluateAll((lines) =>
      lines.flatMap((line) => {
        const copy = line.cloneNode(true)
        if (copy instanceof Element) for (const caret of copy.querySelectorAll('.caret')) caret.remove()
        return copy.textContent?.trim() ? [copy.textContent.trim()] : []
      }),
    )

/** Both texts of a page are in what was printed, line by line and whole, each in its column. */
async function expectWhole(page: Page, pages: readonly PrintedPage[], within = ''): Promise<void> {
  for (const [language, side] of [
    ['en', 'left'],
    ['ja', 'right'],
  ] as const) {
    const lines = await linesOf(page, language, within)
    const column = columnOf(pages, side)
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.filter((line) => !column.includes(withoutSpaces(line)))).toEqual([])
    // Nothing comes after the end: no empty page.
    expect(columnOf(pages.slice(-1), side)).toContain(withoutSpaces(lines.at(-1) ?? '?').slice(-8))
  }
}

/** Each page says which it is, and none is empty. */
function expectNumbered(pages: readonly PrintedPage[]): void {
  expect(pages.filter(({ items }) => items.every(({ words }) => words.trim() === ''))).toEqual([])
  for (const [index, { words }] of pages.entries())
    expect(withoutSpaces(words)).toContain(`Page${index + 1}of${pages.length}`)
}

for (const [format, theme] of [
  ['A4', 'dark'],
  ['Letter', 'light'],
] as const) {
  test(`[U33] a text is printed whole in both languages, as a draft, in ink that is dark on white (${format}, ${theme})`, async () => {
    const { page, context, faults } = await at('us-cochair-semiconductors', 'semiconductors-mou', { theme })
    const handling = `REL TO USA, JPN (${format})`
    const marked = await context.request.patch('/api/documents/semiconductors-mou', { data: { handling } })
    expect(marked.status()).toBe(200)
    await page.reload()
    await openDocument(page)
    await page.getByText(handling).first().waitFor()
    const secret = `Our floor is two days, on ${format}.`
    await writeComment(page, paragraphOf(clauseNumbered(page, 'Article 5'), 'en'), 'one shared map', {
      language: 'en',
      body: secret,
      audience: 'delegation',
      party: partyId('us'),
    })
    const headings = (await page.locator('section.clause h2').allTextContents()).map(withoutSpaces)
    const { pages, colours } = await printed(page, format)
    expect(pages.length).toBeGreaterThan(1)
    await expectWhole(page, pages)
    expectNumbered(pages)
    for (const { words } of pages) {
      expect(words).toContain('Draft, printed')
      expect(words).toContain(handling)
      expect(words).toContain('Memorandum of Understanding on Cooperation in Semiconductor Technologies')
    }
    // No tools, no outline, no comments: neither their words nor their marks.
    const chrome = [say('outline'), 'Saved on the server', secret, en(threadMessages)('title')]
    expect(chrome.filter((words) => count(pages, words) > 0)).toEqual([])
    // Black and grey alone: the colour of a side would be a mark of its own threads.
    expect(colours.length).toBeGreaterThan(0)
    const isInk = (colour: readonly number[]) => Math.max(...colour) < 0.5 && isGrey(colour)
    const isPaper = (colour: readonly number[]) => Math.min(...colour) > 0.8 && isGrey(colour)
    expect(colours.filter((colour) => !isInk(colour) && !isPaper(colour))).toEqual([])
    for (const { items } of pages) {
      for (const heading of items.filter(({ words }) => headings.includes(withoutSpaces(words)))) {
        const below = items.filter(
          ({ words, x, y }) => words.trim() !== '' && Math.abs(x - heading.x) < 40 && y < heading.y - 4,
        )
        expect([heading.words, below.length > 0]).toEqual([heading.words, true])
      }
    }
    // The screen has its own colours again.
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(theme)
    expect(faults).toEqual([])
  })
}

test('[U33] comments are printed on purpose only, once, and every page names their readers', async () => {
  const { page } = await at('jp-cochair-investment', 'investment-mou')
  const [own, joint] = ['Ours alone: the threshold can move.', 'For both: which law is meant?']
  const line = (article: string) => paragraphOf(clauseNumbered(page, article), 'en')
  await writeComment(page, line('Article 1'), 'Memorandum', { language: 'en', body: joint, audience: 'joint' })
  const given = { language: 'en', audience: 'delegation', party: partyId('jp') } as const
  await writeComment(page, line('Article 2'), 'Participants', { ...given, body: own })
  await page.evaluate(() => {
    window.print = () => undefined
  })
  const print = en(printingMessages)
  await page.getByRole('button', { name: print('open'), exact: true }).click()
  const dialog = page.getByRole('dialog', { name: print('title') })
  const readers = en(threadMessages)('audiencePrivate', { party: 'JP' })
  await dialog.getByRole('checkbox', { name: readers }).check()
  await dialog.getByText(print('named', { words: print('withComments', { audiences: readers }) })).waitFor()
  await dialog.getByRole('button', { name: print('print'), exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const { pages: withOwn } = await printed(page, 'A4')
  for (const { words } of withOwn)
    expect(withoutSpaces(words)).toContain(withoutSpaces(print('withComments', { audiences: readers })))
  expect([count(withOwn, own), count(withOwn, joint)]).toEqual([1, 0])

  const { pages: alone } = await printed(page, 'A4')
  expect([count(alone, own), count(alone, joint), count(alone, readers)]).toEqual([0, 0, 0])
})

test('[U33] a version is printed with its label and fingerprint on every page, and a comparison whole', async () => {
  const document = 'ai-mou'
  const { page, context } = await at('secretariat', document, { theme: 'dark' })
  const take = async (label: string) => {
    const answer = await context.request.post(`/api/documents/${document}/snapshots`, { data: { label } })
    const taken: { hash: string } = await answer.json()
    return taken.hash
  }
  const hash = await take('Before Tokyo')
  const writer = await at('us-cochair-ai', document)
  const clauses = writer.page.locator('section.clause')
  const changed = ['FIRSTCHANGE', 'LASTCHANGE']
  for (const [which, words] of [
    [clauses.nth(1), changed[0]],
    [clauses.nth(-2), changed[1]],
  ] as const) {
    const line = which.locator('[lang="en"] p').last()
    await caretBehind(line, ((await line.textContent()) ?? '').slice(-8))
    await writer.page.keyboard.type(words ?? '')
  }
  await expectSaveState(writer.page, 'saved')
  await take('After Tokyo')

  const versions = en(versionMessages)
  await page.getByRole('button', { name: say('versions'), exact: true }).click()
  const drawer = page.getByRole('dialog', { name: versions('title') })
  await drawer.getByRole('button', { name: `${versions('open')}: Before Tokyo` }).click()
  await drawer.locator('section.clause').first().waitFor()
  const { pages: version } = await printed(page, 'A4')
  expectNumbered(version)
  for (const { words } of version) {
    expect(words).toContain('Before Tokyo')
    expect(words).toContain(hash.slice(0, 16))
  }
  expect(count(version, hash)).toBe(1)
  await expectWhole(page, version, '[role="dialog"]')
  expect(count(version, 'FIRSTCHANGE')).toBe(0)

  await drawer.getByRole('button', { name: versions('back') }).click()
  await drawer.getByRole('button', { name: `${versions('compare')} (After Tokyo)` }).click()
  await page.getByRole('menuitem', { name: 'Before Tokyo' }).click()
  await drawer.getByText('FIRSTCHANGE').waitFor()
  const { pages: comparison } = await printed(page, 'Letter')
  expectNumbered(comparison)
  expect(changed.map((words) => count(comparison, words))).toEqual([1, 1])
  for (const { words } of comparison) expect(words).toContain('Before Tokyo')
  expect(comparison.length).toBeLessThan(4)
  expect(withoutSpaces(comparison.at(-1)?.words ?? '')).toContain('LASTCHANGE')
})
