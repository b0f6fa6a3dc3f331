/** An initiative of three parties in the browser: the way in, the overview, a group, and a text that three delegations write at once. */
import { expect, test } from 'vitest'
import { threeParties, threePartiesFile } from '#test/support/three-parties.ts'
import type { Language } from '#shared/domain/languages.ts'
import { eventually, findingsOn, pictures, setStage } from '#test/support/browser.ts'
import { openDocument } from '#test/support/paper.ts'

const stage = setStage({ INITIATIVE: threePartiesFile })
const parties = ['au', 'jp', 'kr'] as const
const [quantum] = threeParties.groups

const appearances = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'ja', theme: 'dark', width: 390 },
] as const

test.for(appearances)(
  '[D5] the way in, the overview and a group of three parties are whole in $language, $theme, at $width pixels',
  async (appearance) => {
    const { language, width } = appearance
    const picture = (name: string) => ({ path: `${pictures}three-${name}-${width}.png`, fullPage: true })
    const stranger = await stage.seatForTest(null, appearance)
    await stranger.open('/sign-in')
    await stranger.page.locator('[data-persona="kr-cochair-quantum"]').waitFor()
    await stranger.page.screenshot(picture('sign-in'))
    expect(await findingsOn(stranger.page)).toEqual([])

    const { page, open, faults } = await stage.seatForTest('kr-cochair-quantum', appearance)
    await open('/')
    await page.getByRole('heading', { level: 1, name: threeParties.name[language] }).waitFor()
    for (const { name } of threeParties.groups) {
      await page.getByRole('link', { name: name[language], exact: true }).first().waitFor()
    }
    await page.screenshot(picture('overview'))
    expect(await findingsOn(page)).toEqual([])
    await open('/groups/quantum')
    await page.getByRole('heading', { level: 1, name: quantum?.name[language] ?? '' }).waitFor()
    await page.screenshot(picture('group'))
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await findingsOn(page)).toEqual([])
    expect([...stranger.faults, ...faults]).toEqual([])
  },
)

test('[D5] three delegations write one text at once in three browsers, and each sees the marks of the other two', async () => {
  const [au, jp, kr] = await Promise.all(parties.map((party) => stage.seatForTest(`${party}-cochair-quantum`)))
  if (au === undefined || jp === undefined || kr === undefined) throw new Error('A seat is missing')
  const made = await kr.context.request.post('/api/documents', {
    data: { group: 'quantum', kind: 'note', title: { en: 'Shared test beds', ja: '共同試験環境' } },
  })
  const { id } = (await made.json()) as { id: string }
  const seats = [au, jp, kr]
  const line = (language: Language) => `[data-clause-text][lang="${language}"] p`
  for (const { page, open } of seats) {
    await open(`/documents/${id}`)
    await openDocument(page)
  }
  for (const [at, { page }] of seats.entries()) {
    await page.locator(line('en')).first().click()
    await page.keyboard.press('End')
    await page.keyboard.type(` ${parties[at]?.toUpperCase()} was here.`)
  }
  for (const { page } of seats) {
    await eventually(async () => {
      const words = await page.locator(line('en')).first().innerText()
      for (const party of parties) expect(words).toContain(`${party.toUpperCase()} was here.`)
    })
  }
  // A caret is shown while its owner writes.
  await eventually(async () => {
    for (const { page } of [jp, kr]) await page.keyboard.type('.')
    const carets = await au.page
      .locator('.caret')
      .evaluateAll((all) => all.map((each) => each.getAttribute('data-mark')))
    expect(new Set(carets)).toEqual(new Set(['outlined', 'solid-diamond']))
  })
  await au.page.screenshot({ path: `${pictures}three-document.png` })
  for (const { faults } of seats) expect(faults).toEqual([])
})
