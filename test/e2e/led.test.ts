/** Where the eye and the keyboard are led: the focus after a click, what comes into view, and what is large enough to be pressed. */
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { wordsIn } from '#test/support/words.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { groupMessages } from '#client/group/messages.ts'
import { threadMessages } from '#client/threads/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { versionMessages } from '#client/versions/messages.ts'
import { clauseKinds } from '#shared/domain/documents.ts'
import { languages, type Language } from '#shared/domain/languages.ts'
import { eventually, hasFocus, setStage } from '#test/support/browser.ts'
import {
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  selectWords,
  writeComment,
} from '#test/support/paper.ts'

const stage = setStage()

const mou = '/documents/semiconductors-mou'
const cochair = 'us-cochair-semiconductors'
const command = wordsIn('en')(commandMessages)
const say = wordsIn('en')(documentMessages)
const group = wordsIn('en')(groupMessages)
const thread = wordsIn('en')(threadMessages)
const ui = wordsIn('en')(uiMessages)

const focused = (element: Locator) => eventually(async () => expect(await hasFocus(element)).toBe(true))
/** What has the focus, once menus and dialogs have given it back. */
const focusIn = (around: Locator) =>
  eventually(async () =>
    expect(
      await around.evaluate(
        (node) => document.activeElement !== document.body && node.contains(document.activeElement),
      ),
    ).toBe(true),
  )

test('[U20] a button that goes with its click leaves the focus where the reader works: wordings, threads, statuses', async () => {
  const { page, open, faults } = await stage.seatForTest(cochair)
  await open(mou)
  await openDocument(page)
  await expectSaveState(page, 'saved')
  await selectWords(paragraphOf(clauseNumbered(page, 'Article 5'), 'en'), 'one shared map')
  await page.getByRole('button', { name: command('comment'), exact: true }).click()
  const composer = page.getByRole('region', { name: thread('newThread') })
  await composer.getByRole('button', { name: thread('addProposal') }).press('Enter')
  await focused(composer.getByRole('textbox', { name: thread('proposal') }))
  await composer.getByRole('button', { name: thread('removeProposal') }).press('Enter')
  await focused(composer.getByRole('button', { name: thread('addProposal') }))
  await composer.getByRole('textbox', { name: thread('newThread') }).fill('To be resolved')
  // One of its own delegation: a joint one would stay until the other side has confirmed it.
  await composer.getByRole('radio', { name: thread('audiencePrivate', { party: 'US' }), exact: true }).click()
  await composer.getByRole('button', { name: thread('sendPrivate', { party: 'US' }) }).click()
  const card = page.getByRole('article').filter({ hasText: 'To be resolved' })
  const resolve = card.getByRole('button', { name: thread('resolve') })
  await resolve.press('Enter')
  await focusIn(page.getByRole('complementary', { name: thread('title') }))

  await open('/groups/semiconductors')
  const targets = page.getByRole('region', { name: group('targets') })
  const cell = targets
    .getByRole('row')
    .nth(1)
    .getByRole('button', { name: /^Status of / })
  await cell.press('Enter')
  const status = page.getByRole('dialog')
  await status.getByRole('button', { name: ui('save') }).press('Enter')
  await status.waitFor({ state: 'hidden' })
  await focused(cell)

  const plan = page.getByRole('region', { name: group('actions') })
  const moved = plan.locator('[data-clause]').first()
  const id = await moved.getAttribute('data-clause')
  const from = await moved.evaluate((node) => node.closest('section')?.getAttribute('data-status'))
  await moved.getByRole('button', { name: /^Move / }).press('Enter')
  await page.getByRole('menuitem').first().press('Enter')
  const there = plan.locator(`section:not([data-status="${from}"]) [data-clause="${id}"]`)
  await focused(there.getByRole('button', { name: /^Move / }))
  expect(faults).toEqual([])
})

test('[U20] a dialog with fields begins in the first of them', async () => {
  const us = await stage.seatForTest(cochair)
  await us.open('/documents/semiconductors-action-plan')
  await openDocument(us.page)
  await clauseNumbered(us.page, 'Action 1')
    .getByRole('button', { name: say('fieldsEdit') })
    .press('Enter')
  const [{ name: first }] = [clauseKinds.action.fields.serves]
  await focused(
    us.page
      .getByRole('dialog')
      .getByLabel(new RegExp(`^${first.en}`))
      .first(),
  )
  await us.open('/groups/semiconductors')
  await us.page.getByRole('button', { name: group('newDocument') }).press('Enter')
  await focused(us.page.getByRole('dialog').getByRole('textbox', { name: group('titleEn') }))

  const keeper = await stage.seatForTest('secretariat')
  await keeper.open(mou)
  await openDocument(keeper.page)
  await keeper.page

    .getByRole('button', { name: say('versions'), exact: true })
    .press('Enter')
  await focused(keeper.page.getByRole('dialog').getByRole('textbox', { name: wordsIn('en')(versionMessages)('label') }))
  expect([...us.faults, ...keeper.faults]).toEqual([])
})

test('[U20][T14] what is put into the text is in view and nothing lies over it, whatever is selected elsewhere', async () => {
  const { page, open, faults } = await stage.seatForTest(cochair, { height: 600 })
  await open(mou)
  await openDocument(page)
  await expectSaveState(page, 'saved')
  const article = paragraphOf(clauseNumbered(page, 'Article 6'), 'en')
  const words = 'Each Participant'
  await writeComment(page, article, words, { language: 'en', body: 'Shorter', proposal: 'In other words' })
  await selectWords(paragraphOf(clauseNumbered(page, 'Article 1'), 'en'), 'The purpose')
  const apply = page
    .getByRole('article')
    .filter({ hasText: 'Shorter' })
    .getByRole('button', { name: thread('apply') })
  await apply.press('Enter')
  await eventually(async () => expect(await article.innerText()).toContain('In other words'))
  const uncovered = () =>
    article.evaluate((node) => {
      const text = [...node.childNodes].flatMap((child) => [...(child instanceof Text ? [child] : child.childNodes)])
      const range = document.createRange()
      const first = text.find((child) => child.textContent?.includes('In other words')) ?? node
      range.selectNodeContents(first)
      const [box] = range.getClientRects()
      if (box === undefined) return false
      const at = document.elementFromPoint(box.left + 40, box.top + box.height / 2)
      return at !== null && (node === at || node.contains(at))
    })
  await eventually(async () => expect(await uncovered()).toBe(true))
  await expectSaveState(page, 'saved')
  expect(await page.getByRole('button', { name: command('comment'), exact: true }).count()).toBe(0)
  expect(await uncovered()).toBe(true)
  expect(faults).toEqual([])
})

test('[U20] the outline shows the clause that is read, also beyond its own fold', async () => {
  const { page, open, faults } = await stage.seatForTest(cochair, { height: 420 })
  await open(mou)
  await openDocument(page)
  await expectSaveState(page, 'saved')
  const outline = page.getByRole('navigation', { name: say('outline') })
  const last = outline.getByRole('listitem').last().getByRole('button')
  const inView = async (row: Locator) =>
    await row.evaluate((node) => {
      const pane = node.closest('nav')?.parentElement?.getBoundingClientRect()
      const box = node.getBoundingClientRect()
      return pane !== undefined && box.top >= pane.top - 1 && box.bottom <= pane.bottom + 1
    })
  expect(await inView(last)).toBe(false)
  await page.locator('section.clause').last().scrollIntoViewIfNeeded()
  await eventually(async () => {
    const current = outline.locator('[aria-current="true"]')
    await page.mouse.wheel(0, 300)
    expect(await current.innerText()).not.toContain('Preamble')
    expect(await inView(current)).toBe(true)
    expect(await inView(outline.getByRole('listitem').first().getByRole('button'))).toBe(false)
  })
  expect(faults).toEqual([])
})

test.each([1440, 390])('[U20] what is pressed is at least 24 pixels wide and high, at %i pixels', async (width) => {
  const { page, open, faults } = await stage.seatForTest(cochair, { width })
  const small = async () =>
    await page.evaluate(() =>
      [...document.querySelectorAll('button, a[href], [role="radio"], [role="tab"], input')].flatMap((element) => {
        const { width: across, height } = element.getBoundingClientRect()
        const style = getComputedStyle(element)
        const hidden = across === 0 || height === 0 || style.visibility === 'hidden'
        // A link within a line is as high as the line.
        const inLine = element.tagName === 'A' && style.display === 'inline'
        const name = element.getAttribute('aria-label') ?? element.textContent
        return hidden || inLine || (across >= 24 && height >= 24) ? [] : [`${name}: ${across} x ${height}`]
      }),
    )
  await open(mou)
  await openDocument(page)
  await page.locator('.passage').first().waitFor()
  expect(await small()).toEqual([])
  await open('/groups/semiconductors')
  await page
    .getByRole('region', { name: group('targets') })
    .getByRole('table')
    .waitFor()
  expect(await small()).toEqual([])
  // Two owners stand one under the other: each is pressed by itself.
  const owners = await page
    .getByRole('button', { name: / owner of / })
    .evaluateAll((cells) =>
      cells.map((cell) => cell.getBoundingClientRect()).map(({ top, bottom, left }) => ({ top, bottom, left })),
    )
  expect(owners.length).toBeGreaterThan(2)
  const overlap = owners.filter(({ top, left }, at) => {
    const before = owners[at - 1]
    return before !== undefined && before.left === left && before.top < top && before.bottom > top + 0.5
  })
  expect(overlap).toEqual([])
  expect(faults).toEqual([])
})

test.each(['en', 'ja'] as const)(
  '[U20] side by side, the fields of a clause stand row beside row, and what is no text is said once (%s)',
  async (language) => {
    const { page, open, faults } = await stage.seatForTest(cochair, { language })
    await open('/documents/semiconductors-outcome-targets')
    await openDocument(page)
    const clause = page.locator('section.clause').first()
    const boxOf = async (of: Language, field: string) =>
      await clause.locator(`.fields[lang="${languages[of].tag}"] [data-field="${field}"]`).boundingBox()
    for (const field of ['measure', 'baseline', 'target', 'statusReason']) {
      const [left, right] = [await boxOf('en', field), await boxOf('ja', field)]
      expect([field, left?.y]).toEqual([field, right?.y])
      expect(left?.x).toBeLessThan(right?.x ?? 0)
    }
    for (const field of ['due', 'owner', 'status']) {
      expect(await boxOf(language === 'en' ? 'ja' : 'en', field)).toBeNull()
      expect(await boxOf(language, field)).not.toBeNull()
    }
    await clause.hover()
    await clause.getByRole('button', { name: wordsIn(language)(documentMessages)('fieldsEdit') }).click()
    const form = page.getByRole('dialog')
    for (const { name } of [clauseKinds.outcomeTarget.fields.owner, clauseKinds.outcomeTarget.fields.statusReason]) {
      const boxes = await Promise.all(
        (
          await form
            .locator('input, textarea')
            .and(form.getByLabel(new RegExp(`^${name[language]} \\(`)))
            .all()
        ).map(async (field) => await field.boundingBox()),
      )
      expect(boxes.map((box) => box?.y)).toEqual([boxes[0]?.y, boxes[0]?.y])
    }
    expect(faults).toEqual([])
  },
)

test.each(['en', 'ja'] as const)(
  '[U11] on a narrow page the key for fields has a line of its own, the title is whole, and passages are marked and counted at once (%s)',
  async (language) => {
    const t = wordsIn(language)(documentMessages)
    const { page, open, faults } = await stage.seatForTest(cochair, { language, width: 390, height: 844 })
    const other = await stage.seatForTest('jp-cochair-semiconductors')
    await other.open('/documents/semiconductors-outcome-targets')
    await openDocument(other.page)
    await open('/documents/semiconductors-outcome-targets')
    await openDocument(page)
    await page.locator('.passage').first().waitFor({ state: 'attached' })
    await page.getByRole('button', { name: t('showMarginCount', { count: 1 }) }).waitFor()
    const clause = page.locator('section.clause').first()
    const edit = clause.locator('.fields-edit')
    const box = await edit.boundingBox()
    const fields = await clause.locator(`.fields[lang="${languages[language].tag}"] .field`).all()
    const boxes = await Promise.all(fields.map(async (field) => await field.boundingBox()))
    expect(boxes.length).toBeGreaterThan(3)
    for (const field of boxes) expect((field?.y ?? 0) + (field?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0)
    expect(box?.height).toBeLessThan(32)
    const cut = await page
      .getByRole('banner')
      .locator('[aria-current="page"]')
      .evaluate(
        ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
          scrollWidth > clientWidth || scrollHeight > clientHeight,
      )
    expect(cut).toBe(false)
    expect([...faults, ...other.faults]).toEqual([])
  },
)
