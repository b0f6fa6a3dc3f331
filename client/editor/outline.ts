/** The clauses of the editor's document as an outline: cheap enough to ask after every pause in typing. */
import type { Node } from '@tiptap/pm/model'
import {
  clauseKindKeys,
  clauseKinds,
  clauseLabel,
  isClauseKind,
  isStatus,
  type ClauseKind,
  type Status,
} from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, type LocalizedText } from '#shared/domain/languages.ts'
import { fold } from './fold.ts'

export type OutlineRow = {
  readonly id: string
  readonly kind: ClauseKind
  readonly label: LocalizedText
  readonly numbered: boolean
  readonly title: LocalizedText
  readonly status: Status | null
  /** Lines in it, or behind it, that look like the heading of a clause and are none. */
  readonly posing: readonly string[]
}

type Titles = { title: LocalizedText; status: Status | null; posing: readonly string[] }

// A clause that nobody touched is the same node as before: its title need not be read again.
const titles = new WeakMap<Node, Titles>()

const titleLength = 120

function titlesOf(clause: Node): Titles {
  const known = titles.get(clause)
  if (known) return known
  const title = { en: '', ja: '' }
  clause.forEach((child) => {
    const language: unknown = child.attrs['lang']
    if (!isLanguage(language)) return
    child.descendants((node) => {
      if (title[language] === '' && node.isTextblock) title[language] = node.textContent.slice(0, titleLength).trim()
      return title[language] === ''
    })
  })
  const status: unknown = clause.attrs['status']
  const read = { title, status: isStatus(status) ? status : null, posing: posingLines(clause) }
  titles.set(clause, read)
  return read
}

const sameRow = (a: OutlineRow, b: OutlineRow): boolean =>
  a.id === b.id &&
  a.label.en === b.label.en &&
  a.title.en === b.title.en &&
  a.title.ja === b.title.ja &&
  a.status === b.status &&
  a.posing.join('\n') === b.posing.join('\n')

const numeral = '(?:\\d+|[ivxlcdm]+|[〇一二三四五六七八九十百]+)'

/** How clauses are cited, at the start of a line: "Article 3", 「第3条」. */
const headings = new RegExp(
  `^\\s*(?:art\\.\\s*${numeral}(?![a-z\\d])|${clauseKindKeys
    .flatMap((kind) => languageKeys.map((language) => fold(clauseKinds[kind].label?.[language] ?? '').text))
    .filter((label) => label !== '')
    .map((label) => label.replace(/\s*#/, `\\s*${numeral}(?![a-z\\d])`))
    .join('|')})`,
)

const headingLength = 100

/** The lines of a clause, or of a block, that a reader would take for the heading of a clause: short, and no sentence. */
function posingLines(part: Node): string[] {
  const lines: string[] = []
  const read = (line: Node) => {
    const words = line.textContent.trim()
    if (words === '' || words.length > headingLength || /[.。;；,、]$/.test(words)) return
    if (headings.test(fold(words).text)) lines.push(words)
  }
  if (part.isTextblock) read(part)
  part.descendants((node) => {
    if (node.isTextblock) read(node)
    return !node.isTextblock
  })
  return lines
}

/** A clause may say its own number in its text, in the numerals of either language. */
const namesItself = (line: string, label: LocalizedText): boolean =>
  languageKeys.some((language) => {
    const own = fold(label[language]).text
    const said = fold(line)
      .text.trim()
      .replace(new RegExp(`(?<=^第|^[a-z]+[.\\s]\\s*)${numeral}`), (number) => String(valueOf(number)))
    return said.startsWith(own) && !/^\d/.test(said.slice(own.length))
  })

const roman: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 }

/** What a numeral stands for: 12, xii, 十二. */
function valueOf(number: string): number {
  if (/^\d+$/.test(number)) return Number(number)
  if (/^[a-z]+$/.test(number)) {
    const values = Array.from(number, (letter) => roman[letter] ?? 0)
    return values.reduce((sum, value, at) => sum + (value < (values[at + 1] ?? 0) ? -value : value), 0)
  }
  let [sum, digit] = [0, 0]
  for (const sign of number) {
    if (sign !== '十' && sign !== '百') digit = digit * 10 + '〇一二三四五六七八九'.indexOf(sign)
    else {
      sum += (digit || 1) * (sign === '十' ? 10 : 100)
      digit = 0
    }
  }
  return sum + digit
}

/** The outline as it is now, made of the rows known before wherever they still hold: what is the same need not be drawn. */
export function updateOutline(known: readonly OutlineRow[], doc: Node): readonly OutlineRow[] {
  const before = new Map(known.map((row) => [row.id, row]))
  return outlineOf(doc).map((row) => {
    const old = before.get(row.id)
    return old && sameRow(old, row) ? old : row
  })
}

/** The rows of the outline, in the document's order. */
export function outlineOf(doc: Node): OutlineRow[] {
  const counts = new Map<ClauseKind, number>()
  const rows: (OutlineRow & { readonly posing: string[] })[] = []
  // Blocks outside of clauses have no row of their own: their lines are listed in the row of the clause before them, or, where none
  // is before them, in the row of the first clause.
  let first: string[] = []
  doc.forEach((node) => {
    if (node.type.name !== 'clause') {
      const row = rows.at(-1)
      ;(row?.posing ?? first).push(...posingLines(node))
      return
    }
    const { id, kind }: { id?: unknown; kind?: unknown } = node.attrs
    if (typeof id !== 'string' || !isClauseKind(kind)) return
    const numbered = clauseKinds[kind].label !== null
    const number = numbered ? (counts.get(kind) ?? 0) + 1 : null
    if (number !== null) counts.set(kind, number)
    const label = { en: clauseLabel(kind, number, 'en'), ja: clauseLabel(kind, number, 'ja') }
    const { posing, ...read } = titlesOf(node)
    const own = posing.filter((line) => !namesItself(line, label))
    rows.push({ id, kind, label, numbered, ...read, posing: [...first, ...own] })
    first = []
  })
  return rows
}

/** Whether two outlines show the same. */
export const sameOutline = (a: readonly OutlineRow[], b: readonly OutlineRow[]): boolean =>
  a.length === b.length &&
  a.every((row, index) => {
    const other = b[index]
    return other !== undefined && sameRow(row, other)
  })
