/** What a text from elsewhere is read into before it becomes clauses: lines, lists and tables, each with the line of the source it is from. */
import type { JsonMark } from '../text.ts'
import type { Level } from '../schema.ts'

/** Words that are marked alike; a line break is `\n`. `isPlain`: brackets in them are signs of the text, and open nothing. */
export type Span = { readonly text: string; readonly marks: readonly JsonMark[]; readonly isPlain: boolean }

/**
 * A paragraph or a heading. `depth`: of the heading in the source. `breaks`: before which of its letters another line of the source
 * begins.
 */
export type Line = {
  readonly type: 'line'
  readonly at: number
  readonly breaks: readonly number[]
  readonly depth: number | null
  readonly spans: readonly Span[]
}
export type List = {
  readonly type: 'list'
  readonly at: number
  readonly start: number | null
  readonly items: readonly (readonly Block[])[]
}
export type Cell = {
  readonly isHeader: boolean
  readonly colspan: number
  readonly rowspan: number
  readonly blocks: readonly Block[]
}
export type Table = { readonly type: 'table'; readonly at: number; readonly rows: readonly (readonly Cell[])[] }
export type Block = Line | List | Table

/** A heading level of the text for one of the source that is `below` levels under the title of its clause. */
export const levelFor = (below: number): Level => (below <= 1 ? 1 : below === 2 ? 2 : 3)

export const words = (text: string, more: Partial<Omit<Span, 'text'>> = {}): Span => ({
  text,
  marks: [],
  isPlain: false,
  ...more,
})

/** Stands in the words of a span for the end of a line of the source, until they are put into a line. */
export const sourceBreak = '\v'

export function lineOf(at: number, spans: readonly Span[], depth: number | null = null): Line {
  const breaks: number[] = []
  let length = 0
  const clean = spans.map((span) => {
    const [first = '', ...rest] = span.text.split(sourceBreak)
    length += first.length
    for (const part of rest) {
      breaks.push(length)
      length += part.length
    }
    return rest.length === 0 ? span : { ...span, text: [first, ...rest].join('') }
  })
  return { type: 'line', at, breaks, depth, spans: clean }
}

/** The line of the source that a letter of a line is in. */
export const sourceLine = ({ at, breaks }: Line, offset: number): number =>
  at + breaks.filter((start) => start <= offset).length

/** The words of a line as one text. */
export const textOf = ({ spans }: Line): string => spans.map(({ text }) => text).join('')

/** All lines of these blocks, in the order in which they are read. */
export function* linesIn(blocks: readonly Block[]): Generator<Line> {
  for (const block of blocks) {
    if (block.type === 'line') yield block
    else if (block.type === 'list') for (const item of block.items) yield* linesIn(item)
    else for (const row of block.rows) for (const cell of row) yield* linesIn(cell.blocks)
  }
}

const ideographic = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}　-〿＀-￯]/u

/** What stands for the end of a line of the source between words that go on: nothing where the language has no spaces. */
export const joint = (before: string, after: string): '' | ' ' =>
  ideographic.test(before.at(-1) ?? '') && ideographic.test(after[0] ?? '') ? '' : ' '

/** Words over several lines of the source as those of one line. */
export function unwrapped(text: string): string {
  const [first = '', ...rest] = text.split('\n')
  return rest.reduce((before, line) => {
    const [so, next] = [before.trimEnd(), line.trimStart()]
    return so + (so === '' && ideographic.test(next[0] ?? '') ? '' : joint(so, next)) + sourceBreak + next
  }, first)
}

/** Spans without a space before the first or behind the last of the words. */
export function trimmed(spans: readonly Span[]): Span[] {
  const left = spans.filter(({ text }) => text !== '')
  for (;;) {
    const [first] = left
    if (first === undefined) break
    const text = first.text.replace(/^[\s\uFEFF]+/, '')
    if (text !== '') {
      left[0] = { ...first, text }
      break
    }
    left.shift()
  }
  for (;;) {
    const last = left.at(-1)
    if (last === undefined) break
    const text = last.text.replace(/[\s\uFEFF]+$/, '')
    if (text !== '') {
      left[left.length - 1] = { ...last, text }
      break
    }
    left.pop()
  }
  return left
}
