/** Two sides negotiate one text: phases, brackets, what each sees and does with them. */
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { negotiationMessages } from '#client/negotiation/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import type { Language } from '#shared/domain/languages.ts'
import { eventually, findingsOn, pictures, setStage, type Seat } from '#test/support/browser.ts'
import { signIn } from '#test/support/server.ts'
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

const mou = 'semiconductors-mou'
const en = wordsIn('en')(negotiationMessages)
const enUi = wordsIn('en')(uiMessages)
const ja = wordsIn('ja')(negotiationMessages)

const stage = setStage()
const exportControls = 'export-controls-mou'

async function at(persona: string, language: Language = 'en', document = mou): Promise<Seat> {
  const seat = await stage.seatForTest(persona, { language })
  await seat.open(`/documents/${document}`)
  await openDocument(seat.page)
  await expectSaveState(seat.page, 'saved')
  return seat
}

const composed = '共有地図を二枚'

/** Has both co-chairs of the group enter negotiation of its text, as their pages do. */
async function negotiate(group: string, document: string): Promise<void> {
  for (const side of ['us', 'jp']) {
    const cookie = await signIn(stage.program.url, `${side}-cochair-${group}`)
    const answer = await fetch(`${stage.program.url}/api/documents/${document}/phase`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ phase: 'negotiating' }),
    })
    expect(answer.status).toBe(200)
  }
}

const bar = ({ page }: Seat, t = en) => page.getByRole('region', { name: t('bar') })
const articleFive = ({ page }: Seat, label = 'Article 5') => paragraphOf(clauseNumbered(page, label), 'en')

test('[N4] two sides enter negotiation, bracket, accept and decline, each in its own language', async () => {
  const us = await at('us-cochair-semiconductors')
  const jp = await at('jp-cochair-semiconductors', 'ja')
  await us.page.screenshot({ path: `${pictures}negotiation-0.png` })
  await bar(us).getByRole('button', { name: /Phase/ }).click()
  await us.page.getByRole('menuitem', { name: en('ask_negotiating') }).click()
  await us.page
    .getByRole('dialog')
    .getByRole('button', { name: en('ask_negotiating') })
    .click()
  await us.page.screenshot({ path: `${pictures}negotiation-1.png` })
  await bar(jp, ja)
    .getByRole('button', { name: ja('confirm_negotiating') })
    .click()
  await jp.page
    .getByRole('dialog')
    .getByRole('button', { name: ja('confirm_negotiating') })
    .click()
  await bar(us).getByText(en('negotiatingHint')).waitFor()
  await bar(jp, ja).getByText(ja('negotiatingHint')).waitFor()

  await selectWords(articleFive(us), 'one shared map')
  await us.page.keyboard.type('two shared maps')
  await expectWords(articleFive(jp, '第5条'), '[JP: one shared map][US: two shared maps]')
  await articleFive(jp, '第5条').locator('.pending-insertion').click()
  await us.page.screenshot({ path: `${pictures}negotiation-2.png` })
  await jp.page.screenshot({ path: `${pictures}negotiation-3.png` })
  const card = jp.page.getByRole('article', { name: ja('place', { number: 1 }) })
  await card.getByRole('button', { name: ja('decline'), exact: true }).click()
  await card.getByRole('textbox').fill('一つで足りる。')
  await card.getByRole('button', { name: ja('decline'), exact: true }).click()
  await card.getByText('一つで足りる。').first().waitFor()
  await bar(us)
    .getByText(enUi('places', { count: 1 }))
    .waitFor()
  await us.page.getByRole('button', { name: en('list') }).click()
  await us.page.getByText('一つで足りる。').first().waitFor()
  await us.page.screenshot({ path: `${pictures}negotiation-4.png` })
  await us.page.keyboard.press('Escape')
  for (const view of ['redline', 'ours', 'theirs', 'base'] as const) {
    await bar(us).getByText(en(view), { exact: true }).click()
    await us.page.screenshot({ path: `${pictures}negotiation-${view}.png` })
  }
  await bar(us).getByText(en('brackets'), { exact: true }).click()
  await card.getByRole('button', { name: ja('accept'), exact: true }).click()
  await expectWords(articleFive(us), 'two shared maps')
  await eventually(async () => expect(await wordsOf(articleFive(us))).not.toContain('['))
  await eventually(async () => expect(await articleFive(us).innerText()).not.toContain('one shared map'))
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[N15][N16] what is open is told in the outline, on the group’s page with its filter and its line, and on that of the initiative', async () => {
  const us = await at('us-cochair-semiconductors')
  await selectWords(paragraphOf(clauseNumbered(us.page, 'Article 6'), 'en'), 'will name')
  await us.page.keyboard.type('may name')
  const jp = await at('jp-cochair-semiconductors', 'ja')
  const outline = jp.page.getByRole('navigation', { name: wordsIn('ja')(documentMessages)('outline') })
  await outline
    .getByRole('img', { name: wordsIn('ja')(documentMessages)('openHereOurs', { count: 1, ours: 1 }) })
    .waitFor()
  await jp.page.screenshot({ path: `${pictures}open-outline.png` })
  const own = us.page.getByRole('navigation', { name: wordsIn('en')(documentMessages)('outline') })
  await own.getByRole('img', { name: wordsIn('en')(documentMessages)('openHere', { count: 1 }), exact: true }).waitFor()

  await us.open('/groups/semiconductors')
  const group = wordsIn('en')(groupMessages)
  const line = us.page.getByRole('region', { name: group('burnDown') })
  await line.getByRole('img', { name: /1 today/ }).waitFor()
  await line.getByRole('button', { name: group('figuresShow') }).click()
  await line.getByRole('table').waitFor()
  await line.scrollIntoViewIfNeeded()
  await us.page.screenshot({ path: `${pictures}open-group.png`, fullPage: true })
  expect(await findingsOn(us.page)).toEqual([])

  for (const appearance of [
    { language: 'ja', theme: 'dark', width: 390 },
    { language: 'ja', theme: 'light', width: 1440 },
  ] as const) {
    const { page, open } = await stage.seatForTest('jp-drafter-semiconductors', appearance)
    await open('/groups/semiconductors')
    const jaGroup = wordsIn('ja')(groupMessages)
    await page
      .getByRole('region', { name: jaGroup('burnDown') })
      .getByRole('img')
      .waitFor()
    await page.screenshot({ path: `${pictures}open-group-${appearance.width}.png`, fullPage: true })
    await page.getByRole('switch', { name: jaGroup('onlyOurs') }).click()
    await page
      .getByRole('complementary')
      .getByText(wordsIn('ja')(uiMessages)('waitsForUs', { count: 1 }))
      .waitFor()
    expect(await page.locator('li[data-document]').count()).toBe(1)
    await open('/')
    await page
      .getByRole('row')
      .getByText(wordsIn('ja')(uiMessages)('waitsForUs', { count: 1 }))
      .waitFor()
    await page.screenshot({ path: `${pictures}open-initiative-${appearance.width}.png`, fullPage: true })
  }
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[T12] one side says that a joint thread is resolved, and it is once the other has confirmed it', async () => {
  const us = await at('us-cochair-semiconductors')
  const jp = await at('jp-cochair-semiconductors')
  const say = wordsIn('en')(threadMessages)
  const body = 'One office is few.'
  const passage = paragraphOf(clauseNumbered(us.page, 'Article 6'), 'en')
  await writeComment(us.page, passage, 'its contact point', { language: 'en', body, audience: 'joint' })
  await threadSaying(us.page, body)
    .getByRole('button', { name: say('resolve') })
    .click()
  await threadSaying(us.page, body)
    .getByRole('button', { name: say('takeBackResolved') })
    .waitFor()
  const there = threadSaying(jp.page, body)
  await there.getByText(say('resolving', { name: 'US Co-chair' })).waitFor()
  await jp.page.screenshot({ path: `${pictures}resolving-asked.png` })
  await us.page.screenshot({ path: `${pictures}resolving-said.png` })
  await there.getByRole('button', { name: say('confirmResolved') }).click()
  await there.waitFor({ state: 'detached' })
  // Whoever has it before them reads who was behind it.
  await threadSaying(us.page, body)
    .getByText(say('resolvedWith', { name: 'US Co-chair', others: 'JP Co-chair' }))
    .waitFor()
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[N3][N5] an evening: bracket, counter-proposal, nested change, compromise and settlement, with the server killed in between', async () => {
  await negotiate('export-controls', exportControls)
  const us = await at('us-cochair-export-controls', 'en', exportControls)
  const usDrafter = await at('us-drafter-export-controls', 'en', exportControls)
  const jp = await at('jp-cochair-export-controls', 'ja', exportControls)
  const jpDrafter = await at('jp-drafter-export-controls', 'ja', exportControls)
  const all = [us, usDrafter, jp, jpDrafter]
  const line = ({ page }: Seat) => page.locator('[data-clause-text][lang="en"] p').nth(2)
  await line(us).scrollIntoViewIfNeeded()
  const [first = '', second = ''] = (await wordsOf(line(us))).split(' ').slice(2)
  const base = `${first} ${second}`

  await selectWords(line(usDrafter), base)
  await usDrafter.page.keyboard.type('alpha beta')
  await expectWords(line(jpDrafter), `[JP: ${base}][US: alpha beta]`)
  await selectWords(line(jpDrafter), base)
  await jpDrafter.page.keyboard.type('gamma')
  await expectWords(line(us), '[JP: gamma]')
  await selectWords(line(jpDrafter), 'beta')
  await jpDrafter.page.keyboard.type('delta')
  await expectWords(line(us), 'delta')
  await bar(us)
    .getByText(enUi('places', { count: 1 }))
    .waitFor()

  await line(us).locator('.pending-insertion').first().click()
  const card = us.page.getByRole('article', { name: en('place', { number: 1 }) })
  await card.getByRole('button', { name: en('decline'), exact: true }).click()
  await card.getByRole('textbox').fill('Too narrow.')
  await card.getByRole('button', { name: en('decline'), exact: true }).click()
  await card.getByText('Too narrow.').waitFor()
  await us.page.screenshot({ path: `${pictures}negotiation-evening-1.png` })

  await stage.program.kill()
  await card.getByRole('button', { name: en('compromise') }).click()
  await card.getByRole('textbox', { name: en('compromiseWords') }).fill('epsilon')
  await card.getByRole('button', { name: en('compromisePut') }).click()
  await stage.program.start()
  await expectWords(line(jp), 'epsilon', 60_000)
  for (const seat of all) await expectSaveState(seat.page, 'saved', 60_000)
  await us.page.screenshot({ path: `${pictures}negotiation-evening-2.png` })
  await jp.page.screenshot({ path: `${pictures}negotiation-evening-3.png` })

  const settle = async (seat: Seat, t: typeof en, party: string) => {
    await line(seat).locator('.pending-insertion').last().click()
    const open = seat.page.getByRole('article', { name: t('place', { number: 1 }) })
    await open
      .getByRole('region', { name: party })
      .getByRole('button', { name: t('settleOn') })
      .click()
    return open
  }
  const asked = await settle(us, en, 'United States')
  await asked.getByText(en('noted')).waitFor()
  await settle(jp, ja, '米国')
  await eventually(async () => expect(await wordsOf(line(us))).not.toContain('['), 30_000)
  for (const seat of all) await expectWords(line(seat), 'epsilon')
  const [here, ...there] = await Promise.all(all.map(async (seat) => await wordsOf(line(seat))))
  expect(there).toEqual(there.map(() => here))
  expect(all.flatMap(({ faults }) => faults)).toEqual([])
})

test('[N5][U6] Japanese is composed while the other side settles in the same paragraph, and becomes one suggestion', async () => {
  const us = await at('us-cochair-export-controls', 'en', exportControls)
  const jp = await at('jp-cochair-export-controls', 'ja', exportControls)
  const line = ({ page }: Seat) => page.locator('[data-clause-text][lang="ja"] p').nth(3)
  const words = await wordsOf(line(us))
  const [start, end] = [words.slice(1, 4), words.slice(-6, -3)]
  await selectWords(line(us), start)
  await us.page.keyboard.type('x')
  await expectWords(line(jp), '[US: x]')
  await line(jp).evaluate((node) => node.scrollIntoView({ block: 'center' }))
  await caretBehind(line(jp), end)
  const ime = await jp.page.context().newCDPSession(jp.page)
  await ime.send('Input.imeSetComposition', { text: 'きょう', selectionStart: 3, selectionEnd: 3 })
  await line(us).locator('.pending-insertion').click()
  await us.page
    .getByRole('article')
    .getByRole('button', { name: en('withdraw') })
    .click()
  await us.page.getByRole('article', { name: en('gone') }).waitFor()
  await ime.send('Input.imeSetComposition', { text: composed, selectionStart: 7, selectionEnd: 7 })
  await ime.send('Input.insertText', { text: composed })
  await expectWords(line(us), `[JP: ${composed}]`)
  await eventually(async () => expect(await wordsOf(line(jp))).toBe(await wordsOf(line(us))))
  expect((await wordsOf(line(us))).replace(`[JP: ${composed}]`, '')).toBe(words)
  // What was suggested is taken back as it was made.
  await jp.page.keyboard.press('Control+z')
  await eventually(async () => expect(await wordsOf(line(us))).toBe(words))
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test('[N4][U6] the caret passes through brackets and stands where what is typed will go', async () => {
  const us = await at('us-drafter-export-controls', 'en', exportControls)
  const jp = await at('jp-drafter-export-controls', 'ja', exportControls)
  const line = ({ page }: Seat) => page.locator('[data-clause-text][lang="en"] p').nth(3)
  await line(us).scrollIntoViewIfNeeded()
  const words = await wordsOf(line(us))
  const word = words.split(' ')[1] ?? ''
  await caretBehind(line(us), word)
  await us.page.keyboard.type('AB')
  await expectWords(line(us), `${word}[US: AB]`)
  // To the left of its own insertion and back again: it goes on in it at either edge.
  for (const _ of 'AB') await us.page.keyboard.press('ArrowLeft')
  await us.page.keyboard.type('c')
  await us.page.keyboard.press('ArrowRight')
  await us.page.keyboard.press('ArrowRight')
  await us.page.keyboard.type('d')
  await expectWords(line(us), `${word}[US: cABd]`)
  await us.page.keyboard.press('Home')
  for (const _ of words) await us.page.keyboard.press('ArrowRight')
  await expectWords(line(jp), `${word}[US: cABd]`)
  await us.page.keyboard.press('Control+Alt+3')
  await eventually(async () => expect(await line(us).innerText()).toContain(`${word}cABd`))
  await us.page.keyboard.press('Control+Alt+5')
  await eventually(async () => expect(await line(us).innerText()).toBe(words))
  await us.page.keyboard.press('Control+Alt+1')
  await expectWords(line(us), '[US: cABd]')
  expect([...us.faults, ...jp.faults]).toEqual([])
})

test.each([
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'ja', theme: 'dark', width: 390 },
] as const)(
  '[U2][U11] what is pending can be read and reached in $language, $theme, $width pixels wide',
  async ({ language, theme, width }) => {
    const t = wordsIn(language)(negotiationMessages)
    const us = await at('us-drafter-export-controls', 'en', exportControls)
    const line = (page: Seat['page']) => page.locator(`[data-clause-text][lang="${language}"] p`).nth(1)
    const { behind, words } = {
      en: { behind: 'on sensitive', words: ' and emerging' },
      ja: { behind: '機微', words: '新興' },
    }[language]
    await caretBehind(line(us.page), behind)
    await us.page.keyboard.insertText(words)
    const jp = await stage.seatForTest('jp-cochair-export-controls', { language, theme, width, height: 844 })
    await jp.open(`/documents/${exportControls}`)
    await openDocument(jp.page)
    const picture = async (name: string) =>
      await jp.page.screenshot({ path: `${pictures}negotiation-${name}-${language}-${theme}-${width}.png` })
    await bar(jp, t)
      .getByRole('button', { name: t('list') })
      .waitFor()
    await expectWords(line(jp.page), `[US: ${words}]`)
    await picture('text')
    const overhang = await jp.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overhang).toBeLessThanOrEqual(0)
    await bar(jp, t)
      .getByRole('button', { name: t('list') })
      .click()
    await jp.page.getByRole('dialog').getByRole('table').waitFor()
    await picture('list')
    expect(await findingsOn(jp.page)).toEqual([])
    await jp.page.getByRole('dialog').getByRole('table').getByRole('button').first().click()
    await jp.page
      .getByRole('article')
      .getByRole('button', { name: t('accept') })
      .first()
      .waitFor()
    await picture('card')
    expect(await findingsOn(jp.page)).toEqual([])
    expect([...us.faults, ...jp.faults]).toEqual([])
  },
)

test('[N6] a private draft is made, written and put on the table by one side, which is all that the other sees of it', async () => {
  const us = await at('us-drafter-semiconductors')
  const jp = await at('jp-drafter-semiconductors', 'ja')
  await bar(us)
    .getByRole('button', { name: en('fork') })
    .click()
  await us.page
    .getByRole('dialog')
    .getByRole('button', { name: en('forkDo') })
    .click()
  await bar(us).getByText(en('privateDraft')).waitFor()
  await expectSaveState(us.page, 'saved')
  const scope = (page: Seat['page'], label: string) => paragraphOf(clauseNumbered(page, label), 'en')
  await caretBehind(scope(us.page, 'Article 1'), 'The purpose')
  await us.page.keyboard.type(' and aim')
  await expectSaveState(us.page, 'saved')
  await us.page.screenshot({ path: `${pictures}negotiation-draft.png` })
  await jp.open('/groups/semiconductors')
  await jp.page.getByRole('main').waitFor()
  expect(await jp.page.getByRole('main').innerText()).not.toContain(wordsIn('ja')(groupMessages)('privateDraft'))
  await jp.open(`/documents/${mou}`)
  await openDocument(jp.page)
  await bar(us)
    .getByRole('button', { name: en('table') })
    .click()
  const dialog = us.page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: en('tableNote') }).fill('As discussed in Tokyo.')
  await us.page.screenshot({ path: `${pictures}negotiation-table.png` })
  expect(await findingsOn(us.page)).toEqual([])
  await dialog.getByRole('button', { name: en('tableDo') }).click()
  await expectWords(scope(jp.page, '第1条'), '[US: and aim')
  await jp.page.getByText('As discussed in Tokyo.').first().waitFor()
  await expectWords(scope(us.page, 'Article 1'), '[US: and aim')
  expect([...us.faults, ...jp.faults]).toEqual([])
})
