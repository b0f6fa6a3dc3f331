/** Reads a text that exists already, apart from the page: a long one keeps nobody from typing, and can be given up. */
import type { Definition } from '#shared/domain/definition.ts'
import type { DocumentKind } from '#shared/domain/documents.ts'
import { installInitiative } from '#shared/domain/initiative.ts'
import type { Language } from '#shared/domain/languages.ts'
import type { ImportFormat, ImportRefusal, ImportTexts } from '#shared/domain/imports.ts'
import { importText, NotImported, type ImportReport } from '#shared/editor/import/import.ts'

export type ToRead = {
  readonly definition: Definition
  readonly format: ImportFormat
  readonly texts: ImportTexts
  readonly kind: DocumentKind
}
export type WasRead =
  | { readonly report: ImportReport }
  | { readonly refused: ImportRefusal; readonly language: Language | null }

addEventListener('message', ({ data }: MessageEvent<ToRead>) => {
  installInitiative(data.definition)
  postMessage(read(data))
})

function read({ format, texts, kind }: ToRead): WasRead {
  try {
    const by = { user: 'preview', at: 0 }
    return { report: importText({ format, texts, kind, by, newId: counting() }).report }
  } catch (error) {
    if (error instanceof NotImported) return { refused: error.code, language: error.language }
    throw error
  }
}

/** No id outlives the preview; those of the browser are not there on a page without encryption. */
function counting() {
  let count = 0
  return () => {
    count += 1
    return String(count)
  }
}
