/** Blocks of a text as Markdown (CommonMark with tables); whatever looks like markup in the words is escaped. */
import type { JsonMark, JsonNode } from '#shared/editor/text.ts'

/** Headings in a text begin below the title of the file and of the clause. */
const headingOffset = 2

/** Writes blocks with an empty line between them. */
export const blocksToMarkdown = (nodes: readonly JsonNode[]): string =>
  nodes
    .map(block)
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

function block(node: JsonNode): string {
  const content = node.content ?? []
  switch (node.type) {
    case 'paragraph': {
      const level = node.attrs?.['level']
      const text = inline(content)
      return typeof level === 'number' && text !== '' ? `${'#'.repeat(level + headingOffset)} ${text}` : text
    }
    case 'bulletList':
      return content.map((item) => listItem('- ', item)).join('\n')
    case 'orderedList': {
      const start = node.attrs?.['start']
      const first = typeof start === 'number' ? start : 1
      return content.map((item, index) => listItem(`${first + index}. `, item)).join('\n')
    }
    case 'table':
      return table(content)
    default:
      return content.length > 0 ? blocksToMarkdown(content) : inline([node])
  }
}

function listItem(marker: string, item: JsonNode): string {
  const [first = '', ...rest] = blocksToMarkdown(item.content ?? []).split('\n')
  const indented = rest.map((line) => (line === '' ? '' : ' '.repeat(marker.length) + line))
  return [marker + first, ...indented].join('\n')
}

function table(rows: readonly JsonNode[]): string {
  const cells = rows.map((row) =>
    (row.content ?? []).flatMap((cell) => {
      const span = cell.attrs?.['colspan']
      const text = blocksToMarkdown(cell.content ?? []).replaceAll(/\s*\n\s*/g, '<br>')
      return [text, ...Array.from({ length: typeof span === 'number' ? span - 1 : 0 }, () => '')]
    }),
  )
  const width = Math.max(0, ...cells.map((row) => row.length))
  const line = (row: readonly string[]) => `| ${Array.from({ length: width }, (_, at) => row[at] ?? '').join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), line(Array.from({ length: width }, () => '---')), ...body.map(line)].join('\n')
}

const inline = (nodes: readonly JsonNode[]): string =>
  escapeLineStarts(
    nodes
      .map((node) => {
        if (node.type === 'hardBreak') return '\\\n'
        return (node.marks ?? []).reduce(mark, escapeSigns(node.text ?? ''))
      })
      .join(''),
  )

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
        ? `${before}[${words}](<${href.replaceAll(/[<>\n]/g, encodeURIComponent)}>)${after}`
        : text
    }
    default:
      return text
  }
}
