/** A person at a browser of any make, over WebDriver's own protocol: what they press, write, select and read. */
import type { Browser, Page } from 'puppeteer-core'
import { expect } from 'vitest'
import { eventually } from './browser.ts'

const patience = { timeout: 30_000, polling: 100 }

type Spot = { readonly x: number; readonly y: number }

/** Where to look: in what the selector finds, of several in the one that says those words; `begins`: for the name's beginning. */
export type Around = { readonly in: string; readonly saying?: string; readonly begins?: boolean }

export type Person = {
  readonly page: Page
  /** Errors that nothing in the page caught. */
  readonly faults: readonly string[]
  /** Presses what has that name, once it stands still and nothing lies over it. */
  readonly press: (name: string, around?: Around) => Promise<void>
  /** Writes into the field of that name, in place of what stands there. */
  readonly fill: (label: string, words: string, around?: Around) => Promise<void>
  /** Puts the caret before the first words of an article's text in that language. */
  readonly goTo: (article: string, language: string) => Promise<void>
  /** Selects words of an article's English text with the mouse. */
  readonly select: (article: string, words: string) => Promise<void>
  /** Waits until the page says so. */
  readonly reads: (words: string) => Promise<void>
  /** All that the page says. */
  readonly text: () => Promise<string>
}

/** Opens a window of its own, with nothing of the others' in it: no cookie, no storage. */
export async function personAt(browser: Browser, url: string): Promise<Person> {
  const context = await browser.createBrowserContext()
  // Firefox draws a tab behind another one hardly ever.
  const page = await context.newPage({ type: 'window' })
  await page.setViewport({ width: 1440, height: 900 })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error instanceof Error ? error.message : String(error)))
  await page.goto(url)

  const text = async () => await page.evaluate(() => document.body.innerText)

  const click = async (kinds: string, name: string, around: Around): Promise<void> => {
    const { x, y } = await spotOf(page, kinds, name, around)
    await page.mouse.click(x, y, { delay: 20 })
    // It may have moved on in that moment: then once more, as a person would. A click may also end the page.
    const pressed = await page.evaluate(() => document.body.dataset['pressed']).catch(() => undefined)
    if (pressed === 'nothing' || pressed === 'something else') await click(kinds, name, around)
  }

  return {
    page,
    faults,
    text,
    press: async (name, around = { in: 'body' }) =>
      await click('button, a, label, [role="radio"], [role="menuitem"]', name, around),
    fill: async (label, words, around = { in: 'body' }) => {
      await click('input, textarea', label, around)
      await page.keyboard.down('Control')
      await page.keyboard.press('a')
      await page.keyboard.up('Control')
      await page.keyboard.type(words)
    },
    goTo: async (article, language) => {
      let tried = false
      await eventually(async () => {
        const { start, end } = await passage(page, article, language, null)
        if (tried) await page.mouse.click(end.x, end.y)
        tried = true
        await page.mouse.click(start.x, start.y)
        await page.keyboard.press('Home')
        const before = await page.evaluate((lang) => {
          const selection = document.getSelection()
          const paragraph = selection?.focusNode?.parentElement?.closest(`[data-clause-text][lang="${lang}"] p`)
          if (selection === null || !paragraph) return null
          const range = selection.getRangeAt(0).cloneRange()
          range.setStart(paragraph, 0)
          return range.toString()
        }, language)
        expect(before, 'what stands before the caret').toBe('')
      })
    },
    select: async (article, words) => {
      let tried = false
      await eventually(async () => {
        const { start, end } = await passage(page, article, 'en', words)
        // Again, as a person would, if the page moved meanwhile. Begun at the same place it would count as a double click.
        if (tried) await page.mouse.click(end.x, end.y)
        tried = true
        await page.mouse.move(start.x, start.y)
        await page.mouse.down()
        await page.mouse.move((start.x + end.x) / 2, end.y, { steps: 3 })
        await page.mouse.move(end.x, end.y, { steps: 3 })
        await page.mouse.up()
        const selected = await page.evaluate(() => String(document.getSelection()))
        expect(selected === words, `“${words}” is selected`).toBe(true)
      })
    },
    reads: async (words) =>
      await eventually(async () => expect((await text()).includes(words), `the page says “${words}”`).toBe(true)),
  }
}

/** The middle of what has that name, once it stood still for a moment and is on top there. */
async function spotOf(
  page: Page,
  kinds: string,
  name: string,
  { in: within, saying = '', begins = false }: Around,
): Promise<Spot> {
  const found = await page
    .waitForFunction(
      (selector, sought, around, words, onlyBegins) => {
        const plain = (element: Element) =>
          element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
            ? (element.labels?.[0]?.textContent ?? '').replace(/ \*$/, '')
            : (element.textContent ?? '')
        const isNamed = (element: Element) => {
          const own = (element.getAttribute('aria-label') ?? plain(element)).trim()
          return onlyBegins ? own.startsWith(sought) : own === sought
        }
        const named = [...document.querySelectorAll(around)]
          .filter((place) => place.textContent?.includes(words))
          .flatMap((place) => [...place.querySelectorAll(selector)])
          .find((element) => element.checkVisibility() && isNamed(element))
        if (!(named instanceof HTMLElement)) return null
        if (named.getBoundingClientRect().top < 0 || named.getBoundingClientRect().bottom > window.innerHeight) {
          named.scrollIntoView({ block: 'center' })
        }
        const { left, top, width, height } = named.getBoundingClientRect()
        const stood = named.dataset['stood']
        named.dataset['stood'] = `${left} ${top}`
        if (stood !== named.dataset['stood']) return null
        const isOnTop = ({ x, y }: { x: number; y: number }) => named.contains(document.elementFromPoint(x, y))
        const free = [0.5, 0.1, 0.9].map((part) => ({ x: left + width / 2, y: top + height * part })).find(isOnTop)
        if (free === undefined) return null
        document.body.dataset['pressed'] = 'nothing'
        const note = ({ target }: MouseEvent) => {
          document.body.dataset['pressed'] = target instanceof Node && named.contains(target) ? 'it' : 'something else'
        }
        window.addEventListener('click', note, { capture: true, once: true })
        return free
      },
      patience,
      kinds,
      name,
      within,
      saying,
      begins,
    )
    .catch((error: unknown) => {
      throw new Error(`“${name}” cannot be pressed`, { cause: error })
    })
  const spot = await found.jsonValue()
  if (spot === null) throw new Error(`“${name}” is not there`)
  return spot
}

/** Where words of an article's first paragraph begin and end; of its first words where none are given. */
async function passage(page: Page, article: string, language: string, words: string | null) {
  const found = await page
    .waitForFunction(
      (number, lang, sought) => {
        const clause = [...document.querySelectorAll('section.clause')].find((each) =>
          each.querySelector('.clause-number')?.textContent?.includes(number),
        )
        const paragraph = clause?.querySelector(`[data-clause-text][lang="${lang}"] p`)
        if (!paragraph) return null
        const before = paragraph.getBoundingClientRect().top
        paragraph.scrollIntoView({ block: 'center' })
        // Again, until it stays where it is.
        if (Math.abs(before - paragraph.getBoundingClientRect().top) > 1) return null
        const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
        for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
          const value = text.nodeValue ?? ''
          const at = sought === null ? 0 : value.indexOf(sought)
          if (at < 0) continue
          const range = document.createRange()
          range.setStart(text, at)
          range.setEnd(text, at + (sought ?? value).length)
          const rects = [...range.getClientRects()]
          const [first, last] = [rects[0], rects.at(-1)]
          if (first === undefined || last === undefined) continue
          return {
            start: { x: first.left + 1, y: first.top + first.height / 2 },
            end: { x: last.right - 1, y: last.top + last.height / 2 },
          }
        }
        return null
      },
      patience,
      article,
      language,
      words,
    )
    .catch((error: unknown) => {
      throw new Error(`“${words}” is not in ${article}`, { cause: error })
    })
  const spots = await found.jsonValue()
  if (spots === null) throw new Error(`“${words}” is not in ${article}`)
  return spots
}
