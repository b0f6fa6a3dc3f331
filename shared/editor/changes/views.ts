/** How a text with pending changes is shown: ranges over the same text, which they never change. */
import type { Node } from '@tiptap/pm/model'
import {
  isBlockChange,
  isDeletion,
  isInsertion,
  isSuggestionAttribute,
  type BlockChange,
  type Pending,
} from './pending.ts'
import type { View } from '#shared/domain/views.ts'

export { views, type View } from '#shared/domain/views.ts'

/** A stretch of the text that is not shown as it is. `isBlock`: it is a whole block. */
export type ShownRange = {
  readonly from: number
  readonly to: number
  readonly isBlock: boolean
  readonly show: 'inserted' | 'deleted' | 'hidden'
  readonly changes: readonly Pending[]
}

/**
 * The stretches of `doc` that a view shows as inserted or deleted, or hides. What is shown as it is, is not among them. `party`:
 * whose the view is.
 */
export function shownIn(doc: Node, view: View, party: string | null): ShownRange[] {
  const ranges: ShownRange[] = []
  const applies = ({ party: by }: Pending) => (view === 'ours' ? by === party : view === 'theirs' && by !== party)
  const showsAll = view === 'brackets' || view === 'redline'
  doc.descendants((node, pos) => {
    const { insertions, deletions } = node.isText ? changesOnText(node) : changesOnBlock(node)
    if (insertions.length === 0 && deletions.length === 0) return true
    const range = (show: ShownRange['show'], changes: readonly Pending[]) => {
      ranges.push({ from: pos, to: pos + node.nodeSize, isBlock: !node.isText, show, changes })
    }
    if (showsAll) {
      if (insertions.length > 0) range('inserted', insertions)
      if (deletions.length > 0) range('deleted', deletions)
      return true
    }
    const isHidden = insertions.some((change) => !applies(change)) || deletions.some(applies)
    if (isHidden) range('hidden', [...insertions, ...deletions])
    return !isHidden
  })
  return ranges
}

/**
 * A pair of brackets around words or a block. `insertion`: what its party puts in; `struck`: what `by` would take out, which stands
 * for the others; `noText`: an alternative without words, behind what is struck.
 */
export type Bracket = {
  readonly from: number
  readonly to: number
  readonly kind: 'insertion' | 'struck' | 'noText'
  readonly place: string
  readonly by: readonly Pending[]
  readonly isBlock: boolean
  /** 1 for the outermost. */
  readonly depth: number
}

/** The brackets of a text, in the order in which they open. */
export function bracketsOf(doc: Node): Bracket[] {
  type Span = { from: number; to: number; by: Map<string, Pending>; kind: 'insertion' | 'struck'; isBlock: boolean }
  const spans: Span[] = []
  /** Those that a later run may still belong to, by what they are of and the line that they are in. */
  const open = new Map<string, Span>()
  const inserted = new Set<string>()
  const add = (key: string, from: number, to: number, by: readonly Pending[], kind: Span['kind'], isBlock: boolean) => {
    const known = open.get(key)
    if (known !== undefined) {
      known.to = to
      return
    }
    const span = { from, to, by: new Map(by.map((change) => [change.id, change])), kind, isBlock }
    open.set(key, span)
    spans.push(span)
  }
  doc.descendants((node, pos, parent) => {
    const { insertions, deletions } = node.isText ? changesOnText(node) : changesOnBlock(node)
    const end = pos + node.nodeSize
    const line = node.isText ? `in ${lineStart(doc, pos)}` : `at ${pos}`
    for (const change of insertions) {
      inserted.add(JSON.stringify([change.party, change.place]))
      // The words of a block that is put in stand in its brackets.
      if (node.isText && parent !== null && blockChangesOf(parent).some(({ id }) => id === change.id)) continue
      add(`${line} ${change.id}`, pos, end, [change], 'insertion', !node.isText)
    }
    if (deletions.length > 0) {
      const key = deletions
        .map(({ id }) => id)
        .toSorted()
        .join(' ')
      add(`${line} struck ${key}`, pos, end, deletions, 'struck', !node.isText)
    }
    return true
  })
  const ordered = spans.toSorted((a, b) => a.from - b.from || b.to - a.to)
  return ordered.flatMap((span, index): Bracket[] => {
    const around = ordered.slice(0, index).filter((other) => other.to >= span.to && other.from <= span.from).length
    const { from, to, kind, isBlock } = span
    const by = [...span.by.values()]
    const [first] = by
    if (first === undefined) return []
    const bracket = { from, to, kind, place: first.place, by, isBlock, depth: around + 1 }
    const silent = by.filter(({ party, place }) => !inserted.has(JSON.stringify([party, place])))
    return kind === 'struck' && silent.length > 0
      ? [bracket, { ...bracket, from: to, kind: 'noText', by: silent }]
      : [bracket]
  })
}

type OnNode = { readonly insertions: readonly Pending[]; readonly deletions: readonly Pending[] }

/** The changes that stand on words. A deletion that was not made over the insertion that the words are in does not count. */
export function changesOnText(node: Node): OnNode {
  const insertions = node.marks.flatMap(({ type, attrs }) =>
    type.name === 'insertion' && isInsertion(attrs) ? [attrs] : [],
  )
  const deletions = node.marks.flatMap(({ type, attrs }) =>
    type.name === 'deletion' &&
    isDeletion(attrs) &&
    (insertions.length === 0 || insertions.some(({ id }) => id === attrs.over))
      ? [attrs]
      : [],
  )
  return { insertions, deletions }
}

/** What the parties suggest for a block. */
export const blockChangesOf = (node: Node): BlockChange[] =>
  Object.entries(node.attrs).flatMap(([name, value]) =>
    isSuggestionAttribute(name) && isBlockChange(value) ? [value] : [],
  )

function changesOnBlock(node: Node): OnNode {
  const changes = blockChangesOf(node)
  return changes.length === 0
    ? nothing
    : {
        insertions: changes.filter(({ op }) => op === 'insert'),
        deletions: changes.filter(({ op }) => op === 'delete'),
      }
}

const nothing: OnNode = { insertions: [], deletions: [] }

const lineStart = (doc: Node, pos: number) => doc.resolve(pos).start()
