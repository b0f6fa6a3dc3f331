/** Going from one match of find to the next. */
import type { Editor } from '@tiptap/core'
import { findState, stepMatch } from '#client/editor/find.ts'
import { scrollToPosition } from './scrolling.ts'

/** Goes to the next or previous match and shows it. */
export function goToMatch(editor: Editor, by: 1 | -1): void {
  editor.view.dispatch(stepMatch(editor.state, by))
  showMatch(editor)
}

/** Brings the match that find stands at into view. */
export function showMatch(editor: Editor): void {
  const { matches, current } = findState(editor.state)
  const match = matches[current]
  if (match) scrollToPosition(editor.view, match.from)
}
