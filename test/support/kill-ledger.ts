/**
 * What was written into a text, word by word, and what of it was promised to last. Every word written is one of its kind, so that
 * the text that comes back can be held against the ledger as a reader would: by its words, whatever Yjs makes of its structs.
 */
import * as Y from 'yjs'
import { childrenOf } from '#shared/editor/text.ts'
import type { Random } from './random.ts'

export type Entry = { readonly word: string; readonly deleted: boolean }

const wordPattern = /⟨[a-z][0-9a-z]+⟩/g

export const wordsIn = (text: string): string[] => text.match(wordPattern) ?? []

export type Ledger = {
  /** A word that nothing has used yet. */
  newWord(writer: string): string
  /** An edit was made: it may be in the text from now on. */
  made(entry: Entry): void
  /** It was acknowledged to its author, or someone else has seen it: it must be in the text. */
  promise(entry: Entry, by: 'acknowledged' | 'shown'): void
  /** What is wrong with a text: promises that it breaks, words that come twice or from nowhere, anything else that changed. */
  faults(text: string): string[]
  /** The words of a text that holds every edit that was made. */
  whole(): ReadonlySet<string>
  counts(): { edits: number; acknowledged: number; shown: number }
}

/** A ledger of edits to a text that read `original` before the first of them. */
export function createLedger(original: string): Ledger {
  const written = new Set<string>()
  const deleted = new Set<string>()
  const promised = { acknowledged: new Map<string, Entry>(), shown: new Map<string, Entry>() }
  const keyOf = ({ word, deleted: gone }: Entry) => (gone ? `-${word}` : `+${word}`)
  return {
    newWord: (writer) => `⟨${writer}${written.size.toString(36)}⟩`,
    made({ word, deleted: gone }) {
      if (gone) deleted.add(word)
      else written.add(word)
    },
    promise: (entry, by) => void promised[by].set(keyOf(entry), entry),
    faults(text) {
      const words = wordsIn(text)
      const present = new Set(words)
      const faults = Object.entries(promised).flatMap(([by, entries]) =>
        [...entries.values()].flatMap((entry) => {
          if (entry.deleted) return present.has(entry.word) ? [`the ${by} deletion of ${entry.word} is undone`] : []
          return present.has(entry.word) || deleted.has(entry.word) ? [] : [`the ${by} word ${entry.word} is gone`]
        }),
      )
      if (present.size < words.length) faults.push('a word stands twice')
      for (const word of present) if (!written.has(word)) faults.push(`nobody wrote ${word}`)
      if (text.replaceAll(wordPattern, '') !== original) faults.push('the text around the edits has changed')
      return faults
    },
    whole: () => new Set([...written].filter((word) => !deleted.has(word))),
    counts: () => ({
      edits: written.size + deleted.size,
      acknowledged: promised.acknowledged.size,
      shown: promised.shown.size,
    }),
  }
}

/** Writes a new word at a random place of a random paragraph, or deletes a whole word that stands there; says which. */
export function editAtRandom(body: Y.XmlFragment, chance: Random, newWord: () => string): Entry {
  const runs = childrenOf(body)
    .flatMap(runsOf)
    .filter(({ length }) => length > 0)
  const run = chance.pick(runs)
  const text = textOf(run)
  const standing = [...text.matchAll(wordPattern)]
  if (chance.int(0, 9) < Math.min(standing.length, 7)) {
    const { index, 0: word } = chance.pick(standing)
    run.delete(index, word.length)
    return { word, deleted: true }
  }
  const word = newWord()
  run.insert(boundary(text, chance.int(0, text.length)), word)
  return { word, deleted: false }
}

/** The nearest place at or before `index` that is in no word and in no character. */
function boundary(text: string, index: number): number {
  const opened = text.lastIndexOf('⟨', index - 1)
  if (index > 0 && opened > text.lastIndexOf('⟩', index - 1)) return opened
  return /^[\uDC00-\uDFFF]/.test(text.slice(index)) ? index - 1 : index
}

const runsOf = (node: Y.XmlElement | Y.XmlText): Y.XmlText[] =>
  node instanceof Y.XmlText ? [node] : childrenOf(node).flatMap(runsOf)

/** As long as the run: what is no text counts as one character there. */
function textOf(run: Y.XmlText): string {
  const parts: { insert: unknown }[] = run.toDelta()
  return parts.map(({ insert }) => (typeof insert === 'string' ? insert : '\uFFFC')).join('')
}
