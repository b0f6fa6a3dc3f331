/** The blocks of a text with its brackets as pending changes: marks on words, and on each block that is in brackets as a whole. */
import { suggestionAttribute, type BlockChange, type Deletion, type Pending } from '../changes/pending.ts'
import type { JsonMark, JsonNode, JsonValue } from '../text.ts'
import type { Block, Line, Span } from './blocks.ts'
import { levelFor } from './blocks.ts'
import type { Bracket, Brackets } from './brackets.ts'

/** For whom the changes are made: the user is told by the server, and at what time. */
export type Importer = { readonly user: string; readonly at: number }

/** A stretch of words without brackets, and the brackets that it stands in, from the outside in. */
type Run = { readonly span: Span; readonly text: string; readonly within: readonly Bracket[] }

export type Read = {
  /** The brackets that all words of these blocks stand in, from the outside in. */
  readonly around: (blocks: readonly Block[]) => readonly Bracket[]
  /** `taken`: brackets that a block around these bears already. `depth`: of the headings right under the title of the clause. */
  readonly build: (blocks: readonly Block[], taken: readonly Bracket[], depth: number) => JsonNode[]
}

/** Reads the words of a text by its brackets. */
export function reading({ lines, pairs }: Brackets, by: Importer): Read {
  const runs = runsByLine(lines, pairs)

  const around = (blocks: readonly Block[]): readonly Bracket[] => {
    let shared: readonly Bracket[] | null = null
    const visit = (line: Line) => {
      for (const { text, within } of runs.get(line) ?? []) {
        if (text.trim() === '') continue
        const before: readonly Bracket[] = shared ?? within
        shared = before.filter((bracket) => within.includes(bracket))
      }
    }
    const walk = (list: readonly Block[]): void => {
      for (const block of list) {
        if (block.type === 'line') visit(block)
        else if (block.type === 'list') block.items.forEach(walk)
        else for (const row of block.rows) for (const cell of row) walk(cell.blocks)
      }
    }
    walk(blocks)
    return shared ?? []
  }

  const attributes = (blocks: readonly Block[], taken: readonly Bracket[]) => blockAttributes(around(blocks), taken, by)

  const build = (blocks: readonly Block[], taken: readonly Bracket[], depth: number): JsonNode[] =>
    blocks.flatMap((block): JsonNode[] => {
      if (block.type === 'line') {
        const own = attributes([block], taken)
        const line = wordsOf(runs.get(block) ?? [], own.taken, taken, by)
        if (line.length === 0 && (runs.get(block) ?? []).length === 0 && block.spans.length > 0) return []
        const level = block.depth === null ? null : levelFor(block.depth - depth + 1)
        return [node('paragraph', { ...(level === null ? {} : { level }), ...own.attrs }, line)]
      }
      const own = attributes([block], taken)
      if (block.type === 'list') {
        const items = block.items.map((item) => {
          const inner = attributes(item, own.taken)
          return node('listItem', inner.attrs, build(item, inner.taken, depth))
        })
        const start = block.start === null || block.start === 1 ? {} : { start: block.start }
        return [node(block.start === null ? 'bulletList' : 'orderedList', { ...start, ...own.attrs }, items)]
      }
      const rows = block.rows.map((row) => {
        const cells = row.flatMap((cell) => cell.blocks)
        const inner = attributes(cells, own.taken)
        return node(
          'tableRow',
          inner.attrs,
          row.map(({ isHeader, colspan, rowspan, blocks: content }) =>
            node(
              isHeader ? 'tableHeader' : 'tableCell',
              { ...(colspan > 1 ? { colspan } : {}), ...(rowspan > 1 ? { rowspan } : {}) },
              content.length === 0 ? [{ type: 'paragraph' }] : build(content, inner.taken, depth),
            ),
          ),
        )
      })
      return [node('table', own.attrs, rows)]
    })

  return { around, build }
}

/** What a block bears of the brackets around all of it: one insertion at most, and for each party one deletion. */
export function blockAttributes(
  around: readonly Bracket[],
  taken: readonly Bracket[],
  by: Importer,
): { readonly attrs: { readonly [name: string]: JsonValue }; readonly taken: readonly Bracket[] } {
  const attrs: Record<string, BlockChange> = {}
  const now = [...taken]
  let isInserted = false
  for (const bracket of around) {
    if (taken.includes(bracket) || bracket.inLine) continue
    const parties = bracket.deletes ?? [bracket.party]
    if (bracket.deletes === null && isInserted) continue
    if (parties.some((party) => suggestionAttribute(party) in attrs)) continue
    isInserted ||= bracket.deletes === null
    for (const party of parties) {
      attrs[suggestionAttribute(party)] = {
        ...changeOf(bracket, party, by),
        op: bracket.deletes === null ? 'insert' : 'delete',
      }
    }
    now.push(bracket)
  }
  return { attrs, taken: now }
}

const changeOf = ({ id, place }: Bracket, party: string | null, { user, at }: Importer): Pending => ({
  id,
  place,
  party,
  user,
  at,
})

/** The words of a line. What its block, or one around it, strikes as a whole (`taken`) is not struck again. */
function wordsOf(
  runs: readonly Run[],
  taken: readonly Bracket[],
  around: readonly Bracket[],
  by: Importer,
): JsonNode[] {
  const isWhole = taken.length > around.length
  const kept = isWhole ? withoutSpaceAround(runs) : runs
  return kept.flatMap(({ span, text, within }) => {
    const changes = marksFor(within, taken, by)
    return text.split('\n').flatMap((part, at): JsonNode[] => {
      const marks = [...span.marks, ...changes]
      const words: JsonNode[] =
        part === '' ? [] : [{ type: 'text', text: part, ...(marks.length > 0 ? { marks } : {}) }]
      return at === 0 ? words : [lineBreak(within, taken, by), ...words]
    })
  })
}

/** The brackets of a whole line take its end with them: a space behind them is nobody's word. */
const withoutSpaceAround = (runs: readonly Run[]) =>
  runs.filter(({ text, within }) => within.length > 0 || text.trim() !== '')

function marksFor(within: readonly Bracket[], taken: readonly Bracket[], by: Importer): JsonMark[] {
  return within.flatMap((bracket, at): JsonMark[] => {
    if (bracket.deletes === null) return [{ type: 'insertion', attrs: changeOf(bracket, bracket.party, by) }]
    // What others put into words that are struck is not struck with them.
    if (taken.includes(bracket) || within.slice(at + 1).some(({ deletes }) => deletes === null)) return []
    const over = within.slice(0, at).findLast(({ deletes }) => deletes === null)?.id ?? null
    return bracket.deletes.map((party) => {
      const deletion: Deletion = { ...changeOf(bracket, party, by), over }
      return { type: 'deletion', attrs: deletion }
    })
  })
}

/** A line break bears what is suggested for it as a block does; in a block that is put in it needs nothing of its own. */
function lineBreak(within: readonly Bracket[], taken: readonly Bracket[], by: Importer): JsonNode {
  const own = within
    .filter((bracket) => !taken.includes(bracket))
    .map((bracket): Bracket => ({ ...bracket, inLine: false }))
  return node('hardBreak', blockAttributes(own, [], by).attrs, [])
}

const node = (type: string, attrs: { readonly [name: string]: JsonValue }, content: readonly JsonNode[]): JsonNode => ({
  type,
  ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
  ...(content.length > 0 ? { content } : {}),
})

/** Cuts the words of each line where a bracket opens or closes. */
function runsByLine(lines: Brackets['lines'], pairs: readonly Bracket[]): ReadonlyMap<Line, readonly Run[]> {
  type Cut = { readonly from: number; readonly to: number; readonly bracket: Bracket; readonly opens: boolean }
  const cuts = new Map<number, Cut[]>()
  const add = (line: number, cut: Cut) => {
    const known = cuts.get(line)
    if (known === undefined) cuts.set(line, [cut])
    else known.push(cut)
  }
  for (const bracket of pairs) {
    add(bracket.open.line, { from: bracket.open.from, to: bracket.open.inner, bracket, opens: true })
    add(bracket.close.line, { from: bracket.close.until, to: bracket.close.until + 1, bracket, opens: false })
  }
  const runs = new Map<Line, Run[]>()
  let within: Bracket[] = []
  for (const [index, { line }] of lines.entries()) {
    const list: Run[] = []
    const own = (cuts.get(index) ?? []).toSorted((a, b) => a.from - b.from)
    let [at, next] = [0, 0]
    for (const span of line.spans) {
      const end = at + span.text.length
      let from = at
      const put = (to: number) => {
        if (to > from) list.push({ span, text: span.text.slice(from - at, to - at), within })
      }
      for (;;) {
        const cut = own[next]
        if (cut === undefined || cut.from >= end) break
        put(Math.min(cut.from, end))
        if (!cut.opens) within = within.filter((each) => each !== cut.bracket)
        else if (!within.includes(cut.bracket)) within = [...within, cut.bracket]
        from = Math.min(cut.to, end)
        // A label may go on in the next span.
        if (cut.to > end) break
        next += 1
      }
      put(end)
      at = end
    }
    runs.set(line, list)
  }
  return runs
}
