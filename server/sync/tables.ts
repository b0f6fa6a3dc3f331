/**
 * Keeps tables rectangular. Who inserts a column while someone else inserts a row cannot know of the cell where the two meet. It is
 * written here, once: were every editor to put in what it misses, each would do so, and the table would grow with each reader.
 */
import { TableMap } from '@tiptap/pm/tables'
import * as Y from 'yjs'
import { fitting } from '#shared/editor/fit.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { attributesOf, childrenOf, fromJson, plainText, toJson } from '#shared/editor/text.ts'

/** Changes of one table that make it whole. To be made inside a transaction. */
export type Mending = () => void

/** What makes a table whole again after a transaction, or null if it is. Call it while what that wrote is still the newest. */
export function mendingOf(table: Y.XmlElement, { beforeState }: Y.Transaction): Mending | null {
  const rows = elementsOf(table)
  const cells = rows.map(elementsOf)
  const [json] = toJson(table)
  if (json === undefined) return null
  const map = TableMap.get(documentSchema().nodeFromJSON(fitting(json)))
  // Nobody can see or reach a table without cells.
  if (map.width === 0 || map.height === 0) return () => removeFromParent(table)
  const problems = (map.problems ?? []).filter(({ type }) => type !== 'colwidth mismatch')
  if (problems.length === 0) return null

  const spans = problems.flatMap((problem) => {
    if (problem.type !== 'collision' && problem.type !== 'overlong_rowspan') return []
    const cell = cellAt(rows, cells, problem.pos)
    if (cell === undefined) return []
    const narrower = spanOf(cell, 'colspan') - problem.n
    if (problem.type === 'collision' && narrower > 0) return [{ cell, name: 'colspan', value: narrower }]
    return [{ cell, name: 'rowspan', value: problem.type === 'collision' ? 1 : spanOf(cell, 'rowspan') - problem.n }]
  })
  // What overlaps is cut first: what else is amiss is seen once that is done.
  if (spans.length > 0) {
    return () => {
      for (const { cell, name, value } of spans) setSpan(cell, name, value)
    }
  }

  const missing = rows.map(() => 0)
  for (const problem of problems)
    if (problem.type === 'missing') missing[problem.row] = (missing[problem.row] ?? 0) + problem.n
  const widths = missing.map((count) => map.width - count)
  const usual = mostFrequent(widths)
  const simple = cells.flat().every((cell) => spanOf(cell, 'colspan') === 1 && spanOf(cell, 'rowspan') === 1)
  // Where a column was deleted, a row that came in meanwhile still has a cell for it: an empty one goes, words stay.
  const surplus = cells.map((row, at) => {
    const count = (widths[at] ?? 0) - usual
    const empty = simple && count > 0 ? row.filter((cell) => toJson(cell).map(plainText).join('') === '') : []
    return empty.length >= count && count > 0 ? empty.slice(-count) : []
  })
  const left = widths.map((width, at) => width - (surplus[at]?.length ?? 0))
  const target = Math.max(...left)
  const isNew = ({ _item }: Y.XmlElement) => _item !== null && _item.id.clock >= (beforeState.get(_item.id.client) ?? 0)
  const column = cells
    .filter((_, at) => left[at] === target && rows[at] !== undefined && !isNew(rows[at]))
    .map((row) => row.findIndex(isNew))
    .find((at) => at >= 0)
  return () => {
    rows.forEach((row, at) => {
      for (const cell of surplus[at] ?? []) removeFromParent(cell)
      const lacking = target - (left[at] ?? 0)
      if (lacking === 0) return
      const type = cells[at]?.[0]?.nodeName ?? 'tableCell'
      const made = Array.from({ length: lacking }, () => ({ type, content: [{ type: 'paragraph' }] }))
      row.insert(Math.min(column ?? row.length, row.length), fromJson(made))
    })
  }
}

const elementsOf = (parent: Y.XmlElement): Y.XmlElement[] =>
  childrenOf(parent).filter((child) => child instanceof Y.XmlElement)

function removeFromParent(element: Y.XmlElement): void {
  const { parent } = element
  if (parent instanceof Y.XmlFragment) parent.delete(parent.toArray().indexOf(element), 1)
}

/** The cell that begins at a position of the table, as the map of tables counts. */
function cellAt(
  rows: readonly Y.XmlElement[],
  cells: readonly Y.XmlElement[][],
  pos: number,
): Y.XmlElement | undefined {
  let at = 0
  for (const row of rows.keys()) {
    at += 1
    for (const cell of cells[row] ?? []) {
      if (at === pos) return cell
      at += sizeOf(cell)
    }
    at += 1
  }
  return undefined
}

const sizeOf = (element: Y.XmlElement): number => {
  const [json] = toJson(element)
  return json === undefined ? 0 : documentSchema().nodeFromJSON(fitting(json)).nodeSize
}

function spanOf(cell: Y.XmlElement, name: string): number {
  const value = attributesOf(cell)[name]
  return typeof value === 'number' ? value : 1
}

/** Yjs types attributes as strings and stores any JSON; a span is a number. */
const setSpan = (cell: Y.XmlElement, name: string, value: number) => cell.setAttribute(name, value as unknown as string)

function mostFrequent(widths: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  return [...counts].toSorted(([a, times], [b, otherTimes]) => otherTimes - times || b - a)[0]?.[0] ?? 0
}
