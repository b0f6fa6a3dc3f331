/** Blocks of a text as Markdown (CommonMark with tables); whatever looks like markup in the words is escaped. */
import type { Language } from '#shared/domain/languages.ts'
import type { JsonMark, JsonNode } from '#shared/editor/text.ts'
import { drawnMark } from './drawn.ts'
import { htmlOf } from './html.ts'
import { forPage, inPage } from './signs-in-page.ts'
import { numberAt } from './list-numbers.ts'

/** Headings in a text begin below the title of the file and of the clause. */
const headingOffset = 2

/** In which language, and in how many numbered lists. */
type Around = { readonly language: Language; readonly level: number }

/** Writes blocks with an empty line between them; `language` says how deeper lists are numbered. */
export const blocksToMarkdown = (nodes: readonly JsonNode[], language: Language): string =>
  writeBlocks(nodes, { language, level: 0 })

const writeBlocks = (nodes: readonly JsonNode[], around: Around): string =>
  nodes
    .map((node) => block(node, around))
    .filter((text) => text !== '')
    .join('\n\n')

/** Words in which nothing is read as Markdown or HTML. */
export const escapeMarkdown = (text: string): string => escapeLineStarts(escapeSigns(text))

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' }

const escapeSigns = (text: string) => text.replaceAll(/[\\`*_[\]<>|~&]/g, (sign) => entities[sign] ?? `\\${sign}`)

/** What would begin a heading, a list or an underline there. */
const escapeLineStarts = (text: string) =>
  text
    .replaceAll(/^(\s*)([#+=-])/gm, (_, space: string, sign: string) => `${space}\\${sign}`)
    .replaceAll(/^(\s*\d+)([.)])/gm, (_, number: string, sign: string) => `${number}\\${sign}`)

function block(node: JsonNode, around: Around): string {
  const content = node.content ?? []
  switch (node.type) {
    case 'paragraph': {
      const level = node.attrs?.['level']
      const text = inline(content)
      return typeof level === 'number' && text !== '' ? `${'#'.repeat(level + headingOffset)} ${text}` : text
    }
    case 'bulletList':
      return content.map((item) => listItem('- ', writeBlocks(item.content ?? [], around))).join('\n')
    case 'orderedList': {
      const start = node.attrs?.['start']
      const first = typeof start === 'number' ? start : 1
      const inside = { ...around, level: around.level + 1 }
      return content
        .map(({ content: blocks = [] }, index) =>
          around.level === 0
            ? listItem(`${first + index}. `, writeBlocks(blocks, inside))
            : listItem('- ', writeNumbered(numberAt(around.level, first + index, around.language), blocks, inside)),
        )
        .join('\n')
    }
    case 'table':
      return table(content, around)
    default:
      return content.length > 0 ? writeBlocks(content, around) : inline([node])
  }
}

/** Markdown has digits alone: what is numbered otherwise says so in its words. */
function writeNumbered(number: string, blocks: readonly JsonNode[], around: Around): string {
  const [first] = blocks
  const inLine = first?.type === 'paragraph' && typeof first.attrs?.['level'] !== 'number'
  return `${number}${inLine ? ' ' : '\n\n'}${writeBlocks(blocks, around)}`
}

function listItem(marker: string, content: string): string {
  const [first = '', ...rest] = content.split('\n')
  const indented = rest.map((line) => (line === '' ? '' : ' '.repeat(marker.length) + line))
  return [marker + first, ...indented].join('\n')
}

/** Markdown knows no spans, no headings but in the first row, and no lists in a cell: such a table is written as HTML. */
const isSimple = (rows: readonly JsonNode[]) =>
  rows.every((row, at) =>
    (row.content ?? []).every(
      ({ type, attrs = {}, content = [] }) =>
        type === (at === 0 ? 'tableHeader' : 'tableCell') &&
        Object.entries(attrs).every(([name, value]) => value === null || value === 1 || name === 'colwidth') &&
        content.every((line) => line.type === 'paragraph' && typeof line.attrs?.['level'] !== 'number'),
    ),
  )

function table(rows: readonly JsonNode[], around: Around): string {
  // An empty line would end the HTML.
  if (!isSimple(rows)) {
    const whole = [forPage({ type: 'table', content: rows })]
    return inPage(htmlOf(whole)(whole)).replaceAll('\n', '&#10;')
  }
  const cells = rows.map((row) =>
    (row.content ?? []).map((cell) => writeBlocks(cell.content ?? [], around).replaceAll(/\s*\n\s*/g, '<br>')),
  )
  const width = Math.max(0, ...cells.map((row) => row.length))
  const line = (row: readonly string[]) => `| ${Array.from({ length: width }, (_, at) => row[at] ?? '').join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), line(Array.from({ length: width }, () => '---')), ...body.map(line)].join('\n')
}

const inline = (nodes: readonly JsonNode[]): string =>
  escapeLineStarts(
    nodes
      .map((node, at) => {
        // A backslash would be one at the end of a heading, of a line and in a table.
        if (node.type === 'hardBreak') return '<br>'
        if (isDrawn(node)) return node.text ?? ''
        const text = (node.marks ?? []).reduce(mark, escapeSigns(node.text ?? ''))
        // Right behind a bracket, a parenthesis would begin where a link leads, and a colon what one leads to.
        return isDrawn(nodes[at - 1]) ? text.replace(/^[(:]/, '\\$&') : text
      })
      .join(''),
  )

const isDrawn = (node: JsonNode | undefined) => node?.marks?.some(({ type }) => type === drawnMark) === true

function mark(text: string, { type, attrs }: JsonMark): string {
  // Signs that touch a space are not read as emphasis.
  const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? []
  if (words === '') return text
  const wrapped = (sign: string) => `${before}${sign}${words}${sign}${after}`
  switch (type) {
    case 'bold':
      return wrapped('**')
    case 'italic':
      return wrapped('*')
    case 'underline':
      return `${before}<u>${words}</u>${after}`
    case 'link': {
      const href = attrs?.['href']
      return typeof href === 'string'
        ? `${before}[${words}](<${href.replaceAll(/[<>\\\p{Cc}]/gu, encodeURIComponent)}>)${after}`
        : text
    }
    default:
      return text
  }
}
