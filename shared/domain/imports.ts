/** In which forms a text can be taken over, and how much of it. Apart from reading them: whoever only asks needs no parser. */
import type { Language } from './languages.ts'

export const importFormats = ['plain', 'markdown', 'html'] as const
export type ImportFormat = (typeof importFormats)[number]
export type ImportTexts = { readonly [L in Language]?: string | undefined }

/** In bytes of UTF-8, for each language. */
export const mostImportBytes = 2 * 1024 * 1024
export const mostBrackets = 20_000
/** Of paragraphs, in both languages together: no text that people negotiate has so many. */
export const mostImportLines = 20_000

export const importRefusals = ['empty', 'tooLarge', 'tooManyBrackets', 'tooManyLines', 'tooDeep', 'damaged'] as const
export type ImportRefusal = (typeof importRefusals)[number]
