/** Someone at an editor: random but honest edits, made as ProseMirror transactions and bound to the shared text as in the browser. */
import { joinBackward, liftEmptyBlock, splitBlock, toggleMark } from '@tiptap/pm/commands'
import type { Node } from '@tiptap/pm/model'
import { wrapInList, liftListItem } from '@tiptap/pm/schema-list'
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import type * as Y from 'yjs'
import { clauseJson } from '#shared/editor/clauses.ts'
import { documentSchema, levels } from '#shared/editor/schema.ts'
import type { Random } from './random.ts'

const schema = documentSchema()

const words = ['shall ', 'may ', '共有する', '意図', '吉', '𠮷', '👨‍👩‍👧', 'é', ' ', 'x']

/** Makes one random edit of a document; returns what kind it was. `newId` gives ids for new clauses. */
export function editAtRandom(body: Y.XmlFragment, chance: Random, newId: () => string): string {
  const doc = body.doc
  if (doc === null) throw new Error('The text is in a document')
  const first = initProseMirrorDoc(body, schema)
  if (clausesOf(first.doc).length === 0) return 'nothing'
  const state = EditorState.create({ schema, doc: first.doc })
  const kind = chance.pick(kinds)
  const tr = edits[kind](withSelection(state, chance), chance, newId)
  if (tr === null || !tr.docChanged) return 'nothing'
  tr.doc.check()
  doc.transact(() => updateYFragment(doc, body, tr.doc, { mapping: first.mapping, isOMark: new Map() }))
  return kind
}

type Edit = (state: EditorState, chance: Random, newId: () => string) => Transaction | null

const edits = {
  type: (state, chance) => state.tr.insertText(chance.pick(words)),
  typeMore: (state, chance) => state.tr.insertText(chance.pick(words) + chance.pick(words)),
  erase: (state, chance) => {
    const { $from } = state.selection
    const most = Math.min($from.end(), $from.pos + chance.int(1, 6))
    const splitsPair = /[\udc00-\udfff]/.test(state.doc.textBetween(most, Math.min(most + 1, $from.end()), '\n', '\n'))
    const end = splitsPair ? most + 1 : most
    return end > $from.pos ? state.tr.delete($from.pos, end) : null
  },
  split: (state) => run(state, splitBlock),
  join: (state) => run(atStart(state), joinBackward),
  lift: (state) => run(state, liftEmptyBlock),
  mark: (state, chance) =>
    run(withRange(state), toggleMark(typeOf(schema.marks, chance.pick(['bold', 'italic', 'underline'])))),
  list: (state, chance) => run(state, wrapInList(typeOf(schema.nodes, chance.pick(['bulletList', 'orderedList'])))),
  unlist: (state) => run(state, liftListItem(typeOf(schema.nodes, 'listItem'))),
  level: (state, chance) => {
    const { $from } = state.selection
    return state.tr.setNodeAttribute($from.before(), 'level', chance.pick([null, ...levels]))
  },
  table: (state) => {
    const cell = { type: 'tableCell', content: [{ type: 'paragraph' }] }
    const row = { type: 'tableRow', content: [cell, cell] }
    const { $from } = state.selection
    const table = schema.nodeFromJSON({ type: 'table', content: [row, row] })
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      if ($from.node(depth).type.name === 'clauseText') return state.tr.insert($from.end(depth), table)
    }
    return null
  },
  field: (state, chance) => {
    const { pos, node } = chance.pick(clausesOf(state.doc))
    const fields: readonly (readonly [string, readonly (string | null)[]])[] =
      node.attrs['kind'] === 'outcomeTarget'
        ? [
            ['status', ['onTrack', 'atRisk', 'done', null]],
            ['due', ['2026-12-01', '2027-03-31', null]],
            ['measureJa', ['件数', '共通の書式', null]],
          ]
        : [['kind', ['article', 'preamble', 'signature']]]
    const [name, values] = chance.pick(fields)
    return state.tr.setNodeAttribute(pos, name, chance.pick(values))
  },
  addClause: (state, chance, newId) => {
    const { pos, node } = chance.pick(clausesOf(state.doc))
    return state.tr.insert(
      pos + node.nodeSize,
      schema.nodeFromJSON(clauseJson({ id: newId(), kind: chance.pick(['article', 'outcomeTarget']) })),
    )
  },
  moveClause: (state, chance) => {
    const clauses = clausesOf(state.doc)
    const { pos, node } = chance.pick(clauses)
    const target = chance.pick(clauses)
    if (target.pos === pos) return null
    const tr = state.tr.delete(pos, pos + node.nodeSize)
    return tr.insert(tr.mapping.map(target.pos), node)
  },
  removeClause: (state, chance) => {
    const clauses = clausesOf(state.doc)
    if (clauses.length < 3) return null
    const { pos, node } = chance.pick(clauses)
    return state.tr.delete(pos, pos + node.nodeSize)
  },
} satisfies Record<string, Edit>

type Kind = keyof typeof edits
/** Typing is most of what people do; the rest is there often enough to meet it. */
const kinds: readonly Kind[] = [
  ...Array<Kind>(8).fill('type'),
  ...Array<Kind>(3).fill('typeMore'),
  ...Array<Kind>(4).fill('erase'),
  ...(Object.keys(edits) as Kind[]),
]

function clausesOf(doc: Node): { pos: number; node: Node }[] {
  const clauses: { pos: number; node: Node }[] = []
  doc.forEach((node, pos) => {
    if (node.type.name === 'clause') clauses.push({ pos, node })
  })
  return clauses
}

function withSelection(state: EditorState, chance: Random): EditorState {
  const places: number[] = []
  state.doc.descendants((node, pos) => {
    if (!node.isTextblock) return true
    // Between the two halves of a surrogate pair no caret ever stands.
    const text = node.textBetween(0, node.content.size, '\n', '\n')
    for (let at = 0; at <= node.content.size; at += 1)
      if (!/[\udc00-\udfff]/.test(text.charAt(at))) places.push(pos + 1 + at)
    return false
  })
  return places.length === 0 ? state : at(state, chance.pick(places))
}

const at = (state: EditorState, pos: number) => state.apply(state.tr.setSelection(TextSelection.create(state.doc, pos)))

const atStart = (state: EditorState) => at(state, state.selection.$from.start())

const withRange = (state: EditorState) => {
  const { $from } = state.selection
  return state.apply(state.tr.setSelection(TextSelection.create(state.doc, $from.start(), $from.end())))
}

function run(
  state: EditorState,
  command: (state: EditorState, dispatch: (tr: Transaction) => void) => boolean,
): Transaction | null {
  let made: Transaction | null = null
  command(state, (tr) => {
    made = tr
  })
  return made
}

function typeOf<T>(types: Record<string, T>, name: string): T {
  const type = types[name]
  if (type === undefined) throw new Error(`The schema has no ${name}`)
  return type
}
