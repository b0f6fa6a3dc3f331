/** Accounts in the browser, with a passkey that the browser keeps for each person: from an empty store to two people in one text. */
import { mkdir } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDocument } from '#shared/api/document-changes.ts'
import { wordsIn } from '#test/support/words.ts'
import { accountMessages } from '#client/accounts/account-messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { findingsOn, launchBrowser, pictures } from '#test/support/browser.ts'
import { expectWords, openDocument } from '#test/support/paper.ts'
import { spawnServer, type SpawnedServer } from '#test/support/server.ts'
import { temporaryFolder } from '#test/support/storage.ts'

const t = wordsIn('en')(accountMessages)
const ui = wordsIn('en')(uiMessages)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: SpawnedServer
let browser: Browser
let site = ''
beforeAll(async () => {
  folder = await temporaryFolder()
  await mkdir(pictures, { recursive: true })
  server = spawnServer({ DATA_DIR: folder.path, DEMO: '0' }, { program: 'shipped' })
  const [url, launched] = await Promise.all([server.ready, launchBrowser()])
  browser = launched
  // Passkeys belong to a name, not to an address.
  site = url.replace('127.0.0.1', 'localhost')
  await server.welcomed
})
afterAll(async () => {
  await browser.close()
  server.kill('SIGTERM')
  await server.exited
  await folder.dispose()
})

/** A page of a browser of its own, whose device confirms that it is its owner. */
async function person(): Promise<Page> {
  const context = await browser.newContext({ baseURL: site, locale: 'en-US', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const protocol = await context.newCDPSession(page)
  await protocol.send('WebAuthn.enable')
  await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return page
}

async function join(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel(t('name')).fill(name)
  await page.getByRole('button', { name: t('makePasskey') }).click()
  await page.waitForURL(`${site}/`)
  await page.getByRole('button', { name: new RegExp(name) }).waitFor()
}

/** Each page as it is seen: wide and narrow, by day in English and by night in Japanese. */
async function picture(page: Page, name: string): Promise<void> {
  for (const [language, width, colorScheme] of [
    ['en', 1440, 'light'],
    ['ja', 390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await page.evaluate((value) => localStorage.setItem('alternat.language', value), language)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await findingsOn(page)).toEqual([])
    await page.screenshot({ path: `${pictures}accounts-${name}-${width}-${language}.png`, fullPage: true })
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.evaluate(() => localStorage.setItem('alternat.language', 'en'))
  await page.reload()
}

test('[P12][H15][H19] from an empty store the secretariat lets in a person of each party with passkeys, and both edit one text', async () => {
  const secretariat = await person()
  const path = /\/join#[\w-]+/.exec(server.output().stderr)?.[0] ?? ''
  await secretariat.goto(path)
  await picture(secretariat, 'join')
  await join(secretariat, path, 'Secretary One')
  await secretariat.getByRole('button', { name: /Secretary One/ }).click()
  await secretariat.getByRole('menuitem', { name: t('seats') }).click()
  const invite = async (seat: string) => {
    await secretariat
      .locator(`[data-seat="${seat}"]`)
      .getByRole('button', { name: t('invite'), exact: true })
      .click()
    await secretariat.getByRole('button', { name: t('makeLink') }).click()
    const link = await secretariat.getByLabel(t('link')).inputValue()
    await secretariat.screenshot({ path: `${pictures}accounts-link.png` })
    await secretariat.getByRole('button', { name: ui('close') }).click()
    return link
  }
  const [one, other] = [await person(), await person()]
  await join(one, await invite('us cochair ai'), 'Chair One')
  await join(other, await invite('jp cochair ai'), 'Chair Two')
  await secretariat.reload()
  await secretariat.locator('[data-seat="jp cochair ai"]').getByText('Chair Two').waitFor()
  await picture(secretariat, 'seats')

  await secretariat.reload()
  const second = await invite('us drafter export-controls')
  await one.goto(second)
  await one.getByRole('button', { name: t('takeBeside', { name: 'Chair One' }) }).waitFor()
  await picture(one, 'join-beside')
  await one.getByRole('button', { name: t('takeBeside', { name: 'Chair One' }) }).click()
  await one.waitForURL(`${site}/`)
  await secretariat.reload()
  const drafter = secretariat.locator('[data-seat="us drafter export-controls"]')
  await drafter.getByText('Chair One').waitFor()
  // A seat is ended only by whoever was asked and said so.
  const askToEnd = async () => {
    await drafter.getByRole('button', { name: t('manage', { name: 'Chair One' }) }).click()
    await secretariat.getByRole('menuitem', { name: t('endSeat') }).click()
    await secretariat
      .getByRole('dialog')
      .getByText(t('endWhat', { name: 'Chair One' }))
      .waitFor()
  }
  await askToEnd()
  expect(await findingsOn(secretariat)).toEqual([])
  await secretariat.screenshot({ path: `${pictures}accounts-end.png` })
  await secretariat.getByRole('button', { name: ui('cancel') }).click()
  await secretariat.getByRole('dialog').waitFor({ state: 'detached' })
  await drafter.getByText('Chair One').waitFor()
  await askToEnd()
  await secretariat
    .getByRole('dialog')
    .getByRole('button', { name: t('endSeat') })
    .click()
  await drafter.getByText(t('vacant')).waitFor()

  const created = await one.context().request.post(createDocument.path, {
    headers: { origin: site },
    data: { group: 'ai', kind: 'note', title: { en: 'A joint note', ja: '共同のメモ' } },
  })
  expect(created.status()).toBe(201)
  const { id } = createDocument.response.parse(await created.json())
  for (const page of [one, other]) {
    await page.goto(`/documents/${id}`)
    await openDocument(page)
  }
  const textOf = (page: Page) => page.locator('[data-clause-text][lang="en"]').first()
  await textOf(one).click()
  await one.keyboard.type('Written by the one. ')
  await expectWords(textOf(other), 'Written by the one.')
  await textOf(other).click()
  await other.keyboard.press('End')
  await other.keyboard.type('And by the other.')
  await expectWords(textOf(one), 'And by the other.')

  await other.goto('/devices')
  await other.getByText(t('here')).waitFor()
  await picture(other, 'devices')
  await other.getByRole('button', { name: /Chair Two/ }).click()
  await other.getByRole('menuitem', { name: ui('signOut') }).click()
  await other.waitForURL('**/sign-in')
  await picture(other, 'sign-in')
  await other.getByRole('button', { name: t('withPasskey') }).click()
  await other.waitForURL(`${site}/`)
  await other.getByRole('button', { name: /Chair Two/ }).waitFor()
}, 240_000)
