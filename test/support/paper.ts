/** The document page as a person uses it: find a clause, put the caret somewhere, select words, read what stands there. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Language } from '#shared/domain/languages.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import type { Audience } from '#shared/domain/permissions.ts'
import { wordsIn } from './words.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { eventually } from './browser.ts'
import { partyId } from '#test/support/initiative.ts'

/** The clause that carries that number: "Article 3", 「第3条」. */
export const clauseNumbered = (page: Page, label: string): Locator =>
  page.locator('section.clause').filter({ has: page.locator('.clause-number').getByText(label, { exact: true }) })

/** Paragraph `index` of a clause's text in a language. */
export const paragraphOf = (clause: Locator, language: Language, index = 0): Locator =>
  clause.locator(`[data-clause-text][lang="${language}"] p`).nth(index)

/** What stands in an element of the text, with the brackets drawn in it and without the marks of other people's carets. */
export const wordsOf = async (element: Locator): Promise<string> =>
  await element.evaluate((node) => {
    const copy = node.cloneNode(true)
    if (!(copy instanceof HTMLElement)) return ''
    for (const caret of copy.querySelectorAll('.caret')) caret.remove()
    for (const bracket of copy.querySelectorAll<HTMLElement>('.bracket'))
      bracket.textContent = bracket.dataset['sign'] ?? ''
    return copy.textContent ?? ''
  })

/** Waits until the element says so, and nothing else if `exactly`. */
export async function expectWords(element: Locator, words: string, timeout?: number): Promise<void> {
  await eventually(async () => expect(await wordsOf(element)).toContain(words), timeout)
}

type Spot = { readonly x: number; readonly y: number }

/** Where on the screen some words of an element begin and end. Throws if they are not there. */
async function spotsOf(element: Locator, words: string): Promise<{ start: Spot; end: Spot }> {
  await element.scrollIntoViewIfNeeded()
  return await element.evaluate((node, sought) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT, (text) =>
      text.parentElement?.closest('.caret') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    )
    const places: { text: Node; at: number }[] = []
    let all = ''
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const value = text.nodeValue ?? ''
      for (let at = 0; at < value.length; at += 1) places.push({ text, at })
      all += value
    }
    const from = all.indexOf(sought)
    const first = places[from]
    const last = places[from + sought.length - 1]
    if (from < 0 || first === undefined || last === undefined) throw new Error(`“${sought}” is not in “${all}”`)
    const box = ({ text, at }: { text: Node; at: number }) => {
      const range = document.createRange()
      range.setStart(text, at)
      range.setEnd(text, at + 1)
      const rects = range.getClientRects()
      return rects[rects.length - 1] ?? range.getBoundingClientRect()
    }
    const begin = box(first)
    const finish = box(last)
    return {
      start: { x: begin.left + 1, y: begin.top + begin.height / 2 },
      end: { x: finish.right - 1, y: finish.top + finish.height / 2 },
    }
  }, words)
}

/** How long a person holds the button down in a click. */
const holdMs = 60

/** What is selected in the element, or what stands before the caret if nothing is, once the page has come to rest. */
const selectionIn = async (element: Locator): Promise<string> =>
  await element.evaluate(async (node) => {
    await new Promise((rest) => requestAnimationFrame(() => requestAnimationFrame(rest)))
    const selection = document.getSelection()
    if (selection === null || !node.contains(selection.focusNode)) return ''
    const range = selection.getRangeAt(0).cloneRange()
    if (range.collapsed) range.setStart(node, 0)
    const words = document.createElement('div')
    words.append(range.cloneContents())
    for (const caret of words.querySelectorAll('.caret')) caret.remove()
    return words.textContent ?? ''
  })

/**
 * Puts the caret behind some words with the mouse; again, as a person would, if the page moved meanwhile. The editor takes
 * quick clicks at one place for a double or triple click, which selects: a further try begins with a click elsewhere.
 */
export async function caretBehind(element: Locator, words: string): Promise<void> {
  const page = element.page()
  let tried = false
  await eventually(async () => {
    const { start, end } = await spotsOf(element, words)
    if (tried) await page.mouse.click(start.x, start.y, { delay: holdMs })
    tried = true
    await page.mouse.click(end.x, end.y, { delay: holdMs })
    const before = await selectionIn(element)
    expect(before.slice(-words.length)).toBe(words)
    expect(await page.evaluate(() => document.getSelection()?.isCollapsed)).toBe(true)
  })
}

/** Selects some words with the mouse; again, as a person would, if the page moved meanwhile. */
export async function selectWords(element: Locator, words: string): Promise<void> {
  const { mouse } = element.page()
  await eventually(async () => {
    const { start, end } = await spotsOf(element, words)
    await mouse.move(start.x, start.y)
    await mouse.down()
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 3 })
    await mouse.move(end.x, end.y, { steps: 3 })
    await mouse.up()
    expect(await selectionIn(element)).toBe(words)
  })
}

/** The state of my words. */
export const saveState = (page: Page): Locator => page.locator('header [data-save-state]')

export async function expectSaveState(page: Page, name: string, timeout?: number): Promise<void> {
  await eventually(async () => expect(await saveState(page).getAttribute('data-save-state')).toBe(name), timeout)
}

/** Waits until the document's text can be worked with: the one that is only read before has neither fields nor marks. */
export async function openDocument(page: Page): Promise<void> {
  await page.locator('.text:not([data-early]) section.clause').first().waitFor()
}

/** The card in the margin of the thread in which that was said. */
export const threadSaying = (page: Page, words: string): Locator => page.getByRole('article').filter({ hasText: words })

export type CommentInput = {
  readonly language: Language
  readonly body: string
  /** Without it, the audience that is offered. */
  readonly audience?: Audience
  readonly party?: Party
  readonly proposal?: string
}

/** Selects words and writes a comment on them, by the page's own means; resolves once it is sent. */
export async function writeComment(page: Page, element: Locator, words: string, input: CommentInput): Promise<void> {
  const { language, body, audience, party = partyId('us'), proposal } = input
  const say = () => wordsIn(language)(threadMessages)
  await selectWords(element, words)
  await page.getByRole('button', { name: wordsIn(language)(commandMessages)('comment'), exact: true }).click()
  const composer = page.getByRole('region', { name: say()('newThread') })
  const side = language === 'en' ? initiative().party(party).prefix : initiative().party(party).name[language]
  if (audience !== undefined) {
    const names = {
      joint: say()('audienceJoint'),
      panel: say()('audiencePanel'),
      delegation: say()('audiencePrivate', { party: side }),
    }
    await composer.getByRole('radio', { name: names[audience], exact: true }).click()
  }
  await composer.getByRole('textbox', { name: say()('newThread') }).fill(body)
  if (proposal !== undefined) {
    await composer.getByRole('button', { name: say()('addProposal') }).click()
    await composer.getByRole('textbox', { name: say()('proposal') }).fill(proposal)
  }
  // It says to whom it sends.
  const sends = {
    joint: say()('sendJoint'),
    panel: say()('sendPanel'),
    delegation: say()('sendPrivate', { party: side }),
  }
  const chosen = audience === undefined ? Object.values(sends) : [sends[audience]]
  await composer.getByRole('button', { name: new RegExp(`^(${chosen.join('|')})$`) }).click()
  await threadSaying(page, body).and(page.locator('[data-thread]:not([data-thread^="provisional"])')).waitFor()
}
