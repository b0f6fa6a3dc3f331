/** Markdown as lines, lists and tables. Nothing is left out: what is no text in Markdown (a definition, front matter) is read as words. */
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import { isSafeHref } from '../fields.ts'
import type { JsonMark } from '../text.ts'
import { lineOf, trimmed, unwrapped, words, type Block, type Cell, type Span } from './blocks.ts'
import { decoded, readHtml } from './html.ts'
import { textBegins } from './ours.ts'

/** Deeper lists are none that people wrote; the reader of Markdown calls itself for each. */
const deepest = 400

/** Reads Markdown; it gives blocks. Throws a `RangeError` where lists or quotations are nested beyond measure. */
export function readMarkdown(source: string): Block[] {
  const begun = source.indexOf(textBegins)
  if (begun >= 0) {
    const head = source.slice(0, begun + textBegins.length)
    return new Reader(newlines(head) + 1).read(source.slice(head.length))
  }
  const front = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(source)
  if (front === null) return new Reader(1).read(source)
  const lines = (front[1] ?? '')
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [plainLine(at + 2, line)]))
  return [...lines, ...new Reader(newlines(front[0]) + 1).read(source.slice(front[0].length))]
}

const newlines = (text: string) => text.split('\n').length - 1
const plainLine = (at: number, text: string) => lineOf(at, [words(text.trim(), { isPlain: true })])

type Open = { readonly marks: readonly JsonMark[]; readonly isPlain: boolean }

class Reader {
  #at: number

  constructor(at: number) {
    this.#at = at
  }

  read(source: string): Block[] {
    if (/^(?:\s*>){100}/m.test(source)) throw new RangeError('Quotations are nested too deep')
    try {
      return this.#blocks(lexer(source), source, this.#at, 0)
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError('Lists or quotations are nested too deep')
      throw error
    }
  }

  /** `source`: what these were read from, which begins in line `from`. */
  #blocks(tokens: readonly Token[], source: string, from: number, depth: number): Block[] {
    if (depth > deepest) throw new RangeError('Lists are nested too deep')
    const blocks: Block[] = []
    let at = from
    let cursor = 0
    /** What stands in an item without a line of its own. */
    let loose: Span[] = []
    const flush = () => {
      const spans = trimmed(loose)
      if (spans.length > 0) blocks.push(lineOf(at, spans))
      loose = []
    }
    for (const token of tokens as readonly MarkedToken[]) {
      // A list leaves out the empty lines behind it.
      const found = source.indexOf(token.raw, cursor)
      if (found >= cursor && source.slice(cursor, found).trim() === '') {
        at += newlines(source.slice(cursor, found))
        cursor = found
      }
      if (token.type === 'text' || token.type === 'checkbox') {
        loose.push(...this.#inline(token.type === 'text' ? (token.tokens ?? [token]) : [token]))
      } else {
        flush()
        blocks.push(...this.#block(token, at, depth))
      }
      at += newlines(token.raw)
      cursor += token.raw.length
    }
    flush()
    return blocks
  }

  #block(token: MarkedToken, at: number, depth: number): Block[] {
    switch (token.type) {
      case 'heading':
        return [lineOf(at, trimmed(this.#inline(token.tokens)), token.depth)]
      case 'paragraph': {
        const spans = trimmed(this.#inline(token.tokens))
        return spans.length > 0 ? [lineOf(at, spans)] : []
      }
      case 'list': {
        let line = at
        const items = token.items.map((item) => {
          const own = this.#blocks(item.tokens, item.text, line, depth + 1)
          line += newlines(item.raw)
          return own
        })
        return [{ type: 'list', at, start: token.ordered ? Number(token.start) || 1 : null, items }]
      }
      case 'blockquote':
        return this.#blocks(token.tokens, token.text, at, depth + 1)
      case 'table':
        return [this.#table(token, at)]
      case 'html':
        return readHtml(token.raw, at)
      case 'space':
      case 'hr':
        return []
      case 'code':
        return token.text
          .split('\n')
          .flatMap((text, index) => (text.trim() === '' ? [] : [lineOf(at + index, [words(text.trim())])]))
      default:
        return token.raw.split('\n').flatMap((text, index) => (text.trim() === '' ? [] : [plainLine(at + index, text)]))
    }
  }

  #table({ header, rows }: Tokens.Table, at: number): Block {
    const cell =
      (isHeader: boolean, line: number) =>
      ({ tokens }: Tokens.TableCell): Cell => ({
        isHeader,
        colspan: 1,
        rowspan: 1,
        blocks: [lineOf(line, trimmed(this.#inline(tokens)))],
      })
    return {
      type: 'table',
      at,
      rows: [header.map(cell(true, at)), ...rows.map((row, index) => row.map(cell(false, at + index + 2)))],
    }
  }

  #inline(tokens: readonly Token[], open: Open = { marks: [], isPlain: false }): Span[] {
    const spans: Span[] = []
    let underlines = 0
    const put = (text: string, more: Partial<Open> = {}) => {
      const marks = underlines > 0 ? [...open.marks, { type: 'underline' }] : open.marks
      if (text !== '') spans.push({ ...open, marks, text, ...more })
    }
    for (const token of tokens as readonly MarkedToken[]) {
      const within = (mark: JsonMark | null) => {
        const marks = underlines > 0 ? [...open.marks, { type: 'underline' }] : open.marks
        return {
          ...open,
          marks: mark === null || marks.some(({ type }) => type === mark.type) ? marks : [...marks, mark],
        }
      }
      switch (token.type) {
        case 'strong':
          spans.push(...this.#inline(token.tokens, within({ type: 'bold' })))
          break
        case 'em':
          spans.push(...this.#inline(token.tokens, within({ type: 'italic' })))
          break
        case 'del':
          spans.push(...this.#inline(token.tokens, within(null)))
          break
        case 'link':
          if (isSafeHref(token.href)) {
            const link = { type: 'link', attrs: { href: token.href } }
            spans.push(...this.#inline(token.tokens, { ...within(link), isPlain: true }))
          } else {
            // Brackets with something in parentheses behind them look like a link that leads nowhere.
            put('[')
            spans.push(...this.#inline(token.tokens, within(null)))
            put(unwrapped(decoded(token.raw.slice(token.raw.lastIndexOf(']')))))
          }
          break
        case 'br':
          put('\n')
          break
        case 'checkbox':
          put(token.raw)
          break
        case 'escape':
          put(token.text, { isPlain: true })
          break
        case 'codespan':
          put(unwrapped(token.text))
          break
        case 'html': {
          const tag = /^<(\/?)(u|ins|br)\b/i.exec(token.raw)
          if (tag === null) {
            if (!/^<[!/?a-z]/i.test(token.raw)) put(token.raw)
          } else if (tag[2]?.toLowerCase() === 'br') put('\n')
          else if (tag[2]?.toLowerCase() === 'u') underlines = Math.max(0, underlines + (tag[1] === '' ? 1 : -1))
          break
        }
        case 'text':
          if (token.tokens === undefined) put(decoded(unwrapped(token.text)))
          else spans.push(...this.#inline(token.tokens, within(null)))
          break
        case 'image':
          put(decoded(unwrapped(token.raw)), { isPlain: true })
          break
        default:
          put(decoded(unwrapped(token.raw)))
      }
    }
    return spans
  }
}
