/** Over a slow line: what is on the screen while the rest is on its way. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { languages } from '#shared/domain/languages.ts'
import { eventually, findingsOn, pictures, setStage } from '#test/support/browser.ts'
import { clauseNumbered, expectSaveState, paragraphOf, wordsOf } from '#test/support/paper.ts'

const stage = setStage()

const mou = '/documents/semiconductors-mou'
const cochair = 'us-cochair-semiconductors'

/** Keeps back the files whose address is like that; gives how to let them through. */
async function keepBack(page: Page, address: RegExp): Promise<() => void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(address, async (route) => {
    await released
    await route.continue()
  })
  return release
}

test('[U21] scripts and styles are sent as the build compressed them', async () => {
  const { page, open } = await stage.seatForTest(cochair)
  const addresses: string[] = []
  page.on('response', (response) => addresses.push(new URL(response.url()).pathname))
  await open('/')
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const files = addresses.filter((address) => /\.(js|css)$/.test(address))
  expect(files.length).toBeGreaterThan(2)
  for (const encoding of ['br', 'gzip']) {
    const answers = await Promise.all(
      files.map(async (file) => await fetch(stage.program.url + file, { headers: { 'accept-encoding': encoding } })),
    )
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(files.map(() => encoding))
    expect(
      answers.map(({ headers }) => headers.get('content-type')).every((type) => /javascript|css/.test(type ?? '')),
    ).toBe(true)
  }
})

test('[U21] before the scripts are here there is a sheet with margins, and no white page', async () => {
  const { page, faults } = await stage.seatForTest(cochair)
  const release = await keepBack(page, /\/assets\/.*\.js$/)
  await page.goto(mou, { waitUntil: 'commit' })
  const line = page.locator('.waiting i').nth(1)
  await line.waitFor()
  const box = await line.boundingBox()
  expect(box?.x).toBeGreaterThan(24)
  release()
  await page.locator('section.clause').first().waitFor()
  expect(await page.locator('.waiting').count()).toBe(0)
  expect(faults).toEqual([])
})

const looks = [
  { language: 'en', width: 1440, theme: 'light' },
  { language: 'ja', width: 390, theme: 'dark' },
] as const

test.each(looks)(
  '[U21][U2] the text is read before what edits it is here, and goes on where it was read ($language)',
  async (look) => {
    const { language, width } = look
    const { page, open, faults } = await stage.seatForTest(cochair, { ...look, height: 800 })
    const release = await keepBack(page, /\/assets\/opened-.*\.js$/)
    await open(mou)
    const early = page.locator('[data-early]')
    await early.waitFor()
    const number = { en: 'Article 5', ja: '第5条' }[language]
    const line = paragraphOf(clauseNumbered(page, number), language)
    const words = await wordsOf(line)
    expect(words.length).toBeGreaterThan(20)
    await page.getByText(wordsIn(language)(documentMessages)('early')).waitFor()
    expect(await early.locator(`[contenteditable], button`).count()).toBe(0)
    expect(await findingsOn(page)).toEqual([])
    await page.screenshot({ path: `${pictures}early-${language}-${width}.png` })
    await clauseNumbered(page, number).evaluate((node) => node.scrollIntoView({ block: 'center' }))
    const before = await line.boundingBox()
    release()
    await page.locator(`.text[contenteditable="true"] [lang="${languages[language].tag}"]`).first().waitFor()
    await expectSaveState(page, 'saved')
    expect(await early.count()).toBe(0)
    expect(await wordsOf(line)).toBe(words)
    await eventually(async () =>
      expect(Math.abs(((await line.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60),
    )
    expect(faults).toEqual([])
  },
)
