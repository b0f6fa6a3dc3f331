/** HTML as lines, lists and tables. Whatever it is marked up with, the words are kept; styles, scripts and what is not shown are not read. */
import { Parser } from 'htmlparser2'
import { languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { isSafeHref } from '../fields.ts'
import type { JsonMark } from '../text.ts'
import { lineOf, sourceBreak, trimmed, type Block, type Cell, type Span } from './blocks.ts'
import { aboutText, exactText, plainWords } from './ours.ts'

const unseen = new Set(['script', 'style', 'title', 'noscript', 'template', 'svg', 'math', 'iframe', 'object'])
const marks: { readonly [tag: string]: string } = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  cite: 'italic',
  u: 'underline',
}
/** What stands within a line. Any other element begins one of its own. */
const inline = new Set(
  'a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)
const deepest = 500

/** The words that characters spelled out in HTML stand for: `&amp;` is `&`. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text
  let words = ''
  const parser = new Parser({ ontext: (data) => (words += data) }, { decodeEntities: true })
  // What opens a tag is none here.
  parser.end(text.replaceAll('<', '&lt;'))
  return words
}

type Container =
  | { type: 'blocks'; tag: string; blocks: Block[] }
  | { type: 'list'; at: number; start: number | null; items: Block[][] }
  | { type: 'table'; at: number; rows: Cell[][] }
  | { type: 'row'; cells: Cell[] }

type Frame = {
  readonly tag: string
  readonly marks: readonly JsonMark[]
  readonly isPlain: boolean
  readonly pre: boolean
  readonly depth: number | null
  readonly pushed: number
  readonly cell: Omit<Cell, 'blocks'> | null
}

/**
 * Reads HTML; it gives blocks. `from`: the line of the source that it begins in. `language`: of the texts that are read, in a file of
 * ours that holds several. Throws a `RangeError` where elements are nested
 * beyond measure.
 */
export function readHtml(source: string, from = 1, language: Language | null = null): Block[] {
  const starts = lineStarts(source)
  let cursor = 0
  const lineAt = (index: number) => {
    while (cursor + 1 < starts.length && (starts[cursor + 1] ?? Infinity) <= index) cursor += 1
    while (cursor > 0 && (starts[cursor] ?? 0) > index) cursor -= 1
    return from + cursor
  }
  const root: Block[] = []
  const containers: Container[] = [{ type: 'blocks', tag: '', blocks: root }]
  const frames: Frame[] = []
  let spans: Span[] = []
  let began = from
  let skipping = 0
  let isExact = false
  const top = () => frames.at(-1)

  const target = (): Block[] => {
    const container = containers.at(-1)
    if (container === undefined) return root
    if (container.type === 'blocks') return container.blocks
    // Words between the parts of a list or a table stand in a part of their own.
    if (container.type === 'list') {
      const item: Block[] = []
      container.items.push(item)
      return item
    }
    const blocks: Block[] = []
    const cell = { isHeader: false, colspan: 1, rowspan: 1, blocks }
    if (container.type === 'row') container.cells.push(cell)
    else container.rows.push([cell])
    return blocks
  }
  const flush = () => {
    const left = trimmed(collapsed(spans))
    spans = []
    if (left.length > 0)
      target().push(lineOf(began, left, frames.findLast(({ depth }) => depth !== null)?.depth ?? null))
  }

  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        const isOther = isExact && language !== null && isOtherLanguage(attributes['lang'], language)
        if (skipping > 0 || isOther || unseen.has(tag) || Object.hasOwn(attributes, aboutText)) {
          skipping += 1
          frames.push({ tag, marks: [], isPlain: false, pre: false, depth: null, pushed: 0, cell: null })
          return
        }
        if (frames.length > deepest) throw new RangeError('Elements are nested too deep')
        const outer = top()
        const at = lineAt(parser.startIndex)
        if (tag === 'br') {
          spans.push({ text: '\n', marks: outer?.marks ?? [], isPlain: false })
          frames.push({ ...(outer ?? blank), tag, depth: null, pushed: 0, cell: null })
          return
        }
        if (!inline.has(tag)) flush()
        let pushed = 0
        let cell: Omit<Cell, 'blocks'> | null = null
        const push = (container: Container) => {
          containers.push(container)
          pushed += 1
        }
        if (tag === 'ul' || tag === 'ol' || tag === 'menu') {
          push({ type: 'list', at, start: tag === 'ol' ? (whole(attributes['start']) ?? 1) : null, items: [] })
        } else if (tag === 'li') {
          if (containers.at(-1)?.type !== 'list') push({ type: 'list', at, start: null, items: [] })
          push({ type: 'blocks', tag, blocks: [] })
        } else if (tag === 'table') push({ type: 'table', at, rows: [] })
        else if (tag === 'tr') {
          if (containers.at(-1)?.type !== 'table') push({ type: 'table', at, rows: [] })
          push({ type: 'row', cells: [] })
        } else if (tag === 'td' || tag === 'th') {
          if (containers.at(-1)?.type === 'row') push({ type: 'blocks', tag, blocks: [] })
          cell = { isHeader: tag === 'th', colspan: span(attributes['colspan']), rowspan: span(attributes['rowspan']) }
        }
        isExact ||= Object.hasOwn(attributes, exactText)
        const mark = markOf(tag, attributes)
        const own = outer?.marks ?? []
        frames.push({
          tag,
          marks: mark === null || own.some(({ type }) => type === mark.type) ? own : [...own, mark],
          isPlain: (outer?.isPlain ?? false) || Object.hasOwn(attributes, plainWords),
          pre: (outer?.pre ?? false) || tag === 'pre' || Object.hasOwn(attributes, exactText),
          depth: /^h[1-6]$/.test(tag) ? Number(tag[1]) : null,
          pushed,
          cell,
        })
      },
      onclosetag(tag) {
        const frame = frames.at(-1)
        if (frame === undefined || frame.tag !== tag) return
        if (skipping > 0) {
          skipping -= 1
          frames.pop()
          return
        }
        if (tag !== 'br' && !inline.has(tag)) flush()
        frames.pop()
        for (let count = 0; count < frame.pushed; count += 1) close(containers, frame.cell)
      },
      ontext(data) {
        if (skipping > 0) return
        if (spans.length === 0) {
          // The line that the words begin in, not the one in which the space before them does.
          const lead = /^\s*/.exec(data)?.[0].length ?? 0
          began = lineAt(parser.startIndex) + (data.slice(0, lead).split('\n').length - 1)
          if (lead === data.length && top()?.pre !== true) return
        }
        const { marks: own = [], isPlain = false, pre = false } = top() ?? {}
        spans.push({
          text: pre
            ? data
            : data.replaceAll(/[ \t\r\n\f]+/g, (space) => ` ${sourceBreak.repeat(space.split('\n').length - 1)}`),
          marks: own,
          isPlain,
        })
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(source)
  flush()
  while (containers.length > 1) close(containers, null)
  return root.filter((block) => !isEmpty(block))
}

const blank: Frame = { tag: '', marks: [], isPlain: false, pre: false, depth: null, pushed: 0, cell: null }

/** Ends the innermost list, table or item, and puts it where it stands. */
function close(containers: Container[], cell: Omit<Cell, 'blocks'> | null): void {
  const done = containers.pop()
  const around = containers.at(-1)
  if (done === undefined || around === undefined) return
  const put = (block: Block) => {
    if (around.type === 'blocks') around.blocks.push(block)
    else if (around.type === 'list') (around.items.at(-1) ?? around.items[around.items.push([]) - 1])?.push(block)
    else {
      const only = { isHeader: false, colspan: 1, rowspan: 1, blocks: [block] }
      if (around.type === 'row') around.cells.push(only)
      else around.rows.push([only])
    }
  }
  if (done.type === 'list') {
    if (done.items.length > 0) put({ ...done, items: done.items })
  } else if (done.type === 'table') {
    if (done.rows.length > 0) put({ ...done, rows: done.rows })
  } else if (done.type === 'row') {
    if (around.type === 'table' && done.cells.length > 0) around.rows.push(done.cells)
  } else if (around.type === 'list') around.items.push(done.blocks)
  else if (around.type === 'row')
    around.cells.push({ ...(cell ?? { isHeader: false, colspan: 1, rowspan: 1 }), blocks: done.blocks })
  else for (const block of done.blocks) put(block)
}

const isEmpty = (block: Block): boolean =>
  block.type === 'line'
    ? block.spans.length === 0
    : block.type === 'list'
      ? block.items.length === 0
      : block.rows.length === 0

/** Spaces that meet are one; a line break takes those beside it. */
function collapsed(spans: readonly Span[]): Span[] {
  const left: Span[] = []
  let before = '\n'
  for (const { text, ...rest } of spans) {
    let next = text
    if (/\s$/.test(before)) next = text === '\n' ? text : text.replace(/^ +/, '')
    if (text === '\n') {
      const last = left.at(-1)
      if (last !== undefined) left[left.length - 1] = { ...last, text: last.text.replace(/ +$/, '') }
    }
    if (next === '') continue
    left.push({ ...rest, text: next })
    before = next
  }
  return left
}

function markOf(tag: string, attributes: { readonly [name: string]: string }): JsonMark | null {
  const href = attributes['href']
  if (tag === 'a') return isSafeHref(href) ? { type: 'link', attrs: { href } } : null
  const type = marks[tag]
  return type === undefined ? null : { type }
}

const isOtherLanguage = (lang: string | undefined, language: Language) =>
  lang !== undefined && lang !== languages[language].tag && languageKeys.some((key) => languages[key].tag === lang)

const whole = (given: string | undefined) => (given !== undefined && /^\d{1,6}$/.test(given) ? Number(given) : null)
const span = (given: string | undefined) => Math.min(Math.max(whole(given) ?? 1, 1), 100)

function lineStarts(source: string): number[] {
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
