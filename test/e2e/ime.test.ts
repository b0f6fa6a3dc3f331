/**
 * Japanese input while the other side types: every composition that was committed is in the text once, whole, on both screens and
 * on the server, and one that was called off leaves nothing.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { CDPSession, Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Language } from '#shared/domain/languages.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { eventually, setStage, type Seat } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  wordsOf,
  writeComment,
} from '#test/support/paper.ts'
import { signIn } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'

const mou = 'semiconductors-mou'
/** A key that nothing in the text is written with. */
const key = '#'
const keyEvery = 50
/** How long the reader of a composition sees each of its steps. */
const stepEvery = 15
const timesPerPlace = 20

const stage = setStage()

async function at(persona: string, language: Language): Promise<Seat> {
  const seat = await stage.seatForTest(persona, { language })
  await seat.open(`/documents/${mou}`)
  await openDocument(seat.page)
  return seat
}

const lines = (page: Page, language: Language, index = 0) =>
  paragraphOf(clauseNumbered(page, 'Article 3'), language, index)
const discussed = (page: Page) =>
  clauseNumbered(page, 'Article 2').locator('p:lang(ja)').filter({ hasText: '半導体にとどまらない事項' })
const text = (page: Page) => page.locator('.text')

/** Composes as an input method does: the sound grows, is converted, and then committed, or called off. */
async function compose(ime: CDPSession, committed: string | null): Promise<void> {
  const steps = ['k', 'きょ', 'きょうゆう', ...(committed === null ? [] : [committed])]
  for (const step of steps) {
    await ime.send('Input.imeSetComposition', { text: step, selectionStart: step.length, selectionEnd: step.length })
    await pause(stepEvery)
  }
  if (committed === null) await ime.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 })
  else await ime.send('Input.insertText', { text: committed })
  await pause(stepEvery)
}

type Spot = (page: Page) => Promise<void>

const behind =
  (line: (page: Page) => Locator, words: string, ...keys: readonly string[]): Spot =>
  async (page) => {
    // In the middle of the page nothing lies over it.
    await line(page).evaluate((node) => node.scrollIntoView({ block: 'center' }))
    await caretBehind(line(page), words)
    for (const each of keys) await page.keyboard.press(each)
  }

const elsewhere = [
  behind((page) => paragraphOf(clauseNumbered(page, 'Article 2'), 'en'), 'Cooperation'),
  behind((page) => paragraphOf(clauseNumbered(page, 'Article 2'), 'ja'), '半導体'),
  behind((page) => paragraphOf(clauseNumbered(page, 'Article 1'), 'ja'), '本覚書'),
]

/**
 * Where one side composes, and where the other types meanwhile: at first there where they stand when the composing begins, then
 * here and there in lines that the composing does not move.
 */
const places: readonly { readonly name: string; readonly mine: Spot; readonly theirs: Spot; readonly later: Spot }[] = [
  {
    name: 'at the same caret',
    mine: behind((page) => lines(page, 'ja'), '場合には、'),
    theirs: behind((page) => lines(page, 'ja'), '場合には、'),
    later: behind((page) => lines(page, 'ja'), '大型の公的支援'),
  },
  {
    name: 'before what stands behind it',
    mine: behind((page) => lines(page, 'ja'), '対象となる'),
    theirs: behind((page) => lines(page, 'ja'), '基準額は、双方'),
    later: behind((page) => lines(page, 'ja'), '大型の公的支援'),
  },
  {
    name: 'at the end of a line',
    mine: behind((page) => lines(page, 'ja', 1), '意図を有する。'),
    theirs: behind((page) => lines(page, 'ja', 1), '意図を有する。'),
    later: behind((page) => lines(page, 'ja', 1), 'こうした支援'),
  },
  {
    name: 'in a new line',
    mine: behind((page) => lines(page, 'ja', 2), 'か否か', 'Enter'),
    theirs: async (page) => {
      await eventually(async () => expect(await wordsOf(lines(page, 'ja', 3))).toBe(''))
      await lines(page, 'ja', 3).click({ delay: 60 })
    },
    later: behind((page) => lines(page, 'ja', 2), '当該生産能力'),
  },
  {
    name: 'in a passage that is being discussed',
    mine: behind(discussed, '各作業部会の所掌'),
    theirs: behind(discussed, '各作業部会の所掌'),
    later: behind(discussed, '各作業部会'),
  },
]

test('[U1] of 100 compositions beside another’s typing each is in the text once, and none that was called off', async () => {
  const us = await at('us-cochair-semiconductors', 'en')
  const jp = await at('jp-cochair-semiconductors', 'ja')
  const ime = await jp.context.newCDPSession(jp.page)
  await writeComment(us.page, discussed(us.page), '各作業部会の所掌とする', {
    language: 'en',
    body: 'Which of them?',
    audience: 'joint',
  })
  await using witness = connectStock(stage.program.url, mou, { cookie: await signIn(stage.program.url, 'secretariat') })
  await witness.synced()
  const stored = () => readClauses(witness.body).flatMap((clause) => [clause.text.en, clause.text.ja])
  const everywhere = async (): Promise<Readonly<Record<string, string>>> => ({
    'on the server': stored().join('').replaceAll('\n', ''),
    'on the U.S. screen': await wordsOf(text(us.page)),
    'on the Japanese screen': await wordsOf(text(jp.page)),
  })
  const before = await everywhere()
  const committed: string[] = []
  let typed = 0

  for (const { mine, theirs, later } of places) {
    await mine(jp.page)
    const composeNext = async () => {
      const next = `共有${String(committed.length + 1).padStart(3, '0')}`
      await compose(ime, next)
      committed.push(next)
    }
    const composing = { over: false }
    const composeAll = async () => {
      for (let time = 1; time <= timesPerPlace; time += 1) {
        if (time % 5 === 0) await compose(ime, null)
        await composeNext()
      }
      composing.over = true
    }
    const typeMeanwhile = async () => {
      for (let count = 1; !composing.over; count += 1) {
        await us.page.keyboard.press(key)
        typed += 1
        await pause(keyEvery)
        if (count % 40 === 0) await later(us.page)
        else if (count > 40 && count % 10 === 0) await elsewhere[(count / 10) % elsewhere.length]?.(us.page)
      }
    }
    await theirs(us.page)
    await Promise.all([composeAll(), typeMeanwhile()])
  }

  await expectSaveState(us.page, 'saved')
  await expectSaveState(jp.page, 'saved')
  await eventually(async () => {
    for (const [name, all] of Object.entries(await everywhere())) {
      expect(
        committed.filter((each) => all.split(each).length !== 2),
        `as it is ${name}`,
      ).toEqual([])
      expect(all.split(key).length - 1, `as it is ${name}`).toBe(typed)
      // Without what both wrote, the text is what it was: no step of a composition is left.
      expect(
        committed.reduce((rest, each) => rest.replace(each, ''), all.replaceAll(key, '')),
        `as it is ${name}`,
      ).toBe(before[name])
    }
  })
  expect(committed).toHaveLength(places.length * timesPerPlace)
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[U1] a composition that is thought over is in the text once, and so is what came meanwhile', async () => {
  const us = await at('us-cochair-semiconductors', 'en')
  const jp = await at('jp-cochair-semiconductors', 'ja')
  await jp.page.clock.install()
  const ime = await jp.context.newCDPSession(jp.page)
  const line = (page: Page) => paragraphOf(clauseNumbered(page, page === jp.page ? '第1条' : 'Article 1'), 'ja')
  const before = await wordsOf(line(jp.page))
  await caretBehind(line(jp.page), '本覚書')
  await caretBehind(line(us.page), '本覚書')
  const sound = 'きょうてい'
  await ime.send('Input.imeSetComposition', { text: sound, selectionStart: 5, selectionEnd: 5 })
  await us.page.keyboard.type('##', { delay: keyEvery })
  await expectSaveState(us.page, 'saved')
  await jp.page.clock.fastForward('05:00')
  await us.page.keyboard.type('##', { delay: keyEvery })
  await expectSaveState(us.page, 'saved')
  await ime.send('Input.insertText', { text: '協定' })
  await jp.page.clock.runFor(1000)
  await eventually(async () => {
    for (const page of [jp.page, us.page]) {
      const words = await wordsOf(line(page))
      expect(words.replaceAll(key, '')).toBe(before.replace('本覚書', '本覚書協定'))
      expect(words.split(key)).toHaveLength(5)
    }
  })
})
