/** The first state of a document out of a text that exists already. A job for another process: see `jobs`. */
import { randomUUID } from 'node:crypto'
import type { DocumentKind } from '#shared/domain/documents.ts'
import type { Language } from '#shared/domain/languages.ts'
import type { ImportFormat, ImportRefusal, ImportTexts } from '#shared/domain/imports.ts'
import { importText, NotImported } from '#shared/editor/import/import.ts'
import { firstState } from '../sync/first-state.ts'

/** `languages`: the texts. `user`, `at`: whose the pending changes are that its brackets become. */
export type TextToImport = {
  readonly format: ImportFormat
  readonly languages: ImportTexts
  readonly kind: DocumentKind
  readonly user: string
  readonly at: number
}

export type ImportOutcome =
  | { readonly state: Uint8Array; readonly clientId: number; readonly clauses: number; readonly brackets: number }
  | { readonly refused: ImportRefusal; readonly language: Language | null; readonly message: string }

/** Reads the texts. What is wrong with one that cannot be taken over is said in the answer. */
export function importDocument({ format, languages, kind, user, at }: TextToImport): ImportOutcome {
  try {
    const { clauses, report } = importText({ format, texts: languages, kind, by: { user, at }, newId: randomUUID })
    const brackets = Object.values(report.brackets).reduce((sum, { pairs }) => sum + pairs, 0)
    return { ...firstState(clauses), clauses: clauses.length, brackets }
  } catch (error) {
    if (!(error instanceof NotImported)) throw error
    return { refused: error.code, language: error.language, message: error.message }
  }
}
