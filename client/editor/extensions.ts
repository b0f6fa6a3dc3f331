/** The editor of a live document: the shared schema, the binding to the shared text, and all behaviour of ours. */
import { Extension, type Extensions } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import type * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { schemaExtensions } from '#shared/editor/schema.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { threadHighlights } from '#client/threads/highlights.ts'
import { carets } from './carets.ts'
import { createClauseViews, type ClauseViewOptions } from './clause-view.ts'
import { find } from './find.ts'
import { headings } from './headings.ts'
import { sharedLines } from './shared-lines.ts'
import { clauseStructure } from './structure.ts'
import { createUndoManager, undoSteps } from './undo.ts'
import { wholeCharacters } from './whole-characters.ts'

/** What keys in the text ask the page to do. Each says whether it was taken care of. */
export type PageKeys = { readonly [key: string]: () => boolean }

export type EditorOptions = {
  readonly connection: DocumentConnection
  readonly language: () => Language
  readonly clauses: ClauseViewOptions
  readonly keys: PageKeys
  /** An edit was turned down because it would have removed or joined clauses. */
  readonly refused: () => void
  /** A thread's passage was clicked. */
  readonly chosen: (thread: string | null) => void
}

export type EditorParts = {
  readonly extensions: Extensions
  readonly undoManager: Y.UndoManager
  readonly redrawClauses: () => void
}

/** Puts the parts of one editor together. To be made anew for each connection. */
export function editorParts({ connection, language, clauses, keys, refused, chosen }: EditorOptions): EditorParts {
  const undoManager = createUndoManager(connection.body)
  const views = createClauseViews(clauses)
  const pageKeys = Extension.create({
    name: 'pageKeys',
    priority: 1200,
    addKeyboardShortcuts: () => ({ ...keys }),
  })
  const extensions = [
    ...schemaExtensions,
    pageKeys,
    clauseStructure(refused),
    wholeCharacters,
    undoSteps(undoManager),
    Collaboration.configure({ fragment: connection.body, yUndoOptions: { undoManager } }),
    sharedLines(connection.body),
    carets(connection.awareness, language),
    headings,
    find,
    views.extension,
    threadHighlights(chosen),
  ]
  return { extensions, undoManager, redrawClauses: views.redraw }
}
