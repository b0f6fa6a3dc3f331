/** The caret and the selection of one side while the other side writes and deletes before, in and after them. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { wordsIn } from '#test/support/words.ts'
import type { Group } from '#shared/domain/initiative.ts'
import type { Language } from '#shared/domain/languages.ts'
import { clauseJson, findClause, findClauseText, readClauses } from '#shared/editor/clauses.ts'
import { childrenOf, fromJson, plainText, toJson } from '#shared/editor/text.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { eventually, hasFocus, setStage } from '#test/support/browser.ts'
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
import { signIn } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { groupId } from '#test/support/initiative.ts'

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
    (body) => body.insert(0, fromJson([clauseJson({ id: crypto.randomUUID(), kind: 'preamble' })])),
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
    group: groupId('ai'),
    language: 'en',
    early: 'Memorandum',
    mine: 'intend to coordinate',
    late: 'two countries',
    hidden: ' to coord',
    left: 'intendinate',
  },
  {
    group: groupId('cybersecurity'),
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

const textOf = (page: Page): Locator =>
  page.getByRole('textbox', { name: wordsIn('en')(documentMessages)('textLabel') })

/** The lines of a clause's text as the page shows them. */
const shownIn = async (clause: Locator, language: Language): Promise<string[]> =>
  await clause.locator(`[data-clause-text][lang="${language}"] :is(p, h2, h3, h4)`).allInnerTexts()

test('[U6] a user who enters the text by the Tab key writes in its first line, and the editor warns of no misplaced caret', async () => {
  const { page, open, faults } = await stage.seatForTest('us-cochair-cybersecurity')
  const warnings: string[] = []
  page.on('console', (message) => {
    if (/TextSelection/.test(message.text())) warnings.push(message.text())
  })
  await open('/documents/cybersecurity-mou')
  await openDocument(page)
  await expectSaveState(page, 'saved')
  await page.getByRole('button', { name: wordsIn('en')(documentMessages)('hideMargin') }).focus()
  for (let stop = 0; stop < 80 && !(await hasFocus(textOf(page))); stop += 1) await page.keyboard.press('Tab')
  await page.keyboard.type('ABCDE')
  await expectSaveState(page, 'saved')
  await page.reload()
  await openDocument(page)
  await expectWords(page.locator('section.clause').first().locator('[lang="en"] :is(p, h2)').first(), 'ABCDE')
  expect(warnings).toEqual([])
  expect(faults).toEqual([])
})

test('[U6] what is typed right behind the keys of a new clause is in that clause, with its first letter', async () => {
  const page = await openPage(groupId('cybersecurity'))
  const second = clauseNumbered(page, 'Article 2')
  await second.locator('[lang="en"] p').first().click()
  const keys = await page.context().newCDPSession(page)
  const send = (type: 'keyDown' | 'rawKeyDown' | 'keyUp', key: string, modifiers = 0, text = '') =>
    keys.send('Input.dispatchKeyEvent', {
      type,
      key,
      code: key.length === 1 ? `Key${key}` : key,
      windowsVirtualKeyCode: { Enter: 13, Control: 17 }[key] ?? key.charCodeAt(0),
      modifiers,
      ...(text === '' ? {} : { text }),
    })
  // Nobody waits for the page between two of them.
  await Promise.all([
    send('rawKeyDown', 'Control', 2),
    send('rawKeyDown', 'Enter', 2),
    send('keyUp', 'Enter', 2),
    send('keyUp', 'Control'),
    ...['H', 'E', 'L', 'L', 'O'].flatMap((letter) => [send('keyDown', letter, 0, letter), send('keyUp', letter)]),
  ])
  const made = clauseNumbered(page, 'Article 3')
  await eventually(async () => expect(await shownIn(made, 'en')).toEqual(['HELLO']))
  expect((await shownIn(made, 'ja')).join('').trim()).toBe('')

  // All of it, with a table in it, goes at once.
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: wordsIn('en')(documentMessages)('table'), exact: true }).click()
  await page.getByRole('menuitem', { name: wordsIn('en')(commandMessages)('table') }).click()
  await made.locator('table').waitFor()
  await page.keyboard.type('cell')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await made.locator('table').waitFor({ state: 'detached' })
  await page.keyboard.type('Anew')
  await eventually(async () => expect(await shownIn(made, 'en')).toEqual(['Anew']))
})

test('[U6] [U13] after an undo the caret stands at what came back, in the same text', async () => {
  const page = await openPage(groupId('export-controls'))
  await using other = await otherSide(groupId('export-controls'))
  const text = clauseNumbered(page, article).locator('[data-clause-text][lang="en"]')
  const lines = text.locator(':is(p, h2, h3, h4)')
  const japanese = saidIn(other.body, 'ja')
  const before = saidIn(other.body, 'en')
  const last = before.slice(-12)
  await caretBehind(lines.last(), last)
  const count = await lines.count()
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await lines.count()).toBe(count + 1))
  await page.keyboard.press('Control+z')
  await eventually(async () => expect(await lines.count()).toBe(count))
  await page.keyboard.type('[1]')
  await eventually(() => expect(saidIn(other.body, 'en')).toBe(`${before}[1]`))

  // Words deleted, and the caret elsewhere when they come back.
  await caretBehind(lines.last(), last.slice(0, 6))
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Backspace')
  const shorter = `${before.slice(0, -9)}${before.slice(-6)}[1]`
  await eventually(() => expect(saidIn(other.body, 'en')).toBe(shorter))
  await caretBehind(clauseNumbered(page, article).locator('[data-clause-text][lang="ja"] p').last(), japanese.slice(-6))
  await page.keyboard.press('Control+z')
  await page.keyboard.type('[2]')
  await eventually(() => expect(saidIn(other.body, 'en')).toBe(`${before.slice(0, -6)}[2]${before.slice(-6)}[1]`))
  expect(saidIn(other.body, 'ja')).toBe(japanese)
})

test('[U6] when someone else deletes the clause that the caret is in, the caret moves to the same language of the clause beside it', async () => {
  const page = await openPage(groupId('export-controls'))
  await using other = await otherSide(groupId('export-controls'))
  const neighbour = saidIn(other.body, 'en')
  const rows = readClauses(other.body)
  const at = rows.findIndex(({ label }) => label.en === 'Article 2')
  const gone = clauseNumbered(page, 'Article 2')
  const count = await page.locator('section.clause').count()
  await gone.locator('[lang="en"] p').last().click()
  other.body.delete(at, 1)
  await eventually(async () => expect(await page.locator('section.clause').count()).toBe(count - 1))
  await page.keyboard.type('[here]')
  await eventually(() => expect(saidIn(other.body, 'en')).toBe(`${neighbour}[here]`))
})

test('[U16] what an extension writes into the page is put back, and what is typed beside it is saved', async () => {
  const page = await openPage(groupId('export-controls'))
  await using other = await otherSide(groupId('export-controls'))
  const said = () => saidIn(other.body, 'en')
  const before = said()
  const lines = clauseNumbered(page, article).locator('[data-clause-text][lang="en"] :is(p, h2, h3, h4)')
  // A label at the line, a reading over its words, other words in it, and one that comes back whenever it is gone.
  await lines.last().evaluate((element) => {
    const label = document.createElement('span')
    label.textContent = 'LABEL'
    element.append(label)
    const ruby = document.createElement('ruby')
    ruby.innerHTML = 'word<rt>READING</rt>'
    element.firstChild?.replaceWith(ruby)
    element.append('ADDED')
  })
  await eventually(async () => expect(await wordsOf(lines.last())).not.toMatch(/LABEL|READING|ADDED/))
  await lines.first().evaluate((element) => {
    const insist = () => {
      if (element.isConnected && element.querySelector('.insists') === null) {
        const label = document.createElement('b')
        label.className = 'insists'
        label.textContent = 'AGAIN'
        element.prepend(label)
      }
    }
    new MutationObserver(insist).observe(element, { childList: true, subtree: true })
    insist()
  })
  await caretBehind(lines.last(), before.slice(-6))
  await page.keyboard.type('typed')
  await eventually(() => expect(said()).toBe(`${before}typed`))
  await page.keyboard.press('Backspace')
  await page.keyboard.insertText('協定')
  await eventually(() => expect(said()).toBe(`${before}type協定`))
})

test('[U2] a line is read out without the marks of other people, and the text says that it has many lines', async () => {
  const page = await openPage(groupId('investment'))
  const { page: theirs, open } = await stage.seatForTest('jp-cochair-investment')
  await open('/documents/investment-mou')
  await openDocument(theirs)
  const words = paragraphOf(clauseNumbered(page, article), 'en', 0)
  await caretBehind(paragraphOf(clauseNumbered(theirs, article), 'en', 0), 'Memor')
  await theirs.keyboard.type('e')
  await words.locator('.caret').waitFor()
  expect(await words.ariaSnapshot()).not.toMatch(/JP|Co-chair/)
  const text = textOf(page)
  expect(await text.getAttribute('aria-multiline')).toBe('true')
  expect(await text.getAttribute('aria-readonly')).toBe('false')
})
