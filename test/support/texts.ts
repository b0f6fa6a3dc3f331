/** Random clauses, and other versions of them: words, lines, lists and tables, in two languages. */
import { canonical, type JsonNode } from '#shared/editor/text.ts'
import { clauseIds } from './engine.ts'
import type { Random } from './random.ts'

const words = {
  en: ['The Parties ', 'shall ', 'may ', 'share ', 'data ', 'with ', 'each other', '. ', 'aa ', 'aa ', '𠮷', '👨‍👩‍👧 '],
  ja: ['両国は、', '投資', 'に関し', '協力', 'する。', '情報', 'を', '共有', '𠮷', '意図', 'を', '有する。'],
} as const
type TextLanguage = keyof typeof words

const wordsAt = (chance: Random, language: TextLanguage, most: number): JsonNode[] => {
  const runs: JsonNode[] = []
  for (let count = chance.int(0, most); count > 0; count -= 1) {
    const text = Array.from({ length: chance.int(1, 4) }, () => chance.pick(words[language])).join('')
    runs.push({ type: 'text', text, ...(chance.int(0, 4) === 0 ? { marks: [{ type: 'bold' }] } : {}) })
  }
  return runs
}

const lineAt = (chance: Random, language: TextLanguage): JsonNode => ({
  type: 'paragraph',
  ...(chance.int(0, 9) === 0 ? { attrs: { level: 2 } } : {}),
  content: wordsAt(chance, language, 3).flatMap((run) =>
    chance.int(0, 9) === 0 ? [{ type: 'hardBreak' }, run] : [run],
  ),
})

function blockAt(chance: Random, language: TextLanguage): JsonNode {
  const kind = chance.int(0, 9)
  if (kind < 7) return lineAt(chance, language)
  const lines = Array.from({ length: chance.int(1, 3) }, () => lineAt(chance, language))
  return kind < 9
    ? { type: 'bulletList', content: lines.map((line) => ({ type: 'listItem', content: [line] })) }
    : {
        type: 'table',
        content: lines.map((line) => ({ type: 'tableRow', content: [{ type: 'tableCell', content: [line] }] })),
      }
}

/** A clause with text in both languages. */
export const randomClause = (chance: Random): JsonNode =>
  canonical({
    type: 'clause',
    attrs: { id: clauseIds[0], kind: 'article' },
    content: (['en', 'ja'] as const).map((lang) => ({
      type: 'clauseText',
      attrs: { lang },
      content: Array.from({ length: chance.int(1, 4) }, () => blockAt(chance, lang)),
    })),
  })

/** Another version of a clause: some words and lines changed, taken out, put in or moved. */
export function varied(clause: JsonNode, chance: Random): JsonNode {
  const visit = (node: JsonNode, language: TextLanguage): JsonNode => {
    const lang = node.attrs?.['lang'] === 'ja' ? 'ja' : node.attrs?.['lang'] === 'en' ? 'en' : language
    const children = node.content ?? []
    if (node.type === 'text') {
      return chance.int(0, 2) > 0 ? node : { ...node, text: changed(node.text ?? '', chance, lang) }
    }
    const kept = children
      .filter(() => node.type === 'clause' || node.type === 'tableRow' || chance.int(0, 9) > 0)
      .map((child) => visit(child, lang))
    const isText = node.type === 'clauseText'
    if (isText && chance.int(0, 2) === 0) kept.splice(chance.int(0, kept.length), 0, blockAt(chance, lang))
    if (node.type === 'paragraph' && chance.int(0, 4) === 0)
      kept.splice(chance.int(0, kept.length), 0, ...wordsAt(chance, lang, 1))
    const ordered = isText && chance.int(0, 5) === 0 ? chance.shuffled(kept) : kept
    return { ...node, content: ordered }
  }
  return canonical(visit(clause, 'en'))
}

function changed(text: string, chance: Random, language: TextLanguage): string {
  const letters = Array.from(text)
  letters.splice(
    chance.int(0, letters.length),
    chance.int(0, 6),
    ...(chance.int(0, 1) ? [chance.pick(words[language])] : []),
  )
  return letters.join('') || 'x'
}
