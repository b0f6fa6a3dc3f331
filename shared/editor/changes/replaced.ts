/** What a transaction replaced by what, and what else it changed. */
import { ChangeSet } from '@tiptap/pm/changeset'
import type { Mark, Node, Slice } from '@tiptap/pm/model'
import type { Transaction } from '@tiptap/pm/state'
import type { Mappable } from '@tiptap/pm/transform'
import { isPendingMark, isSuggestionAttribute, suggestionAttribute, type Author } from './pending.ts'
import type { Reason } from './suggester.ts'
import { blockChangesOf, changesOnText } from './views.ts'

/** From `fromA` to `toA` of the text before stands, from `fromB` to `toB`, what is there afterwards. */
export type Replaced = { readonly fromA: number; readonly toA: number; readonly fromB: number; readonly toB: number }

/** What a transaction replaced, in the order of the text. */
export function replacedBy(tr: Transaction): readonly Replaced[] {
  const maps = tr.mapping.maps
  const found: Replaced[] = []
  if (maps.length === 1) {
    maps[0]?.forEach((fromA, toA, fromB, toB) => found.push({ fromA, toA, fromB, toB }))
  } else {
    for (const { fromA, toA, fromB, toB } of ChangeSet.create(tr.before).addSteps(tr.doc, [...maps], null).changes) {
      found.push({ fromA, toA, fromB, toB })
    }
  }
  return found
    .filter((change) => !isSameEdge(change, tr.before, tr.doc))
    .map((change) => wholeCharacters(change, tr.before, tr.doc))
}

/** The one stretch in which two texts differ. */
export function differenceOf(before: Node, after: Node): readonly Replaced[] {
  const start = before.content.findDiffStart(after.content)
  const end = before.content.findDiffEnd(after.content)
  if (start === null || end === null) return []
  const overlap = Math.max(0, start - Math.min(end.a, end.b))
  const change = { fromA: start, toA: end.a + overlap, fromB: start, toB: end.b + overlap }
  return [wholeCharacters(change, before, after)]
}

/** Where a node is given other attributes, ProseMirror replaces its beginning and its end by those of the same kind of node. */
function isSameEdge({ fromA, toA, fromB, toB }: Replaced, before: Node, after: Node): boolean {
  if (toA - fromA !== toB - fromB || toA === fromA) return false
  const [a, b] = [before.slice(fromA, toA), after.slice(fromB, toB)]
  return a.eq(b) || (a.openStart === b.openStart && a.openEnd === b.openEnd && edgesOf(a) === edgesOf(b))
}

/** The kinds of the nodes of a slice that has no whole ones; of another, something that no other slice has. */
function edgesOf({ content, openStart, openEnd, size }: Slice): string | symbol {
  const kinds: string[] = []
  content.descendants(({ type }) => {
    kinds.push(type.name)
    return true
  })
  return size === openStart + openEnd && kinds.length === size ? kinds.join() : Symbol('whole')
}

/** No change begins or ends within a character that is two units long. */
function wholeCharacters({ fromA, toA, fromB, toB }: Replaced, before: Node, after: Node): Replaced {
  const starts = splitsCharacter(before, fromA) || splitsCharacter(after, fromB) ? 1 : 0
  const ends = splitsCharacter(before, toA) || splitsCharacter(after, toB) ? 1 : 0
  return { fromA: fromA - starts, toA: toA + ends, fromB: fromB - starts, toB: toB + ends }
}

function splitsCharacter(doc: Node, pos: number): boolean {
  const { parent, parentOffset } = doc.resolve(pos)
  if (!parent.isTextblock || parentOffset === 0 || parentOffset >= parent.content.size) return false
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(parent.textBetween(parentOffset - 1, parentOffset + 1, '\n', '\n'))
}

/** `own`: how to make the change, if it is one of the author's own words or blocks, to which it may be done directly. */
type Uncaught = { readonly reason: Reason; readonly own: ((tr: Transaction, mapping: Mappable) => void) | null }

/** Where nodes that stand in both texts differ in attributes, or words in formatting. */
export function* uncaught(
  before: Node,
  after: Node,
  changes: readonly Replaced[],
  by: Author & { readonly progress?: ReadonlySet<string> },
): Generator<Uncaught> {
  const start = before.content.findDiffStart(after.content)
  const end = after.content.findDiffEnd(before.content)
  if (start === null || end === null) return
  const found: Uncaught[] = []
  after.nodesBetween(Math.max(0, start - 1), Math.min(after.content.size, Math.max(start, end.a) + 1), (node, pos) => {
    if (changes.some(({ fromB, toB }) => fromB <= pos && pos < toB && !node.isText)) return true
    if (!node.isText) {
      const at = posBefore(pos, changes)
      const old = before.nodeAt(at)
      if (old !== null && old.type === node.type) found.push(...attributesChanged(old, node, at, by))
      return true
    }
    for (let offset = 0; offset < node.nodeSize;) {
      const here = pos + offset
      const inside = changes.find(({ fromB, toB }) => fromB <= here && here < toB)
      if (inside !== undefined) {
        offset = inside.toB - pos
        continue
      }
      const at = posBefore(here, changes)
      const $at = before.resolve(at)
      const old = $at.nodeAfter
      const until = Math.min(node.nodeSize, changes.find(({ fromB }) => fromB > here)?.fromB ?? Infinity) - offset
      const length = Math.max(1, Math.min(until, old?.nodeSize ?? 1))
      if (old?.isText === true) found.push(...marksChanged(old, node, at, at + length, by))
      offset += length
    }
    return true
  })
  yield* found
}

/** Where a place of the text afterwards is in the text before; in what is new, where that begins. */
export function posBefore(pos: number, changes: readonly Replaced[]): number {
  let shift = 0
  for (const { fromA, toA, fromB, toB } of changes) {
    if (pos < fromB) break
    if (pos < toB) return fromA
    shift = toA - toB
  }
  return pos + shift
}

function attributesChanged(
  old: Node,
  node: Node,
  pos: number,
  by: Author & { readonly progress?: ReadonlySet<string> },
): Uncaught[] {
  const isOwn = blockChangesOf(old).some(
    ({ op, party, user }) => op === 'insert' && party === by.party && user === by.user,
  )
  return Object.keys(node.attrs).flatMap((name): Uncaught[] => {
    const value: unknown = node.attrs[name]
    if (JSON.stringify(old.attrs[name]) === JSON.stringify(value)) return []
    const isFree = isOwn || by.progress?.has(name) === true || name === suggestionAttribute(by.party)
    const own = isFree
      ? (tr: Transaction, mapping: Mappable) => tr.setNodeAttribute(mapping.map(pos), name, value)
      : null
    return [{ reason: node.type.name === 'clause' ? 'term' : name === 'level' ? 'level' : 'structure', own }]
  })
}

function marksChanged(old: Node, node: Node, from: number, to: number, by: Author): Uncaught[] {
  const plain = (marks: readonly Mark[]) => marks.filter(({ type }) => !isPendingMark(type.name))
  const put = plain(node.marks).filter((mark) => !mark.isInSet(old.marks))
  const taken = plain(old.marks).filter((mark) => !mark.isInSet(node.marks))
  if (put.length === 0 && taken.length === 0) return []
  const isOwn = changesOnText(old).insertions.some(({ party, user }) => party === by.party && user === by.user)
  const own = (tr: Transaction, mapping: Mappable) => {
    const [start, end] = [mapping.map(from, 1), mapping.map(to, -1)]
    for (const mark of taken) tr.removeMark(start, end, mark)
    for (const mark of put) tr.addMark(start, end, mark)
  }
  return [{ reason: 'formatting', own: isOwn ? own : null }]
}

/** Whether an attribute of a block says what is written there, and not what is suggested for it. */
export const isContent = (name: string): boolean => !isSuggestionAttribute(name)
