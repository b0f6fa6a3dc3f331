/** The words of a text in its language, Japanese too: what is between them is given as words of its own, so that nothing is lost. */
import { languages, type Language } from '#shared/domain/languages.ts'

const segmenters = new Map<Language, Intl.Segmenter>()

/** `'two words'` gives `['two', ' ', 'words']`. */
export function splitWords(text: string, language: Language): string[] {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(languages[language].tag, { granularity: 'word' })
  segmenters.set(language, segmenter)
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
