/**
 * A text with its pending changes written into it, for a file: brackets with the letters of their party, as diplomats write them, or
 * the signs of a redline. Brackets are written so that a reader of texts that exist already finds the same changes in them.
 */
import { initiative } from '#shared/domain/initiative.ts'
import type { Language } from '#shared/domain/languages.ts'
import {
  isDeletion,
  isInsertion,
  isBlockChange,
  isSuggestionAttribute,
  type Pending,
} from '#shared/editor/changes/pending.ts'
import { changeKey, settled, type Decide } from '#shared/editor/changes/settle.ts'
import type { View } from '#shared/editor/changes/views.ts'
import { lineOf, words } from '#shared/editor/import/blocks.ts'
import { bracketsIn } from '#shared/editor/import/brackets.ts'
import { writeLabel } from '#shared/editor/import/labels.ts'
import type { JsonMark, JsonNode } from '#shared/editor/text.ts'

/** Bears words that were drawn around a change, and says which party it is of and whether it takes words out. */
export const drawnMark = 'drawn'

/** A text as a view shows it. `party`: whose the view is; nobody's shows the changes of all parties as theirs. */
export function viewed(content: JsonNode, view: View, party: string | null): JsonNode {
  if (view === 'brackets' || view === 'redline') return drawnIn(content, view)
  const decide: Decide = (change) =>
    view !== 'base' && (change.party === party) === (view === 'ours') ? 'accept' : 'reject'
  return settled(content, decide) ?? { type: content.type, content: [] }
}

type Kind = 'insertion' | 'deletion'
/** A change on words. `isBlock`: it is of a block around them. `group`: what a deletion of words must have in common to be one bracket. */
type Active = {
  readonly key: string
  readonly kind: Kind
  readonly change: Pending
  readonly isBlock: boolean
  readonly group: string
}
type Atom = { readonly node: JsonNode; readonly line: number; readonly changes: readonly Active[] }
type Fragment = { readonly active: Active; readonly from: number; readonly to: number; readonly isWhole: boolean }

function drawnIn(content: JsonNode, view: 'brackets' | 'redline'): JsonNode {
  const numbers = new Map<string, Numbering>()
  const visit = (node: JsonNode, around: readonly Active[]): JsonNode => {
    if (node.type === 'doc') return { ...node, content: (node.content ?? []).map((child) => visit(child, around)) }
    if (node.type === 'clause') {
      const within = [...around, ...blockChanges(node)]
      return { ...node, content: (node.content ?? []).map((child) => visit(child, within)) }
    }
    const language = node.attrs?.['lang'] === 'ja' ? 'ja' : 'en'
    const numbering = numbers.get(language) ?? new Numbering()
    numbers.set(language, numbering)
    return drawnText(node, around, language, view, numbering)
  }
  return visit(content, [])
}

/** Numbers of places and letters of their changes, in one language of one file. */
class Numbering {
  readonly #places = new Map<string, number>()
  readonly #changes = new Map<string, Map<string, number>>()

  of({ change: { place }, key }: Active): { readonly place: string; readonly change: string } {
    const number = this.#places.get(place) ?? this.#places.size + 1
    this.#places.set(place, number)
    const changes = this.#changes.get(place) ?? new Map<string, number>()
    this.#changes.set(place, changes)
    const at = changes.get(key) ?? changes.size
    changes.set(key, at)
    return { place: String(number), change: letters(at) }
  }
}

const letters = (at: number): string =>
  (at < 26 ? '' : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(97 + (at % 26))

function drawnText(
  text: JsonNode,
  around: readonly Active[],
  language: Language,
  view: 'brackets' | 'redline',
  numbering: Numbering,
): JsonNode {
  const atoms: Atom[] = []
  let lines = 0
  const gather = (node: JsonNode, within: readonly Active[]) => {
    const own = [...within, ...(node === text ? [] : blockChanges(node))]
    if (node.type !== 'paragraph') {
      for (const child of node.content ?? []) gather(child, own)
      return
    }
    for (const child of node.content ?? []) {
      atoms.push({
        node: child,
        line: lines,
        changes: [...own, ...(child.type === 'text' ? marksOn(child, own) : blockChanges(child))],
      })
    }
    lines += 1
  }
  gather(text, around)
  const fragments = nested(fragmentsOf(atoms))
  if (fragments.length === 0) return text
  const opened = view === 'redline' ? redlined(fragments) : bracketed(fragments, atoms, lines, language, numbering)
  const ends = endsOf(fragments)
  let at = 0
  const rebuild = (node: JsonNode): JsonNode => {
    if (node.type !== 'paragraph')
      return node.content === undefined ? node : { ...node, content: node.content.map(rebuild) }
    const drawn: JsonNode[] = []
    for (const child of node.content ?? []) {
      for (const [index, fragment] of ends.opening(at)) drawn.push(signOf(opened[index]?.open ?? '', fragment))
      drawn.push(child)
      for (const [index, fragment] of ends.closing(at)) drawn.push(signOf(opened[index]?.close ?? '', fragment))
      at += 1
    }
    return drawn.length === 0 ? node : { ...node, content: drawn }
  }
  return rebuild(text)
}

/** The fragments that open before an atom, and those that close behind it, in the order in which they do. */
function endsOf(fragments: readonly Fragment[]) {
  type Entry = readonly [index: number, fragment: Fragment]
  const opening = new Map<number, Entry[]>()
  const closing = new Map<number, Entry[]>()
  const add = (map: Map<number, Entry[]>, at: number, entry: Entry) => {
    const known = map.get(at)
    if (known === undefined) map.set(at, [entry])
    else known.push(entry)
  }
  for (const entry of fragments.entries()) {
    add(opening, entry[1].from, entry)
    add(closing, entry[1].to, entry)
  }
  return {
    opening: (at: number) => opening.get(at) ?? [],
    closing: (at: number) => (closing.get(at) ?? []).toReversed(),
  }
}

const signOf = (text: string, { active: { kind, change } }: Fragment): JsonNode => ({
  type: 'text',
  text,
  marks: [
    {
      type: drawnMark,
      attrs: { kind, id: change.id, place: change.place, party: change.party, user: change.user, at: change.at },
    },
  ],
})

const blockChanges = ({ attrs = {} }: JsonNode): Active[] =>
  Object.entries(attrs).flatMap(([name, value]): Active[] => {
    if (!isSuggestionAttribute(name) || !isBlockChange(value)) return []
    const kind = value.op === 'insert' ? 'insertion' : 'deletion'
    return [{ key: `${kind} ${changeKey(value)}`, kind, change: value, isBlock: true, group: '' }]
  })

/** The changes on words that are not those of a block around them. */
function marksOn({ marks = [] }: JsonNode, around: readonly Active[]): Active[] {
  const insertions = marks.flatMap(({ type, attrs }) => (type === 'insertion' && isInsertion(attrs) ? [attrs] : []))
  const group = insertions
    .map(({ id }) => id)
    .toSorted()
    .join(' ')
  const found = [
    ...insertions.map((change): Active => ({
      key: `insertion ${changeKey(change)}`,
      kind: 'insertion',
      change,
      isBlock: false,
      group: '',
    })),
    ...marks.flatMap(({ type, attrs }): Active[] => {
      if (type !== 'deletion' || !isDeletion(attrs)) return []
      if (insertions.length > 0 && !insertions.some(({ id }) => id === attrs.over)) return []
      return [{ key: `deletion ${changeKey(attrs)}`, kind: 'deletion', change: attrs, isBlock: false, group }]
    }),
  ]
  return found.filter(({ key }) => !around.some((other) => other.key === key))
}

/** The stretches in which each change stands: within a line, or over lines that are all in it as blocks. */
function fragmentsOf(atoms: readonly Atom[]): Fragment[] {
  const fragments: Fragment[] = []
  const open = new Map<string, { active: Active; from: number; to: number }>()
  const isBlank = ({ node }: Atom) => node.type === 'text' && (node.text ?? '').trim() === ''
  const bounds = new Map<number, { first: number; last: number }>()
  for (const [index, atom] of atoms.entries()) {
    if (isBlank(atom)) continue
    const known = bounds.get(atom.line)
    if (known === undefined) bounds.set(atom.line, { first: index, last: index })
    else known.last = index
  }
  const close = (key: string) => {
    const done = open.get(key)
    open.delete(key)
    if (done === undefined) return
    const [first, last] = [
      bounds.get(atoms[done.from]?.line ?? -1)?.first ?? -1,
      bounds.get(atoms[done.to]?.line ?? -1)?.last ?? Infinity,
    ]
    fragments.push({ ...done, isWhole: done.from <= first && done.to >= last })
  }
  for (const [index, { changes, line }] of atoms.entries()) {
    const before = atoms[index - 1]
    for (const [key, { active }] of open) {
      const now = changes.find((each) => each.key === key)
      const goesOn =
        now !== undefined &&
        now.isBlock === active.isBlock &&
        now.group === active.group &&
        (now.isBlock || before?.line === line)
      if (!goesOn) close(key)
    }
    for (const active of changes) {
      const known = open.get(active.key)
      if (known === undefined) open.set(active.key, { active, from: index, to: index })
      else known.to = index
    }
  }
  for (const key of open.keys()) close(key)
  return fragments
}

/** The same so that none crosses another: what would is cut in two. They come in the order in which they open, the outermost first. */
function nested(fragments: readonly Fragment[]): Fragment[] {
  const waiting = fragments.toSorted(inOrder)
  const done: Fragment[] = []
  const around: Fragment[] = []
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { from, to } = next
    while ((around.at(-1)?.to ?? Infinity) < from) around.pop()
    const outer = around.at(-1)
    if (outer !== undefined && outer.to < to) {
      waiting.push({ ...next, from: outer.to + 1, isWhole: false })
      waiting.sort(inOrder)
      next = { ...next, to: outer.to, isWhole: false }
    }
    done.push(next)
    around.push(next)
  }
  return done
}

const inOrder = (a: Fragment, b: Fragment) =>
  a.from - b.from || b.to - a.to || Number(b.active.isBlock) - Number(a.active.isBlock) || rank(a) - rank(b)
const rank = ({ active }: Fragment) => (active.kind === 'insertion' ? 0 : 1)

type Drawn = { readonly open: string; readonly close: string }

function redlined(fragments: readonly Fragment[]): Drawn[] {
  return fragments.map(({ active: { kind, change } }) => {
    const letter = prefixOf(change.party)
    const sign = kind === 'insertion' ? '+' : '−'
    return { open: `{${sign}${letter === '' ? '' : `${letter}: `}`, close: `${sign}}` }
  })
}

const prefixOf = (party: string | null) => {
  const { isParty, party: entry } = initiative()
  return isParty(party) ? entry(party).prefix : ''
}

/**
 * Brackets with the least that tells them apart: they are read back, and where that would find other changes or places, they are
 * numbered.
 */
function bracketed(
  fragments: readonly Fragment[],
  atoms: readonly Atom[],
  lines: number,
  language: Language,
  numbering: Numbering,
): Drawn[] {
  const times = new Map<string, number>()
  for (const { active } of fragments) times.set(active.key, (times.get(active.key) ?? 0) + 1)
  const isSpace = ({ from, to }: Fragment) =>
    atoms.slice(from, to + 1).every(({ node }) => node.type === 'text' && (node.text ?? '').trim() === '')
  const isInLine = ({ active, isWhole }: Fragment) => isWhole && !active.isBlock
  const numbered = new Set(
    fragments.filter(
      (fragment) => (times.get(fragment.active.key) ?? 0) > 1 || isInLine(fragment) || isSpace(fragment),
    ),
  )
  const draw = (): Drawn[] =>
    fragments.map((fragment) => {
      const { active } = fragment
      const { isParty } = initiative()
      const parties = isParty(active.change.party) ? [active.change.party] : []
      const number = numbered.has(fragment) ? numbering.of(active) : { place: null, change: null }
      const label = { parties, deletes: active.kind === 'deletion', ...number, inLine: isInLine(fragment) }
      return { open: `[${writeLabel(label, language)}`, close: ']' }
    })
  for (;;) {
    const before = numbered.size
    const misread = misreadIn(fragments, draw(), atoms, lines, numbered)
    const places = new Set(misread.map(({ active }) => active.change.place))
    for (const fragment of fragments) if (places.has(fragment.active.change.place)) numbered.add(fragment)
    if (numbered.size === before) return draw()
  }
}

/** The brackets that would be read as other changes than they are, or as answering others than they do. */
function misreadIn(
  fragments: readonly Fragment[],
  drawn: readonly Drawn[],
  atoms: readonly Atom[],
  lines: number,
  numbered: ReadonlySet<Fragment>,
): Fragment[] {
  const ends = endsOf(fragments)
  const spans = Array.from({ length: lines }, () => [words('')])
  for (const [at, { node, line }] of atoms.entries()) {
    const own = spans[line]
    for (const [index] of ends.opening(at)) own?.push(words(drawn[index]?.open ?? ''))
    own?.push(words(node.type === 'text' ? (node.text ?? '') : '\n', { isPlain: true }))
    for (const [index] of ends.closing(at)) own?.push(words(drawn[index]?.close ?? ''))
  }
  let made = 0
  const newId = () => {
    made += 1
    return String(made)
  }
  const blocks = spans.map((each) => lineOf(0, each))
  const { pairs } = bracketsIn([{ heading: null, kind: null, title: null, blocks }], newId)
  if (pairs.length !== fragments.length) return fragments.filter((fragment) => !numbered.has(fragment))
  const groups = new Map<string, Set<string>>()
  for (const [index, { place }] of pairs.entries()) {
    const own = fragments[index]?.active.change.place ?? ''
    groups.set(place, (groups.get(place) ?? new Set()).add(own))
  }
  const placesRead = new Map<string, Set<string>>()
  for (const [index, { place }] of pairs.entries()) {
    const own = fragments[index]?.active.change.place ?? ''
    placesRead.set(own, (placesRead.get(own) ?? new Set()).add(place))
  }
  return fragments.filter((fragment, index) => {
    if (numbered.has(fragment)) return false
    const pair = pairs[index]
    const { kind, change } = fragment.active
    const isSame =
      pair !== undefined &&
      (kind === 'deletion'
        ? pair.deletes?.join() === (change.party ?? '')
        : pair.deletes === null && pair.party === change.party)
    return !isSame || (groups.get(pair.place)?.size ?? 0) > 1 || (placesRead.get(change.place)?.size ?? 0) > 1
  })
}

/** The mark of a change that drawn words are of, for a page whose schema knows no others. */
export const asPending = (mark: JsonMark): JsonMark => {
  if (mark.type !== drawnMark) return mark
  const { kind, ...change } = mark.attrs ?? {}
  return kind === 'deletion'
    ? { type: 'deletion', attrs: { ...change, over: null } }
    : { type: 'insertion', attrs: change }
}
