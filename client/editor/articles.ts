/** Text that "Article 3" or 第3条 divide into clauses, as a text that was drafted elsewhere is. */
import { Fragment, type Node } from '@tiptap/pm/model'
import { clauseKinds, type ClauseKind } from '#shared/domain/documents.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '[\\s\\u00a0]+')
const numbers = { en: '(?:\\d{1,3}|[IVXLC]{1,7})', ja: '\\s*(?:[0-9０-９]{1,3}|[〇一二三四五六七八九十百]{1,6})\\s*' }

/** How numbered clauses of those kinds begin: "Article 3", 「第三条」, 「第3条の2」. */
function labelPatterns(kinds: readonly ClauseKind[]): { readonly [L in Language]: RegExp } {
  const labels = [...new Set<ClauseKind>(['article', ...kinds])].flatMap((kind) => clauseKinds[kind].label ?? [])
  const pattern = (language: Language, suffix: string, flags: string) => {
    const spelled = labels.map((label) => label[language].split('#').map(escaped).join(numbers[language]))
    return new RegExp(`^[\\s\\u00a0]*(?:${spelled.join('|')})${suffix}`, flags)
  }
  return {
    en: pattern('en', '(?![\\p{L}\\p{N}])', 'iu'),
    ja: pattern('ja', '(?:の[0-9０-９一二三四五六七八九十]{1,3})*', 'u'),
  }
}

const isBold = (block: Node) => block.children.every(({ marks }) => marks.some(({ type }) => type.name === 'bold'))
const endsSentence = /[.;:,。、；]\s*$/
const longestHeading = 90

/** How many characters of a block are the number of a clause that begins there; 0 where it only speaks of one. */
function labelLength(block: Node, patterns: { readonly [L in Language]: RegExp }): number {
  if (block.type.name !== 'paragraph') return 0
  const text = block.textBetween(0, block.content.size, undefined, '\n')
  const heading = block.attrs['level'] !== null || (block.childCount > 0 && isBold(block))
  const short = text.length <= longestHeading && !endsSentence.test(text)
  for (const language of languageKeys) {
    const length = patterns[language].exec(text)?.[0].length ?? 0
    if (length === 0) continue
    const rest = text.slice(length)
    const separator = /^[\s\u00a0]*(?:[.:：．–—―-](?=[\s\u00a0\p{Lu}]|$)|\n|\t)[\s\u00a0]*/u.exec(rest)?.[0].length ?? 0
    if (rest.trim() === '' || separator > 0) return length + separator
    const gap = /^[\s\u00a0\u3000]+/.exec(rest)?.[0].length ?? 0
    const title = rest.slice(gap)
    const begins =
      language === 'ja'
        ? gap > 0 || /^[（(][^0-9０-９]/.test(title)
        : gap > 0 && (heading || short) && /^[(（]?[\p{Lu}\p{Lo}]/u.test(title)
    if (begins) return length + gap
  }
  return 0
}

export type Articles = {
  /** What comes before the first of them. */
  readonly lead: readonly Node[]
  /** The blocks of each, without its number: that follows its place. */
  readonly clauses: readonly (readonly Node[])[]
}

/** Divides blocks where clauses begin; null where none does. A single line that names an article is just that. */
export function divideIntoArticles(content: Fragment, kinds: readonly ClauseKind[]): Articles | null {
  if (content.childCount < 2) return null
  const patterns = labelPatterns(kinds)
  const lead: Node[] = []
  const clauses: Node[][] = []
  content.forEach((block) => {
    const length = labelLength(block, patterns)
    const current = clauses.at(-1) ?? lead
    if (length === 0) {
      current.push(block)
      return
    }
    // A Japanese caption stands above its article: （目的）, then 第一条.
    const caption = current.at(-1)
    const above =
      caption?.type.name === 'paragraph' && /^\s*（[^（）]{1,40}）\s*$/.test(caption.textContent)
        ? [asHeading(caption)]
        : []
    if (above.length > 0) current.pop()
    const rest = block.cut(length)
    const isTitle = rest.textContent.length <= longestHeading && !/[.。]\s*$/.test(rest.textContent)
    const title = rest.content.size === 0 ? [] : [isTitle ? asHeading(rest) : rest]
    clauses.push([...above, ...title])
  })
  return clauses.length === 0 ? null : { lead, clauses }
}

/** Puts each note behind the clause in which its mark stands; gives what belongs to none of them. */
export function giveNotes({ lead, clauses }: Articles, notes: Fragment): { articles: Articles; left: Fragment } {
  const given = clauses.map((blocks) => [...blocks])
  const left: Node[] = []
  let place = left
  notes.forEach((note) => {
    const mark = /^\[[^\]]{1,8}\]/.exec(note.textContent)?.[0]
    if (mark !== undefined) {
      place = given.find((blocks) => blocks.some(({ textContent }) => textContent.includes(mark))) ?? left
    }
    place.push(note)
  })
  return { articles: { lead, clauses: given }, left: Fragment.from(left) }
}

const asHeading = (block: Node): Node =>
  block.type.create({ ...block.attrs, level: block.attrs['level'] ?? 2 }, block.content)
