/** The history as people see it: who wrote which word, the life of a text on a slider, and how fast a long life opens. */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { wordsIn } from '#test/support/words.ts'
import { historyMessages } from '#client/history/messages.ts'
import { actorName, findPersona } from '#shared/domain/actors.ts'
import type { Language } from '#shared/domain/languages.ts'
import { getHistory, getMoment, getTimeline } from '#shared/api/history.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { seedDemo } from '#server/demo/index.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import type { LogRow } from '#server/storage/storage.ts'
import {
  findingsOn,
  eventually,
  hasFocus,
  pictures,
  seatForTest,
  setStage,
  type Appearance,
  type Seat,
} from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  selectWords,
  wordsOf,
} from '#test/support/paper.ts'
import { spawnServer } from '#test/support/server.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { append } from '#test/support/writes.ts'

const path = '/documents/semiconductors-mou'
const seats = { us: 'us-cochair-semiconductors', jp: 'jp-cochair-semiconductors' } as const

const stage = setStage()

const say = (language: Language = 'en') => wordsIn(language)(historyMessages)
const nameOf = (persona: string, language: Language = 'en') => {
  const actor = findPersona(persona)
  if (actor === undefined) throw new Error(`There is no persona ${persona}`)
  return actorName(actor)[language]
}

async function take(persona: string, appearance: Appearance = {}): Promise<Seat> {
  const seat = await stage.seatForTest(persona, appearance)
  await seat.open(path)
  await openDocument(seat.page)
  return seat
}

const article = (page: Page, label = 'Article 1', language: Language = 'en') =>
  paragraphOf(clauseNumbered(page, label), language)

const boxOf = async (locator: Locator) => (await locator.boundingBox()) ?? { y: -1, height: 0 }
const slider = (page: Page, language: Language = 'en') => page.getByRole('slider', { name: say(language)('timeline') })
/** The text of the chosen moment. */
const past = (page: Page) => page.getByRole('dialog').getByRole('document')
const pastArticle = (page: Page) => {
  const number = page.locator('.clause-number').getByText('Article 1', { exact: true })
  return paragraphOf(past(page).locator('section.clause').filter({ has: number }), 'en')
}
/** What Article 1 said at the chosen moment, without the words shown as gone. */
const pastWords = async (page: Page) =>
  await pastArticle(page).evaluate((node) => {
    const copy = node.cloneNode(true)
    if (!(copy instanceof HTMLElement)) return ''
    for (const gone of copy.querySelectorAll('del')) gone.remove()
    return copy.textContent ?? ''
  })
const expectPast = async (page: Page, words: string) =>
  await eventually(async () => expect(await pastWords(page)).toContain(words))

test('[S7][S15] the selection says who wrote which word, and the slider plays the life of the text', async () => {
  const us = await take(seats.us)
  const jp = await take(seats.jp)
  await caretBehind(article(us.page), 'The purpose of this Memorandum')
  await us.page.keyboard.type(' from Washington')
  await expectSaveState(us.page, 'saved')
  await expectWords(article(jp.page), 'Memorandum from Washington')
  await caretBehind(article(jp.page), 'Memorandum from Washington')
  await jp.page.keyboard.type(' and from Tokyo')
  await expectSaveState(jp.page, 'saved')
  await expectWords(article(us.page), 'Memorandum from Washington and from Tokyo')

  // By the button beside the words, and by keys.
  await selectWords(article(us.page), 'this Memorandum from Washington and from Tokyo')
  await us.page.getByRole('button', { name: say()('who'), exact: true }).click()
  const panel = us.page.getByRole('dialog', { name: say()('whoTitle') })
  const rows = panel.getByRole('listitem')
  await eventually(async () => {
    expect(await rows.count()).toBe(3)
    const said = await rows.allInnerTexts()
    expect(said[0]).toMatch(new RegExp(`^${say()('record')}\\s+this Memorandum`))
    expect(said[1]).toMatch(new RegExp(`^${nameOf(seats.us)}\\s+from Washington\\s+Written .*EST`))
    expect(said[2]).toMatch(new RegExp(`^${nameOf(seats.jp)}\\s+and from Tokyo\\s+Written .*JST`))
  })
  await panel.getByRole('switch', { name: say()('colours') }).click()
  // A caret or a line break may cut marked words in two.
  const marked = async (page: Page, mark: string) =>
    (await article(page).locator(`span[data-mark="${mark}"]`).allTextContents()).join('').trim()
  await eventually(async () => {
    expect(await marked(us.page, 'solid')).toBe('from Washington')
    expect(await marked(us.page, 'outlined')).toBe('and from Tokyo')
  })
  expect(await findingsOn(us.page)).toEqual([])
  await panel.getByRole('button', { name: say()('whoClose') }).click()
  await eventually(async () => expect(await marked(us.page, 'solid')).toBe(''))
  // A drag that began in the selection would move the words.
  await caretBehind(article(us.page), 'The purpose')
  await selectWords(article(us.page), 'from Tokyo')
  await us.page.keyboard.press('Control+Alt+h')
  await eventually(async () => expect(await rows.allInnerTexts()).toEqual([expect.stringContaining('from Tokyo')]))
  // Escape closes the panel from its own switch, and from the text.
  await panel.getByRole('switch').focus()
  await us.page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  await us.page.keyboard.press('Control+Alt+h')
  await panel.waitFor()
  await article(us.page).click()
  await us.page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })

  await us.page.getByRole('button', { name: say()('history'), exact: true }).click()
  await expectPast(us.page, 'Memorandum from Washington and from Tokyo')
  await slider(us.page).focus()
  await us.page.keyboard.press('Home')
  await expectPast(us.page, 'The purpose of this Memorandum')
  await eventually(async () => expect(await pastWords(us.page)).not.toContain('from Washington'))
  expect(await findingsOn(us.page)).toEqual([])
  await us.page.getByText(say()('speedTimes', { times: '4' }), { exact: true }).click()
  await slider(us.page).focus()
  await us.page.keyboard.press(' ')
  await us.page.getByRole('button', { name: say()('pause') }).waitFor()
  await us.page.getByRole('button', { name: say()('play') }).waitFor()
  await expectPast(us.page, 'Memorandum from Washington and from Tokyo')

  const list = us.page.getByRole('region', { name: say()('changes') })
  const runOf = (persona: string) => list.getByRole('button', { name: nameOf(persona) })
  const told = async (persona: string) => ({
    came: await runOf(persona).locator('ins').allInnerTexts(),
    where: await runOf(persona).innerText(),
  })
  expect(await told(seats.us)).toEqual({
    came: ['from Washington'],
    where: expect.stringContaining('Article 1 · English'),
  })
  expect(await told(seats.jp)).toEqual({
    came: ['and from Tokyo'],
    where: expect.stringContaining('Article 1 · English'),
  })
  await runOf(seats.us).click()
  await eventually(async () => {
    expect((await past(us.page).locator('ins').allInnerTexts()).map((words) => words.trim())).toEqual([
      'from Washington',
    ])
    expect(await pastWords(us.page)).not.toContain('from Tokyo')
  })
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[S7][U9] who moves an article placed its words, and wrote none of its neighbour’s', async () => {
  const { page, faults } = await take(seats.us)
  const moved = 'Each Participant intends'
  const neighbour = (await wordsOf(article(page, 'Article 2'))).slice(0, 12)
  await caretBehind(article(page, 'Article 3'), moved)
  await page.keyboard.press('Alt+Shift+ArrowUp')
  await expectWords(article(page, 'Article 2'), moved)
  await expectSaveState(page, 'saved')
  const rows = page.getByRole('dialog', { name: say()('whoTitle') }).getByRole('listitem')
  const expectAuthor = async (label: string, words: string, author: string) => {
    await selectWords(article(page, label), words)
    await page.keyboard.press('Control+Alt+h')
    await eventually(async () => expect((await rows.allInnerTexts()).join('\n')).toMatch(new RegExp(`^${author}`)))
    await page.keyboard.press('Escape')
    await rows.first().waitFor({ state: 'hidden' })
  }
  await expectAuthor('Article 3', neighbour, say()('record'))
  const placed = `Placed here by ${nameOf(seats.us)} \\(moved or copied\\)\\s+${moved}\\s+Earlier authors are in the history`
  await expectAuthor('Article 2', moved, placed)
  expect(faults).toEqual([])
})

test('[S15][U9] the marked change stands in view, or the other language is named, and the focus comes back', async () => {
  const { page, faults } = await take(seats.us, { height: 560 })
  await caretBehind(article(page, 'Article 8'), 'The')
  await page.keyboard.type(' said')
  await expectSaveState(page, 'saved')
  const opener = page.getByRole('button', { name: say()('history'), exact: true })
  await opener.click()
  await past(page).locator('section.clause').first().waitFor()
  await slider(page).press('ArrowLeft')
  await slider(page).press('ArrowRight')
  await page.getByText(say()('changed'), { exact: true }).waitFor()
  const paper = await boxOf(page.getByRole('region', { name: say()('text'), exact: true }))
  await eventually(async () => {
    expect(await past(page).locator('ins').allInnerTexts()).toEqual([expect.stringMatching(/d$/)])
    const mark = await boxOf(past(page).locator('ins'))
    expect((mark.y + mark.height / 2 - paper.y) / paper.height).toBeCloseTo(0.5, 1)
  })
  // In the language that is not shown, nothing is marked for the eye.
  const choice = page.getByRole('dialog').getByRole('radiogroup').last()
  await choice.getByText('日本語', { exact: true }).click()
  await page.getByText(say()('inEnglish')).waitFor()
  await choice.getByText('English', { exact: true }).click()
  await page.getByText(say()('changed'), { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await eventually(async () => expect(await hasFocus(opener)).toBe(true))
  expect(faults).toEqual([])
})

test('[S15] the history of an action names the target that it serves', async () => {
  const { page, open, faults } = await stage.seatForTest(seats.us)
  await open('/documents/semiconductors-action-plan')
  await openDocument(page)
  await page.getByRole('button', { name: say()('history'), exact: true }).click()
  await past(page)
    .getByText(/^Target 1: /)
    .first()
    .waitFor()
  expect(faults).toEqual([])
})

test('[H7][S7] the panel is shown nothing of the history', async () => {
  const { page } = await take('panelist-semiconductors')
  await selectWords(article(page), 'The purpose')
  await page
    .getByRole('button', { name: /^Comment/ })
    .first()
    .waitFor()
  expect(await page.getByRole('button', { name: say()('history'), exact: true }).count()).toBe(0)
  expect(await page.getByRole('button', { name: say()('who'), exact: true }).count()).toBe(0)
})

const looks = [
  { language: 'en', width: 1440, height: 900 },
  { language: 'ja', width: 390, height: 844 },
] as const

test.each(looks)('[S15][U2][U10][U11] the history in $language, $width pixels wide', async (look) => {
  const { language, width } = look
  const { page, faults } = await take(seats.us, look)
  const picture = async (name: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({
        path: `${pictures}${name}-${width}-${colorScheme}-${language}.png`,
        animations: 'disabled',
      })
    }
    expect(await findingsOn(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
  }
  await selectWords(
    article(page, language === 'en' ? 'Article 1' : '第1条', language),
    language === 'en' ? 'The purpose' : '本覚書',
  )
  await page.keyboard.press('Control+Alt+h')
  await page
    .getByRole('dialog', { name: say(language)('whoTitle') })
    .getByRole('listitem')
    .first()
    .waitFor()
  if (width === 1440) {
    const [panel, text] = await Promise.all([
      page.getByRole('dialog').boundingBox(),
      page.locator('[data-clause-text][lang="ja"]').first().boundingBox(),
    ])
    expect(panel?.x ?? 0).toBeGreaterThan((text?.x ?? 0) + (text?.width ?? Infinity))
  }
  await picture('document-who')
  await page.getByRole('button', { name: say(language)('whoClose') }).click()

  await page.getByRole('button', { name: say(language)('history'), exact: true }).click()
  await past(page).locator('section.clause').first().waitFor()
  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overhang).toBeLessThanOrEqual(0)
  await picture('document-history')

  await page.route('**/history/*', async (route) => await route.abort())
  await slider(page, language).press('Home')
  await page.getByText(say(language)('momentFailed')).waitFor()
  await page.unroute('**/history/*')
  await page.getByRole('button', { name: say(language)('retry') }).click()
  await page.getByText(say(language)('momentFailed')).waitFor({ state: 'hidden' })

  await page.getByRole('button', { name: say(language)('close'), exact: true }).click()
  await page.route('**/timeline', async (route) => await route.fulfill({ status: 403, json: {} }))
  await page.getByRole('button', { name: say(language)('history'), exact: true }).click()
  await page.getByRole('dialog').getByRole('heading', { level: 1 }).waitFor()
  expect(faults).toEqual([])
})

const edits = 50_000
const burst = 40

/**
 * Puts a life of 50,000 small edits by both sides into the store at `file`, packed as an old log is. Gives its last row, and how much
 * work it is on this machine to go through all of them once, in milliseconds.
 */
async function liveLong(file: string, id: string): Promise<{ head: number; walk: number }> {
  const storage = await openSqliteStorage({ file })
  const start = Date.UTC(2026, 10, 20)
  await seedDemo(storage, start)
  const [record, stored] = await Promise.all([storage.documents.get(id), storage.log.load(id)])
  if (record === null || stored === null) throw new Error('The demo has no such document')
  const doc = new Y.Doc({ gc: false })
  for (const bytes of stored.updates) Y.applyUpdate(doc, bytes)
  const body = doc.getXmlFragment(bodyName)
  const texts: Y.XmlText[] = []
  for (const node of body.createTreeWalker((each) => each instanceof Y.XmlText)) {
    if (node instanceof Y.XmlText) texts.push(node)
  }
  const first = Y.encodeStateAsUpdate(doc)
  const all: Uint8Array[] = []
  let rows: LogRow[] = []
  let edit = 0
  const user = () => (Math.floor(edit / burst) % 2 === 0 ? seats.us : seats.jp)
  const clientOf = { [seats.us]: 1001, [seats.jp]: 1002 } as const
  doc.on('update', (bytes: Uint8Array) => {
    all.push(bytes)
    rows.push({ user: user(), at: start + edit * 200, bytes })
  })
  for (; edit < edits; edit += 1) {
    const text = texts[(Math.floor(edit / burst) * 7) % texts.length]
    if (text === undefined) break
    doc.clientID = clientOf[user()]
    const middle = Math.floor(text.length / 2)
    if (edit % 9 === 8 && text.length > 2) text.delete(middle, 1)
    else text.insert(middle, 'edited by'.charAt(edit % 9))
    if (rows.length < 5000 && edit < edits - 1) continue
    const clients = edit < 5000 ? Object.entries(clientOf).map(([who, clientId]) => ({ clientId, user: who })) : []
    await append(storage, [{ document: id, epoch: record.epoch, rows, clients }])
    rows = []
  }
  const head = (await storage.documents.get(id))?.head ?? 0
  await storage.log.putCheckpoint(id, head, Y.encodeStateAsUpdate(doc))
  while (await storage.log.pack(id, 1));
  await storage.close()
  const walked = new Y.Doc({ gc: false })
  Y.applyUpdate(walked, first)
  const before = process.cpuUsage()
  for (const bytes of all) Y.applyUpdate(walked, bytes)
  const { user: walk } = process.cpuUsage(before)
  return { head, walk: walk / 1000 }
}

/** Presses the button for the history and says when the slider and the text were painted, in milliseconds after the press. */
const pressHistory = (page: Page) =>
  page.evaluate(
    (name) =>
      new Promise<number>((resolve) => {
        const begun = performance.now()
        const look = () => {
          const paper = document.querySelector('[role="dialog"] [role="region"][aria-busy="false"] [role="document"]')
          const thumb = document.querySelector('[role="dialog"] [role="slider"]')
          if (thumb === null || paper?.querySelector('section.clause') == null) requestAnimationFrame(look)
          else requestAnimationFrame(() => resolve(performance.now() - begun))
        }
        document.querySelector<HTMLElement>(`button[aria-label="${name}"]`)?.click()
        look()
      }),
    say()('history'),
  )

test('[S15] the history of 50,000 edits opens with no more work than a few walks through them, and its list follows the slider', async ({
  annotate,
}) => {
  const folder = await temporaryFolder()
  onTestFinished(folder.dispose)
  const id = 'semiconductors-mou'
  const { head, walk } = await liveLong(join(folder.path, 'alternat.sqlite'), id)
  const server = spawnServer({ HOST: '127.0.0.1', DATA_DIR: folder.path, LOG_LEVEL: 'info' }, { program: 'shipped' })
  onTestFinished(async () => {
    server.kill('SIGTERM')
    await server.exited
  })
  const url = await server.ready
  const { page, open, faults } = await seatForTest(stage.browser, url, 'secretariat')
  await open(path)
  await openDocument(page)
  const devtools = await page.context().newCDPSession(page)
  // Time that this page's thread was at work, however long the machine made it wait for its turn.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const pageWork = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const serverWork = async () => {
    const metrics = await server.numbers()
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]) * 1000
  }

  const [ofPage, ofServer] = [await pageWork(), await serverWork()]
  const took = await pressHistory(page)
  const [inPage, inServer] = [(await pageWork()) - ofPage, (await serverWork()) - ofServer]
  await annotate(
    `history of ${head} edits: ${Math.round(took)} ms to the slider and the text; work of the page ${Math.round(inPage)} ms, of the server ${Math.round(inServer)} ms; one walk through all edits is ${Math.round(walk)} ms`,
  )
  // How long that takes is the machine's affair. Four walks and a half were measured; one more replay on either side is found.
  expect((inPage + inServer) / walk).toBeLessThan(8)

  const cookie = await server.signIn('secretariat')
  const ask = async (address: string): Promise<unknown> =>
    await (await fetch(`${url}/api/documents/${id}${address}`, { headers: { cookie } })).json()
  const { marks } = getTimeline.response.parse(await ask('/timeline'))
  expect(marks.flatMap(({ changes }) => changes).reduce((sum, { count }) => sum + count, 0)).toBe(head)
  const newest = getMoment.response.parse(await ask(`/history/${head}`))
  expect(newest.seq).toBe(head)
  // The newest text came from the one that is open; from here the log alone leads to it.
  const walked = getMoment.response.parse(await ask(`/history/${head - 1}`))
  expect(walked.seq).toBe(head - 1)
  expect(walked.content).not.toEqual(newest.content)
  const { entries } = getHistory.response.parse(await ask('/history'))
  expect(entries[0]?.changes[0]?.clause).not.toBeNull()
  // The list of changes is longer than what is seen of it.
  const list = page.getByRole('region', { name: say()('changes') })
  for (const key of ['PageDown', 'End']) {
    await slider(page).press(key)
    await eventually(async () => {
      const [rows, row] = [await boxOf(list), await boxOf(list.locator('[aria-current]'))]
      expect(row.y).toBeGreaterThanOrEqual(rows.y)
      expect(row.y + row.height).toBeLessThanOrEqual(rows.y + rows.height)
    })
  }
  for (const look of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(look)
    await page.screenshot({ path: `${pictures}history-long-${look.width}.png` })
  }
  expect(faults).toEqual([])
})
