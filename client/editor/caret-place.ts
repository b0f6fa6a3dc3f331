/**
 * Where the caret stands: always in a line of text. The browser, an undo or a deletion by someone else may put it between clauses
 * or into a margin; what is typed there is drawn on the page, belongs to no text and is gone with the next reload.
 */
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, Selection, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import { clauseAt } from './clause-commands.ts'
import { changedRange, isFromSharedText, isUndo, mappingOf } from './change.ts'
import { languageAt } from './structure.ts'

const inLine = (selection: Selection): boolean =>
  !(selection instanceof TextSelection) ||
  (selection.$anchor.parent.inlineContent && selection.$head.parent.inlineContent)

/** The last (`-1`) or first (`1`) place for a caret between two positions, or null if no line is there. */
function lineWithin(doc: Node, from: number, to: number, side: -1 | 1): Selection | null {
  const found = Selection.findFrom(doc.resolve(side < 0 ? to : from), side, true)
  return found !== null && found.from >= from && found.to <= to ? found : null
}

/** The end or the beginning of a clause's text in that language. */
function placeInClause(doc: Node, clause: Node, pos: number, language: string | null, side: -1 | 1): Selection | null {
  let found: Selection | null = null
  clause.forEach((text, offset) => {
    if (found !== null || text.attrs['lang'] !== language) return
    const start = pos + 1 + offset
    found = lineWithin(doc, start, start + text.nodeSize, side)
  })
  return found
}

/**
 * The place for a caret that is nearest to a position: in its line, else in its text before it and behind it, else in the clause
 * before and behind, in that language. Null in a text without lines.
 */
export function placeNear(doc: Node, pos: number, language: string | null): Selection | null {
  const $pos = doc.resolve(Math.max(0, Math.min(pos, doc.content.size)))
  if ($pos.parent.inlineContent) return TextSelection.create(doc, $pos.pos)
  for (let depth = $pos.depth; depth > 1; depth -= 1) {
    if ($pos.node(depth).type.name !== 'clauseText') continue
    const start = $pos.start(depth)
    const end = $pos.end(depth)
    const found = lineWithin(doc, start, $pos.pos, -1) ?? lineWithin(doc, $pos.pos, end, 1)
    if (found !== null) return found
  }
  if ($pos.depth > 0) {
    const found = placeInClause(doc, $pos.node(1), $pos.before(1), language, -1)
    if (found !== null) return found
  } else {
    const { nodeBefore, nodeAfter } = $pos
    const found =
      (nodeBefore && placeInClause(doc, nodeBefore, $pos.pos - nodeBefore.nodeSize, language, -1)) ??
      (nodeAfter && placeInClause(doc, nodeAfter, $pos.pos, language, 1))
    if (found !== null) return found
  }
  return Selection.findFrom($pos, -1, true) ?? Selection.findFrom($pos, 1, true)
}

type Binding = {
  readonly doc: Y.Doc
  readonly type: Y.XmlFragment
  readonly mapping: Map<Y.AbstractType<unknown>, never>
  readonly beforeTransactionSelection: { readonly anchor: unknown; readonly head: unknown } | null
}

/** Whether the text that the caret stood in before someone else's change is still there: then the binding has found it again. */
function stillThere(state: EditorState): boolean {
  const sync: { readonly binding: Binding } | undefined = ySyncPluginKey.getState(state)
  const selection = sync?.binding.beforeTransactionSelection
  if (sync === undefined || selection === null || selection === undefined) return false
  const { doc, type, mapping } = sync.binding
  return [selection.anchor, selection.head].every((place) => {
    if (!(place instanceof Y.RelativePosition)) return false
    const found = Y.createAbsolutePositionFromRelativePosition(place, doc)
    for (
      let at = found?.type._item ?? null;
      at !== null;
      at = at.parent instanceof Y.AbstractType ? at.parent._item : null
    )
      if (at.deleted) return false
    return found !== null && relativePositionToAbsolutePosition(doc, type, place, mapping) !== null
  })
}

/** Where the caret belongs once the shared text has changed. */
function afterSharedChange(tr: Transaction, before: EditorState, state: EditorState): Selection | null {
  // In an empty text everything is selected, for want of a line.
  if (Selection.findFrom(before.doc.resolve(0), 1, true) === null) return placeNear(state.doc, 0, null)
  const range = changedRange(before.doc, state.doc)
  const language = languageAt(before.selection.$head)
  if (range !== null && isUndo(tr)) {
    const sameWords =
      range.oldTo === range.newTo &&
      before.doc.textBetween(range.from, range.oldTo, '\n') === state.doc.textBetween(range.from, range.newTo, '\n')
    return sameWords
      ? before.selection.map(state.doc, tr.mapping.slice(0, 0))
      : placeNear(state.doc, range.newTo, language)
  }
  if (before.selection instanceof TextSelection && stillThere(state)) return null
  const mapping = mappingOf(tr)
  const mapped = before.selection.map(state.doc, mapping)
  const { deletedAcross } = mapping.mapResult(before.selection.head)
  return mapped instanceof TextSelection && deletedAcross
    ? placeNear(state.doc, mapping.map(before.selection.head, -1), language)
    : mapped
}

/** The selection that the last transactions should have left, or null if it is right. */
function rightSelection(
  transactions: readonly Transaction[],
  before: EditorState,
  state: EditorState,
): Selection | null {
  const shared = transactions.find((tr) => tr.docChanged && isFromSharedText(tr))
  const wanted = (shared && afterSharedChange(shared, before, state)) ?? state.selection
  if (inLine(wanted)) return wanted.eq(state.selection) ? null : wanted
  return placeNear(state.doc, wanted.head, languageAt(before.selection.$head))
}

/** Whether the browser is about to write somewhere where no line is. */
function landsNowhere(view: EditorView, event: InputEvent): boolean {
  const [range] = event.getTargetRanges()
  if (range === undefined || !view.dom.contains(range.startContainer)) return false
  const pos = view.posAtDOM(range.startContainer, range.startOffset)
  return !view.state.doc.resolve(pos).parent.inlineContent
}

/** The caret's keeper as a plugin. */
export const caretPlacePlugin = (): Plugin =>
  new Plugin({
    appendTransaction: (transactions, before, state) => {
      const selection = rightSelection(transactions, before, state)
      if (selection === null) return null
      const tr = state.tr.setSelection(selection)
      return transactions.some(isUndo) ? tr.scrollIntoView() : tr
    },
    props: {
      // The browser lays out only what is near the screen. It would put a caret into a clause that has just come in beside it.
      decorations: ({ doc, selection }) => {
        const clause = clauseAt(doc, selection.head)
        if (clause === null) return null
        const { pos, node } = clause
        return DecorationSet.create(doc, [Decoration.node(pos, pos + node.nodeSize, { class: 'clause-current' })])
      },
      handleDOMEvents: {
        // Who comes by the Tab key may type at once: until the editor has placed the caret, it stands before the first number.
        focus: (view) => {
          view.focus()
          return false
        },
        beforeinput: (view, event) => {
          if (!event.cancelable || !view.editable || !landsNowhere(view, event)) return false
          event.preventDefault()
          view.focus()
          if (event.inputType === 'insertText' && event.data !== null)
            view.dispatch(view.state.tr.insertText(event.data))
          return true
        },
      },
    },
  })

/** Keeps the caret in a line. Stands behind the binding, which restores it as well as it can. */
export const caretPlace = Extension.create({
  name: 'caretPlace',
  priority: 990,
  addProseMirrorPlugins: () => [caretPlacePlugin()],
})
