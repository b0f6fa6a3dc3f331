/**
 * What keeps a document a list of clauses. An edit of the text may not remove, merge or split clauses or the texts in them;
 * the clause commands may. Ids stay unique, and a text always has a line to type in. Other people's changes are never touched.
 */
import { Extension } from '@tiptap/core'
import type { Node, ResolvedPos } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { languageKeys } from '#shared/domain/languages.ts'
import { isClauseId } from '#shared/editor/schema.ts'
import { isFromSharedText, mappingOf } from './change.ts'
import { selectClauseText } from './whole-text.ts'

const structureKey = new PluginKey('clauseStructure')

/** Marks a transaction as a clause command, which may add and remove whole clauses. */
export const asClauseCommand = (tr: Transaction): Transaction => tr.setMeta(structureKey, 'command')

/** Whether an edit of one's own leaves the clauses and their texts as they are, or may do otherwise. */
export const mayChangeStructure = (before: Node, tr: Transaction): boolean =>
  tr.getMeta(structureKey) === 'command' || keepsStructure(before, tr.doc)

type Shape = { id: unknown; languages: string }

const completeLanguages = languageKeys.join()

const isClause = (node: Node) => node.type.name === 'clause'

/** How many blocks stand outside of clauses. Older texts have some; nothing may come in there, and an undo could not bring it back. */
const looseIn = (doc: Node): number => doc.children.filter((node) => !isClause(node)).length

function shapesOf(doc: Node): Shape[] {
  const shapes: Shape[] = []
  doc.forEach((node) => {
    if (!isClause(node)) return
    const languages: unknown[] = []
    node.forEach((child) => languages.push(child.attrs['lang']))
    shapes.push({ id: node.attrs['id'], languages: languages.join() })
  })
  return shapes
}

/** Whether every clause of `before` stands in `after` with its texts and in its order, and whatever came in is a whole clause. */
export function keepsStructure(before: Node, after: Node): boolean {
  if (looseIn(before) !== looseIn(after)) return false
  const old = shapesOf(before)
  let next = 0
  for (const shape of shapesOf(after)) {
    const expected = old[next]
    if (expected && expected.id === shape.id && expected.languages === shape.languages) next += 1
    else if (shape.languages !== completeLanguages) return false
  }
  return next === old.length
}

/**
 * The structure's guard as a plugin. `refused` is told when an edit was turned down because it would have removed or joined
 * clauses or their texts.
 */
export function structurePlugin(refused: () => void): Plugin {
  return new Plugin({
    key: structureKey,
    filterTransaction: (tr, state) => {
      if (!tr.docChanged || isFromSharedText(tr) || mayChangeStructure(state.doc, tr)) return true
      refused()
      return false
    },
    appendTransaction: (transactions, before, state) => {
      if (!transactions.some((tr) => tr.docChanged) || transactions.some(isFromSharedText)) return null
      const tr = state.tr
      mintIds(tr, transactions, before)
      fillEmptyTexts(tr)
      return tr.docChanged ? asClauseCommand(tr) : null
    },
  })
}

/** Of two clauses with the same id the one that stood there before keeps it; a clause that came in gets its own. */
function mintIds(tr: Transaction, transactions: readonly Transaction[], before: EditorState): void {
  const clauses: { pos: number; id: unknown }[] = []
  const times = new Map<unknown, number>()
  tr.doc.forEach((node, pos) => {
    if (node.type.name !== 'clause') return
    const id: unknown = node.attrs['id']
    clauses.push({ pos, id })
    times.set(id, (times.get(id) ?? 0) + 1)
  })
  if (clauses.every(({ id }) => isClauseId(id) && times.get(id) === 1)) return
  const originals = new Map<unknown, number>()
  before.doc.forEach((node, pos) => {
    if (node.type.name !== 'clause' || originals.has(node.attrs['id'])) return
    const moved = transactions.reduce((at, each) => mappingOf(each).map(at, 1), pos)
    originals.set(node.attrs['id'], moved)
  })
  const kept = new Set<unknown>()
  for (const { pos, id } of clauses) {
    const original = originals.get(id)
    const known = original !== undefined && clauses.some((clause) => clause.id === id && clause.pos === original)
    if (isClauseId(id) && !kept.has(id) && (!known || original === pos)) kept.add(id)
    else tr.setNodeAttribute(pos, 'id', crypto.randomUUID())
  }
}

const holdsLines = new Set(['clauseText', 'listItem', 'tableCell', 'tableHeader'])

/** A text, a list item or a cell without a line has no place for a caret. */
function fillEmptyTexts(tr: Transaction): void {
  const empty: number[] = []
  tr.doc.descendants((node, pos) => {
    if (holdsLines.has(node.type.name) && node.childCount === 0) empty.push(pos + 1)
    return !node.isTextblock
  })
  const paragraph = tr.doc.type.schema.nodes['paragraph']
  if (paragraph === undefined) return
  for (const pos of empty.toReversed()) tr.insert(pos, paragraph.create())
}

/** The language of the clause text around a position, or null outside. */
export function languageAt($pos: ResolvedPos): string | null {
  for (let depth = $pos.depth; depth > 0; depth -= 1) {
    const node = $pos.node(depth)
    if (node.type.name === 'clauseText') return String(node.attrs['lang'])
  }
  return null
}

/** The structure's guard, and Ctrl+A that takes the clause text before everything. */
export const clauseStructure = (refused: () => void) =>
  Extension.create({
    name: 'clauseStructure',
    priority: 1100,
    addProseMirrorPlugins: () => [structurePlugin(refused)],
    addKeyboardShortcuts() {
      return {
        'Mod-a': () => {
          const { state, view } = this.editor
          const selection = selectClauseText(state)
          if (selection === null) return false
          view.dispatch(state.tr.setSelection(selection))
          return true
        },
      }
    },
  })
