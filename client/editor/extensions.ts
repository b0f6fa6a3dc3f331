/** The editor of a live document: the shared schema, the binding to the shared text, and all behaviour of ours. */
import { Extension, type Extensions } from '@tiptap/core'
import type * as Y from 'yjs'
import type { ClauseKind } from '#shared/domain/documents.ts'
import type { Language } from '#shared/domain/languages.ts'
import { schemaExtensions } from '#shared/editor/schema.ts'
import { systemClock, type Clock } from '#client/lib/clock.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { threadHighlights } from './highlights.ts'
import { caretPlace } from './caret-place.ts'
import { carets, type Whereabouts } from './carets.ts'
import { createClauseViews, type ClauseViewOptions } from './clause-view.ts'
import { find } from './find.ts'
import { headings } from './headings.ts'
import { looseBlocks, type LooseBlockOptions } from './loose-blocks.ts'
import { pageChanges } from './page-changes.ts'
import { paste } from './paste.ts'
import { sharedText, type Failure, type Writing } from './shared-text.ts'
import { sharedLines } from './shared-lines.ts'
import { pendingView, type PendingViewOptions } from './pending-view.ts'
import { signs } from './signs.ts'
import { clauseStructure } from './structure.ts'
import { suggesting, type SuggestingOptions } from './suggesting.ts'
import { withoutTableRepairs } from './tables.ts'
import { telling, type Telling } from './telling.ts'
import { createUndoManager, undoSteps } from './undo.ts'
import { wholeCharacters } from './whole-characters.ts'

/** What keys in the text ask the page to do. Each says whether it was taken care of. */
export type PageKeys = { readonly [key: string]: () => boolean }

export type EditorOptions = {
  readonly connection: Pick<DocumentConnection, 'body' | 'awareness'>
  readonly language: () => Language
  readonly clauses: ClauseViewOptions
  readonly loose: LooseBlockOptions
  /** The kinds of clause that the document is made of, the usual one first. */
  readonly kinds: readonly ClauseKind[]
  readonly keys: PageKeys
  /** An edit was turned down because it would have removed or joined clauses. */
  readonly refused: () => void
  /** A thread's passage was clicked. */
  readonly chosen: (thread: string | null) => void
  readonly suggesting: SuggestingOptions
  readonly pending: PendingViewOptions
  /** The editor failed to take in a change, and is over. */
  readonly failed: (failure: Failure) => void
  readonly clock?: Clock
}

export type EditorParts = {
  readonly extensions: Extensions
  readonly undoManager: Y.UndoManager
  readonly whereabouts: Whereabouts
  readonly telling: Telling
  readonly redrawClauses: () => void
}

/** Puts the parts of one editor together. To be made anew for each connection. */
export function editorParts({
  connection,
  language,
  clauses,
  loose,
  kinds,
  keys,
  refused,
  chosen,
  suggesting: suggestions,
  pending,
  failed,
  clock = systemClock,
}: EditorOptions): EditorParts {
  const undoManager = createUndoManager(connection.body)
  const writing: Writing = { exact: null, waits: false }
  const views = createClauseViews(clauses)
  const others = carets(connection.awareness, language, clock)
  const mine = telling(connection.awareness, clock)
  const pageKeys = Extension.create({
    name: 'pageKeys',
    priority: 1200,
    addKeyboardShortcuts: () => ({ ...keys }),
  })
  const extensions = [
    ...schemaExtensions().map(withoutTableRepairs),
    pageKeys,
    clauseStructure(refused),
    paste(kinds),
    wholeCharacters,
    undoSteps(undoManager),
    suggesting(suggestions, writing),
    sharedText(connection.body, undoManager, writing, failed),
    caretPlace,
    pageChanges,
    sharedLines(connection.body),
    others.extension,
    mine.extension,
    headings,
    find,
    signs,
    pendingView(pending),
    views.extension,
    looseBlocks(loose),
    threadHighlights(chosen),
  ]
  return {
    extensions,
    undoManager,
    whereabouts: others.whereabouts,
    telling: mine.telling,
    redrawClauses: views.redraw,
  }
}
