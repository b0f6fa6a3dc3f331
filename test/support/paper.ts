/** The document page as a person uses it: find a clause, put the caret somewhere, select words, read what stands there. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Language } from '#shared/domain/languages.ts'
import { eventually } from './browser.ts'

/** The clause that carries that number: "Article 3", 「第3条」. */
export const clauseNumbered = (page: Page, label: string): Locator =>
  page.locator('section.clause').filter({ has: page.locator('.clause-number').getByText(label, { exact: true }) })

/** Paragraph `index` of a clause's text in a language. */
export const paragraphOf = (clause: Locator, language: Language, index = 0): Locator =>
  clause.locator(`[data-clause-text][lang="${language}"] p`).nth(index)

/** What stands in an element of the text, without the marks of other people's carets. */
export const wordsOf = async (element: Locator): Promise<string> =>
  await element.evaluate((node) => {
    const copy = node.cloneNode(true)
    if (!(copy instanceof HTMLElement)) return ''
    for (const caret of copy.querySelectorAll('.caret')) caret.remove()
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

/** Puts the caret behind some words with the mouse. */
export async function caretBehind(element: Locator, words: string): Promise<void> {
  const { end } = await spotsOf(element, words)
  await element.page().mouse.click(end.x, end.y)
}

/** Selects some words with the mouse. */
export async function selectWords(element: Locator, words: string): Promise<void> {
  const { start, end } = await spotsOf(element, words)
  const { mouse } = element.page()
  await mouse.move(start.x, start.y)
  await mouse.down()
  await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 3 })
  await mouse.move(end.x, end.y, { steps: 3 })
  await mouse.up()
}

/** The state of my words. */
export const saveState = (page: Page): Locator => page.locator('header [data-save-state]')

export async function expectSaveState(page: Page, name: string, timeout?: number): Promise<void> {
  await eventually(async () => expect(await saveState(page).getAttribute('data-save-state')).toBe(name), timeout)
}
