/** Which thread is looked at and which comment is being written, on the page and in the text at once. */
import type { Selection } from '@tiptap/pm/state'
import { useCallback, useState, type RefObject } from 'react'
import { resolveAnchor } from '#shared/editor/anchors.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { clauseById } from '#client/editor/clause-commands.ts'
import { draftHighlight, focusHighlight, highlightsIn, threadAt } from '#client/editor/highlights.ts'
import { anchorOfSelection, rangeOf, selectedPassage, selectionOfClause } from '#client/editor/places.ts'
import type { ShownLanguages } from '#client/editing/languages.ts'
import { scrollToPosition } from '#client/editing/scrolling.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { useLanguage } from '#client/i18n/messages.ts'
import type { Composing } from './unsent-threads.tsx'

export type Commenting = {
  readonly focused: string | null
  /** The thread whose card takes the keyboard. */
  readonly taken: string | null
  readonly composing: Composing | null
  /** Looks at a thread, here and in the text; null looks at none. */
  readonly focus: (thread: string | null) => void
  /** Looks at a thread whose passage was clicked: it is in view already. */
  readonly choose: (thread: string | null) => void
  /** Looks at a thread and gives the keyboard to its card. */
  readonly take: (thread: string) => void
  readonly compose: (composing: Composing | null) => void
  /** Begins a comment on the selected words; false without any, or where the reader may not comment. */
  readonly onSelection: () => boolean
  /** Begins a comment on all of a clause. */
  readonly onClause: (clause: string) => boolean
  /** Opens the comments on the words at the caret; false without any. */
  readonly atCaret: () => boolean
}

/** `openMargin` shows where the cards are. */
export function useCommenting({
  connection,
  text: textRef,
  mayComment,
  shown,
  openMargin,
}: {
  readonly connection: DocumentConnection
  readonly text: RefObject<TextEditor | null>
  readonly mayComment: boolean
  readonly shown: ShownLanguages
  readonly openMargin: () => void
}): Commenting {
  const language = useLanguage()
  const [focused, setFocused] = useState<string | null>(null)
  const [taken, setTaken] = useState<string | null>(null)
  const [composing, setComposing] = useState<Composing | null>(null)
  const current = useCallback(() => {
    const text = textRef.current
    return text === null || text.editor.isDestroyed ? null : text.editor
  }, [textRef])

  const mark = useCallback(
    (thread: string | null) => {
      setFocused(thread)
      setTaken(null)
      const editor = current()
      editor?.view.dispatch(focusHighlight(editor.state, thread))
      return editor
    },
    [current],
  )
  const focus = useCallback(
    (thread: string | null) => {
      const editor = mark(thread)
      const passage = editor && highlightsIn(editor.state).highlights.find((each) => each.thread === thread)
      if (editor && passage) scrollToPosition(editor.view, passage.from)
    },
    [mark],
  )
  const compose = useCallback(
    (next: Composing | null) => {
      setComposing(next)
      const editor = current()
      if (editor === null) return
      const { state, view } = editor
      const found = next?.anchor ? resolveAnchor(connection.body, next.anchor) : null
      view.dispatch(draftHighlight(state, found && rangeOf(connection.body, state.doc, found.passage)))
      if (next === null) view.focus()
    },
    [connection, current],
  )
  const take = (thread: string) => {
    focus(thread)
    setTaken(thread)
    openMargin()
  }
  const begin = (selection: Selection | null) => {
    const editor = current()
    if (editor === null || !mayComment || selection === null) return false
    const passage = selectedPassage(selection)
    const anchor = passage && anchorOfSelection(connection.body, selection)
    if (passage === null || anchor === null) return false
    focus(null)
    compose({ anchor, words: editor.state.doc.textBetween(passage.from, passage.to, '\n', '\n').trim() })
    openMargin()
    return true
  }
  return {
    focused,
    taken,
    composing,
    focus,
    choose: (thread) => {
      mark(thread)
      if (thread !== null) openMargin()
    },
    take,
    compose,
    onSelection: () => begin(current()?.state.selection ?? null),
    onClause: (id) => {
      const doc = current()?.state.doc
      const clause = doc ? clauseById(doc, id) : null
      return (
        doc !== undefined &&
        clause !== null &&
        begin(selectionOfClause(doc, clause, shown === 'both' ? language : shown))
      )
    },
    atCaret: () => {
      const editor = current()
      const thread = editor && threadAt(editor.state, editor.state.selection.from)
      if (thread === null) return false
      take(thread)
      return true
    },
  }
}
