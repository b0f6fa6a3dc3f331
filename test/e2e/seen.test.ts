/** What the other side can see of someone who reads, types, selects and comments. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { caretShownMs } from '#client/editor/telling.ts'
import { getGroup } from '#shared/api/initiative.ts'
import { bodyToJson, plainText } from '#shared/editor/text.ts'
import { cursorIn } from '#shared/protocol/presence.ts'
import { eventually, setStage, type Seat } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  selectWords,
  writeComment,
} from '#test/support/paper.ts'
import { signIn } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'

const stage = setStage()
const say = wordsIn('en')(documentMessages)
const group = 'investment'
const mou = `${group}-mou`

async function at(persona: string, document = mou): Promise<Seat> {
  const seat = await stage.seatForTest(persona)
  // Time goes on as ever; but it can be moved.
  await seat.page.clock.install()
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  return seat
}

type Watcher = {
  readonly client: StockClient
  readonly told: (persona: string) => readonly unknown[]
} & AsyncDisposable

/** The other side's connection, and all that it was ever told of where others stand, in order. */
async function watch(document = mou): Promise<Watcher> {
  const cookie = await signIn(stage.program.url, `jp-cochair-${group}`)
  const client = connectStock(stage.program.url, document, { cookie })
  const told = new Map<string, unknown[]>()
  client.provider.awareness.on('change', () => {
    for (const [id, state] of client.provider.awareness.getStates()) {
      const user: unknown = state['user']
      if (id === client.doc.clientID || typeof user !== 'object' || user === null || !('id' in user)) continue
      const all = told.get(String(user.id)) ?? []
      told.set(String(user.id), all)
      const cursor = cursorIn(state)
      if (all.length === 0 || JSON.stringify(all.at(-1)) !== JSON.stringify(cursor)) all.push(cursor)
    }
  })
  await client.synced()
  return {
    client,
    told: (persona) => told.get(persona) ?? [],
    [Symbol.asyncDispose]: async () => await client[Symbol.asyncDispose](),
  }
}

const line = (page: Page, article: string) => paragraphOf(clauseNumbered(page, article), 'en')
const openMenu = async (page: Page) =>
  await page.getByRole('button', { name: new RegExp(`^${say('presence')}`) }).click()
const turn = async (page: Page, name: 'showSelection' | 'readUnseen') => {
  await openMenu(page)
  await page.getByRole('switch', { name: say(name) }).click()
  await page.keyboard.press('Escape')
}
const me = `us-cochair-${group}`
const isCaret = (cursor: unknown) => {
  const { anchor, head } = cursorIn({ cursor }) ?? {}
  return head !== undefined && JSON.stringify(anchor) === JSON.stringify(head)
}

test('[U31] a private comment changes nothing that the other side sees of its author, and a caret is there only while they type', async () => {
  await using other = await watch()
  const { page } = await at(me)
  const privately = { language: 'en', audience: 'delegation', body: 'Ours alone.' } as const
  const words = (await line(page, 'Article 2').innerText()).slice(0, 12)
  await eventually(() => expect(other.told(me)).toEqual([null]))
  await writeComment(page, line(page, 'Article 2'), words, privately)
  await caretBehind(line(page, 'Article 1'), 'Memorandum')
  await page.keyboard.type('x')
  await eventually(() => expect(other.told(me).length).toBeGreaterThan(1))
  // Nothing was told before the first letter was typed, and then a caret and no selection.
  expect(other.told(me).slice(0, 1)).toEqual([null])
  const typed = other.told(me).slice(1)
  expect(typed.map(isCaret)).toEqual(typed.map(() => true))
  expect(typed).toHaveLength(1)

  // Now that it is there, another private comment does not make it go.
  await page.clock.fastForward(caretShownMs)
  await eventually(() => expect(other.told(me).at(-1)).toBeNull())
  await caretBehind(line(page, 'Article 1'), 'Memorandumx')
  await page.keyboard.press('Backspace')
  await eventually(() => expect(isCaret(other.told(me).at(-1))).toBe(true))
  const shown = other.told(me).length
  await selectWords(line(page, 'Article 2'), words)
  await page.keyboard.press('Control+Alt+m')
  await page.keyboard.type('Half a thought')
  expect(other.told(me)).toHaveLength(shown)
  await page.clock.fastForward(caretShownMs)
  await eventually(() => expect(other.told(me).at(-1)).toBeNull())
})

test('[U31] what is selected is shown where its owner switched that on, for that document, until they switch it off', async () => {
  await using other = await watch()
  const { page, open } = await at(me)
  await turn(page, 'showSelection')
  await selectWords(line(page, 'Article 1'), 'Memorandum')
  await eventually(() => expect(isCaret(other.told(me).at(-1))).toBe(false))
  const shown = other.told(me).at(-1)
  // What is written beside the text moves nothing, and it stays after the reload.
  await page.keyboard.press('Control+Alt+m')
  await page.keyboard.type('A remark')
  expect(other.told(me).at(-1)).toEqual(shown)
  await page.reload()
  await openDocument(page)
  await eventually(() => expect(other.told(me).at(-1)).toBeNull())
  await selectWords(line(page, 'Article 1'), 'Memorandum')
  await eventually(() => expect(other.told(me).at(-1)).toEqual(shown))
  await turn(page, 'showSelection')
  await eventually(() => expect(other.told(me).at(-1)).toBeNull())

  await turn(page, 'showSelection')
  await using elsewhere = await watch(`${group}-action-plan`)
  await open(`/documents/${group}-action-plan`)
  await openDocument(page)
  const words = page.locator('section.clause [data-clause-text][lang="en"] p').first()
  await selectWords(words, (await words.innerText()).slice(0, 6))
  await words.click()
  await page.keyboard.type('y')
  await eventually(() => expect(elsewhere.told(me).length).toBeGreaterThan(1))
  expect(elsewhere.told(me).filter((cursor) => cursor !== null && !isCaret(cursor))).toEqual([])
})

test('[U31] a name at the head leads to where its owner last wrote, also when their caret is gone, and nowhere before', async () => {
  const { page } = await at(`us-drafter-${group}`)
  const theirs = await at(`jp-drafter-${group}`)
  const here = page.getByRole('group', { name: say('here') })
  const name = 'JP Drafter'
  await here.getByRole('img', { name: say('noCaret', { name }) }).waitFor()
  const last = theirs.page.locator('section.clause').last().locator('[lang="en"] p').last()
  await last.click()
  await theirs.page.keyboard.press('End')
  await theirs.page.keyboard.type('z')
  const leads = here.getByRole('button', { name: say('goToCaret', { name }) })
  await leads.waitFor()
  await page.locator('.caret').waitFor({ state: 'attached' })
  await theirs.page.clock.fastForward(caretShownMs)
  await page.locator('.caret').waitFor({ state: 'detached' })
  await leads.click()
  await eventually(async () => {
    const box = await page.locator('section.clause').last().locator('[lang="en"] p').last().boundingBox()
    expect(box?.y).toBeLessThan(page.viewportSize()?.height ?? 0)
  })
})

test('[U32] the committee reads unseen until it chooses to be seen, and whoever chooses it reads unseen from then on', async () => {
  await using other = await watch()
  const committee = await at('us-committee')
  const drafter = await at(`us-drafter-${group}`)
  const online = async () => {
    const answer = await drafter.context.request.get(getGroup.path.replace('{group}', group))
    return JSON.stringify(await answer.json())
  }
  await eventually(() => expect(other.told(`us-drafter-${group}`)).toHaveLength(1))
  expect(other.told('us-committee')).toEqual([])
  await turn(committee.page, 'readUnseen')
  await eventually(() => expect(other.told('us-committee')).toEqual([null]))
  expect(await online()).toContain('"us-committee"')
  await turn(committee.page, 'readUnseen')
  const states = () => [...other.client.provider.awareness.getStates().values()]
  const ids = () => states().map((state) => JSON.stringify(state['user']))
  await eventually(() => expect(ids().join()).not.toContain('"us-committee"'))
  expect(await online()).not.toContain('"us-committee"')

  await turn(drafter.page, 'readUnseen')
  await eventually(() => expect(ids().join()).not.toContain('"us-drafter'))
  const before = other.told(`us-drafter-${group}`).length
  await drafter.page.reload()
  await openDocument(drafter.page)
  await caretBehind(line(drafter.page, 'Article 1'), 'Memorandum')
  await drafter.page.keyboard.type('w')
  await eventually(() => expect(plainText(bodyToJson(other.client.body))).toContain('Memorandumw'))
  expect(other.told(`us-drafter-${group}`)).toHaveLength(before)
})
