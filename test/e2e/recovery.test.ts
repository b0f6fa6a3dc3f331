/**
 * Pages that were left behind: by a text that was replaced meanwhile, by a program that was updated, and by a change that they failed
 * to show.
 */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { findingsOn, setStage, type Seat } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  saveState,
  wordsOf,
} from '#test/support/paper.ts'
import { signIn } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'

const stage = setStage()

const persona = 'us-cochair-semiconductors'
const path = '/documents/semiconductors-mou'

async function openMou(): Promise<Seat> {
  const seat = await stage.seatForTest(persona)
  await seat.open(path)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  return seat
}

const articleOne = (page: Page) => paragraphOf(clauseNumbered(page, 'Article 1'), 'en')

const editable = (page: Page) => page.locator('.text[contenteditable="true"]')

/** How long the page has been at work, in ms of the processor. */
async function workOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value
  if (seconds === undefined) throw new Error('The browser does not say how long the page has been at work')
  return seconds * 1000
}

/** Replaces every document while `seat` is away, and gives it a session on the new ones: the old session went with them. */
async function replaceAll(seat: Seat): Promise<void> {
  seat.wire.cut()
  await stage.program.kill()
  await stage.program.reset()
  await stage.program.start()
  const [name = '', value = ''] = (await signIn(stage.program.url, persona)).split('=')
  await seat.context.addCookies([{ name, value, url: seat.wire.url }])
  seat.wire.mend()
}

test('[S14][U4][U5] the earlier text of a document that was replaced is offered for reading and copying only', async () => {
  const ui = wordsIn('en')(uiMessages)
  const say = wordsIn('en')(documentMessages)
  const seat = await openMou()
  const { page, context, wire } = seat
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await caretBehind(articleOne(page), 'The purpose')
  await page.keyboard.type(' (before 吉𠮷)')
  await expectSaveState(page, 'saved')
  wire.cut()
  await page.keyboard.type(' (unsent)')
  await expectSaveState(page, 'offline')
  await replaceAll(seat)

  await expectSaveState(page, 'replaced')
  const note = page.getByRole('status').filter({ hasText: ui('replacedTitle') })
  await note.getByText(say('earlierBody')).waitFor()
  await expectWords(articleOne(page), 'The purpose (before 吉𠮷) (unsent)')
  expect(await editable(page).count()).toBe(0)
  expect((await note.getByRole('textbox', { name: ui('keptText') }).inputValue()).trim()).toBe('(unsent)')
  expect(await findingsOn(page)).toEqual([])

  await note.getByRole('button', { name: say('earlierCopy') }).click()
  await note.getByRole('button', { name: say('earlierCopied') }).waitFor()
  const copied = await page.evaluate(async () => await navigator.clipboard.readText())
  expect(copied).toContain('Article 1\nPurpose\nThe purpose (before 吉𠮷) (unsent)')
  expect(copied).toContain('第1条\n')

  await page.getByRole('banner').getByRole('link', { name: 'Alternat' }).click()
  const question = page.getByRole('dialog', { name: say('leaveTitle') })
  await question.getByText(say('leaveEarlier')).waitFor()
  await question.getByRole('button', { name: say('stay') }).click()
  await question.waitFor({ state: 'hidden' })

  await note.getByRole('button', { name: ui('openCurrent') }).click()
  await note.getByText(ui('discardQuestion')).waitFor()
  await note.getByRole('button', { name: ui('discard') }).click()
  await expectSaveState(page, 'saved')
  await editable(page).waitFor()
  expect(await wordsOf(articleOne(page))).not.toContain('(before')
  await caretBehind(articleOne(page), 'The purpose')
  await page.keyboard.type(' (new)')
  await expectSaveState(page, 'saved')
  expect(seat.faults).toEqual([])
})

test('[S14][U4] the earlier text is kept also when the page hears of the new one before its connection does', async () => {
  const seat = await openMou()
  const { page } = seat
  await caretBehind(articleOne(page), 'The purpose')
  await page.keyboard.type(' (kept here)')
  await expectSaveState(page, 'saved')
  // The live connection stays away while everything else comes back.
  await page.routeWebSocket(/\/sync\//, (socket) => void socket.close({ code: 1013 }))
  await replaceAll(seat)
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/documents/semiconductors-mou'))
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await answered
  await expectWords(articleOne(page), 'The purpose (kept here)')
})

test('[S14][U4] a page older than the server says so, takes nothing more, and is loaded again', async () => {
  const seat = await stage.seatForTest(persona)
  const { page, wire } = seat
  // The page as an earlier release would have been, until it is loaded again.
  await page.addInitScript(() => {
    const Present = WebSocket
    const outdated = sessionStorage.getItem('loaded') === null
    sessionStorage.setItem('loaded', 'yes')
    let connections = 0
    globalThis.WebSocket = class extends Present {
      constructor(url: string | URL, protocols?: string | string[]) {
        connections += 1
        super(outdated && connections > 1 ? String(url).replace(/schema=\d+/, 'schema=0') : url, protocols)
      }
    }
  })
  await seat.open(path)
  await openDocument(page)
  await expectSaveState(page, 'saved')
  wire.cut()
  await expectSaveState(page, 'reconnecting')
  wire.mend()
  await expectSaveState(page, 'outdated')
  const ui = wordsIn('en')(uiMessages)
  expect(await saveState(page).innerText()).toBe(ui('outdatedTitle'))
  expect(await editable(page).count()).toBe(0)
  await page.getByText(ui('outdatedDetail')).waitFor()
  await page.getByRole('button', { name: ui('reloadPage') }).click()
  await expectSaveState(page, 'saved')
  await editable(page).waitFor()
  expect(seat.faults).toEqual([])
})

test.each(['en', 'ja'] as const)(
  '[U18] a page that fails to show a change says so and has its text again within a second, and nothing is deleted (%s)',
  async (language) => {
    const seat = await stage.seatForTest(persona, { language })
    const { page } = seat
    const say = wordsIn(language)(documentMessages)
    // The next clause to be drawn fails; and so that the first sentence can be read, the page then waits for a word.
    await page.addInitScript(() => {
      // oxlint-disable-next-line typescript/unbound-method -- called on the document that it is called on
      const create = Document.prototype.createElement
      const later = globalThis.setTimeout
      const state = Object.assign(window, { failNext: false, mend: () => {} })
      Document.prototype.createElement = function (this: Document, ...args: Parameters<typeof create>): HTMLElement {
        if (state.failNext && args[0] === 'section') {
          state.failNext = false
          globalThis.setTimeout = ((work: () => void) => {
            globalThis.setTimeout = later
            state.mend = work
            return 0
          }) as unknown as typeof setTimeout
          throw new Error('The clause cannot be drawn')
        }
        return create.apply(this, args)
      }
    })
    await seat.open(path)
    await openDocument(page)
    await expectSaveState(page, 'saved')
    const first = page.locator('section.clause').first()
    const line = paragraphOf(first, 'en')
    await caretBehind(line, (await wordsOf(line)).slice(0, 4))
    const cookie = await signIn(stage.program.url, 'jp-drafter-semiconductors')
    await using other = connectStock(stage.program.url, 'semiconductors-mou', { cookie })
    await other.synced()
    const clauses = other.body.length
    await page.evaluate(() => Object.assign(window, { failNext: true }))
    const words = [{ type: 'paragraph', content: [{ type: 'text', text: 'Said by the other side' }] }]
    appendJson(other.body, [clauseJson({ id: crypto.randomUUID(), kind: 'article' }, { en: words })], null)

    await page.getByText(say('textFailed')).waitFor()
    expect(await editable(page).count()).toBe(0)
    await page.keyboard.type('lost')
    // What the page itself has to do for it: how long that takes by the clock depends on what else the machine does.
    const before = await workOf(page)
    await page.evaluate(() => Reflect.get(window, 'mend')())
    await expectWords(editable(page), 'Said by the other side')
    expect((await workOf(page)) - before).toBeLessThan(1000)
    await page.getByText(say('textMended')).waitFor()
    expect(await findingsOn(page)).toEqual([])
    // The caret and the keyboard are where they were.
    await page.keyboard.type('#')
    await expectSaveState(page, 'saved')
    await other.until(() => JSON.stringify(other.body).includes('#'))
    expect(other.body.length).toBe(clauses + 1)
    expect(JSON.stringify(other.body)).toContain('Said by the other side')
    expect(JSON.stringify(other.body)).not.toContain('lost')
    expect(await wordsOf(line)).toMatch(/^.{4}#/)
    const said = page.getByRole('status').filter({ hasText: say('textMended') })
    await said.getByRole('button', { name: say('dismiss') }).click()
    await page.getByText(say('textMended')).waitFor({ state: 'hidden' })
    expect(seat.faults).toEqual([])
  },
)
