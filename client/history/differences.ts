/** What differs between two moments of a text, clause by clause and word by word, at places of the later one. */
import type { Node } from '@tiptap/pm/model'
import { diffArrays } from 'diff'
import { isLanguage, languageKeys, languages, type Language } from '#shared/domain/languages.ts'

export type Difference =
  | { readonly type: 'added'; readonly from: number; readonly to: number }
  | { readonly type: 'removed'; readonly at: number; readonly words: string }

/** Beyond so many differences in one text a word for word account helps nobody: it counts as written anew. */
const maxDifferences = 2000

type Word = { readonly words: string; readonly from: number }
/** A text of one clause in one language, or a block beside the clauses. `end` is behind its last word. */
type Unit = { readonly key: string; readonly words: readonly Word[]; readonly end: number }

const segmenters = new Map(
  languageKeys.map((language) => [language, new Intl.Segmenter(languages[language].tag, { granularity: 'word' })]),
)

function wordsIn(node: Node, start: number, language: Language): Word[] {
  const words: Word[] = []
  const readLine = (line: Node, at: number) => {
    if (words.length > 0) words.push({ words: '\n', from: at })
    line.forEach((child, offset) => {
      if (child.text === undefined) words.push({ words: '\n', from: at + offset })
      for (const { segment, index } of segmenters.get(language)?.segment(child.text ?? '') ?? []) {
        words.push({ words: segment, from: at + offset + index })
      }
    })
  }
  if (node.isTextblock) readLine(node, start)
  else
    node.descendants((child, offset) => {
      if (child.isTextblock) readLine(child, start + offset + 1)
      return !child.isTextblock
    })
  return words
}

function unitsOf(doc: Node): Unit[] {
  const units: Unit[] = []
  const add = (key: string, node: Node, at: number, language: Language) => {
    const words = wordsIn(node, at + 1, language)
    const last = words.at(-1)
    units.push({ key, words, end: last === undefined ? at + 1 : last.from + last.words.trimEnd().length })
  }
  let blocks = 0
  doc.forEach((child, offset) => {
    if (child.type.name !== 'clause') {
      blocks += 1
      add(`block ${blocks}`, child, offset, 'en')
      return
    }
    child.forEach((text, inside) => {
      const language: unknown = text.attrs['lang']
      if (isLanguage(language)) add(`${child.attrs['id']} ${language}`, text, offset + 1 + inside, language)
    })
  })
  return units
}

/** The differences that lead from `before` to `after`. */
export function differencesOf(before: Node, after: Node): Difference[] {
  const earlier = new Map(unitsOf(before).map(({ key, words }) => [key, words.map((word) => word.words)]))
  return unitsOf(after).flatMap(({ key, words, end }): Difference[] => {
    const was = earlier.get(key) ?? []
    const is = words.map((word) => word.words)
    if (was.length === is.length && was.every((word, at) => word === is[at])) return []
    const changes = diffArrays(was, is, { maxEditLength: maxDifferences }) ?? [
      { added: false, removed: true, value: was },
      { added: true, removed: false, value: is },
    ]
    const found: Difference[] = []
    let at = 0
    for (const { added, removed, value } of changes) {
      if (removed) {
        const gone = value.join('').replaceAll('\n', ' ').trim()
        if (gone !== '') found.push({ type: 'removed', at: words[at]?.from ?? end, words: gone })
        continue
      }
      if (added) {
        const [first, last] = [words[at], words[at + value.length - 1]]
        if (first && last) found.push({ type: 'added', from: first.from, to: last.from + last.words.length })
      }
      at += value.length
    }
    return found
  })
}
