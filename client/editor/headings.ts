/** Headings are paragraphs with a level: how one sets it, and what Enter and Backspace do at their edges. */
import { Extension } from '@tiptap/core'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { canSplit } from '@tiptap/pm/transform'
import type { Level } from '#shared/editor/schema.ts'

/** Gives the selected paragraphs a heading level, or makes them body text again (null). Null if there is nothing to change. */
export function setLevel(state: EditorState, level: Level | null): Transaction | null {
  const tr = state.tr
  state.doc.nodesBetween(state.selection.from, state.selection.to, (node, pos) => {
    if (node.type.name === 'paragraph' && node.attrs['level'] !== level) tr.setNodeAttribute(pos, 'level', level)
  })
  return tr.docChanged ? tr : null
}

/** The level that all selected paragraphs share; null for body text or a mixture. */
export function currentLevel({ doc, selection }: EditorState): Level | null {
  const found = new Set<Level | null>()
  doc.nodesBetween(selection.from, selection.to, (node) => {
    if (node.type.name === 'paragraph') found.add(node.attrs['level'] as Level | null)
  })
  const [only] = found
  return found.size === 1 && only !== undefined ? only : null
}

/** Behind a heading body text begins. */
function splitAfterHeading(state: EditorState): Transaction | null {
  const { $from, empty } = state.selection
  const { parent } = $from
  if (!empty || parent.type.name !== 'paragraph' || parent.attrs['level'] === null) return null
  if ($from.parentOffset < parent.content.size || !canSplit(state.doc, $from.pos)) return null
  return state.tr.split($from.pos, 1, [{ type: parent.type, attrs: { level: null } }]).scrollIntoView()
}

/** Backspace at the start of a heading makes it body text, before it joins anything. */
function leaveHeading(state: EditorState): Transaction | null {
  const { $from, empty } = state.selection
  const level: unknown = $from.parent.attrs['level']
  if (!empty || $from.parentOffset > 0 || level === null || level === undefined) return null
  return state.tr.setNodeAttribute($from.before(), 'level', null)
}

/** The keys of headings: Ctrl+Alt+1…3 and 0, Enter, Backspace. */
export const headings = Extension.create({
  name: 'headings',
  priority: 1100,
  addKeyboardShortcuts() {
    const run = (change: (state: EditorState) => Transaction | null) => () => {
      if (!this.editor.isEditable) return false
      const tr = change(this.editor.state)
      if (tr !== null) this.editor.view.dispatch(tr)
      return tr !== null
    }
    return {
      'Mod-Alt-0': run((state) => setLevel(state, null)),
      'Mod-Alt-1': run((state) => setLevel(state, 1)),
      'Mod-Alt-2': run((state) => setLevel(state, 2)),
      'Mod-Alt-3': run((state) => setLevel(state, 3)),
      Enter: run(splitAfterHeading),
      Backspace: run(leaveHeading),
    }
  },
})
