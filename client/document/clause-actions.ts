/** What one does with a whole clause; whatever would take something from others asks first. */
import { TextSelection } from '@tiptap/pm/state'
import { isClauseKind } from '#shared/domain/documents.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import type { ClauseActions } from '#client/editing/commands.ts'
import { scrollToClause } from '#client/editing/scrolling.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import type { Presence } from '#client/editor/carets.ts'
import {
  changeKind,
  clauseAt,
  clauseById,
  deleteClause,
  duplicateClause,
  insertClauseAfter,
  insertClauseBefore,
  moveIntoClause,
  neighbourOf,
  swapClauses,
} from '#client/editor/clause-commands.ts'

export type Question =
  | { readonly type: 'delete'; readonly clause: string; readonly others: readonly Presence[] }
  | { readonly type: 'move'; readonly clause: string; readonly others: readonly Presence[]; readonly go: () => void }

/** The clause actions on a text; whatever needs an answer first is given to `ask`. */
export function clauseActions(
  text: TextEditor,
  connection: DocumentConnection,
  ask: (question: Question) => void,
): ClauseActions {
  const { editor, whereabouts } = text
  const { view } = editor
  const swap = (clause: string, rewritten: string, stays: string) => {
    const before = clauseById(editor.state.doc, clause)
    const offset = before ? editor.state.selection.from - before.pos : -1
    text.undoManager.stopCapturing()
    swapClauses(connection.body, stays, rewritten)
    text.undoManager.stopCapturing()
    const after = clauseById(editor.state.doc, clause)
    if (after && before && offset >= 0 && offset < before.node.nodeSize) {
      const at = Math.min(after.pos + offset, editor.state.doc.content.size)
      view.dispatch(editor.state.tr.setSelection(TextSelection.near(editor.state.doc.resolve(at))))
    }
    scrollToClause(view, clause)
    view.focus()
  }
  return {
    current: () => {
      const clause = clauseAt(editor.state.doc, editor.state.selection.from)
      return clause ? String(clause.node.attrs['id']) : null
    },
    insert: (after, kind) => {
      view.dispatch(insertClauseAfter(editor.state, after === null ? null : clauseById(editor.state.doc, after), kind))
      view.focus()
    },
    insertAbove: (id, kind) => {
      const clause = clauseById(editor.state.doc, id)
      if (clause) view.dispatch(insertClauseBefore(editor.state, clause, kind))
      view.focus()
    },
    become: (id, kind) => {
      const clause = clauseById(editor.state.doc, id)
      if (clause) {
        text.undoManager.stopCapturing()
        view.dispatch(changeKind(editor.state, clause, kind))
        text.undoManager.stopCapturing()
      }
      view.focus()
    },
    kindOf: (id) => {
      const kind: unknown = clauseById(editor.state.doc, id)?.node.attrs['kind']
      return isClauseKind(kind) ? kind : null
    },
    duplicate: (id) => {
      const clause = clauseById(editor.state.doc, id)
      if (clause) view.dispatch(duplicateClause(editor.state, clause))
      view.focus()
    },
    move: (id, direction) => {
      const neighbour = neighbourOf(editor.state.doc, id, direction)
      if (neighbour === null) return
      const other = String(neighbour.node.attrs['id'])
      const here = whereabouts.inClause(view, id)
      const there = whereabouts.inClause(view, other)
      // The words of what is written anew count as placed by me: that is to be the clause that I moved, not its neighbour.
      if (here.length === 0) swap(id, id, other)
      else if (there.length === 0) swap(id, other, id)
      else ask({ type: 'move', clause: id, others: here, go: () => swap(id, id, other) })
    },
    moveIn: (pos, kind) => {
      const tr = moveIntoClause(editor.state, pos, kind)
      if (tr) view.dispatch(tr)
    },
    remove: (id) => ask({ type: 'delete', clause: id, others: whereabouts.inClause(view, id) }),
  }
}

/** Deletes a clause without asking again. */
export function deleteNow({ editor, undoManager }: TextEditor, id: string): void {
  const clause = clauseById(editor.state.doc, id)
  if (clause === null) return
  undoManager.stopCapturing()
  editor.view.dispatch(deleteClause(editor.state, clause))
}
