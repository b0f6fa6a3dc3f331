/** The editor of the page as React sees it: made when the page opens, gone when it closes, never redrawn in between. */
import { Editor } from '@tiptap/core'
import { useEffect, useRef, useState, type RefObject } from 'react'
import type * as Y from 'yjs'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { createStore, type Store } from '#client/connection/store.ts'
import { redrawCarets } from '#client/editor/carets.ts'
import { editorParts, type PageKeys } from '#client/editor/extensions.ts'
import type { ResolveReference } from '#client/editor/field-words.ts'
import { outlineOf, sameOutline, updateOutline, type OutlineRow } from '#client/editor/outline.ts'
import { currentLanguage, translate, useLanguage } from '#client/i18n/messages.ts'
import { trackThreads, type Tracker } from '#client/threads/tracker.ts'
import { documentMessages } from './messages.ts'
import { tableKeys } from './tables.ts'
import '#client/editor/text.css'

export type TextEditor = {
  readonly editor: Editor
  readonly undoManager: Y.UndoManager
  readonly tracker: Tracker
  readonly outline: Store<readonly OutlineRow[]>
  /** Rises when the text, and so the place of passages on the page, may have changed. */
  readonly revision: Store<number>
  readonly redraw: () => void
}

export type TextEvents = {
  readonly openMenu: (clause: string, anchor: DOMRect) => void
  readonly openFields: (clause: string) => void
  readonly refused: () => void
  readonly chosen: (thread: string | null) => void
  readonly key: (name: keyof typeof pageKeys) => boolean
  readonly resolveReference: ResolveReference
}

/** Keys in the text, and what they ask for. */
export const pageKeys = {
  find: 'Mod-f',
  findNext: 'Mod-g',
  findPrevious: 'Shift-Mod-g',
  shortcuts: 'Mod-/',
  comment: 'Mod-Alt-m',
  whoWrote: 'Mod-Alt-h',
  link: 'Shift-Mod-k',
  insert: 'Mod-Enter',
  duplicate: 'Shift-Mod-d',
  moveUp: 'Shift-Alt-ArrowUp',
  moveDown: 'Shift-Alt-ArrowDown',
  remove: 'Shift-Mod-Backspace',
} as const

const isPageKey = (name: string): name is keyof typeof pageKeys => Object.hasOwn(pageKeys, name)

const pauseMs = 120

function openEditor(
  element: HTMLElement,
  connection: DocumentConnection,
  editable: boolean,
  events: RefObject<TextEvents>,
): { text: TextEditor; close: () => void } {
  const t = translate(documentMessages)
  const press = (name: keyof typeof pageKeys) => {
    // The browser tells of a new selection a moment after the key that made it. Whoever is quick with the next one means these words.
    element.ownerDocument.dispatchEvent(new Event('selectionchange'))
    return events.current.key(name)
  }
  const keys: PageKeys = Object.fromEntries(
    Object.entries(pageKeys).flatMap(([name, key]) => (isPageKey(name) ? [[key, () => press(name)]] : [])),
  )
  const { extensions, undoManager, redrawClauses } = editorParts({
    connection,
    language: currentLanguage,
    clauses: {
      words: () => ({ menu: t('clauseMenu'), edit: t('fieldsEdit'), fill: t('fieldsFill') }),
      resolveReference: (clause) => events.current.resolveReference(clause),
      openMenu: (clause, anchor) => events.current.openMenu(clause, anchor),
      openFields: (clause) => events.current.openFields(clause),
    },
    keys,
    refused: () => events.current.refused(),
    chosen: (thread) => events.current.chosen(thread),
  })
  const editor = new Editor({
    element,
    extensions: [...extensions, tableKeys],
    editable,
    enableContentCheck: false,
    editorProps: {
      attributes: { class: 'text', role: 'textbox', 'aria-label': t('textLabel'), spellcheck: 'false', tabindex: '0' },
    },
  })
  const outline = createStore<readonly OutlineRow[]>(outlineOf(editor.state.doc), sameOutline)
  const revision = createStore(0)
  const tracker = trackThreads(editor.view, connection.body, connection.afterComposition)
  let timer: ReturnType<typeof setTimeout> | undefined
  const settle = () => {
    timer = undefined
    if (editor.isDestroyed) return
    outline.set(updateOutline(outline.get(), editor.state.doc))
    revision.set(revision.get() + 1)
  }
  editor.on('transaction', ({ transaction }) => {
    if (!transaction.docChanged) return
    tracker.textChanged()
    timer ??= setTimeout(settle, pauseMs)
  })
  const stopDeferring = connection.deferDuringComposition(editor.view.dom)
  return {
    text: { editor, undoManager, tracker, outline, revision, redraw: redrawClauses },
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
): { ref: RefObject<HTMLDivElement | null>; text: TextEditor | null } {
  const ref = useRef<HTMLDivElement>(null)
  const latest = useRef(events)
  const mayEdit = useRef(editable)
  const [text, setText] = useState<TextEditor | null>(null)
  const language = useLanguage()
  useEffect(() => {
    latest.current = events
    mayEdit.current = editable
  })
  useEffect(() => {
    if (ref.current === null) return undefined
    const opened = openEditor(ref.current, connection, mayEdit.current, latest)
    setText(opened.text)
    return () => {
      setText(null)
      opened.close()
    }
  }, [connection])
  useEffect(() => {
    if (text !== null && !text.editor.isDestroyed && text.editor.isEditable !== editable)
      text.editor.setEditable(editable)
  }, [text, editable])
  useEffect(() => {
    if (text === null || text.editor.isDestroyed) return
    text.redraw()
    text.editor.view.dom.setAttribute('aria-label', translate(documentMessages)('textLabel'))
    redrawCarets(text.editor.view)
  }, [text, language])
  return { ref, text }
}
