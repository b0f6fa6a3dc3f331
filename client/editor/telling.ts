/**
 * What others are told of where I stand in the text: my caret while I type and a moment longer, and what I have selected only where I
 * chose to show it. Nothing else changes it, least of all the focus: a caret that goes or a selection that comes when a private comment
 * is opened or sent would give away that there is one, and on which words.
 */
import { Extension } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { absolutePositionToRelativePosition, ySyncPluginKey, type ProsemirrorBinding } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Clock } from '#client/lib/clock.ts'
import { isFromSharedText, isUndo } from './change.ts'

/** So long after the last key a caret is still shown. */
export const caretShownMs = 5000

type Place = { readonly anchor: Y.RelativePosition; readonly head: Y.RelativePosition }

export type Telling = {
  /** Whether others are shown what I select. Told at once. */
  readonly showSelection: (on: boolean) => void
}

/** How many changes of mine the text has seen. */
const typedKey = new PluginKey<number>('telling')

/** Tells others through `awareness`. */
export function telling(awareness: Awareness, clock: Clock): { extension: Extension; telling: Telling } {
  let selecting = false
  let view: EditorView | null = null
  let callOff: (() => void) | null = null

  const tell = (place: Place | null) => {
    const told: unknown = awareness.getLocalState()?.['cursor'] ?? null
    if (JSON.stringify(told) !== JSON.stringify(place)) awareness.setLocalStateField('cursor', place)
  }
  const placesOf = ({ state }: EditorView): Place => {
    const sync: { type: Y.XmlFragment; binding: ProsemirrorBinding } = ySyncPluginKey.getState(state)
    const { mapping } = sync.binding
    const place = (at: number): Y.RelativePosition => absolutePositionToRelativePosition(at, sync.type, mapping)
    return { anchor: place(state.selection.anchor), head: place(state.selection.head) }
  }
  const tellCaret = (now: EditorView) => {
    const { head } = placesOf(now)
    tell({ anchor: head, head })
  }
  /** What is selected, where that may be seen. Otherwise the caret of what was typed last stays until its time is over. */
  const tellSelection = (now: EditorView | null) => {
    if (selecting && now !== null && !now.state.selection.empty) tell(placesOf(now))
    else if (callOff === null) tell(null)
  }
  const stopTyping = () => {
    callOff?.()
    callOff = null
    tellSelection(view)
  }

  const extension = Extension.create({
    name: 'telling',
    // After the binding has written what I typed: the caret stands in the shared text then.
    priority: 999,
    addProseMirrorPlugins: () => [
      new Plugin<number>({
        key: typedKey,
        state: {
          init: () => 0,
          apply: (tr, typed) => (tr.docChanged && (isUndo(tr) || !isFromSharedText(tr)) ? typed + 1 : typed),
        },
        view: (opened) => {
          view = opened
          return {
            update: (now, before) => {
              // What I change from elsewhere on the page is not typed, and the caret may stand in other words meanwhile.
              if (!now.hasFocus()) return
              if (typedKey.getState(before) !== typedKey.getState(now.state)) {
                callOff?.()
                callOff = clock.after(caretShownMs, stopTyping)
                tellCaret(now)
              } else if (selecting && !before.selection.eq(now.state.selection)) tellSelection(now)
            },
            destroy: () => {
              view = null
              stopTyping()
            },
          }
        },
      }),
    ],
  })
  return {
    extension,
    telling: {
      showSelection: (on) => {
        if (selecting === on) return
        selecting = on
        if (on) tellSelection(view)
        else stopTyping()
      },
    },
  }
}
