/** Pasting as it comes from other programs: what they hide stays hidden, what they show becomes text, and clauses stay clauses. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { readClauses } from '#shared/editor/clauses.ts'
import { toJson } from '#shared/editor/text.ts'
import { findClause, findClauseText } from '#shared/editor/clauses.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { eventually, setStage } from '#test/support/browser.ts'
import {
  caretBehind,
  clauseNumbered,
  expectSaveState,
  openDocument,
  paragraphOf,
  selectWords,
  wordsOf,
} from '#test/support/paper.ts'
import { signIn } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'

const stage = setStage()
const mou = 'ai-mou'

/** Pastes into the text as the browser does, with what a program put on the clipboard. */
const pasteInto = async (page: Page, content: { readonly html?: string; readonly text?: string }): Promise<void> =>
  await page.locator('.text').evaluate((node, { html, text }) => {
    const clipboardData = new DataTransfer()
    if (html !== undefined) clipboardData.setData('text/html', html)
    if (text !== undefined) clipboardData.setData('text/plain', text)
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, content)

/** Blocks in short: `p(words)`, `ol(li(p(one)))`. */
const inShort = (nodes: readonly JsonNode[]): string =>
  nodes
    .map(({ type, text, content = [], attrs }) => {
      if (type === 'text') return text
      const names: Record<string, string> = {
        paragraph: attrs?.['level'] ? `h${Number(attrs['level'])}` : 'p',
        orderedList: 'ol',
        bulletList: 'ul',
        listItem: 'li',
      }
      return `${names[type] ?? type}(${inShort(content)})`
    })
    .join('')

const marker = (sign: string) =>
  `<![if !supportLists]><span style='mso-list:Ignore'>${sign}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>`
const item = (level: number, sign: string, words: string) =>
  `<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level${level} lfo1'>${marker(sign)}${words}</p>`

/** As a word processor writes it: a comment in the margin, tracked changes, hidden words, a footnote, a list, powers. */
const wordProcessor = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
p.MsoNormal {font-family:"MS Mincho";} span.Kept {mso-style-name:Kept; display:none; mso-hide:all;} --></style></head><body><!--StartFragment-->
<p class=MsoNormal>They<del cite="mailto:US" datetime="2026-11-29"> shall</del><ins cite="mailto:US"> will</ins><span style='mso-spacerun:yes'>&nbsp; </span>share
<a style='mso-comment-reference:US_1;mso-comment-date:20261129T1200'>10<sup>3</sup> records</a><span class=MsoCommentReference><![if !supportAnnotations]><a class=msocomanchor href="#_msocom_1" name="_msoanchor_1">[US1]</a><![endif]><span style='mso-special-character:comment'>&nbsp;</span></span>
of CO<sub>2</sub><span style='display:none;mso-hide:all'> (our red line)</span><span class=Kept> (fallback)</span>.<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'>[1]</span></span></a><s> Struck.</s><o:p></o:p></p>
<p class=MsoNormal><del cite="mailto:US">A line that goes.</del></p>
${item(1, '1.', 'first')}${item(2, '(a)', 'inner')}${item(2, '(b)', 'second inner')}${item(1, '2.', 'last')}
<div style='mso-element:footnote-list'><br clear=all><hr><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a> As of 2026.</p></div></div>
<div style='mso-element:comment-list'><hr class=msocomoff><div style='mso-element:comment'><div id="_com_1" class=msocomtxt><p class=MsoCommentText>Never concede this</p></div></div></div>
<!--EndFragment--></body></html>`

const docs = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span style="font-weight:700">Bold</span><span style="text-decoration:line-through"> struck</span> 10<span style="font-size:0.6em;vertical-align:super">3</span></p><br><ul><li dir="ltr"><p role="presentation">one</p></li><ul><li dir="ltr"><p role="presentation">inner</p></li></ul></ul></b>`

const sheet = `<table border=0><col width=64><tr><td class=xl65>Item</td><td>2026</td><td>2027</td></tr><tr style='display:none'><td>secret</td><td>1</td><td>2</td></tr><tr><td>Funds</td><td align=right>10</td></tr></table>`

test('[U17] words hidden by Word, Google Docs or a sheet stay hidden, and lists, powers, notes and tables become real', async () => {
  const { page, open, faults } = await stage.seatForTest('us-cochair-ai')
  await open(`/documents/${mou}`)
  await openDocument(page)
  await using witness = connectStock(stage.program.url, mou, { cookie: await signIn(stage.program.url, 'secretariat') })
  await witness.synced()
  const at = (number: number) =>
    readClauses(witness.body).find((clause) => clause.kind === 'article' && clause.number === number)!
  const blocksOf = (id: string) =>
    inShort(toJson(findClauseText(findClause(witness.body, id)!, 'en')!).flatMap(({ content = [] }) => content))

  const { id, text } = at(1)
  const [title = '', ...before] = text.en.split('\n')
  const shown = (inserted: string, notes = '') =>
    `h2(${title})p(${before[0]}${inserted}${before
      .slice(1)
      .map((line) => `p(${line})`)
      .join('')}${notes}`
  const cases: [string, { html?: string; text?: string }, string, string?][] = [
    [
      'Word',
      { html: wordProcessor },
      'They will share 10³ records of CO₂.[1])ol(li(p(first)ol(li(p(inner))li(p(second inner))))li(p(last)))',
      'p([1] As of 2026.)',
    ],
    [
      'numbers as words',
      { html: '<p>:</p><p>1. one</p><p>(a) inner</p><p>2.&nbsp;two</p>' },
      ':)ol(li(p(one)ol(li(p(inner))))li(p(two)))',
    ],
    ['Google Docs', { html: docs }, 'Bold 10³)ul(li(p(one)ul(li(p(inner)))))'],
    [
      'a sheet',
      { html: sheet },
      ')table(tableRow(tableCell(p(Item))tableCell(p(2026))tableCell(p(2027)))tableRow(tableCell(p(Funds))tableCell(p(10))tableCell(p())))',
    ],
    ['one cell', { html: '<table><tr><td>Only</td></tr></table>' }, 'Only)'],
    ['signs that cannot be seen', { text: 'a\0b\u0007c\u009fd\te' }, 'abcd\te)'],
  ]
  for (const [name, content, inserted, notes] of cases) {
    await caretBehind(paragraphOf(clauseNumbered(page, 'Article 1'), 'en', 0), before[0]!)
    await pasteInto(page, content)
    await eventually(() => expect({ [name]: blocksOf(id) }).toEqual({ [name]: shown(inserted, notes) }), 8000)
    await expectSaveState(page, 'saved')
    await page.keyboard.press('Control+z')
    await eventually(() => expect({ [name]: blocksOf(id) }).toEqual({ [name]: shown(')') }), 8000)
  }
  expect(faults).toEqual([])
})

test('[D4][U17] articles from elsewhere start clauses, copied clauses stay clauses, and an address links what is selected', async () => {
  const { page, open, faults, context } = await stage.seatForTest('us-cochair-investment')
  await open('/documents/investment-mou')
  await openDocument(page)
  await using witness = connectStock(stage.program.url, 'investment-mou', {
    cookie: await signIn(stage.program.url, 'secretariat'),
  })
  await witness.synced()
  const articles = () => readClauses(witness.body).filter(({ kind }) => kind === 'article')
  const before = articles()
  const line = paragraphOf(clauseNumbered(page, 'Article 1'), 'en', 0)
  const words = await wordsOf(line)
  await caretBehind(line, words)
  await pasteInto(page, {
    html: '<p class=MsoNormal>And more.</p><p class=MsoNormal><b>Article 2 – Scope</b></p><p class=MsoNormal>It covers all.</p><h2>Article 3</h2><p>No end.</p>',
  })
  await eventually(() => {
    const now = articles()
    expect(now.map(({ text }) => text.en).slice(1, 3)).toEqual(['Scope\nIt covers all.', 'No end.'])
    expect(now[0]?.text.en).toContain(`${words}And more.`)
    expect(now.map(({ id }) => id)).toEqual([
      before[0]?.id,
      now[1]?.id,
      now[2]?.id,
      ...before.slice(1).map(({ id }) => id),
    ])
  })

  // All of the document, copied and pasted into another one.
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+a')
  const copied = await page.locator('.text').evaluate((node) => {
    const clipboardData = new DataTransfer()
    node.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }))
    return { html: clipboardData.getData('text/html'), text: clipboardData.getData('text/plain') }
  })
  const source = readClauses(witness.body)
  const target = 'investment-outcome-targets'
  await using other = connectStock(stage.program.url, target, {
    cookie: await signIn(stage.program.url, 'secretariat'),
  })
  await other.synced()
  const targets = readClauses(other.body)
  const second = await context.newPage()
  await second.goto(`/documents/${target}`)
  await openDocument(second)
  const last = paragraphOf(clauseNumbered(second, `Target ${targets.length}`), 'ja', 0)
  await caretBehind(last, (await wordsOf(last)).slice(0, 6))
  await pasteInto(second, copied)
  await eventually(() => {
    const now = readClauses(other.body)
    expect(now.slice(0, targets.length)).toEqual(targets)
    expect(now.slice(targets.length).map(({ text }) => text)).toEqual(source.map(({ text }) => text))
    expect(new Set([...now, ...source].map(({ id }) => id)).size).toBe(now.length + source.length)
  })

  await selectWords(line, 'And more')
  await pasteInto(page, { text: 'https://example.org/annex' })
  await eventually(async () => {
    expect(await line.locator('a[href="https://example.org/annex"]').textContent()).toBe('And more')
  })
  await expectSaveState(page, 'saved')
  expect(faults).toEqual([])
})

test('[D4] the first words pasted into an empty document become its first clause', async () => {
  const { page, open, context } = await stage.seatForTest('us-cochair-cybersecurity')
  const created = await context.request.post('/api/documents', {
    data: { group: 'cybersecurity', kind: 'note', title: { en: 'Empty', ja: '空' } },
  })
  const { id } = (await created.json()) as { id: string }
  await open(`/documents/${id}`)
  await page.locator('.text').focus()
  await pasteInto(page, { text: 'First words.' })
  await eventually(async () => {
    expect(await wordsOf(paragraphOf(clauseNumbered(page, 'Article 1'), 'en', 0))).toBe('First words.')
  })
  await expectSaveState(page, 'saved')
})
