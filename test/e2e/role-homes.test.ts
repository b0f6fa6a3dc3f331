/** Where each role lands: what waits for it first, its own group first, and words for what is empty in its own terms. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { initiativeMessages } from '#client/initiative/messages.ts'
import { waitingMessages } from '#client/initiative/waiting-messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import type { Role } from '#shared/domain/actors.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { eventually, findingsOn, pictures, setStage, type Appearance, type Seat } from '#test/support/browser.ts'
import { openDocument } from '#test/support/paper.ts'
import { groupId } from '#test/support/initiative.ts'

const stage = setStage()
const g = wordsIn('en')(groupMessages)
const w = wordsIn('en')(waitingMessages)
const v = wordsIn('en')(versionMessages)

const land = async (persona: string, role: Exclude<Role, 'drafter'>, appearance: Appearance = {}): Promise<Seat> => {
  const seat = await stage.seatForTest(persona, appearance)
  await seat.open('/')
  const t = wordsIn(appearance.language ?? 'en')(waitingMessages)
  await seat.page.getByRole('heading', { name: t(role) }).waitFor()
  return seat
}

const firstGroup = async ({ page }: Seat) => await page.locator('[data-group]').first().getAttribute('data-group')

test('[W5][W6] a principal lands on progress and agreed versions, and a group’s page opens those alone', async () => {
  const keeper = await stage.seatForTest('secretariat')
  await keeper.open('/documents/investment-mou')
  await openDocument(keeper.page)
  await keeper.page.getByRole('button', { name: wordsIn('en')(documentMessages)('versions'), exact: true }).click()
  const drawer = keeper.page.getByRole('dialog', { name: v('title') })
  const take = async (label: string, agreed: boolean) => {
    await drawer.getByRole('textbox', { name: v('label') }).fill(label)
    if (agreed) await drawer.getByRole('checkbox', { name: v('agreedMark') }).check()
    await drawer.getByRole('button', { name: v('take') }).click()
    await drawer.getByRole('listitem').filter({ hasText: label }).waitFor()
  }
  await take('Working draft', false)
  await take('For the ministers', true)
  await drawer.getByText(v('agreed'), { exact: true }).waitFor()
  await keeper.page.screenshot({ path: `${pictures}take-agreed.png` })
  expect(await drawer.getByRole('checkbox', { name: v('agreedMark') }).isChecked()).toBe(false)

  const principal = await land('us-principal', 'principal')
  const { page } = principal
  expect(await page.getByText(wordsIn('en')(initiativeMessages)('notOpen')).count()).toBe(0)
  await page.screenshot({ path: `${pictures}home-principal.png`, fullPage: true })
  expect(await findingsOn(page)).toEqual([])
  const waiting = page.locator('[data-waiting="agreedVersion"]')
  await waiting.filter({ hasText: 'For the ministers' }).getByRole('link').click()
  await page.getByText('For the ministers').waitFor()
  expect(await page.getByText('Working draft').count()).toBe(0)
  await principal.open('/')
  await page.getByText(w('principalNone')).waitFor()

  await principal.open('/groups/investment')
  await page.getByText(g('draftsToPrincipals')).waitFor()
  await page.screenshot({ path: `${pictures}group-principal.png`, fullPage: true })
  await page
    .getByRole('region', { name: g('documents') })
    .getByRole('link')
    .first()
    .click()
  await page.getByText(v('noneAgreed')).or(page.getByText('For the ministers')).waitFor()
  expect([...keeper.faults, ...principal.faults]).toEqual([])
})

test('[W6] the committee lands on what is blocked and late, each a link to its clause, the most troubled group first', async () => {
  const committee = await land('jp-committee', 'committee')
  const { page } = committee
  const types = page.locator('[data-waiting]')
  await types.first().waitFor()
  const shown = await types.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-waiting')))
  expect(shown.join()).toMatch(/^blocked(,blocked)*(,late)*$/)
  const troubles = await page
    .locator('[data-group]')
    .evaluateAll((rows) => rows.map((row) => Number(/(\d+) late/.exec(row.textContent ?? '')?.[1] ?? 0)))
  expect(troubles[0]).toBeGreaterThanOrEqual(troubles.at(-1) ?? 0)
  await page.screenshot({ path: `${pictures}home-committee.png`, fullPage: true })
  await types.first().getByRole('link').click()
  await page.waitForURL(/\/documents\/[a-z-]+#clause-/)
  await openDocument(page)
  expect(committee.faults).toEqual([])
})

test('[W6] a panelist lands on what awaits their comment, and what is not open says so in a panelist’s terms', async () => {
  const panelist = await land('panelist-semiconductors', 'panelist', { language: 'ja', width: 390, height: 844 })
  const { page } = panelist
  await page.locator('[data-waiting]').first().waitFor()
  expect(await firstGroup(panelist)).toBe('semiconductors')
  await page.screenshot({ path: `${pictures}home-panelist-ja-390.png`, fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await panelist.open('/groups/semiconductors')
  await page.getByText(wordsIn('ja')(groupMessages)('planNotToPanel')).waitFor()
  expect(await page.getByText(wordsIn('ja')(groupMessages)('noPlan')).count()).toBe(0)
  expect(panelist.faults).toEqual([])
})

test('[W6] the secretariat lands on drafts without a recent snapshot; a co-chair finds their own group first', async () => {
  const keeper = await land('secretariat', 'secretariat', { theme: 'dark' })
  await eventually(async () =>
    expect(await keeper.page.locator('[data-waiting="snapshot"]').count()).toBeGreaterThan(3),
  )
  await keeper.page.screenshot({ path: `${pictures}home-secretariat-dark.png`, fullPage: true })
  const chair = await land('us-cochair-cybersecurity', 'cochair')
  expect(await firstGroup(chair)).toBe('cybersecurity')
  // It keeps its number.
  expect(await chair.page.locator('[data-group]').first().innerText()).toMatch(/^6/)
  await chair.page.screenshot({ path: `${pictures}home-cochair.png`, fullPage: true })
  await chair.page.getByRole('link', { name: initiative().group(groupId('ai')).name.en }).click()
  await chair.page.getByText(g('draftsClosed')).waitFor()
  expect([...keeper.faults, ...chair.faults]).toEqual([])
})
