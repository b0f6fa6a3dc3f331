/** The pending changes of the text as it is on the page, by place. */
import type { Node } from '@tiptap/pm/model'
import type { ListedChange } from '#shared/editor/changes/list.ts'
import { pendingIn } from './pending-brackets.ts'

/** All pending changes of the text, in its order; the clauses that did not change are not read again. */
export function changesIn(doc: Node): readonly ListedChange[] {
  const found: ListedChange[] = []
  doc.forEach((part) => void found.push(...pendingIn(part).changes))
  return found
}

/** Whether two lists were read from the same clauses. */
export const sameChanges = (a: readonly ListedChange[], b: readonly ListedChange[]): boolean =>
  a.length === b.length && a.every((change, index) => change === b[index])
