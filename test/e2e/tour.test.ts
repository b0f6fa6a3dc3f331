/** The README's tour, step by step, by four people in windows of their own, in every browser over WebDriver's own protocol. */
import { mkdir } from 'node:fs/promises'
import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core'
import { expect, onTestFinished, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { sessionMessages } from '#client/accounts/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import { actorName, findPersona } from '#shared/domain/actors.ts'
import { statuses } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { pictures, startProgram } from '#test/support/browser.ts'
import { groupId } from '#test/support/initiative.ts'
import { personAt, type Person } from '#test/support/person.ts'

const say = wordsIn('en')
const t = {
  command: say(commandMessages),
  group: say(groupMessages),
  session: say(sessionMessages),
  thread: say(threadMessages),
  ui: say(uiMessages),
  versions: say(versionMessages),
}
const group = initiative().group(groupId('semiconductors'))
const mou = '/documents/semiconductors-mou'
const article = 'Article 1'

const browsers: readonly (readonly [string, LaunchOptions])[] = [
  [
    'Chromium',
    {
      browser: 'chrome',
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    },
  ],
  ['Firefox', { browser: 'firefox', executablePath: process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr' }],
]

/** Opens a window and takes a seat on the sign-in page. */
async function sits(browser: Browser, url: string, persona: string): Promise<Person> {
  const actor = findPersona(persona)
  if (actor === undefined) throw new Error(`There is no ${persona}`)
  const person = await personAt(browser, url)
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    await mkdir(pictures, { recursive: true })
    await person.page.screenshot({ path: `${pictures}failed-tour-${persona}.png` }).catch(() => undefined)
  })
  const name = actorName(actor).en
  const seat = actor.role === 'cochair' ? `${name}, ${group.name.en}` : name
  await person.press(t.session('takeSeat', { seat }), {
    in: 'tr',
    ...(actor.group === null ? {} : { saying: group.name.en }),
  })
  await person.page.waitForFunction(() => location.pathname !== '/sign-in', { polling: 100 })
  return person
}

/** Goes to the group's page and from there to the memorandum. */
async function opensTheMemorandum({ page, press }: Person): Promise<void> {
  await press(group.name.en)
  await page.waitForSelector(`a[href="${mou}"]`)
  await page.click(`a[href="${mou}"]`)
  await page.waitForSelector('section.clause')
}

type Comment = { readonly audience: string | null; readonly send: string; readonly wording?: string }

async function comments(person: Person, words: string, body: string, { audience, send, wording }: Comment) {
  const composer = { in: `[aria-label="${t.thread('newThread')}"]` }
  await person.select(article, words)
  await person.press(t.command('comment'))
  if (audience !== null) await person.press(audience, composer)
  await person.fill(t.thread('newThread'), body, composer)
  if (wording !== undefined) {
    await person.press(t.thread('addProposal'), composer)
    await person.fill(t.thread('proposal'), wording, composer)
  }
  await person.press(send, composer)
  await person.reads(body)
}

test.each(browsers)(
  '[U12][T1][T14][U7] the tour of the README can be taken by four people from its first step to its last in %s',
  async (name, options) => {
    const program = await startProgram()
    onTestFinished(async () => await program.stop())
    const browser = await puppeteer.launch({ ...options, protocol: 'webDriverBiDi', headless: true })
    onTestFinished(async () => await browser.close())

    // 1 and 2: two delegations.
    const us = await sits(browser, program.url, 'us-cochair-semiconductors')
    const jp = await sits(browser, program.url, 'jp-cochair-semiconductors')

    // 3: both write in one article, each in their language, and see the other's caret.
    await opensTheMemorandum(us)
    await opensTheMemorandum(jp)
    const [english, japanese] = [`Read in ${name}, then discussed, then decided. `, `${name}で記入。`]
    for (const [writer, other, party, language, words] of [
      [us, jp, 'us', 'en', english],
      [jp, us, 'jp', 'ja', japanese],
    ] as const) {
      await writer.goTo(article, language)
      await writer.page.keyboard.type(words)
      await other.page.waitForSelector(`.caret[data-party="${party}"]`)
      await other.reads(words.trim())
    }
    for (const { page } of [us, jp]) await page.waitForSelector('header [data-save-state="saved"]')

    // 4: one comment for both, one for one's own side.
    const ownSide = { party: 'US' }
    await comments(us, 'then discussed', 'Ours alone', {
      audience: t.thread('audiencePrivate', ownSide),
      send: t.thread('sendPrivate', ownSide),
    })
    await comments(us, `Read in ${name}`, 'For both of us', {
      audience: t.thread('audienceJoint'),
      send: t.thread('sendJoint'),
    })
    await jp.reads('For both of us')
    expect(await jp.text()).not.toContain('Ours alone')

    // 5: the panelist proposes a wording; the co-chair puts it into the text and records what became of it.
    const panelist = await sits(browser, program.url, 'panelist-semiconductors')
    await opensTheMemorandum(panelist)
    await comments(panelist, 'then decided', 'Who decides?', {
      audience: null,
      send: t.thread('sendPanel'),
      wording: 'then decided by both',
    })
    const advice = { in: 'article', saying: 'Who decides?' }
    await us.press(t.thread('apply'), advice)
    for (const { reads } of [us, jp, panelist]) await reads('then decided by both. ')
    await panelist.reads(t.thread('accepted'))
    await us.press('Open ', { ...advice, begins: true })
    await us.press(t.thread('changeDisposition'), advice)
    await us.press(t.thread('partly'), advice)
    await us.fill(t.thread('reason'), 'Both co-chairs do.', advice)
    await us.press(t.thread('record'), advice)
    await panelist.reads('Both co-chairs do.')
    expect(await panelist.text()).not.toContain('For both of us')

    // 6: a snapshot; the text goes on; the snapshot is read, compared and exported, and a co-chair brings it back.
    const secretariat = await sits(browser, program.url, 'secretariat')
    await secretariat.page.goto(`${program.url}${mou}`)
    await secretariat.press(t.command('versions'))
    const drawer = { in: '[role="dialog"]' }
    const label = `First reading in ${name}`
    await secretariat.fill(t.versions('label'), label, drawer)
    await secretariat.press(t.versions('take'), drawer)
    await secretariat.reads(t.versions('taken'))
    await us.goTo(article, 'en')
    await us.page.keyboard.type('Written later. ')
    for (const { reads } of [jp, secretariat]) await reads('Written later.')
    await us.page.waitForSelector('header [data-save-state="saved"]')
    await secretariat.press(`${t.versions('open')}: ${label}`, drawer)
    const shown = `[role="document"][aria-label="${t.versions('readOnlyText', { label })}"]`
    await secretariat.page.waitForSelector(shown)
    const fixed = await secretariat.page.$eval(shown, (text) => text.textContent ?? '')
    expect(fixed).toContain('then decided by both.')
    expect(fixed).not.toContain('Written later.')
    await secretariat.press(t.versions('back'), drawer)
    await secretariat.press(`${t.versions('compare')} (${label})`, drawer)
    await secretariat.press(t.versions('now'))
    await secretariat.page.waitForFunction(
      () => [...document.querySelectorAll('[role="dialog"] ins')].some((added) => added.textContent?.includes('later')),
      { polling: 100 },
    )
    await secretariat.press(t.versions('back'), drawer)
    await secretariat.press(`${t.versions('more')}: ${label}`, drawer)
    const exported = t.versions('exportBoth', { format: 'Markdown' })
    const link = await secretariat.page.waitForFunction(
      (wanted) => [...document.querySelectorAll('a')].find((each) => each.textContent?.trim() === wanted)?.href,
      { polling: 100 },
      exported,
    )
    const file = await secretariat.page.evaluate(
      async (href) => await (await fetch(href)).text(),
      (await link.jsonValue()) ?? '',
    )
    expect(file).toContain('then decided by both.')
    expect(file).not.toContain('Written later.')
    await us.press(t.command('versions'))
    await us.press(`${t.versions('more')}: ${label}`, drawer)
    await us.press(t.versions('restore'))
    await us.press(t.versions('restoreDo'), drawer)
    await us.reads(t.versions('restored', { label }))
    await us.press(t.versions('close'), drawer)
    for (const { page } of [us, jp]) {
      await page.waitForFunction(() => !document.body.innerText.includes('Written later.'), { polling: 100 })
    }

    // 7: a status changed in the group's table changes in the open document.
    await jp.page.goto(`${program.url}/documents/semiconductors-outcome-targets`)
    await jp.page.waitForSelector('dl[lang="en"] [data-field="status"] dd')
    const status = async () =>
      await jp.page.$eval('dl[lang="en"] [data-field="status"] dd', (value) => value.textContent)
    expect(await status()).not.toBe(statuses.blocked.name.en)
    await us.press(group.short.en)
    await us.press('Status of Target 1: ', { in: 'table', begins: true })
    const form = { in: '[role="dialog"]' }
    await us.press(statuses.blocked.name.en, form)
    await us.press(t.ui('save'), form)
    await jp.page.waitForFunction(
      (wanted) => document.querySelector('dl[lang="en"] [data-field="status"] dd')?.textContent === wanted,
      { polling: 100 },
      statuses.blocked.name.en,
    )
    for (const { faults } of [us, jp, panelist, secretariat]) expect(faults).toEqual([])
  },
)
