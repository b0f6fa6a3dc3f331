/**
 * A text as the rules of negotiating read it: elements and runs of words in one canonical form, from the shared text as it is or as
 * it was before a transaction, or from ProseMirror JSON. Two that say the same are equal, whatever their editing history.
 */
import * as Y from 'yjs'
import type { JsonMark, JsonNode, JsonValue } from '../text.ts'
import {
  isBlockChange,
  isDeletion,
  isInsertion,
  isSuggestionAttribute,
  markKey,
  markName,
  type BlockChange,
  type Deletion,
  type Pending,
} from './pending.ts'

type Attributes = { readonly [name: string]: JsonValue }

/** A mark on words. `form`: the same for two marks exactly if they say the same, wherever they stand. */
export type Mark = {
  readonly key: string
  readonly name: string
  readonly value: JsonValue
  readonly form: string
  readonly insertion: Pending | null
  readonly deletion: Deletion | null
}

export type Run = { readonly text: string; readonly marks: readonly Mark[] }
/** Something that is known to be the same in both states: it is named, and not looked into. */
export type Reference = { readonly same: string }
/** `identity`: of an element that must stay the very same one, which it is. */
export type Element = {
  readonly type: string
  readonly attrs: Attributes
  readonly content: readonly Piece[]
  readonly identity?: string
}
export type Piece = Run | Reference | Element

export const isRun = (piece: Piece): piece is Run => 'text' in piece
export const isReference = (piece: Piece): piece is Reference => 'same' in piece

/** Which items of the shared text are to be seen. */
export type Visible = (item: Y.Item) => boolean

/** Those that stand in the text. */
export const visibleNow: Visible = (item) => !item.deleted

/** An element of the shared text as `visible` sees it. `same`: of which children it is known that they have not changed. */
export function project(element: Y.XmlElement | Y.XmlFragment, visible: Visible, same: Visible = () => false): Element {
  const content: Piece[] = []
  for (let item = element._start; item !== null; item = item.right) {
    if (!visible(item)) continue
    const type: unknown = item.content instanceof Y.ContentType ? item.content.type : null
    if (same(item)) content.push({ same: `${item.id.client}:${item.id.clock}` })
    else if (type instanceof Y.XmlText) {
      if (type._map.size > 0) content.push({ type: 'text', attrs: attributesOf(type, visible), content: [] })
      for (const run of runsOf(type, visible)) addPiece(content, run)
    } else if (type instanceof Y.XmlElement) content.push(project(type, visible, same))
    else content.push({ type: '?', attrs: {}, content: [] })
  }
  return {
    type: element instanceof Y.XmlElement ? element.nodeName : 'doc',
    attrs: attributesOf(element, visible),
    content,
  }
}

/** The same of ProseMirror JSON. */
export function readNode(node: JsonNode): Element {
  const content: Piece[] = []
  for (const child of node.content ?? []) {
    addPiece(
      content,
      child.type === 'text' ? { text: child.text ?? '', marks: readMarks(child.marks) } : readNode(child),
    )
  }
  const attrs = Object.entries(node.attrs ?? {}).filter(([, value]) => value !== null)
  return {
    type: node.type,
    attrs: Object.fromEntries(attrs.map(([n, v]) => [n, sorted(v)] as const).toSorted(byName)),
    content,
  }
}

/** A text as ProseMirror JSON again. */
export function toNode({ type, attrs, content }: Element): JsonNode {
  const children = content.flatMap((piece): JsonNode[] =>
    isReference(piece) ? [] : isRun(piece) ? [toTextNode(piece)] : [toNode(piece)],
  )
  return {
    type,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(children.length > 0 ? { content: children } : {}),
  }
}

const toTextNode = ({ text, marks }: Run): JsonNode => ({
  type: 'text',
  text,
  ...(marks.length > 0
    ? {
        marks: marks.map(({ name, value }): JsonMark => {
          const attrs = isRecord(value) && Object.keys(value).length > 0 ? { attrs: value } : {}
          return { type: name, ...attrs }
        }),
      }
    : {}),
})

/** Adds a piece, or joins it to the run before where that has the same marks. */
export function addPiece(list: Piece[], piece: Piece): void {
  if (!isRun(piece)) return void list.push(piece)
  if (piece.text === '') return
  const last = list.at(-1)
  if (last !== undefined && isRun(last) && sameMarks(last.marks, piece.marks)) {
    list[list.length - 1] = { text: last.text + piece.text, marks: last.marks }
  } else list.push({ text: piece.text, marks: piece.marks })
}

export const sameMarks = (a: readonly Mark[], b: readonly Mark[]): boolean =>
  a.length === b.length && a.every((mark, index) => mark.form === b[index]?.form)

/** Whether two pieces say the same. */
export function samePiece(a: Piece, b: Piece): boolean {
  if (a === b) return true
  if (isReference(a)) return isReference(b) && a.same === b.same
  if (isRun(a)) return isRun(b) && a.text === b.text && sameMarks(a.marks, b.marks)
  if (isReference(b) || isRun(b)) return false
  return (
    a.type === b.type &&
    a.identity === b.identity &&
    sameAttributes(a.attrs, b.attrs) &&
    a.content.length === b.content.length &&
    a.content.every((piece, index) => {
      const other = b.content[index]
      return other !== undefined && samePiece(piece, other)
    })
  )
}

/** Whether attributes, which stand in the order of their names, are the same. Editors write some out that a text leaves unsaid. */
export const sameAttributes = (a: Attributes, b: Attributes): boolean =>
  JSON.stringify(a) === JSON.stringify(b) || JSON.stringify(said(a)) === JSON.stringify(said(b))

const said = (attrs: Attributes) =>
  Object.entries(attrs).filter(([name, value]) => value !== 1 || !['colspan', 'rowspan', 'start'].includes(name))

/** What the parties suggest for a block. */
export const suggestionsOf = ({ attrs }: Element): { readonly name: string; readonly value: BlockChange }[] =>
  Object.entries(attrs).flatMap(([name, value]) =>
    isSuggestionAttribute(name) && isBlockChange(value) ? [{ name, value }] : [],
  )

/** Who put a block into the text, if that is pending. */
export const inserterOf = (element: Element): BlockChange | null =>
  suggestionsOf(element).find(({ value }) => value.op === 'insert')?.value ?? null

/** The marks that a formatting of the shared text stands for. */
export const marksIn = (attributes: { readonly [key: string]: unknown } = {}): Mark[] =>
  Object.entries(attributes).flatMap(([key, value]) => (isJson(value) && value !== null ? [markOf(key, value)] : []))

export const insertionsOn = (marks: readonly Mark[]): Pending[] =>
  marks.flatMap(({ insertion }) => (insertion === null ? [] : [insertion]))

/** A deletion counts for words only if it was made over an insertion that they are in: what is typed into it later is not struck. */
export const counts = (deletion: Deletion, marks: readonly Mark[]): boolean => {
  const over = insertionsOn(marks)
  return over.length === 0 || over.some(({ id }) => id === deletion.over)
}

/** The deletions that count for words with these marks. */
export const deletionsOn = (marks: readonly Mark[]): Deletion[] =>
  marks.flatMap(({ deletion }) => (deletion !== null && counts(deletion, marks) ? [deletion] : []))

function attributesOf({ _map }: Pick<Y.XmlText, '_map'>, visible: Visible): Attributes {
  const attrs: (readonly [string, JsonValue])[] = []
  for (const [name, newest] of _map) {
    const value = valueOf(newest, visible)
    if (isJson(value) && value !== null) attrs.push([name, sorted(value)])
  }
  return Object.fromEntries(attrs.toSorted(byName))
}

/** The value that an attribute has as `visible` sees it: what is newer than what is looked at, or overwritten in it, stands behind. */
function valueOf(newest: Y.Item, visible: Visible): unknown {
  let item: Y.Item | null = newest
  while (item !== null && !visible(item)) item = item.left
  return item?.content.getContent().at(-1)
}

/** One attribute of an element as `visible` sees it; undefined if it has none of that name. */
export function attributeOf({ _map }: Pick<Y.XmlElement, '_map'>, name: string, visible: Visible): unknown {
  const newest = _map.get(name)
  return newest === undefined ? undefined : valueOf(newest, visible)
}

function runsOf(text: Y.XmlText, visible: Visible): Run[] {
  const runs: Run[] = []
  const open = new Map<string, JsonValue>()
  let words = ''
  const flush = () => {
    if (words !== '') addPiece(runs, { text: words, marks: marksOf(open) })
    words = ''
  }
  for (let item = text._start; item !== null; item = item.right) {
    if (!visible(item)) continue
    const { content } = item
    if (content instanceof Y.ContentFormat) {
      flush()
      const { key, value }: { key: string; value: unknown } = content
      if (value === null) open.delete(key)
      else open.set(key, isJson(value) ? value : null)
    } else words += content instanceof Y.ContentString ? content.str : '\ufffc'
  }
  flush()
  return runs
}

const none: readonly Mark[] = []

const marksOf = (open: ReadonlyMap<string, JsonValue>): readonly Mark[] =>
  open.size === 0 ? none : [...open].map(([key, value]) => markOf(key, value)).toSorted(byForm)

const readMarks = (marks: readonly JsonMark[] = []): readonly Mark[] =>
  marks.length === 0
    ? none
    : marks
        .map(({ type, attrs = {} }) => {
          const isPending = (type === 'insertion' && isInsertion(attrs)) || (type === 'deletion' && isDeletion(attrs))
          return markOf(isPending ? markKey(type, attrs) : type, attrs)
        })
        .toSorted(byForm)

/** The value of a mark is one object in the shared text: what it says is read once. */
const known = new WeakMap<object, Mark>()

function markOf(key: string, value: JsonValue): Mark {
  const kept = typeof value === 'object' && value !== null ? known.get(value) : undefined
  if (kept?.key === key) return kept
  const name = markName(key)
  const ordered = sorted(value)
  const mark: Mark = {
    key,
    name,
    value: ordered,
    form: JSON.stringify([name, ordered]),
    insertion: name === 'insertion' && isInsertion(value) ? value : null,
    deletion: name === 'deletion' && isDeletion(value) ? value : null,
  }
  if (typeof value === 'object' && value !== null) known.set(value, mark)
  return mark
}

const byForm = (a: Mark, b: Mark) => (a.form < b.form ? -1 : a.form > b.form ? 1 : 0)
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0)

const isRecord = (value: JsonValue): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value of the shared text is one that JSON has. */
export const isJson = (value: unknown): value is JsonValue => value !== undefined && typeof value !== 'function'

const sorted = (value: JsonValue): JsonValue =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .map(([name, each]) => [name, sorted(each)] as const)
          .toSorted(byName),
      )
    : value
