/** What differs between two moments of a text, clause by clause, word by word and within a word, at places of the later one. */
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

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

const charactersOf = (words: readonly Word[]): Word[] =>
  words.flatMap(({ words: word, from }) =>
    [...characters.segment(word)].map(({ segment, index }) => ({ words: segment, from: from + index })),
  )

/** How many characters two stretches begin with in common, and end with, as far as they do not overlap. */
function commonEnds(a: readonly Word[], b: readonly Word[]): { start: number; end: number } {
  const most = Math.min(a.length, b.length)
  let [start, end] = [0, 0]
  while (start < most && a[start]?.words === b[start]?.words) start += 1
  while (end < most - start && a.at(-1 - end)?.words === b.at(-1 - end)?.words) end += 1
  return { start, end }
}

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
  const earlier = new Map(unitsOf(before).map(({ key, words }) => [key, words]))
  return unitsOf(after).flatMap(({ key, words, end }): Difference[] => {
    const was = earlier.get(key) ?? []
    if (was.length === words.length && was.every((word, at) => word.words === words[at]?.words)) return []
    const options = { comparator: (a: Word, b: Word) => a.words === b.words, maxEditLength: maxDifferences }
    const changes = diffArrays([...was], [...words], options) ?? [
      { added: false, removed: true, value: was },
      { added: true, removed: false, value: words },
    ]
    const found: Difference[] = []
    let at = 0
    let gone: readonly Word[] = []
    /** Tells of words that went and of those that came in their place: only of what is not the same in both. */
    const tell = (came: readonly Word[]) => {
      const [old, fresh] = [charactersOf(gone), charactersOf(came)]
      const same = commonEnds(old, fresh)
      const removed = old.slice(same.start, old.length - same.end)
      const added = fresh.slice(same.start, fresh.length - same.end)
      const removedWords = removed.map((each) => each.words).join('')
      const place = fresh[same.start]?.from ?? words[at + came.length]?.from ?? end
      const line = removedWords.replaceAll('\n', ' ').trim()
      if (line !== '') found.push({ type: 'removed', at: place, words: line })
      // A line that begins is no word, and stands where its first word does.
      const seen = added.filter((each) => each.words !== '\n')
      const [first, last] = [seen[0], seen.at(-1)]
      if (first && last) found.push({ type: 'added', from: first.from, to: last.from + last.words.length })
      gone = []
    }
    for (const { added, removed, value } of changes) {
      if (removed) {
        gone = value
        continue
      }
      if (added) tell(value)
      else if (gone.length > 0) tell([])
      at += value.length
    }
    if (gone.length > 0) tell([])
    return found
  })
}
