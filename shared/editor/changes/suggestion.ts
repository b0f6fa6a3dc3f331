/** A suggestion in the making: strikes words and blocks of a text, and puts in others, in the name of one author. */
import { Fragment, type Node, type NodeType, type ResolvedPos } from '@tiptap/pm/model'
import type { EditorState, Selection, Transaction } from '@tiptap/pm/state'
import { isPendingMark, suggestedBlocks, suggestionAttribute, type BlockOperation, type Pending } from './pending.ts'
import { isContent, posBefore, type Replaced } from './replaced.ts'
import type { Reason, Suggester } from './suggester.ts'
import { blockChangesOf, changesOnText } from './views.ts'

/** Its changes are made from the end of the text to its beginning: what stands before the last of them has not moved. */
export class Suggestion {
  readonly tr: Transaction
  readonly withdrawn: string[] = []
  readonly #by: Suggester
  readonly #place: string
  readonly #ids = new Map<string, string>()
  /** Where what was put in for a change ends, by where the change begins. */
  readonly #ends = new Map<number, number>()

  constructor(state: EditorState, by: Suggester) {
    this.tr = state.tr
    this.#by = by
    this.#place = by.newId()
  }

  /** Strikes from `from` to `to`, joining the lines in which these are, and puts in words. */
  replaceWords(from: number, to: number, content: Fragment): Reason | null {
    const { doc } = this.tr
    const [$from, $to] = [doc.resolve(from), doc.resolve(to)]
    const rest = $from.sameParent($to) ? Fragment.empty : this.#moving($to)
    if (!this.#mayHold($from, content)) return 'lineBreak'
    if (!$from.sameParent($to)) {
      const reason = this.#strikeJoined(from, $to)
      if (reason !== null) return reason
    } else this.#strike(from, to)
    const end = $from.sameParent($to) ? this.#after(from, to) : this.#after(from, $from.end())
    this.#put(end, content, from)
    this.#put(end + content.size, rest, null)
    return null
  }

  /** Replaces words over several lines by words over several lines: what is first and last goes into the lines that there are. */
  replaceLines(from: number, to: number, wanted: Node, start: ResolvedPos, end: ResolvedPos): Reason | null {
    const { doc } = this.tr
    const [$from, $to] = [doc.resolve(from), doc.resolve(to)]
    const depth = start.sharedDepth(end.pos)
    const [first, last] = [wanted.slice(start.pos, start.end()).content, wanted.slice(end.start(), end.pos).content]
    if (!this.#mayHold($from, first) || !this.#mayHold($to, last)) return 'lineBreak'
    if ($from.depth - $from.sharedDepth(to) > 1 && start.index(depth) + 1 < end.index(depth)) return 'structure'
    const middle = wanted.slice(start.after(depth + 1), end.before(depth + 1)).content
    const behind = $from.after()
    this.#put(to, last, null)
    this.#strike(from, to)
    if (!this.#putBlocks(this.tr.mapping.map(behind, -1), middle)) return 'structure'
    this.#put(this.#after(from, $from.end()), first, from)
    return null
  }

  /** Strikes from `from` to `to` of one line and splits it there: what is behind is struck, and stands again in a line put in. */
  split(from: number, to: number, wanted: Node, start: ResolvedPos, end: ResolvedPos): Reason | null {
    const { doc } = this.tr
    const [$from, $to] = [doc.resolve(from), doc.resolve(to)]
    const depth = start.sharedDepth(end.pos)
    const outer = $from.depth - (start.depth - depth)
    if (outer < 0 || start.depth !== $from.depth) return 'structure'
    for (let level = outer + 1; level < $to.depth; level += 1) {
      // What follows in the same item of a list would have to move along.
      if ($to.indexAfter(level) < $to.node(level).childCount) return 'structure'
    }
    const [first, last] = [wanted.slice(start.pos, start.end()).content, wanted.slice(end.start(), end.pos).content]
    if (!this.#mayHold($from, first)) return 'lineBreak'
    const middle = wanted.slice(start.after(depth + 1), end.before(depth + 1)).content
    const behind = $from.after(outer + 1)
    if (
      from === to &&
      $from.parentOffset === 0 &&
      $from.parent.content.size > 0 &&
      first.size + last.size + middle.size === 0
    ) {
      // At the beginning of a line nothing has to move: an empty line comes before it.
      const empty = emptied($from.node(outer + 1), $from.depth - outer - 1)
      if (empty === null || !this.#putBlocks($from.before(outer + 1), Fragment.from(empty))) return 'structure'
      this.#ends.set(from, this.tr.mapping.map(from, 1))
      return null
    }
    const rest = this.#moving($to)
    let line: Node = end.parent.type.create(contentOf(end.parent), last.append(rest))
    for (let level = end.depth - 1; level > depth; level -= 1) line = end.node(level).copy(Fragment.from(line))
    if (!this.#putBlocks(behind, middle.append(Fragment.from(line)))) return 'structure'
    this.#strike(from, $to.end())
    this.#put(this.#after(from, to), first, null)
    this.#ends.set(from, this.tr.mapping.map(behind, -1) + middle.size + (end.depth - depth) + last.size)
    return null
  }

  /** Strikes whole blocks and puts in others behind them. */
  replaceBlocks(from: number, to: number, content: Fragment): Reason | null {
    const { doc } = this.tr
    let isColumn = false
    doc.nodesBetween(from, to, (node, pos, parent) => {
      if (pos >= from && pos + node.nodeSize <= to && parent?.type.name === 'tableRow') isColumn = true
      return pos < from
    })
    content.forEach((node) => {
      if (!isSuggestable(node.type)) isColumn = true
    })
    if (isColumn) return 'column'
    this.#strike(from, to)
    if (content.size > 0 && !this.#putBlocks(this.#after(from, to), content)) return 'structure'
    this.#ends.set(from, this.#after(from, to))
    return null
  }

  /** Where a place of the text that the user made is in this one; behind what is put in there. */
  caretAt(pos: number, changes: readonly Replaced[], { empty, head }: Selection): number {
    const change = changes.find(({ fromB, toB }) => fromB <= pos && pos <= toB)
    if (change === undefined) return this.tr.mapping.map(posBefore(pos, changes), 1)
    const { fromA, toA, fromB, toB } = change
    // Who deletes forward goes on behind what they have struck, or would never get past it.
    if (fromB === toB)
      return this.tr.mapping.map(empty && head === fromA ? toA : fromA, empty && head === fromA ? 1 : -1)
    const end = this.#ends.get(fromA)
    return end === undefined ? this.tr.mapping.map(toA, 1) : Math.min(end, this.tr.doc.content.size)
  }

  #id(of: string): string {
    const known = this.#ids.get(of) ?? this.#by.newId()
    this.#ids.set(of, known)
    return known
  }

  #change(id: string, place = this.#place): Pending {
    const { party, user, at } = this.#by
    return { id, place, party, user, at }
  }

  #isOwn = ({ party, user }: Pending) => party === this.#by.party && user === this.#by.user

  /** The pending changes on the words right before and behind a place. */
  #beside(pos: number): Pending[] {
    const { nodeBefore, nodeAfter } = this.tr.doc.resolve(pos)
    return [nodeBefore, nodeAfter].flatMap((node) => {
      if (node === null || !node.isText) return []
      const { insertions, deletions } = changesOnText(node)
      return [...insertions, ...deletions]
    })
  }

  /** The insertion that words put in at a place are of: one's own around or beside it, or a new one. */
  #insertionAt(pos: number): Pending {
    const $pos = this.tr.doc.resolve(pos)
    const beside = [$pos.nodeBefore, $pos.nodeAfter].flatMap((node) =>
      node?.isText === true ? changesOnText(node).insertions : [],
    )
    const own = beside.find(this.#isOwn)
    if (own !== undefined) return own
    for (let depth = $pos.depth; depth > 0; depth -= 1) {
      const inserter = blockChangesOf($pos.node(depth)).find(({ op }) => op === 'insert')
      if (inserter === undefined) continue
      if (!this.#isOwn(inserter)) break
      const { op: _, ...change } = inserter
      return change
    }
    const place = this.#beside(pos)[0]?.place ?? this.#place
    return this.#change(this.#id(`insertion ${place}`), place)
  }

  /** Whether a line may be given this: a break would cut words that are not one's own. */
  #mayHold($pos: ResolvedPos, content: Fragment): boolean {
    let breaks = false
    content.forEach((node) => {
      breaks ||= !node.isText
    })
    return !breaks || blockChangesOf($pos.parent).some((change) => change.op === 'insert' && this.#isOwn(change))
  }

  /** Where the place behind what was struck from `from` to `to` is now. */
  #after(from: number, to: number): number {
    return this.tr.mapping.map(to, from === to ? -1 : 1)
  }

  #put(pos: number, content: Fragment, from: number | null): void {
    if (content.size > 0) {
      const insertion = this.#insertionAt(pos)
      this.tr.insert(pos, this.#marked(content, insertion))
    }
    if (from !== null) this.#ends.set(from, pos + content.size)
  }

  #marked(content: Fragment, insertion: Pending): Fragment {
    const nodes: Node[] = []
    content.forEach((node) => {
      const marks = node.marks.filter(({ type }) => !isPendingMark(type.name))
      const mark = this.tr.doc.type.schema.mark('insertion', insertion)
      nodes.push(
        node.isText
          ? node.mark(mark.addToSet(marks))
          : node.type.create(contentOf(node), this.#marked(node.content, insertion)),
      )
    })
    return Fragment.from(nodes)
  }

  /** Puts in whole blocks; false if what stands there takes none of the kind. */
  #putBlocks(pos: number, content: Fragment): boolean {
    if (content.size === 0) return true
    const $pos = this.tr.doc.resolve(pos)
    const nodes: Node[] = []
    let fits = true
    content.forEach((node) => {
      if (!isSuggestable(node.type) || !$pos.parent.canReplaceWith($pos.index(), $pos.index(), node.type)) fits = false
      const change = this.#change(this.#by.newId())
      const isClause = node.type.name === 'clause'
      const attrs = {
        ...contentOf(node),
        ...(isClause ? { id: this.#by.newId() } : {}),
        ...this.#attribute('insert', change),
      }
      nodes.push(node.type.create(attrs, this.#marked(node.content, change)))
    })
    if (fits) this.tr.insert(pos, nodes)
    return fits
  }

  #attribute(op: BlockOperation, change: Pending) {
    return { [suggestionAttribute(this.#by.party)]: { op, ...change } }
  }

  /** What of a line behind a place goes along when that moves to another line: its words that are not struck or put in by others. */
  #moving($pos: ResolvedPos): Fragment {
    const nodes: Node[] = []
    $pos.parent.slice($pos.parentOffset).content.forEach((node) => {
      const { insertions, deletions } = changesOnText(node)
      if (deletions.some(({ party }) => party === this.#by.party) || insertions.some((each) => !this.#isOwn(each)))
        return
      nodes.push(
        node.isText
          ? node.mark(node.marks.filter(({ type }) => !isPendingMark(type.name)))
          : node.type.create(contentOf(node)),
      )
    })
    return Fragment.from(nodes)
  }

  /** Strikes from a place to the line of another, that line as a whole. */
  #strikeJoined(from: number, $to: ResolvedPos): Reason | null {
    let depth = $to.depth
    const shared = this.tr.doc.resolve(from).sharedDepth($to.pos)
    while (depth - 1 > shared && $to.node(depth - 1).childCount === 1 && isSuggestable($to.node(depth - 1).type))
      depth -= 1
    if (!isSuggestable($to.node(depth).type)) return 'structure'
    this.#strike(from, $to.after(depth))
    return null
  }

  /** Strikes all that stands from `from` to `to`: one's own words go, others are marked, and so are whole blocks. */
  #strike(from: number, to: number): void {
    const { doc } = this.tr
    const own: { from: number; to: number }[] = []
    doc.nodesBetween(from, to, (node, pos) => {
      const end = pos + node.nodeSize
      if (node.isText) {
        this.#strikeText(node, Math.max(from, pos), Math.min(to, end), own)
        return false
      }
      if (pos < from || end > to || !isSuggestable(node.type)) return true
      return this.#strikeBlock(node, pos, own)
    })
    for (const range of own.toReversed()) this.tr.delete(range.from, range.to)
  }

  /** Whether what is in the block is to be struck too. */
  #strikeBlock(node: Node, pos: number, own: { from: number; to: number }[]): boolean {
    const changes = blockChangesOf(node)
    const inserted = changes.find(({ op }) => op === 'insert')
    if (inserted?.party === this.#by.party) {
      if (node.isInline) own.push({ from: pos, to: pos + node.nodeSize })
      else this.withdrawn.push(inserted.id)
      return true
    }
    if (!changes.some(({ party }) => party === this.#by.party)) {
      const change = this.#change(this.#by.newId(), changes[0]?.place)
      this.tr.setNodeAttribute(pos, suggestionAttribute(this.#by.party), { op: 'delete', ...change })
    }
    node.descendants((child, at) => {
      if (!child.isText || !changesOnText(child).insertions.some(({ party }) => party === this.#by.party)) return true
      own.push({ from: pos + 1 + at, to: pos + 1 + at + child.nodeSize })
      return false
    })
    return false
  }

  #strikeText(node: Node, from: number, to: number, own: { from: number; to: number }[]): void {
    const { insertions, deletions } = changesOnText(node)
    const $from = this.tr.doc.resolve(from)
    const inOwnBlock = insertions.length === 0 && this.#inserterAround($from)?.party === this.#by.party
    if (insertions.some(({ party }) => party === this.#by.party) || inOwnBlock) {
      own.push({ from, to })
      return
    }
    if (deletions.some(({ party }) => party === this.#by.party)) return
    const over = insertions[0] ?? null
    const beside = [...this.#deletionsBeside(from), ...this.#deletionsBeside(to)].find(this.#isOwn)
    const place = over?.place ?? this.#beside(from)[0]?.place ?? this.#place
    const change = beside ?? this.#change(this.#id(`deletion ${place}`), place)
    const { id, party, user, at } = change
    const mark = this.tr.doc.type.schema.mark('deletion', {
      id,
      place: change.place,
      party,
      user,
      at,
      over: over?.id ?? null,
    })
    this.tr.addMark(from, to, mark)
  }

  #deletionsBeside(pos: number): readonly Pending[] {
    const { nodeBefore, nodeAfter } = this.tr.doc.resolve(pos)
    return [nodeBefore, nodeAfter].flatMap((node) => (node?.isText === true ? changesOnText(node).deletions : []))
  }

  #inserterAround($pos: ResolvedPos): Pending | null {
    for (let depth = $pos.depth; depth > 0; depth -= 1) {
      const inserter = blockChangesOf($pos.node(depth)).find(({ op }) => op === 'insert')
      if (inserter !== undefined) return inserter
    }
    return null
  }
}

const suggestable: ReadonlySet<string> = new Set(suggestedBlocks)
const isSuggestable = ({ name }: NodeType) => suggestable.has(name)

/** The attributes of a node without what is suggested for it. */
const contentOf = ({ attrs }: Node) => Object.fromEntries(Object.entries(attrs).filter(([name]) => isContent(name)))

/** A block as it is with nothing in it but an empty line, `depth` levels down. */
function emptied(node: Node, depth: number): Node | null {
  const attrs = contentOf(node)
  if (depth === 0) return node.type.create(attrs)
  const inner = node.firstChild === null ? null : emptied(node.firstChild, depth - 1)
  return inner === null ? null : node.type.create(attrs, inner)
}
