/** The caret and the selection of one side while the other side writes and deletes before, in and after them. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Group } from '#shared/domain/groups.ts'
import type { Language } from '#shared/domain/languages.ts'
import { findClause, findClauseText, readClauses } from '#shared/editor/clauses.ts'
import { childrenOf, fromJson, plainText, toJson } from '#shared/editor/text.ts'
import { eventually, setStage } from '#test/support/browser.ts'
import { caretBehind, clauseNumbered, openDocument, paragraphOf, selectWords, wordsOf } from '#test/support/paper.ts'
import { signIn } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'

const article = 'Article 1'

const stage = setStage()

async function openPage(group: Group): Promise<Page> {
  const { page, open } = await stage.seatForTest(`us-cochair-${group}`)
  await open(`/documents/${group}-mou`)
  await openDocument(page)
  return page
}

/** The other side: a stock client, so that every change is where and when the test wants it. */
async function otherSide(group: Group): Promise<StockClient> {
  const cookie = await signIn(stage.program.url, `jp-cochair-${group}`)
  const client = connectStock(stage.program.url, `${group}-mou`, { cookie })
  await client.synced()
  return client
}

function linesOf(body: Y.XmlFragment, language: Language, label = article): Y.XmlElement {
  const row = readClauses(body).find((clause) => clause.label.en === label)
  const clause = row && findClause(body, row.id)
  const text = clause && findClauseText(clause, language)
  if (text === undefined) throw new Error(`${label} is not there in ${language}`)
  return text
}

const saidIn = (body: Y.XmlFragment, language: Language): string =>
  childrenOf(linesOf(body, language)).flatMap(toJson).map(plainText).join('')

/** The shared text of the line that holds those words, and where in it they begin. */
function placeOf(body: Y.XmlFragment, language: Language, words: string): { text: Y.XmlText; index: number } {
  for (const line of childrenOf(linesOf(body, language))) {
    for (const text of line instanceof Y.XmlElement ? childrenOf(line) : []) {
      const index = text instanceof Y.XmlText ? toJson(text).map(plainText).join('').indexOf(words) : -1
      if (text instanceof Y.XmlText && index >= 0) return { text, index }
    }
  }
  throw new Error(`“${words}” is not in ${article}`)
}

/** The eight characters on either side of what is selected, and that itself. */
const around = async (page: Page): Promise<readonly [before: string, selected: string, after: string]> =>
  await page.evaluate(() => {
    const selection = getSelection()
    const line = selection?.anchorNode?.parentElement?.closest('p')
    if (!selection || !line || selection.rangeCount === 0) return ['', '', '']
    const chosen = selection.getRangeAt(0)
    const words = (range: Range) => {
      const copy = range.cloneContents()
      for (const caret of copy.querySelectorAll('.caret')) caret.remove()
      return copy.textContent ?? ''
    }
    const before = document.createRange()
    before.selectNodeContents(line)
    before.setEnd(chosen.startContainer, chosen.startOffset)
    const after = document.createRange()
    after.selectNodeContents(line)
    after.setStart(chosen.endContainer, chosen.endOffset)
    return [words(before).slice(-8), words(chosen), words(after).slice(0, 8)]
  })

type Change = (body: Y.XmlFragment) => void

const insertBefore =
  (language: Language, words: string, what: string): Change =>
  (body) => {
    const { text, index } = placeOf(body, language, words)
    text.insert(index, what)
  }
const remove =
  (language: Language, words: string): Change =>
  (body) => {
    const { text, index } = placeOf(body, language, words)
    text.delete(index, words.length)
  }
const embolden =
  (language: Language, words: string): Change =>
  (body) => {
    const { text, index } = placeOf(body, language, words)
    text.format(index, words.length, { bold: {} })
  }
const line = (words: string) => fromJson([{ type: 'paragraph', content: [{ type: 'text', text: words }] }])

/** What the other side can do around words: `early` stands before them in their line, `late` behind them. */
const changesAround = (language: Language, early: string, late: string): readonly Change[] => {
  const other = language === 'en' ? 'ja' : 'en'
  return [
    insertBefore(language, early, 'ab'),
    insertBefore(language, late, 'cdef'),
    insertBefore(language, early, '先に'),
    remove(language, 'ab'),
    remove(language, 'cdef'),
    embolden(language, early),
    embolden(language, late),
    (body) => linesOf(body, language).insert(1, line('A line above. 上の行。')),
    (body) => linesOf(body, language).push(line('A line below. 下の行。')),
    (body) => linesOf(body, language).delete(1, 1),
    (body) => linesOf(body, other).insert(0, line('In the other language. 他の言語で。')),
    (body) => linesOf(body, 'en', 'Article 2').insert(0, line('In another article.')),
    (body) => linesOf(body, 'ja', 'Article 2').insert(0, line('別の条に。')),
    // An article before it grows, and another comes in above.
    (body) => body.insert(0, line('Above everything. すべての上に。')),
    (body) => body.delete(0, 1),
    remove(language, early),
    remove(language, late),
  ]
}

/** Makes a change and waits until the page shows it. */
async function change(page: Page, { body }: StockClient, language: Language, make: Change): Promise<void> {
  make(body)
  const shown = clauseNumbered(page, article).locator(`[data-clause-text][lang="${language}"]`)
  await eventually(async () => expect(await wordsOf(shown)).toBe(saidIn(body, language)))
}

const places = [
  {
    group: 'ai',
    language: 'en',
    early: 'Memorandum',
    mine: 'intend to coordinate',
    late: 'two countries',
    hidden: ' to coord',
    left: 'intendinate',
  },
  {
    group: 'cybersecurity',
    language: 'ja',
    early: '重要インフラ',
    mine: '民生サイバー防衛及び',
    late: '双方がどのように',
    hidden: 'サイバー',
    left: '民生防衛及び',
  },
] as const satisfies readonly { group: Group; language: Language; [word: string]: string }[]

const lineOf = (page: Page, language: Language): Locator => paragraphOf(clauseNumbered(page, article), language)

test.each(places)(
  '[U6] the caret stays between the same characters, and typing goes on there ($language)',
  async ({ group, language, early, mine, late }) => {
    const page = await openPage(group)
    await using other = await otherSide(group)
    await caretBehind(lineOf(page, language), mine)
    const before = await around(page)
    expect(before[0]).toBe(mine.slice(-8))
    for (const [at, make] of changesAround(language, early, late).entries()) {
      await change(page, other, language, make)
      expect(await around(page), `after change ${at}`).toEqual(before)
    }

    // What comes in at the very caret lands on one side of it.
    await change(page, other, language, insertBefore(language, before[2], '[here]'))
    const [now, , next] = await around(page)
    if (now === before[0]) expect(next).toMatch(/^\[here\]/)
    else expect([now.slice(-6), next]).toEqual(['[here]', before[2]])
    await page.keyboard.type('typed')
    const said = () => saidIn(other.body, language)
    await eventually(() => expect(said()).toMatch(/typed\[here\]|\[here\]typed/))
    // With the words before it gone, it stands where they ended.
    await change(page, other, language, remove(language, mine))
    await page.keyboard.type('!')
    await eventually(() => expect(said()).toMatch(/typed!\[here\]|\[here\]typed!/))
  },
)

test.each(places)(
  '[U6] what is selected stays selected ($language)',
  async ({ group, language, early, mine, late, hidden, left }) => {
    const page = await openPage(group)
    await using other = await otherSide(group)
    // The other test of this document has left its traces: the words are written anew.
    const words = `${early}・${mine}・${late}`
    await change(page, other, language, (body) => linesOf(body, language).insert(1, line(`${words}.`)))
    await selectWords(lineOf(page, language), mine)
    const before = await around(page)
    expect(before[1]).toBe(mine)
    const once = changesAround(language, early, late)
    for (const [at, make] of once.slice(0, 7).entries()) {
      await change(page, other, language, make)
      expect((await around(page))[1], `after change ${at}`).toBe(mine)
    }
    await change(page, other, language, remove(language, hidden))
    expect((await around(page))[1]).toBe(left)
    await page.keyboard.type('instead')
    await eventually(() => expect(saidIn(other.body, language)).toContain('instead'))
    expect(saidIn(other.body, language)).not.toContain(left)
  },
)
