/** What a transaction is: ours or another person's, and how it moves what stands in the text. */
import type { Node } from '@tiptap/pm/model'
import type { Transaction } from '@tiptap/pm/state'
import { Mapping, StepMap } from '@tiptap/pm/transform'
import { ySyncPluginKey } from 'y-prosemirror'

type SyncMeta = { isChangeOrigin?: boolean; isUndoRedoOperation?: boolean }

const syncMeta = (tr: Transaction): SyncMeta | undefined => tr.getMeta(ySyncPluginKey)

/**
 * Whether a transaction brings the shared text into the editor: others' changes, and one's own undo. Nothing may filter or
 * amend such a transaction, or the screen and the shared text part ways.
 */
export const isFromSharedText = (tr: Transaction): boolean => syncMeta(tr) !== undefined

/** Whether a transaction is one's own undo or redo. */
export const isUndo = (tr: Transaction): boolean => syncMeta(tr)?.isUndoRedoOperation === true

/** The stretch in which two documents differ, or null if they do not. Costs only what lies around the change. */
export function changedRange(before: Node, after: Node): { from: number; oldTo: number; newTo: number } | null {
  const from = before.content.findDiffStart(after.content)
  if (from === null) return null
  const end = before.content.findDiffEnd(after.content)
  if (end === null) return null
  // Repeated characters let the common tail reach over the common head: pull both ends behind it.
  const overlap = Math.max(0, from - Math.min(end.a, end.b))
  return { from, oldTo: end.a + overlap, newTo: end.b + overlap }
}

/**
 * How a transaction moves positions. A change from the shared text replaces the whole document in one step, which would
 * throw every position away: there it is the difference that counts.
 */
export function mappingOf(tr: Transaction): Mapping {
  if (!tr.docChanged || !isFromSharedText(tr)) return tr.mapping
  const range = changedRange(tr.before, tr.doc)
  if (range === null) return new Mapping([])
  return new Mapping([new StepMap([range.from, range.oldTo - range.from, range.newTo - range.from])])
}
