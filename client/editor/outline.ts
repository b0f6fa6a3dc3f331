/** The clauses of the editor's document as an outline: cheap enough to ask after every pause in typing. */
import type { Node } from '@tiptap/pm/model'
import {
  clauseKinds,
  clauseLabel,
  isClauseKind,
  isStatus,
  type ClauseKind,
  type Status,
} from '#shared/domain/documents.ts'
import { isLanguage, type LocalizedText } from '#shared/domain/languages.ts'

export type OutlineRow = {
  readonly id: string
  readonly kind: ClauseKind
  readonly label: LocalizedText
  readonly numbered: boolean
  readonly title: LocalizedText
  readonly status: Status | null
}

type Titles = { title: LocalizedText; status: Status | null }

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
  const read = { title, status: isStatus(status) ? status : null }
  titles.set(clause, read)
  return read
}

const sameRow = (a: OutlineRow, b: OutlineRow): boolean =>
  a.id === b.id &&
  a.label.en === b.label.en &&
  a.title.en === b.title.en &&
  a.title.ja === b.title.ja &&
  a.status === b.status

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
  const rows: OutlineRow[] = []
  doc.forEach((node) => {
    if (node.type.name !== 'clause') return
    const { id, kind }: { id?: unknown; kind?: unknown } = node.attrs
    if (typeof id !== 'string' || !isClauseKind(kind)) return
    const numbered = clauseKinds[kind].label !== null
    const number = numbered ? (counts.get(kind) ?? 0) + 1 : null
    if (number !== null) counts.set(kind, number)
    const label = { en: clauseLabel(kind, number, 'en'), ja: clauseLabel(kind, number, 'ja') }
    rows.push({ id, kind, label, numbered, ...titlesOf(node) })
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
