/**
 * What word processors, spreadsheets and web pages put on the clipboard, made into what it says: without what they hide (comments
 * in the margin, deletions that are being tracked), with real lists, tables and footnotes. The schema then takes what it knows.
 */
import { makeLists } from './foreign-lists.ts'
import { styleOf } from './foreign-style.ts'
import { lowered, raised } from './raised.ts'

export type ForeignText = {
  readonly html: string
  /** The footnotes, each beginning with its mark as it stands in the text; an element of paragraphs, or null without any. */
  readonly notes: HTMLElement | null
}

/** Reads foreign HTML without letting anything of it run or load. `noteTaken` tells which marks the text has already. */
export function readForeign(html: string, noteTaken: (mark: string) => boolean): ForeignText {
  const doc = new DOMParser().parseFromString(html, 'text/html')
  const { body } = doc
  removeHidden(doc)
  removeComments(body)
  removeDeletions(body)
  for (const each of body.querySelectorAll('style, script, meta, link, title, hr, object, iframe')) each.remove()
  // Clauses come from here alone, with fields that fit.
  for (const each of body.querySelectorAll('[data-clause]')) each.removeAttribute('data-clause')
  for (const each of body.querySelectorAll('[data-clause-text]')) each.removeAttribute('data-clause-text')
  tidySpaces(body)
  raiseSigns(body)
  const notes = takeNotes(body, noteTaken)
  for (const each of body.querySelectorAll('p')) if (isBlank(each) && each.closest('td, th') === null) each.remove()
  makeLists(body)
  if (notes) makeLists(notes)
  for (const table of [...body.querySelectorAll('table')].toReversed()) tidyTable(table)
  return { html: body.innerHTML, notes }
}

const isBlank = (element: Element) =>
  (element.textContent ?? '').trim() === '' && element.querySelector('table, li') === null

/** Takes an element out, with the line around it if nothing else stood there; a cell keeps its place. */
function remove(element: Element): void {
  if (element.matches('td, th')) return element.replaceChildren()
  const line = element.parentElement?.closest('p, li, h1, h2, h3, h4, h5, h6, tr, div') ?? null
  element.remove()
  if (line !== null && line.matches('p, li, h1, h2, h3, h4, h5, h6') && isBlank(line)) remove(line)
}

const hides = /(^|;)(display:none|visibility:hidden|mso-hide:all)/

function removeHidden(doc: Document): void {
  for (const sheet of doc.querySelectorAll('style')) {
    for (const selector of hidingSelectors(sheet.textContent ?? '')) {
      for (const each of doc.body.querySelectorAll(selector)) each.classList.add('alternat-hidden')
    }
  }
  for (const each of doc.body.querySelectorAll('[style], [hidden], .alternat-hidden')) {
    if (each.matches('[hidden], .alternat-hidden') || hides.test(styleOf(each))) remove(each)
  }
}

/** The selectors of what a style sheet hides. */
function hidingSelectors(css: string): string[] {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  return [...sheet.cssRules].flatMap((rule) =>
    rule instanceof CSSStyleRule && (rule.style.display === 'none' || rule.style.visibility === 'hidden')
      ? [rule.selectorText]
      : [],
  )
}

const commentClasses =
  '.msocomanchor, .msocomoff, .msocomtxt, .MsoCommentReference, .MsoCommentText, .MsoCommentSubject'

function removeComments(body: Element): void {
  for (const each of body.querySelectorAll('[style]')) {
    const style = styleOf(each)
    // The words that a comment is about are text; its sign and its own words are not.
    const isSubject = style.includes('mso-comment-reference') && !/^\s*\[\p{L}*\d*\]\s*$/u.test(each.textContent ?? '')
    if (isSubject) continue
    if (/mso-comment|mso-element:comment|mso-special-character:comment/.test(style)) remove(each)
  }
  for (const each of body.querySelectorAll(commentClasses)) remove(each)
  for (const each of body.querySelectorAll('a[href*="#cmnt"]')) {
    remove(
      each.getAttribute('href')?.includes('#cmnt_ref') ? (each.closest('p') ?? each) : (each.closest('sup') ?? each),
    )
  }
}

function removeDeletions(body: Element): void {
  for (const each of body.querySelectorAll('del, s, strike, .msoDel')) remove(each)
  for (const each of body.querySelectorAll('[style]')) {
    if (/text-decoration(-line)?:[^;]*line-through/.test(styleOf(each))) remove(each)
  }
}

/** Word keeps the width of a gap as hard spaces, and an empty line as one. */
function tidySpaces(body: Element): void {
  for (const each of body.querySelectorAll('[style]')) {
    if (/mso-spacerun|mso-tab-count/.test(styleOf(each))) each.replaceWith(' ')
  }
  for (const each of Array.from(body.getElementsByTagName('o:p'))) if (isBlank(each)) each.remove()
  for (const each of body.querySelectorAll('br')) {
    const beside = [each.previousSibling, each.nextSibling]
    if (beside.some((next) => next instanceof Element && next.matches('p, ul, ol, table, h1, h2, h3'))) each.remove()
  }
}

function raiseSigns(body: Element): void {
  const write = (elements: Iterable<Element>, spell: (text: string) => string) => {
    for (const each of elements) {
      const walker = body.ownerDocument.createTreeWalker(each, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) walker.currentNode.nodeValue = spell(walker.currentNode.nodeValue ?? '')
    }
  }
  const styled = (value: string) =>
    [...body.querySelectorAll('[style]')].filter((each) => styleOf(each).includes(`vertical-align:${value}`))
  const linked = 'a[href*="#"], a[style*="note-id"]'
  const isMark = (each: Element) => each.closest(linked) !== null || each.querySelector(linked) !== null
  const outermost = (elements: Element[]) =>
    elements.filter((each) => !isMark(each) && !elements.some((other) => other !== each && other.contains(each)))
  write(outermost([...body.querySelectorAll('sup'), ...styled('super')]), raised)
  write(outermost([...body.querySelectorAll('sub'), ...styled('sub')]), lowered)
}

const targetOf = (anchor: Element) => anchor.getAttribute('href')?.split('#')[1] ?? null
const nameOf = (anchor: Element) => anchor.getAttribute('name') ?? anchor.id

/** A footnote is two places that lead to each other: its mark in the text, and the note. */
function takeNotes(body: HTMLElement, taken: (mark: string) => boolean): HTMLElement | null {
  const anchors = [...body.querySelectorAll('a[href*="#"]')]
  const pairs = anchors.flatMap((mark, at) => {
    const note = anchors
      .slice(at + 1)
      .find((each) => targetOf(each) === nameOf(mark) && nameOf(each) === targetOf(mark) && nameOf(mark) !== '')
    return note ? [{ mark, note, label: labelOf(mark) }] : []
  })
  const numbers = pairs.map(({ label }) => Number(label)).filter((n) => n > 0)
  // The text has notes of its own under these numbers: count on behind them.
  let shift = 0
  while (numbers.some((n) => taken(`[${n + shift}]`))) shift += 1
  const notes = body.ownerDocument.createElement('div')
  for (const { mark, note, label } of pairs) {
    const sign = `[${Number(label) > 0 ? Number(label) + shift : label}]`
    const block = note.parentElement?.closest('[style*="note"], [id^="sdfootnote"], [id^="sdendnote"]')
    const lines = block?.matches('div, li') ? block : (note.closest('p, li, div') ?? note)
    note.remove()
    mark.replaceWith(sign)
    const paragraphs = lines.matches('p') ? [lines] : [...lines.querySelectorAll('p')]
    const [first = lines] = paragraphs
    first.prepend(`${sign} `)
    trimStart(first)
    if (paragraphs.length > 0) notes.append(...paragraphs)
    else notes.append(asParagraph(lines))
    lines.remove()
  }
  // Marks whose notes were not copied.
  for (const each of body.querySelectorAll('a[style*="note-id"]')) each.replaceWith(`[${labelOf(each)}]`)
  return pairs.length > 0 ? notes : null
}

const labelOf = (mark: Element) => (mark.textContent ?? '').replace(/[[\]\s\u00a0]/g, '')

const asParagraph = (element: Element): Element => {
  const made = element.ownerDocument.createElement('p')
  made.append(...element.childNodes)
  return made
}

/** One space between a note's mark, which comes first, and its words. */
function trimStart(paragraph: Element): void {
  const walker = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
  walker.nextNode()
  while (walker.nextNode()) {
    const text = (walker.currentNode.nodeValue ?? '').replace(/^[\s\u00a0]+/, '')
    walker.currentNode.nodeValue = text
    if (text !== '') return
  }
}

/** What the server takes for a table; a larger one is pasted line by line. */
const most = { columns: 60, cells: 10_000 }

const spanOf = (cell: HTMLTableCellElement, name: 'colSpan' | 'rowSpan', room: number) =>
  Math.max(1, Math.min(cell[name], room))

/** Gives every row of a table the same width: an editor that had to mend it would write its mending into the text. */
function tidyTable(table: HTMLTableElement): void {
  const rows = [...table.rows]
  const widths = rows.map(() => 0)
  for (const [index, row] of rows.entries()) {
    for (const cell of row.cells) {
      const [columns, height] = [
        spanOf(cell, 'colSpan', most.columns + 1),
        spanOf(cell, 'rowSpan', rows.length - index),
      ]
      cell.colSpan = columns
      cell.rowSpan = height
      for (let at = index; at < index + height; at += 1) widths[at] = (widths[at] ?? 0) + columns
    }
  }
  const width = Math.max(0, ...widths)
  const only = rows.length === 1 && rows[0]?.cells.length === 1 ? rows[0].cells[0] : undefined
  if (width === 0) table.remove()
  else if (only !== undefined) table.replaceWith(...only.childNodes)
  else if (width > most.columns || width * rows.length > most.cells) table.replaceWith(...rows.map(lineOf))
  else {
    for (const [index, row] of rows.entries()) {
      for (let missing = width - (widths[index] ?? 0); missing > 0; missing -= 1) row.insertCell()
    }
  }
}

function lineOf(row: HTMLTableRowElement): Element {
  const line = row.ownerDocument.createElement('p')
  line.textContent = [...row.cells].map((cell) => (cell.textContent ?? '').trim()).join('\t')
  return line
}
