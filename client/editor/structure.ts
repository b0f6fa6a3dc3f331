/**
 * What keeps a document a list of clauses. An edit of the text may not remove, merge or split clauses or the texts in them;
 * the clause commands may. Ids stay unique, and a text always has a line to type in. Other people's changes are never touched.
 */
import { Extension } from '@tiptap/core'
import { Fragment, Slice, type Node, type ResolvedPos, type Schema } from '@tiptap/pm/model'
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { languageKeys } from '#shared/domain/languages.ts'
import { isClauseId } from '#shared/editor/schema.ts'
import { isFromSharedText, mappingOf } from './change.ts'

const structureKey = new PluginKey('clauseStructure')

/** Marks a transaction as a clause command, which may add and remove whole clauses. */
export const asClauseCommand = (tr: Transaction): Transaction => tr.setMeta(structureKey, 'command')

type Shape = { id: unknown; languages: string }

const completeLanguages = languageKeys.join()

function shapesOf(doc: Node): Shape[] {
  const shapes: Shape[] = []
  doc.forEach((node) => {
    if (node.type.name !== 'clause') return
    const languages: unknown[] = []
    node.forEach((child) => languages.push(child.attrs['lang']))
    shapes.push({ id: node.attrs['id'], languages: languages.join() })
  })
  return shapes
}

/** Whether every clause of `before` stands in `after` with its texts and in its order, and whatever came in is whole. */
export function keepsStructure(before: Node, after: Node): boolean {
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
      if (!tr.docChanged || isFromSharedText(tr) || tr.getMeta(structureKey) === 'command') return true
      if (keepsStructure(state.doc, tr.doc)) return true
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
    props: {
      transformPasted: (slice, view) =>
        withoutClauses(slice, view.state.schema, languageAt(view.state.selection.$from)),
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

/**
 * Pasted clauses become their words: of the language pasted into, or all of them if that language is not among them.
 * Whole clauses come from the clause commands alone.
 */
export function withoutClauses(slice: Slice, schema: Schema, language: string | null): Slice {
  const texts: Node[] = []
  let found = false
  slice.content.descendants((node) => {
    if (node.type.name === 'clause') found = true
    if (node.type.name !== 'clauseText') return node.type.name === 'clause'
    found = true
    texts.push(node)
    return false
  })
  if (!found) return slice
  const chosen = texts.filter((text) => text.attrs['lang'] === language)
  const blocks = (chosen.length > 0 ? chosen : texts).reduce((all, text) => all.append(text.content), Fragment.empty)
  const loose: Node[] = []
  slice.content.forEach((node) => {
    if (node.type.name !== 'clause' && node.type.name !== 'clauseText') loose.push(node)
  })
  const content = Fragment.from(loose).append(blocks)
  const [only] = content.content
  if (content.childCount === 1 && only !== undefined && only.type === schema.nodes['paragraph'])
    return new Slice(only.content, 0, 0)
  return new Slice(content, content.firstChild?.isTextblock ? 1 : 0, content.lastChild?.isTextblock ? 1 : 0)
}

/** The language of the clause text around a position, or null outside. */
export function languageAt($pos: ResolvedPos): string | null {
  for (let depth = $pos.depth; depth > 0; depth -= 1) {
    const node = $pos.node(depth)
    if (node.type.name === 'clauseText') return String(node.attrs['lang'])
  }
  return null
}

/** A selection of the clause text around the caret: what "all" means at first. Null if it is selected already. */
export function selectClauseText(state: EditorState): TextSelection | null {
  const { $from, $to, from, to } = state.selection
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name !== 'clauseText') continue
    if (to > $from.end(depth)) return null
    const start = TextSelection.near(state.doc.resolve($from.start(depth)), 1)
    const end = TextSelection.near(state.doc.resolve($to.end(depth)), -1)
    const all = TextSelection.create(state.doc, start.from, end.to)
    return all.from === from && all.to === to ? null : all
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
