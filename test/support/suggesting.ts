/** Someone at an editor who only suggests: each edit as in the browser, written into the shared text in its exact operations. */
import { joinBackward, splitBlock } from '@tiptap/pm/commands'
import type { Node, Schema } from '@tiptap/pm/model'
import { splitListItem } from '@tiptap/pm/schema-list'
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import type * as Y from 'yjs'
import { suggestTransaction, type Suggested } from '#shared/editor/changes/suggest.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { writeSteps } from '#shared/editor/changes/write.ts'
import { proposerOf } from './changes.ts'
import type { Random } from './random.ts'

export type Edit = (state: EditorState) => Transaction | null

/** Suggests what `edit` does to the text as it is, with the selection that `select` makes; gives what came of it, or null if it does nothing. */
export function suggestIn(
  body: Y.XmlFragment,
  schema: Schema,
  author: Author,
  edit: Edit,
  select: (state: EditorState) => EditorState = (state) => state,
): Suggested | null {
  const { doc } = body
  if (doc === null) throw new Error('The text is in a document')
  const { doc: shown, mapping } = initProseMirrorDoc(body, schema)
  const state = select(EditorState.create({ schema, doc: shown }))
  const tr = edit(state)
  if (tr === null || !tr.docChanged) return null
  const suggested = suggestTransaction(state, tr, proposerOf(author))
  if ('reason' in suggested) return suggested
  suggested.tr.doc.check()
  doc.transact(() => {
    if (!writeSteps(body, suggested.tr)) throw new Error('A suggestion has steps that are not exact')
    // The binding compares both texts after each transaction: if the operations were exact, it finds nothing to write.
    updateYFragment(doc, body, suggested.tr.doc, { mapping, isOMark: new Map() })
  }, 'me')
  return suggested
}

const words = ['shall ', 'may', '共有する', '意図', '𠮷', '👨‍👩‍👧', 'aa', ' ', 'x']

/** One random edit: mostly typing and striking, some replacing, splitting, joining, pasting and whole blocks. */
export function randomEdit(chance: Random): Edit {
  const kind = chance.int(0, 99)
  return (state) => {
    const places = caretsIn(state.doc)
    if (places.length === 0) return null
    const index = chance.int(0, places.length - 1)
    const from = places[index] ?? 0
    const to = places[Math.min(places.length - 1, index + chance.int(1, 8))] ?? from
    const { tr } = state
    if (kind < 40) return tr.insertText(chance.pick(words), from)
    if (kind < 62)
      return isOneLine(state.doc, from, to) || chance.int(0, 3) === 0 ? attempt(() => tr.delete(from, to)) : null
    if (kind < 78) return isOneLine(state.doc, from, to) ? tr.insertText(chance.pick(words), from, to) : null
    const at = state.apply(state.tr.setSelection(TextSelection.create(state.doc, from)))
    if (kind < 84) return run(at, splitListItem(typeOf(state.schema, 'listItem'))) ?? run(at, splitBlock)
    if (kind < 88) {
      const start = state.doc.resolve(from).start()
      return run(state.apply(state.tr.setSelection(TextSelection.create(state.doc, start))), joinBackward)
    }
    const $from = state.doc.resolve(from)
    const line = (text: string) => typeOf(state.schema, 'paragraph').create(null, state.schema.text(text))
    if (kind < 94) return attempt(() => tr.insert($from.after(), line(chance.pick(words))))
    return attempt(() => tr.delete($from.before(), $from.after()))
  }
}

export const typeOf = (schema: Schema, name: string) => {
  const type = schema.nodes[name]
  if (type === undefined) throw new Error(`The schema has no ${name}`)
  return type
}

function attempt(make: () => Transaction): Transaction | null {
  try {
    return make()
  } catch {
    return null
  }
}

const isOneLine = (doc: Node, from: number, to: number) => doc.resolve(from).sameParent(doc.resolve(to))

/** Every place where a caret may stand: never within a character. */
export function caretsIn(doc: Node): number[] {
  const places: number[] = []
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true
    const text = node.textBetween(0, node.content.size, '\n', '\n')
    for (let at = 0; at <= text.length; at += 1) if (!/[\udc00-\udfff]/.test(text.charAt(at))) places.push(pos + 1 + at)
    return false
  })
  return places
}

export function run(
  state: EditorState,
  command: (state: EditorState, dispatch: (tr: Transaction) => void) => boolean,
): Transaction | null {
  let made: Transaction | null = null
  command(state, (tr) => {
    made = tr
  })
  return made
}
