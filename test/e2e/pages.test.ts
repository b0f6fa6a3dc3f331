/**
 * Every page, as wide and as narrow as it gets, light and dark, in both languages: pictures to look at in test/e2e/pictures/,
 * and what can be asserted about each of them without looking.
 */
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { englishMessages, englishNames, wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { sessionMessages } from '#client/accounts/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { findingsOn, pictures, setStage, takeSeat, type Seat } from '#test/support/browser.ts'
import { expectSaveState, openDocument } from '#test/support/paper.ts'
import { groupId } from '#test/support/initiative.ts'

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const

type Visit = { readonly page: Page; readonly language: Language; readonly narrow: boolean }

type Sight = {
  readonly name: string
  readonly persona: string | null
  readonly path: string
  /** Brings the page to the state that is to be seen, and resolves once it is there. */
  readonly ready: (visit: Visit) => Promise<unknown>
}

const heading = async (page: Page, name: string) =>
  await page.getByRole('heading', { name, exact: true }).first().waitFor()

const documentReady = async ({ page }: Visit) => {
  await openDocument(page)
  await expectSaveState(page, 'saved')
}

const groupReady = async ({ page, language }: Visit) => {
  await heading(page, initiative().group(groupId('semiconductors')).name[language])
  const t = wordsIn(language)(groupMessages)
  await page
    .getByRole('region', { name: t('targets') })
    .getByRole('table')
    .waitFor()
  await page
    .getByRole('region', { name: t('actions') })
    .getByRole('listitem')
    .first()
    .waitFor()
}

const openVersions = async ({ page, language }: Visit) => {
  await page.getByRole('button', { name: wordsIn(language)(documentMessages)('versions'), exact: true }).click()
  const drawer = page.getByRole('dialog', { name: wordsIn(language)(versionMessages)('title') })
  await drawer.getByRole('listitem').first().waitFor()
  return drawer
}

const cochair = 'us-cochair-semiconductors'

const sights: readonly Sight[] = [
  {
    name: 'sign-in',
    persona: null,
    path: '/sign-in',
    ready: async ({ page, language }) => {
      await heading(page, wordsIn(language)(sessionMessages)('title'))
      await page
        .getByRole('button', { name: initiative().group(groupId('semiconductors')).name[language] })
        .first()
        .waitFor()
    },
  },
  {
    name: 'initiative',
    persona: cochair,
    path: '/',
    ready: async ({ page, language }) => {
      await heading(page, initiative().name[language])
      await page.getByRole('link', { name: initiative().group(groupId('cybersecurity')).name[language] }).waitFor()
    },
  },
  { name: 'group', persona: cochair, path: '/groups/semiconductors', ready: groupReady },
  {
    name: 'group-timeline',
    persona: cochair,
    path: '/groups/semiconductors',
    ready: async (visit) => {
      await groupReady(visit)
      const timeline = wordsIn(visit.language)(groupMessages)('timeline')
      await visit.page.getByText(timeline, { exact: true }).click()
      await visit.page.getByRole('group', { name: timeline }).waitFor()
    },
  },
  {
    name: 'group-not-open',
    persona: cochair,
    path: '/groups/ai',
    ready: async ({ page, language }) =>
      await page.getByText(wordsIn(language)(groupMessages)('draftsClosed')).waitFor(),
  },
  { name: 'document', persona: cochair, path: '/documents/semiconductors-mou', ready: documentReady },
  {
    name: 'document-comments',
    persona: cochair,
    path: '/documents/semiconductors-mou',
    ready: async (visit) => {
      const { page, language, narrow } = visit
      await documentReady(visit)
      if (narrow) {
        await page.getByRole('button', { name: wordsIn(language)(documentMessages)('showMargin') }).click()
      }
      const thread = page.getByRole('article').filter({ hasText: 'legal has cleared this recital' })
      await thread.click()
      await thread.getByRole('textbox', { name: wordsIn(language)(threadMessages)('reply') }).waitFor()
    },
  },
  {
    name: 'document-versions',
    persona: 'secretariat',
    path: '/documents/semiconductors-mou',
    ready: async (visit) => {
      await documentReady(visit)
      await openVersions(visit)
    },
  },
  {
    name: 'document-version',
    persona: cochair,
    path: '/documents/semiconductors-mou',
    ready: async (visit) => {
      await documentReady(visit)
      const drawer = await openVersions(visit)
      await drawer
        .getByRole('button', { name: wordsIn(visit.language)(versionMessages)('open') })
        .first()
        .click()
      await drawer.locator('section.clause').first().waitFor()
    },
  },
  {
    name: 'document-fields',
    persona: 'jp-drafter-semiconductors',
    path: '/documents/semiconductors-outcome-targets',
    ready: documentReady,
  },
  {
    name: 'document-reading',
    persona: 'panelist-semiconductors',
    path: '/documents/semiconductors-outcome-targets',
    ready: documentReady,
  },
  {
    name: 'not-found',
    persona: cochair,
    path: '/documents/there-is-none',
    ready: async ({ page, language }) => await heading(page, wordsIn(language)(uiMessages)('notFoundTitle')),
  },
  {
    name: 'not-allowed',
    persona: cochair,
    path: '/documents/ai-mou',
    // What one may not read does not exist for them.
    ready: async ({ page, language }) => await heading(page, wordsIn(language)(uiMessages)('notFoundTitle')),
  },
  {
    name: 'failed',
    persona: cochair,
    path: '/',
    ready: async ({ page, language }) => {
      await page.route('**/api/initiative', async (route) => await route.abort())
      await page.reload()
      await heading(page, wordsIn(language)(uiMessages)('errorTitle'))
      await page.getByRole('button', { name: wordsIn(language)(uiMessages)('retry') }).waitFor()
      await page.unroute('**/api/initiative')
    },
  },
]

const stage = setStage()

/** By how many pixels a page is wider than its window. */
const overhang = async (page: Page) =>
  await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

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
    .map((english) => english.split(/\{\{\w+\}\}/))
    // What is hardly more than its parameters ("{{start}} to {{end}}") would be found in anybody's sentence.
    .filter((parts) =>
      parts.length === 1 ? /^[ -~…’“”]*[a-z]{2}/i.test(parts.join('')) : /([a-z].*){6}/i.test(parts.join('')),
    )
    .map((parts) => new RegExp(`^${parts.map(escape).join('.{1,80}')}$`))
  return sayings.filter(
    (said) => keys.has(said) || /\{\{|undefined|\[object/.test(said) || patterns.some((pattern) => pattern.test(said)),
  )
}

describe.each(sizes)('$width pixels wide', ({ width, height }) => {
  const narrow = width < 600
  const seats = new Map<string, Promise<Seat>>()
  const seatOf = async (persona: string | null, language: Language) => {
    const key = `${persona} ${language}`
    const seat = seats.get(key) ?? takeSeat(stage.browser, stage.program.url, persona, { language, width, height })
    seats.set(key, seat)
    return await seat
  }

  afterAll(async () => {
    for (const seat of seats.values()) await (await seat).leave()
  })

  test.each(sights)('[U2][U8][U10][U11] $name', async ({ name, persona, path, ready }) => {
    const look = async (language: Language) => {
      const { page, open, faults } = await seatOf(persona, language)
      const earlier = faults.length
      const picture = async (theme: string) =>
        await page.screenshot({
          path: `${pictures}${name}-${width}-${theme}-${language}.png`,
          // Colours that are still on their way from one theme to the other are those of no theme.
          animations: 'disabled',
          // Of a document there is only drawn what is in view.
          fullPage: !path.startsWith('/documents/'),
        })
      await page.emulateMedia({ colorScheme: 'light' })
      await open(path)
      await ready({ page, language, narrow })
      await page.evaluate(async () => await document.fonts.ready)
      await picture('light')
      // In light and English, in dark and Japanese. What narrow pages do differently, they do in every language and theme.
      const inTheLight = language === 'en' ? await findingsOn(page) : []
      const found = {
        overhang: Math.max(0, await overhang(page)),
        lang: await page.evaluate(() => document.documentElement.lang),
        english: language === 'ja' ? await englishAmong(await sayingsOf(page)) : [],
      }
      await page.emulateMedia({ colorScheme: 'dark' })
      await picture('dark')
      const inTheDark = narrow || language === 'en' ? [] : await findingsOn(page)
      return { ...found, findings: [...inTheLight, ...inTheDark], faults: faults.slice(earlier) }
    }
    const looks = await Promise.all(languageKeys.map(async (language) => ({ language, ...(await look(language)) })))
    for (const { language, ...found } of looks) {
      const nothing = { findings: [], overhang: 0, lang: language, english: [], faults: [] }
      expect.soft(found, `${name}, ${width} pixels, ${language}`).toEqual(nothing)
    }
  })
})

test.each(languageKeys)(
  '[U8] what is of one kind is of one size, however deep it stands (interface: %s)',
  async (language) => {
    const { page, open } = await stage.seatForTest(cochair, { language })
    const sizesOf = async (selector: string) =>
      await page
        .locator(selector)
        .evaluateAll((found) => [...new Set(found.map((each) => getComputedStyle(each).fontSize))])
    await open('/documents/semiconductors-mou')
    await openDocument(page)
    const words = (side: Language) => `[data-clause-text][lang="${side}"] :is(p, li, .passage)`
    expect({ en: await sizesOf(words('en')), ja: await sizesOf(words('ja')) }).toEqual({
      en: ['16px'],
      ja: ['15.52px'],
    })
    await open('/documents/semiconductors-outcome-targets')
    await openDocument(page)
    expect(await sizesOf(':is(.fields, .field, .field-name, .field-value)')).toEqual(['13px'])
  },
)

test.each(['light', 'dark'] as const)(
  '[U2] what deletes and what must be filled in can be read (%s)',
  async (theme) => {
    const drafter = await stage.seatForTest(cochair, { theme })
    await drafter.open('/documents/semiconductors-mou')
    await openDocument(drafter.page)
    const say = wordsIn('en')(documentMessages)
    const actions = drafter.page.getByRole('button', { name: `${say('clauseMenu')}: Article 1 / 第1条` })
    await actions.click()
    const remove = drafter.page.getByRole('menuitem', { name: say('delete') })
    await remove.waitFor()
    const found = await findingsOn(drafter.page, ['color-contrast'])
    await remove.click()
    await drafter.page
      .getByRole('dialog')
      .getByRole('button', { name: say('delete'), exact: true })
      .waitFor()
    found.push(...(await findingsOn(drafter.page, ['color-contrast'])))

    const secretariat = await stage.seatForTest('secretariat', { theme })
    await secretariat.open('/documents/semiconductors-mou')
    await openDocument(secretariat.page)
    const drawer = await openVersions({ page: secretariat.page, language: 'en', narrow: false })
    await drawer.getByRole('textbox', { name: wordsIn('en')(versionMessages)('label') }).waitFor()
    found.push(...(await findingsOn(secretariat.page, ['color-contrast'])))
    expect(found).toEqual([])
  },
)

test('[U7] a status has the same sign in the text and in the outline', async () => {
  const { page, open } = await stage.seatForTest(cochair)
  await open('/documents/semiconductors-outcome-targets')
  await openDocument(page)
  const drawn = async (selector: string) =>
    await page.locator(selector).evaluateAll((signs) =>
      signs.map((sign) => {
        const shown = document.getElementById(sign.querySelector('use')?.getAttribute('href')?.slice(1) ?? '') ?? sign
        return { sign: shown.innerHTML, color: getComputedStyle(sign).color }
      }),
    )
  const inText = await drawn('.fields[lang="en"] .status-sign')
  expect(inText.length).toBeGreaterThan(3)
  expect(inText).toEqual(await drawn('nav button [role="img"] > svg'))
})
