/** A new document from a text that exists already: pasted or from a file, with a preview, in both languages, themes and widths. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { groupMessages } from '#client/group/messages.ts'
import { importMessages } from '#client/group/import-messages.ts'
import { eventually, findingsOn, pictures, setStage, type Appearance } from '#test/support/browser.ts'

const stage = setStage()

const en = `The Participants,

Article 1: Purpose
The Participants [US: shall] [JP: may] share [, in good time,] data [with others.

[Article 2: Review
They meet [twice] a year.]
`
const ja = `第1条　目的
参加国は、情報を［米国：共有する］［日本：共有することができる］。
`

const markdown = (title: string) =>
  `# ${title}\n\n${Array.from({ length: 40 }, (_, at) => `## Article ${at + 1}\n\n1. The Participants [[shall][may] share] data.\n2. [US: They meet [twice] a year.]\n`).join('\n')}`

const folder = process.env['NEGOTIATING_TEXTS']
const long =
  folder === undefined
    ? [{ name: 'long.md', text: markdown('A long text') }]
    : readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

async function dialogOf(appearance: Appearance = {}) {
  const language = appearance.language ?? 'en'
  const g = wordsIn(language)(groupMessages)
  const m = wordsIn(language)(importMessages)
  const seat = await stage.seatForTest('us-cochair-semiconductors', appearance)
  await seat.open('/groups/semiconductors')
  await seat.page.getByRole('button', { name: g('newDocument') }).click()
  const dialog = seat.page.getByRole('dialog', { name: g('newDocument') })
  await dialog.getByLabel(g('titleEn')).fill('A text from elsewhere')
  await dialog.getByLabel(g('titleJa')).fill('既存の文案')
  const begin = dialog.getByRole('radio', { name: g('beginText') })
  await begin.focus()
  await seat.page.keyboard.press('ArrowRight')
  if (!(await begin.isChecked())) await seat.page.keyboard.press('ArrowRight')
  await dialog.getByLabel(m('textEn'), { exact: true }).waitFor()
  return { ...seat, dialog, g, m }
}

test('[N10][N11] a text is pasted, what it will become is shown with what needs a look, and the document holds its words and brackets', async () => {
  const { page, dialog, g, m } = await dialogOf({ width: 1440 })
  await dialog.getByRole('button', { name: g('create'), exact: true }).click()
  await dialog.getByText(m('notReadYet')).waitFor()
  await dialog.getByLabel(m('textEn'), { exact: true }).fill(en)
  await dialog.getByLabel(m('textJa'), { exact: true }).fill(ja)
  const preview = dialog.getByRole('region', { name: m('preview') })
  await preview.getByText('Article 2: Review', { exact: true }).waitFor()
  await preview.getByText(m('unclosed')).waitFor()
  await preview.getByText(m('lineEn', { line: 4 }), { exact: true }).waitFor()
  await page.screenshot({ path: `${pictures}import-preview.png` })
  expect(await findingsOn(page)).toEqual([])
  await dialog.getByRole('button', { name: g('create'), exact: true }).click()
  await page.waitForURL('**/documents/**')
  await page.getByText('共有することができる').first().waitFor()
  await page.getByText('in good time').first().waitFor()
  await page.screenshot({ path: `${pictures}import-document.png` })
})

test.for<[string, Appearance]>([
  ['dark', { width: 1440, theme: 'dark', language: 'ja' }],
  ['narrow', { width: 390, height: 844, language: 'ja' }],
  ['narrow-dark', { width: 390, height: 844, theme: 'dark' }],
])('[N10][U2][U11] the dialog reads well and is accessible: %s', async ([name, appearance]) => {
  const { page, dialog, m } = await dialogOf(appearance)
  await dialog.getByLabel(m('textEn'), { exact: true }).fill(en)
  const preview = dialog.getByRole('region', { name: m('preview') })
  await preview.getByText(m('unclosed')).waitFor()
  await page.screenshot({ path: `${pictures}import-${name}-above.png` })
  await preview.scrollIntoViewIfNeeded()
  await preview.getByText(m('unclosed')).scrollIntoViewIfNeeded()
  await page.screenshot({ path: `${pictures}import-${name}.png` })
  expect(await findingsOn(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
})

test('[N10][N11] files are taken in UTF-8 up to 2 MiB, others are refused by their name; a long one can be created and opened', async () => {
  const { page, dialog, g, m } = await dialogOf({ width: 1440 })
  const choose = dialog.locator('input[type="file"]').first()
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'text/plain', buffer })
  await choose.setInputFiles(file('latin.txt', Buffer.from('caf\u00e9', 'latin1')))
  await dialog.getByText(m('fileNotUtf8', { name: 'latin.txt' })).waitFor()
  await choose.setInputFiles(file('huge.txt', Buffer.alloc(2 * 1024 * 1024 + 1, 'a')))
  await dialog.getByText(m('fileTooLarge', { name: 'huge.txt' })).waitFor()
  expect(await dialog.getByLabel(m('textEn'), { exact: true }).inputValue()).toBe('')
  await dialog.getByLabel(m('textEn'), { exact: true }).fill('[a '.repeat(45_000))
  await dialog.getByText(m('refusedTooManyBrackets')).waitFor()
  for (const { name, text } of long) {
    await choose.setInputFiles(file(name, Buffer.from(text)))
    await eventually(async () => {
      expect(await dialog.getByLabel(m('format')).first().inputValue()).toBe('Markdown')
      expect(await dialog.getByText(/[1-9]\d* clauses/).count()).toBeGreaterThan(0)
    })
    await page.screenshot({ path: `${pictures}import-file-${name}.png` })
  }
  await dialog.getByRole('button', { name: g('create'), exact: true }).click()
  await page.waitForURL('**/documents/**')
  await page.getByText('Article 3').first().waitFor()
  await page.screenshot({ path: `${pictures}import-long.png` })
})
