/**
 * The main job, end to end, in four browsers on one server: two co-chairs write the same clause in two languages, the panel
 * comments and proposes, a co-chair applies, each side talks in private, the secretariat takes a snapshot, the server dies in the
 * middle of a sentence and comes back.
 */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { historyMessages } from '#client/history/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { roles } from '#shared/domain/actors.ts'
import type { Language } from '#shared/domain/languages.ts'
import { eventually, setStage } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  expectWords,
  openDocument,
  paragraphOf,
  selectWords,
  threadSaying,
  wordsOf,
  writeComment,
} from '#test/support/paper.ts'
import { partyId } from '#test/support/initiative.ts'

const mou = 'semiconductors-mou'
const en = wordsIn('en')
const ja = wordsIn('ja')

const stage = setStage()

const article = (page: Page) => clauseNumbered(page, 'Article 3')
const english = (page: Page) => paragraphOf(article(page), 'en')
const japanese = (page: Page) => paragraphOf(article(page), 'ja')

/** Keeps in the page, at every moment that the page says "saved", what stands in the paragraph at that moment. */
async function noteWhatIsShownAsSaved(page: Page, language: Language): Promise<() => Promise<string>> {
  const paragraph = await (language === 'en' ? english(page) : japanese(page)).elementHandle()
  const handle = await page.evaluateHandle((element) => {
    const kept = { words: '' }
    const note = () => {
      const shown = document.querySelector('header [data-save-state]')?.getAttribute('data-save-state')
      const copy = element?.cloneNode(true)
      if (shown !== 'saved' || !(copy instanceof HTMLElement)) return
      for (const caret of copy.querySelectorAll('.caret')) caret.remove()
      kept.words = copy.textContent ?? ''
    }
    new MutationObserver(note).observe(document.querySelector('header') ?? document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-save-state'],
    })
    note()
    return kept
  }, paragraph)
  return async () => await handle.evaluate((kept) => kept.words)
}

test('[U12][T1][T14][S1] two delegations write, comment, agree and lose nothing', async () => {
  const seat = async (persona: string, language: Language = 'en') => await stage.seatForTest(persona, { language })
  const us = await seat('us-cochair-semiconductors')
  const jp = await seat('jp-cochair-semiconductors', 'ja')
  const panelist = await seat('panelist-semiconductors')
  const secretariat = await seat('secretariat')
  const seats = [us, jp, panelist, secretariat]
  for (const { page, open } of seats) {
    await open(`/documents/${mou}`)
    await openDocument(page)
  }
  for (const { page } of seats) {
    await page.evaluate(() => {
      document.body.dataset['loadedOnce'] = 'yes'
    })
  }

  // Both in one clause, each in their language, at the same time.
  await Promise.all([
    caretBehind(english(us.page), 'for the fab in Kyushu'),
    caretBehind(japanese(jp.page), '半導体事業への大型の公的支援'),
  ])
  // Each sees where the other writes, while they write.
  const caretOf = (page: Page, party: string) => article(page).locator(`.caret[data-party="${party}"] .caret-flag`)
  await Promise.all([
    eventually(async () => expect(await caretOf(us.page, 'jp').textContent()).toBe(`JP${roles.cochair.name.en}`)),
    eventually(async () => expect(await caretOf(jp.page, 'us').textContent()).toBe(`US${roles.cochair.name.ja}`)),
    us.page.keyboard.type(' and for packaging lines in Arizona', { delay: 20 }),
    jp.page.keyboard.type('（税制上の措置を含む。）', { delay: 40 }),
  ])
  for (const { page } of seats) {
    await expectWords(english(page), 'for the fab in Kyushu and for packaging lines in Arizona')
    await expectWords(japanese(page), '半導体事業への大型の公的支援（税制上の措置を含む。）')
  }
  for (const { page } of [us, jp]) await expectSaveState(page, 'saved')

  // The panelist reads along and cannot type.
  const forbidden = `panel ${randomUUID()}`
  await caretBehind(english(panelist.page), 'the fab in Kyushu')
  await panelist.page.keyboard.type(forbidden)
  expect(await panelist.page.locator('[contenteditable="true"]').count()).toBe(0)
  expect(await wordsOf(article(panelist.page))).not.toContain(forbidden)

  // But they comment, and propose a wording, which a co-chair puts into the text with one click.
  const advice = `Ninety days, please: boards meet quarterly ${randomUUID()}`
  await writeComment(panelist.page, english(panelist.page), 'at least 30 days before', {
    language: 'en',
    body: advice,
    proposal: 'at least ninety days before',
  })
  await threadSaying(us.page, advice)
    .getByRole('button', { name: en(threadMessages)('apply') })
    .click()
  for (const { page } of seats) await expectWords(english(page), 'at least ninety days before it is announced')
  await threadSaying(panelist.page, advice).getByText(en(threadMessages)('accepted'), { exact: true }).waitFor()
  // The co-chair put it there; the words are the panelist's.
  await selectWords(english(jp.page), 'at least ninety days before')
  await jp.page.keyboard.press('Control+Alt+h')
  const who = jp.page.getByRole('dialog', { name: ja(historyMessages)('whoTitle') })
  await who.getByText(ja(historyMessages)('proposedBy', { name: roles.panelist.name.ja })).waitFor()
  await jp.page.keyboard.press('Escape')
  await who.waitFor({ state: 'hidden' })

  // Each side talks in private, and once in common.
  const usSecret = `us-only-${randomUUID()}`
  const jpSecret = `jp-only-${randomUUID()}`
  const common = `joint-${randomUUID()}`
  await writeComment(us.page, english(us.page), 'where domestic law allows', {
    language: 'en',
    body: usSecret,
    audience: 'delegation',
    party: partyId('us'),
  })
  await writeComment(jp.page, japanese(jp.page), '国内法令が許す場合', {
    language: 'ja',
    body: jpSecret,
    audience: 'delegation',
    party: partyId('jp'),
  })
  await writeComment(us.page, english(us.page), 'The Participants will set', {
    language: 'en',
    body: common,
    audience: 'joint',
    party: partyId('us'),
  })
  const commonOnOtherSide = threadSaying(jp.page, common)
  await commonOnOtherSide.waitFor()
  const idOf = async (page: Page, words: string) => {
    const id = await threadSaying(page, words).getAttribute('data-thread')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    return id ?? ''
  }
  const usThread = await idOf(us.page, usSecret)
  const jpThread = await idOf(jp.page, jpSecret)
  const commonThread = await idOf(jp.page, common)

  // The secretariat fixes the text as it is.
  const label = `Second reading ${randomUUID().slice(0, 8)}`
  const versions = en(versionMessages)
  await secretariat.page.getByRole('button', { name: en(documentMessages)('versions'), exact: true }).click()
  await secretariat.page.getByRole('textbox', { name: versions('label') }).fill(label)
  const drawer = secretariat.page.getByRole('dialog', { name: versions('title') })
  await drawer.getByRole('button', { name: versions('take') }).click()
  await secretariat.page.getByRole('button', { name: `${en(versionMessages)('open')}: ${label}` }).click()
  const fixed = secretariat.page.getByRole('document', { name: en(versionMessages)('readOnlyText', { label }) })
  await expectWords(fixed, 'at least ninety days before it is announced')
  await expectWords(fixed, '（税制上の措置を含む。）')

  // The server dies in the middle of two sentences.
  const usSaved = await noteWhatIsShownAsSaved(us.page, 'en')
  const jpSaved = await noteWhatIsShownAsSaved(jp.page, 'ja')
  const usSentence = ' Notice under this Article will name the project, the amount and the instrument of support.'
  const jpSentence = '通知には、事業の名称、支援の額及び支援の方法を明記するものとし、併せて公表の予定日を示す。'
  await caretBehind(english(us.page), 'in Arizona')
  await caretBehind(japanese(jp.page), '（税制上の措置を含む。）')
  const typing = Promise.allSettled([
    us.page.keyboard.type(usSentence, { delay: 25 }),
    jp.page.keyboard.type(jpSentence, { delay: 45 }),
  ])
  await expectWords(english(jp.page), usSentence.slice(0, 24))
  await expectWords(japanese(us.page), jpSentence.slice(0, 10))
  await stage.program.kill()
  for (const { page } of [us, jp]) await expectSaveState(page, 'reconnecting')
  const seenByJapan = await wordsOf(english(jp.page))
  const seenByTheUs = await wordsOf(japanese(us.page))
  const savedByTheUs = await usSaved()
  const savedByJapan = await jpSaved()
  expect(savedByTheUs).toContain('in Arizona Notice')
  expect(savedByJapan).toContain('（税制上の措置を含む。）通知')
  expect(await typing).not.toContainEqual(expect.objectContaining({ status: 'rejected' }))

  // What was shown as saved, or to the other side, is there before any of the four has had a chance to send it again.
  for (const { wire } of seats) wire.cut()
  await stage.program.start()
  const witness = await seat('us-drafter-semiconductors')
  await witness.open(`/documents/${mou}`)
  await openDocument(witness.page)
  const standing = { en: await wordsOf(english(witness.page)), ja: await wordsOf(japanese(witness.page)) }
  const typedIn = (paragraph: string, sentence: string, before: string) => {
    const rest = paragraph.slice(paragraph.indexOf(before) + before.length)
    let length = 0
    while (length < sentence.length && rest[length] === sentence[length]) length += 1
    return length
  }
  const ofUs = (paragraph: string) => typedIn(paragraph, usSentence, 'in Arizona')
  const ofJapan = (paragraph: string) => typedIn(paragraph, jpSentence, '（税制上の措置を含む。）')
  expect(ofUs(standing.en)).toBeGreaterThanOrEqual(Math.max(ofUs(savedByTheUs), ofUs(seenByJapan)))
  expect(ofJapan(standing.ja)).toBeGreaterThanOrEqual(Math.max(ofJapan(savedByJapan), ofJapan(seenByTheUs)))

  // And all go on without a reload: with what they wrote meanwhile, and with more.
  for (const { wire } of seats) wire.mend()
  await Promise.all([us.page.keyboard.type(' So done.'), jp.page.keyboard.type('以上。')])
  for (const { page } of [...seats, witness]) {
    await expectWords(english(page), `in Arizona${usSentence} So done.`)
    await expectWords(japanese(page), `（税制上の措置を含む。）${jpSentence}以上。`)
  }
  for (const { page } of [us, jp]) await expectSaveState(page, 'saved')
  const texts = await Promise.all(
    [us, jp, panelist, witness].map(async ({ page }) => await wordsOf(article(page).locator('.clause-texts'))),
  )
  expect(new Set(texts).size).toBe(1)
  for (const { page } of seats) expect(await page.evaluate(() => document.body.dataset['loadedOnce'])).toBe('yes')

  // Nothing private ever came over the other side's wire, nor over that of those in between; what was common did, in every way.
  const threads = `GET /api/documents/${mou}/threads`
  for (const [secret, thread, others] of [
    [usSecret, usThread, [jp, panelist, secretariat]],
    [jpSecret, jpThread, [us, panelist, secretariat]],
  ] as const) {
    for (const { wire } of others) expect([...wire.carriersOf(secret), ...wire.carriersOf(thread)]).toEqual([])
    expect(stage.program.log()).not.toContain(secret)
    expect(stage.program.log()).not.toContain(thread)
  }
  expect(us.wire.carriersOf(usSecret)).toContain(threads)
  expect(witness.wire.carriersOf(usSecret)).toContain(threads)
  expect(jp.wire.carriersOf(jpSecret)).toContain(threads)
  expect(jp.wire.carriersOf(common)).toContain(threads)
  expect(jp.wire.carriersOf(commonThread)).toContain('GET /api/events?user=jp-cochair-semiconductors')
  expect(jp.wire.carriersOf('ninety')).toContainEqual(expect.stringMatching(/^SOCKET \/sync\/semiconductors-mou/))
  expect(panelist.wire.carriersOf(common)).toEqual([])

  for (const { faults } of [...seats, witness]) expect(faults).toEqual([])
})
