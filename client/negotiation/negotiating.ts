/** Which place is looked at, in which view, and whether one's edits are suggestions: on the page and in the text at once. */
import { useEffect, useState, type RefObject } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { progressAttributes } from '#shared/domain/documents.ts'
import type { Reason, Suggester } from '#shared/editor/changes/suggester.ts'
import { views, type View } from '#shared/editor/changes/views.ts'
import { TextSelection } from '@tiptap/pm/state'
import { focusPlace, isForWriting, placesIn, showView } from '#client/editor/pending-view.ts'
import { scrollToPosition } from '#client/editing/scrolling.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { useRemembered, useRememberedSwitch } from '#client/lib/storage.ts'
import { useActs, type Acts } from './acts.ts'

export type Negotiating = {
  /** The place that is looked at. */
  readonly place: string | null
  /** Looks at a place, here and in the text; null looks at none. */
  readonly look: (place: string | null) => void
  /** Looks at a place whose words were clicked: it is in view already. */
  readonly choose: (place: string | null) => void
  /** Looks at the next or the previous place; false where there is none. */
  readonly step: (by: 1 | -1) => boolean
  readonly view: View
  readonly show: (view: View) => void
  /** Whether one may type in this view. */
  readonly writes: boolean
  /** Whether edits are suggestions now. */
  readonly suggests: boolean
  /** Whether one chose to suggest while the text is drafted. */
  readonly chosen: boolean
  readonly choosing: (suggest: boolean) => void
  /** In whose name edits are suggested; null where they are made directly. */
  readonly suggester: () => Suggester | null
  /** Why the last edit could not be suggested. */
  readonly unsuggestable: Reason | null
  readonly sayUnsuggestable: (reason: Reason | null) => void
  readonly acts: Acts
  /** Whether the card is to ask for the reason of a declined change. */
  readonly declining: boolean
  readonly decline: (on: boolean) => void
}

export function useNegotiating({
  document,
  actor,
  text: textRef,
  openMargin,
}: {
  readonly document: DocumentDetail
  readonly actor: Actor
  readonly text: RefObject<TextEditor | null>
  readonly openMargin: () => void
}): Negotiating {
  const [place, setPlace] = useState<string | null>(null)
  const [declining, decline] = useState(false)
  const [view, show] = useRemembered<View>('alternat.changes', views, 'brackets')
  const [chosen, choosing] = useRememberedSwitch(`alternat.suggest.${document.id}`, false)
  const [unsuggestable, sayUnsuggestable] = useState<Reason | null>(null)
  const acts = useActs(document.id)
  const suggests = document.phase === 'negotiating' || (document.phase === 'drafting' && chosen)

  const mark = (next: string | null) => {
    setPlace(next)
    decline(false)
    acts.forget()
    const text = textRef.current
    if (text === null || text.editor.isDestroyed) return null
    text.editor.view.dispatch(focusPlace(text.editor.state, next))
    return text.editor
  }
  const look = (next: string | null) => {
    const editor = mark(next)
    const found = editor && placesIn(editor.state.doc).find((each) => each.place === next)
    if (!editor || !found) return
    const { doc, tr } = editor.state
    editor.view.dispatch(tr.setSelection(TextSelection.near(doc.resolve(Math.min(found.from, doc.content.size)))))
    scrollToPosition(editor.view, found.from)
    openMargin()
  }
  return {
    place,
    look,
    choose: (next) => {
      mark(next)
      if (next !== null) openMargin()
    },
    step: (by) => {
      const editor = textRef.current?.editor
      if (editor === undefined || editor.isDestroyed) return false
      const places = placesIn(editor.state.doc)
      const at = places.findIndex((each) => each.place === place)
      const { from } = editor.state.selection
      const next =
        at >= 0
          ? places[at + by]
          : by > 0
            ? places.find((each) => each.from >= from)
            : places.findLast((each) => each.from < from)
      const target = next ?? (by > 0 ? places[0] : places.at(-1))
      if (target === undefined) return false
      look(target.place)
      return true
    },
    view,
    show,
    writes: isForWriting(view),
    suggests,
    chosen,
    choosing,
    suggester: () =>
      suggests && actor.party !== null
        ? {
            party: actor.party,
            user: actor.id,
            at: Date.now(),
            newId: () => crypto.randomUUID(),
            progress: progressAttributes,
          }
        : null,
    unsuggestable,
    sayUnsuggestable,
    acts,
    declining,
    decline,
  }
}

/** Draws the text in the view that is chosen. */
export function useShownView(text: TextEditor | null, view: View): void {
  useEffect(() => {
    if (text !== null && !text.editor.isDestroyed) text.editor.view.dispatch(showView(text.editor.state, view))
  }, [text, view])
}
