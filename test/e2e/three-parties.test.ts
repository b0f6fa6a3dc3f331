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

test.for(appearances)(
  '[D9] who begins a document chooses who takes part, and its head names them, in $language, $theme, at $width pixels',
  async (appearance) => {
    const { language, width } = appearance
    const words = {
      en: {
        create: 'New document',
        made: 'Create',
        titles: ['Title in English', 'Title in Japanese'],
        among: 'Among: Japan, Republic of Korea',
      },
      ja: { create: '新規文書', made: '作成', titles: ['英語の題名', '日本語の題名'], among: '参加：日本、韓国' },
    }[language]
    const { page, open, faults } = await stage.seatForTest('kr-cochair-quantum', appearance)
    await open('/groups/quantum')
    await page.getByRole('button', { name: words.create }).click()
    const dialog = page.getByRole('dialog')
    for (const label of words.titles) await dialog.getByLabel(label).fill('Between two')
    const boxes = dialog.getByRole('checkbox')
    expect(await boxes.evaluateAll((all) => all.map((box) => (box as HTMLInputElement).checked))).toEqual([
      true,
      true,
      true,
    ])
    expect(await boxes.nth(2).isDisabled()).toBe(true)
    await boxes.nth(0).focus()
    await page.keyboard.press('Space')
    await page.screenshot({ path: `${pictures}three-participants-${width}.png` })
    expect(await findingsOn(page)).toEqual([])
    await dialog.getByRole('button', { name: words.made, exact: true }).click()
    await openDocument(page)
    await page.getByText(words.among).first().waitFor()
    await page.screenshot({ path: `${pictures}three-between-${width}.png` })
    const au = await stage.seatForTest('au-cochair-quantum', appearance)
    await au.open(new URL(page.url()).pathname)
    await openDocument(au.page)
    await au.page.screenshot({ path: `${pictures}three-not-taking-part-${width}.png` })
    expect([...faults, ...au.faults]).toEqual([])
  },
)

test.for(appearances)(
  '[D5] the secretariat changes what the initiative is made of, and reads at its place what stands against it, in $language, $theme, at $width pixels',
  async (appearance) => {
    const { language, width } = appearance
    const words = {
      en: {
        menu: 'Initiative',
        add: 'Add to: Working groups',
        save: 'Save',
        remove: 'Remove',
        wrong: 'Fill this in',
        seats: 'It has or had seats',
      },
      ja: {
        menu: 'イニシアティブの構成',
        add: '追加：作業部会',
        save: '保存',
        remove: '削除',
        wrong: '字以内で入力',
        seats: '記録が残る立場',
      },
    }[language]
    const { page, open, faults } = await stage.seatForTest('secretariat', appearance)
    await open('/')
    await page.locator('[aria-haspopup="menu"]').last().click()
    await page.getByRole('menuitem', { name: words.menu }).click()
    await page.getByRole('heading', { level: 1, name: words.menu }).waitFor()
    await page.screenshot({ path: `${pictures}three-definition-${width}.png`, fullPage: true })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await findingsOn(page)).toEqual([])
    await page.getByRole('button', { name: words.add }).click()
    const dialog = page.getByRole('dialog')
    const name = `Space ${width}`
    const fields = dialog.getByRole('textbox')
    await fields.nth(0).fill(name)
    await fields.nth(1).fill(name)
    await dialog.getByRole('button', { name: words.save }).click()
    await dialog.getByText(words.wrong).first().waitFor()
    await page.screenshot({ path: `${pictures}three-definition-wrong-${width}.png` })
    expect(await findingsOn(page)).toEqual([])
    for (const at of [2, 3, 4, 5]) await fields.nth(at).fill(name)
    await dialog.getByRole('button', { name: words.save }).click()
    await dialog.waitFor({ state: 'detached' })
    const row = page.locator(`[data-entry="groups space-${width}"]`)
    await row.getByRole('button').first().click()
    await fields.nth(0).fill(`Outer space ${width}`)
    await fields.nth(1).fill(`宇宙${width}`)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await row.getByText(language === 'en' ? `Outer space ${width}` : `宇宙${width}`).waitFor()
    await row.getByRole('button').last().click()
    await dialog.getByRole('button', { name: words.remove, exact: true }).click()
    await dialog.getByText(words.seats).waitFor()
    await page.screenshot({ path: `${pictures}three-definition-in-use-${width}.png` })
    await page.keyboard.press('Escape')
    await open('/')
    await page
      .getByRole('link', { name: language === 'en' ? `Outer space ${width}` : `宇宙${width}` })
      .first()
      .waitFor()
    expect(faults).toEqual([])
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
