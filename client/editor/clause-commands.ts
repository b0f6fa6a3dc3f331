/**
 * What one does with whole clauses: insert, duplicate, delete, move. The first three are editor transactions. A move works on
 * the shared text itself: done in the editor, the binding would write one clause's words over the other's, and mix up what
 * others type in both meanwhile.
 */
import { Fragment, type Node } from '@tiptap/pm/model'
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import * as Y from 'yjs'
import type { ClauseKind } from '#shared/domain/documents.ts'
import { clauseJson } from '#shared/editor/clauses.ts'
import { fitting } from '#shared/editor/fit.ts'
import { childrenOf, fromJson, toJson } from '#shared/editor/text.ts'
import { asClauseCommand } from './structure.ts'

/** The origin of what is written to the shared text directly; undo takes it back like typing. */
export const clauseOrigin = { name: 'clause command' }

export type PlacedClause = { readonly node: Node; readonly pos: number; readonly index: number }

/** The clause with that id and where it stands, or null. */
export function clauseById(doc: Node, id: string): PlacedClause | null {
  let found: PlacedClause | null = null
  doc.forEach((node, pos, index) => {
    if (found === null && node.type.name === 'clause' && node.attrs['id'] === id) found = { node, pos, index }
  })
  return found
}

/** The clause around a position, or null outside of clauses. */
export function clauseAt(doc: Node, pos: number): PlacedClause | null {
  const $pos = doc.resolve(Math.max(0, Math.min(pos, doc.content.size)))
  const node = $pos.depth > 0 ? $pos.node(1) : $pos.nodeAfter
  if (node?.type.name !== 'clause') return null
  return { node, pos: $pos.depth > 0 ? $pos.before(1) : $pos.pos, index: $pos.index(0) }
}

/** A transaction that puts an empty clause behind that clause (at the end if it is null), the caret in its first text. */
export function insertClauseAfter(state: EditorState, after: PlacedClause | null, kind: ClauseKind): Transaction {
  const clause = state.schema.nodeFromJSON(clauseJson({ id: crypto.randomUUID(), kind }))
  return insertAt(state, after ? after.pos + after.node.nodeSize : state.doc.content.size, clause)
}

/** A transaction that puts an empty clause in front of that one, the caret in its first text. */
export function insertClauseBefore(state: EditorState, { pos }: PlacedClause, kind: ClauseKind): Transaction {
  return insertAt(state, pos, state.schema.nodeFromJSON(clauseJson({ id: crypto.randomUUID(), kind })))
}

/** A transaction that makes a clause one of another kind. Its words stay; what is numbered by kind is numbered anew. */
export function changeKind({ tr }: EditorState, { pos }: PlacedClause, kind: ClauseKind): Transaction {
  return asClauseCommand(tr.setNodeAttribute(pos, 'kind', kind))
}

/** A transaction that puts a copy of a clause, with an id of its own, behind it. */
export function duplicateClause(state: EditorState, { node, pos }: PlacedClause): Transaction {
  const copy = node.type.create({ ...node.attrs, id: crypto.randomUUID() }, Fragment.from(node.content), node.marks)
  return insertAt(state, pos + node.nodeSize, copy)
}

/** A transaction that takes a clause out. */
export function deleteClause(state: EditorState, { node, pos }: PlacedClause): Transaction {
  return asClauseCommand(state.tr.delete(pos, pos + node.nodeSize)).scrollIntoView()
}

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u

/**
 * A transaction that takes the block at `pos`, which stands outside of clauses, into the clause before it (else behind it, else a new
 * one of `kind`), into the text of its language. Null if no such block is there. It cannot be undone: nothing comes in where it was.
 */
export function moveIntoClause({ doc, schema, tr }: EditorState, pos: number, kind: ClauseKind): Transaction | null {
  const block = doc.nodeAt(pos)
  if (block === null || block.type.name === 'clause' || doc.resolve(pos).depth > 0) return null
  const index = doc.resolve(pos).index()
  const before = doc.children.slice(0, index).findLastIndex(({ type }) => type.name === 'clause')
  const behind = doc.children.findIndex(({ type }, at) => at > index && type.name === 'clause')
  tr.delete(pos, pos + block.nodeSize)
  if (before < 0 && behind < 0) tr.insert(pos, schema.nodeFromJSON(clauseJson({ id: crypto.randomUUID(), kind })))
  // With the block gone, what was behind it has moved up by one.
  const target = before >= 0 ? before : behind >= 0 ? behind - 1 : index
  const language = japanese.test(block.textContent) ? 'ja' : 'en'
  let at: number | null = null
  let start = 0
  for (const clause of tr.doc.children.slice(0, target)) start += clause.nodeSize
  tr.doc.child(target).forEach((text, offset) => {
    if (text.attrs['lang'] === language) at = start + 1 + offset + (before >= 0 ? text.nodeSize - 1 : 1)
  })
  if (at === null) return null
  tr.insert(at, block)
  tr.setSelection(TextSelection.near(tr.doc.resolve(at + block.nodeSize), -1))
  return asClauseCommand(tr).setMeta('addToHistory', false).scrollIntoView()
}

function insertAt(state: EditorState, pos: number, clause: Node): Transaction {
  const tr = state.tr.insert(pos, clause)
  tr.setSelection(TextSelection.near(tr.doc.resolve(pos + 1), 1))
  return asClauseCommand(tr).scrollIntoView()
}

export type Direction = 'up' | 'down'

/** The clause that a clause would change places with, or null at that end of the document. */
export function neighbourOf(doc: Node, id: string, direction: Direction): PlacedClause | null {
  const clauses: PlacedClause[] = []
  doc.forEach((node, pos, index) => {
    if (node.type.name === 'clause') clauses.push({ node, pos, index })
  })
  const at = clauses.findIndex(({ node }) => node.attrs['id'] === id)
  return at < 0 ? null : (clauses[at + (direction === 'up' ? -1 : 1)] ?? null)
}

/**
 * Lets two clauses of the shared text change places. A shared element cannot move: one of the two is taken out and written
 * anew, and who has a caret in it loses it. So it is `rewritten` that goes, in one step that undo takes back.
 */
export function swapClauses(body: Y.XmlFragment, stays: string, rewritten: string): void {
  const children = childrenOf(body)
  const indexOf = (id: string) =>
    children.findIndex((child) => child instanceof Y.XmlElement && child.getAttribute('id') === id)
  const from = indexOf(rewritten)
  const to = indexOf(stays)
  const element = children[from]
  if (element === undefined || to < 0 || body.doc === null) return
  const copy = fromJson(toJson(element).map(fitting))
  body.doc.transact(() => {
    body.delete(from, 1)
    // Taking the earlier one out has moved the later one up: in both directions it lands on the far side.
    body.insert(to, copy)
  }, clauseOrigin)
}
