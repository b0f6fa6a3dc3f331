/** What a browser has once for all its pages, or not at all. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createThread } from '#shared/api/threads.ts'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { eventually, setStage, type Seat } from '#test/support/browser.ts'
import { expectSaveState, openDocument, threadSaying } from '#test/support/paper.ts'

const stage = setStage()

const cochair = 'us-cochair-semiconductors'
const mou = '/documents/semiconductors-mou'

const withoutStorage = {
  'whose site storage is forbidden': () => {
    const forbid = {
      get: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    }
    Object.defineProperty(window, 'localStorage', forbid)
    Object.defineProperty(window, 'sessionStorage', forbid)
  },
  'whose site storage is full': () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('There is no room left.', 'QuotaExceededError')
    }
  },
}

test.each(Object.entries(withoutStorage))(
  '[U14] a browser %s shows every page, and a choice holds as long as the page is open',
  async (_, forbid) => {
    const { page, open, faults } = await stage.seatForTest(cochair)
    await page.addInitScript(forbid)
    await open(mou)
    await openDocument(page)
    await expectSaveState(page, 'saved')
    const say = (language: 'en' | 'ja') => wordsIn(language)(uiMessages)
    await page.getByRole('button', { name: say('en')('switchLanguage') }).click()
    await page.getByRole('button', { name: say('ja')('theme'), exact: true }).click()
    await page.getByRole('menuitem', { name: say('ja')('themeDark') }).click()
    await page.locator('html[lang="ja"][data-mantine-color-scheme="dark"]').waitFor()
    const t = wordsIn('ja')(documentMessages)
    await page.getByRole('button', { name: t('hideOutline') }).click()
    await page.getByRole('button', { name: t('showOutline') }).waitFor()
    await page.getByRole('link', { name: 'Alternat' }).click()
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    expect(faults).toEqual([])
  },
)

/** The pages that opened an event stream, one for each stream. */
function streamsOf({ context }: Seat): Page[] {
  const pages: Page[] = []
  context.on('request', (request) => {
    if (request.url().includes('/api/events')) pages.push(request.frame().page())
  })
  return pages
}

/** The Japanese side says something to both; how long after that every page shows it. */
async function sayToAll(speaker: Seat, pages: readonly Page[], body: string): Promise<number> {
  const path = createThread.path.replace('{id}', 'semiconductors-mou')
  const answer = await speaker.context.request.post(path, { data: { audience: 'joint', body } })
  expect(answer.status()).toBe(201)
  const said = Date.now()
  await Promise.all(pages.map(async (page) => await threadSaying(page, body).waitFor()))
  return Date.now() - said
}

const another = async ({ context }: Seat): Promise<Page> => {
  const page = await context.newPage()
  await page.goto(mou, { waitUntil: 'domcontentloaded' })
  await openDocument(page)
  return page
}

test('[U19] thirty pages of one browser all show what they should and hear what happens, and the one that listens is replaced', async () => {
  const seat = await stage.seatForTest(cochair)
  const speaker = await stage.seatForTest('jp-cochair-semiconductors')
  const streams = streamsOf(seat)
  const documents: Page[] = []
  for (let count = 0; count < 8; count += 1) documents.push(await another(seat))
  const overviews: Page[] = []
  for (let count = 0; count < 22; count += 1) {
    const page = await seat.context.newPage()
    await page.goto('/', { waitUntil: 'domcontentloaded' })
    // Where notices appear: from then on the page can tell of what it hears.
    await page.locator('.mantine-Notifications-root').first().waitFor({ state: 'attached' })
    overviews.push(page)
  }
  const [first, ...others] = documents
  const notice = wordsIn('en')(uiMessages)('toastThread', { name: '' })
  const told = overviews.map(async (page) => await page.getByText(notice).waitFor())
  await sayToAll(speaker, documents, 'For all of you')
  await Promise.all(told)
  expect(streams).toEqual([first])
  await first?.close()
  await eventually(() => expect(streams).toHaveLength(2), 2000)
  await sayToAll(speaker, others, 'Also without the first of you')
  expect(streams).toHaveLength(2)
})

test('[U19] a page that sleeps while it listens is replaced by one that is looked at', async () => {
  const seat = await stage.seatForTest(cochair)
  const speaker = await stage.seatForTest('jp-cochair-semiconductors')
  const streams = streamsOf(seat)
  const sleeper = await another(seat)
  await eventually(() => expect(streams).toEqual([sleeper]))
  const protocol = await seat.context.newCDPSession(sleeper)
  await protocol.send('Debugger.enable')
  await protocol.send('Debugger.pause')
  const awake = await another(seat)
  await eventually(() => expect(streams).toEqual([sleeper, awake]))
  await sayToAll(speaker, [awake], 'While the other sleeps')
  await protocol.send('Debugger.disable')
  await sayToAll(speaker, [awake, sleeper], 'Now to both')
  expect(streams).toHaveLength(2)
})

test('[U19] in a browser without locks each page hears by itself', async () => {
  const seat = await stage.seatForTest(cochair)
  const speaker = await stage.seatForTest('jp-cochair-semiconductors')
  const streams = streamsOf(seat)
  await seat.context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }))
  const pages = [await another(seat), await another(seat)]
  await sayToAll(speaker, pages, 'To each')
  expect(streams).toEqual(pages)
})

test('[U19][H6] a page from before a change of seats hears nothing of the new seat, and leads to the seats', async () => {
  const seat = await stage.seatForTest(cochair)
  await seat.page.route('**/api/events*', async (route) => await route.abort())
  await seat.open('/')
  await seat.page.getByRole('heading', { level: 1 }).first().waitFor()
  const answer = await seat.context.request.post('/api/session', { data: { persona: 'jp-cochair-ai' } })
  expect(answer.status()).toBe(200)
  const refused = seat.page.waitForResponse((response) => response.url().includes('/api/events'))
  await seat.page.unrouteAll()
  expect((await refused).status()).toBe(409)
  await seat.page.waitForURL('**/sign-in')
})
