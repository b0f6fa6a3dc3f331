/**
 * The editor of the page as React sees it: made when the page opens, gone when it closes, never redrawn in between. One that failed
 * to take in a change is replaced by a new one, made from the shared text.
 */
import { Editor } from '@tiptap/core'
import { useEffect, useRef, useState, type RefObject } from 'react'
import type * as Y from 'yjs'
import type { ClauseKind } from '#shared/domain/documents.ts'
import type { ListedChange } from '#shared/editor/changes/list.ts'
import type { Reason, Suggester } from '#shared/editor/changes/suggester.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { createStore, type Store } from '#client/lib/store.ts'
import { redrawCarets, type Whereabouts } from '#client/editor/carets.ts'
import { editorParts, type PageKeys } from '#client/editor/extensions.ts'
import type { ResolveReference } from '#client/editor/field-words.ts'
import { changesIn, sameChanges } from '#client/editor/pending-brackets.ts'
import { restoreCaret, type Failure } from '#client/editor/shared-text.ts'
import { outlineOf, sameOutline, updateOutline, type OutlineRow } from '#client/editor/outline.ts'
import type { Telling } from '#client/editor/telling.ts'
import { currentLanguage, translate, useLanguage } from '#client/i18n/messages.ts'
import { trackThreads, type Tracker } from '#client/editor/tracker.ts'
import { commandIds, commands, type CommandId } from './commands.ts'
import { documentMessages } from './messages.ts'
import { tableKeys } from '#client/editor/table-insert.ts'
import '#client/editor/text.css'

export type TextEditor = {
  readonly editor: Editor
  readonly undoManager: Y.UndoManager
  readonly tracker: Tracker
  readonly whereabouts: Whereabouts
  readonly telling: Telling
  readonly outline: Store<readonly OutlineRow[]>
  /** The pending changes of the text, in its order. */
  readonly changes: Store<readonly ListedChange[]>
  /** Rises when the text, and so the place of passages on the page, may have changed. */
  readonly revision: Store<number>
  readonly redraw: () => void
}

export type TextEvents = {
  /** The kinds of clause that the document is made of, the usual one first. */
  readonly kinds: readonly ClauseKind[]
  readonly openMenu: (clause: string, anchor: DOMRect) => void
  readonly openFields: (clause: string) => void
  /** A block outside of clauses, at that position, is to go into one. */
  readonly moveIn: (pos: number) => void
  readonly refused: () => void
  readonly chosen: (thread: string | null) => void
  /** In whose name edits are suggested; null where they are made directly. */
  readonly suggester: () => Suggester | null
  /** An edit cannot be suggested. */
  readonly unsuggestable: (reason: Reason) => void
  /** Blocks of one's own are empty now: their changes are to be withdrawn. */
  readonly withdraw: (changes: readonly string[]) => void
  /** A place was clicked, or the text beside all of them. */
  readonly placeChosen: (place: string | null) => void
  /** The party of the reader. */
  readonly party: string | null
  /** A key of the page was pressed in the text. False leaves it to the browser. */
  readonly key: (command: CommandId) => boolean
  readonly resolveReference: ResolveReference
}

const pauseMs = 120

/** What the reader is told of an editor that failed: that it is being replaced, or that it was. */
export type Mending = 'failed' | 'mended' | null

/** The first time at once; an editor that fails again and again would otherwise keep the page busy for good. */
const longestRestMs = 30_000
const restAfter = (failures: number) => (failures <= 1 ? 0 : Math.min(250 * 2 ** failures, longestRestMs))
/** After so long without a failure the next one counts as the first. */
const calmMs = 60_000

/** Whoever looks into a failure finds there what was thrown. */
const note = (error: unknown): void => {
  // oxlint-disable-next-line no-console -- nothing else would keep it
  console.error(error)
}

function openEditor(
  element: HTMLElement,
  connection: DocumentConnection,
  editable: boolean,
  events: RefObject<TextEvents>,
  failed: (failure: Failure) => void,
): { text: TextEditor; close: () => void } {
  const t = translate(documentMessages)
  const press = (command: CommandId) => {
    // The browser tells of a new selection a moment after the key that made it. Whoever is quick with the next one means these words.
    element.ownerDocument.dispatchEvent(new Event('selectionchange'))
    return events.current.key(command)
  }
  const keys: PageKeys = Object.fromEntries(
    commandIds.flatMap((id) =>
      commands[id].bound === 'page' ? (commands[id].keys ?? []).map((key) => [key, () => press(id)]) : [],
    ),
  )
  const { extensions, undoManager, whereabouts, telling, redrawClauses } = editorParts({
    connection,
    language: currentLanguage,
    clauses: {
      words: () => ({ menu: t('clauseMenu'), edit: t('fieldsEdit'), fill: t('fieldsFill') }),
      resolveReference: (clause) => events.current.resolveReference(clause),
      openMenu: (clause, anchor) => events.current.openMenu(clause, anchor),
      openFields: (clause) => events.current.openFields(clause),
    },
    loose: {
      words: () => ({ note: t('looseBlock'), move: t('looseMove') }),
      move: (pos) => events.current.moveIn(pos),
    },
    kinds: events.current.kinds,
    keys,
    refused: () => events.current.refused(),
    chosen: (thread) => events.current.chosen(thread),
    suggesting: {
      by: () => events.current.suggester(),
      refused: (reason) => events.current.unsuggestable(reason),
      withdraw: (changes) => events.current.withdraw(changes),
      whenComposed: connection.whenComposed,
    },
    pending: {
      party: events.current.party,
      parties: () => initiative().parties,
      words: () => ({ noText: t('noText') }),
      chosen: (place) => events.current.placeChosen(place),
    },
    failed,
  })
  const editor = new Editor({
    element,
    extensions: [...extensions, tableKeys],
    editable,
    enableContentCheck: false,
    editorProps: {
      attributes: {
        class: 'text',
        role: 'textbox',
        'aria-label': t('textLabel'),
        'aria-multiline': 'true',
        'aria-readonly': String(!editable),
        spellcheck: 'false',
        tabindex: '0',
      },
    },
  })
  const outline = createStore<readonly OutlineRow[]>(outlineOf(editor.state.doc), sameOutline)
  const changes = createStore(changesIn(editor.state.doc), sameChanges)
  const revision = createStore(0)
  const tracker = trackThreads(editor.view, connection.body, connection.afterComposition)
  let timer: ReturnType<typeof setTimeout> | undefined
  const settle = () => {
    timer = undefined
    if (editor.isDestroyed) return
    outline.set(updateOutline(outline.get(), editor.state.doc))
    changes.set(changesIn(editor.state.doc))
    revision.set(revision.get() + 1)
  }
  editor.on('transaction', ({ transaction }) => {
    if (!transaction.docChanged) return
    tracker.textChanged()
    timer ??= setTimeout(settle, pauseMs)
  })
  const stopDeferring = connection.deferDuringComposition(editor.view.dom)
  return {
    text: { editor, undoManager, tracker, whereabouts, telling, outline, changes, revision, redraw: redrawClauses },
    close: () => {
      clearTimeout(timer)
      stopDeferring()
      tracker.stop()
      editor.destroy()
    },
  }
}

/** Opens an editor in the element that `ref` is given to; whether one may type in it may change while it is open. */
export function useTextEditor(
  connection: DocumentConnection,
  editable: boolean,
  events: TextEvents,
): {
  ref: RefObject<HTMLDivElement | null>
  text: TextEditor | null
  mending: Mending
  dismissMending: () => void
} {
  const ref = useRef<HTMLDivElement>(null)
  const latest = useRef(events)
  const mayEdit = useRef(editable)
  const [text, setText] = useState<TextEditor | null>(null)
  const [mending, setMending] = useState<Mending>(null)
  const [attempt, setAttempt] = useState(0)
  const failures = useRef<{ count: number; at: number; last: Failure | null }>({ count: 0, at: 0, last: null })
  const language = useLanguage()
  useEffect(() => {
    latest.current = events
    mayEdit.current = editable
  })
  useEffect(() => {
    const element = ref.current
    if (element === null) return undefined
    const past = failures.current
    let timer: ReturnType<typeof setTimeout> | undefined
    const failed = (failure: Failure) => {
      note(failure.cause)
      const now = Date.now()
      past.count = now - past.at > calmMs ? 1 : past.count + 1
      past.at = now
      past.last = failure
      setMending('failed')
      timer ??= setTimeout(() => setAttempt((last) => last + 1), restAfter(past.count))
    }
    const close = (opened: { close: () => void }) => {
      try {
        opened.close()
      } catch (error) {
        // What it drew last may be in no state to be taken down.
        note(error)
        element.replaceChildren()
      }
    }
    const { last } = past
    past.last = null
    let opened: ReturnType<typeof openEditor> | null = null
    try {
      opened = openEditor(element, connection, mayEdit.current, latest, failed)
      setText(opened.text)
      if (last !== null && past.last === null) {
        restoreCaret({ view: opened.text.editor.view, caret: last.caret })
        if (last.focused) opened.text.editor.view.focus()
        setMending('mended')
      }
    } catch (error) {
      element.replaceChildren()
      failed({ cause: error, caret: last?.caret ?? null, focused: last?.focused ?? false })
    }
    return () => {
      clearTimeout(timer)
      setText(null)
      if (opened !== null) close(opened)
    }
  }, [connection, attempt])
  useEffect(() => {
    if (text === null || text.editor.isDestroyed || text.editor.isEditable === editable) return
    text.editor.setEditable(editable)
    text.editor.view.dom.setAttribute('aria-readonly', String(!editable))
  }, [text, editable])
  useEffect(() => {
    if (text === null || text.editor.isDestroyed) return
    text.redraw()
    text.editor.view.dom.setAttribute('aria-label', translate(documentMessages)('textLabel'))
    redrawCarets(text.editor.view)
  }, [text, language])
  return { ref, text, mending, dismissMending: () => setMending(null) }
}
