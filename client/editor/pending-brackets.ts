/**
 * What a clause has pending, as the page shows it: read once for each clause that is changed, whatever its length, and kept with the
 * node, so that a key in one of three hundred clauses costs what that one holds.
 */
import type { Node } from '@tiptap/pm/model'
import { listChanges, type ListedChange } from '#shared/editor/changes/list.ts'
import { bracketsOf, shownIn, type Bracket, type ShownRange, type View } from '#shared/editor/changes/views.ts'
import { isPendingMark, isSuggestionAttribute } from '#shared/editor/changes/pending.ts'
import type { JsonNode } from '#shared/editor/text.ts'

/** Positions are counted from the node itself: 0 is right before it. */
export type PendingIn = {
  readonly brackets: readonly Bracket[]
  readonly changes: readonly ListedChange[]
  readonly shown: (view: View, party: string | null) => readonly ShownRange[]
}

const nothing: PendingIn = { brackets: [], changes: [], shown: () => [] }
const known = new WeakMap<Node, PendingIn>()

/** What is pending in a top-level node of the text. */
export function pendingIn(part: Node): PendingIn {
  const kept = known.get(part)
  if (kept !== undefined) return kept
  const found = holdsPending(part) ? read(part) : nothing
  known.set(part, found)
  return found
}

/** All pending changes of the text, in its order; the clauses that did not change are not read again. */
export function changesIn(doc: Node): readonly ListedChange[] {
  const found: ListedChange[] = []
  doc.forEach((part) => void found.push(...pendingIn(part).changes))
  return found
}

/** Whether two lists were read from the same clauses. */
export const sameChanges = (a: readonly ListedChange[], b: readonly ListedChange[]): boolean =>
  a.length === b.length && a.every((change, index) => change === b[index])

function read(part: Node): PendingIn {
  const alone = part.type.schema.topNodeType.create(null, part)
  const json: JsonNode = part.toJSON()
  return {
    brackets: bracketsOf(alone),
    changes: listChanges({ type: 'doc', content: [json] }),
    shown: (view, party) => shownIn(alone, view, party),
  }
}

function holdsPending(part: Node): boolean {
  const isPending = (node: Node) =>
    node.isText
      ? node.marks.some(({ type }) => isPendingMark(type.name))
      : Object.entries(node.attrs).some(([name, value]) => value !== null && isSuggestionAttribute(name))
  let found = isPending(part)
  part.descendants((node) => {
    found ||= isPending(node)
    return !found
  })
  return found
}
