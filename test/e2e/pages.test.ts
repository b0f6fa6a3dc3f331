/**
 * Every page, as wide and as narrow as it gets, light and dark, in both languages: pictures to look at in test/e2e/pictures/,
 * and what can be asserted about each of them without looking.
 */
import { mkdir } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { englishMessages, englishNames, wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/document/messages.ts'
import { sessionMessages } from '#client/session/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { groups, initiative } from '#shared/domain/groups.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { launchBrowser, pictures, startProgram, takeSeat, type Program } from '#test/support/browser.ts'

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const
const themes = ['light', 'dark'] as const

type Visit = { readonly page: Page; readonly language: Language; readonly narrow: boolean }

type Sight = {
  readonly name: string
  readonly persona: string | null
  readonly path: string
  /** Brings the page to the state that is to be seen, and resolves once it is there. */
  readonly ready: (visit: Visit) => Promise<unknown>
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).first().waitFor()

const sights: readonly Sight[] = [
  {
    name: 'sign-in',
    persona: null,
    path: '/sign-in',
    ready: async ({ page, language }) => {
      await heading(page, wordsIn(language)(sessionMessages)('title'))
      await page.getByRole('button', { name: groups.semiconductors.name[language] }).first().waitFor()
    },
  },
  {
    name: 'initiative',
    persona: 'us-cochair-semiconductors',
    path: '/',
    ready: async ({ page, language }) => {
      await heading(page, initiative.name[language])
      await page.getByRole('link', { name: groups.cybersecurity.name[language] }).waitFor()
    },
  },
  {
    name: 'document',
    persona: 'us-cochair-semiconductors',
    path: '/documents/semiconductors-mou',
    ready: async ({ page, language }) => {
      await page.getByRole('textbox', { name: wordsIn(language)(documentMessages)('textLabel') }).waitFor()
    },
  },
  {
    name: 'not-found',
    persona: 'jp-drafter-ai',
    path: '/documents/there-is-none',
    ready: async ({ page, language }) => await heading(page, wordsIn(language)(uiMessages)('notFoundTitle')),
  },
  {
    name: 'not-allowed',
    persona: 'us-principal',
    path: '/documents/ai-mou',
    ready: async ({ page, language }) => await heading(page, wordsIn(language)(uiMessages)('notAllowedTitle')),
  },
]

let program: Program
let browser: Browser

beforeAll(async () => {
  await mkdir(pictures, { recursive: true })
  ;[program, browser] = await Promise.all([startProgram(), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await program.stop()
})

/** By how many pixels a page is wider than its window. */
const overhang = async (page: Page) =>
  await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Serious and critical findings, one line each. */
async function findingsOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`))
}

/** Everything the page says in the interface's language: texts, labels, titles, placeholders, and the window's title. */
const sayingsOf = async (page: Page): Promise<string[]> =>
  await page.evaluate(() => {
    const foreign = (element: Element | null) => element?.closest('[lang]')?.getAttribute('lang') !== 'ja'
    const said = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (!foreign(node.parentElement) && !node.parentElement?.closest('script, style')) said.push(node.nodeValue ?? '')
    }
    for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      if (foreign(element)) continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) said.push(element.getAttribute(name) ?? '')
    }
    return [...new Set(said.map((each) => each.trim()).filter((each) => each !== ''))]
  })

/** What of `sayings` is a key, or the English of a message or a name. */
async function englishAmong(sayings: readonly string[]): Promise<string[]> {
  const messages = await englishMessages()
  const keys = new Set(messages.map(({ key }) => key))
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const patterns = [...messages.map(({ english }) => english), ...englishNames]
    .filter((english) => /[a-z]{2}/i.test(english.replace(/\{\{\w+\}\}/g, '')) && !/[ぁ-ん一-龠]/.test(english))
    .map(
      (english) =>
        new RegExp(
          `^${english
            .split(/\{\{\w+\}\}/)
            .map(escape)
            .join('.+')}$`,
        ),
    )
  return sayings.filter(
    (said) => keys.has(said) || /\{\{|undefined|\[object/.test(said) || patterns.some((pattern) => pattern.test(said)),
  )
}

describe.each(languageKeys)('in %s', (language) => {
  describe.each(sizes)('$width pixels wide', ({ width, height }) => {
    test.each(sights)('[U2][U8][U10][U11] $name', async ({ name, persona, path, ready }) => {
      const seat = await takeSeat(browser, program.url, persona, { language, width, height })
      const { page } = seat
      try {
        await seat.open(path)
        await ready({ page, language, narrow: width < 600 })
        await page.evaluate(() => document.fonts.ready)
        for (const theme of themes) {
          await page.emulateMedia({ colorScheme: theme })
          await page.screenshot({ path: `${pictures}${name}-${width}-${theme}-${language}.png`, fullPage: true })
          expect.soft(await findingsOn(page), `${theme}: accessibility`).toEqual([])
        }
        expect.soft(await overhang(page), 'pixels to scroll sideways').toBeLessThanOrEqual(0)
        expect.soft(await page.evaluate(() => document.documentElement.lang)).toBe(language)
        if (language === 'ja') expect.soft(await englishAmong(await sayingsOf(page)), 'English left over').toEqual([])
        expect(seat.faults).toEqual([])
      } finally {
        await seat.leave()
      }
    })
  })
})
