/** Tables as they come into the text: with a line in every cell, so that the caret has a place from the first moment. */
import { Extension } from '@tiptap/core'
// What their commands are called is declared where lists and tables come from.
import '@tiptap/extension-list'
import '@tiptap/extension-table'
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { goToNextCell, isInTable } from '@tiptap/pm/tables'

/** A transaction that puts a table with a header row at the caret, the caret in its first cell; null where none fits. */
export function insertTable(state: EditorState, rows: number, columns: number): Transaction | null {
  const { table, tableRow, tableHeader, tableCell, paragraph } = state.schema.nodes
  if (!table || !tableRow || !tableHeader || !tableCell || !paragraph || isInTable(state)) return null
  const times = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at))
  const made = table.create(
    null,
    times(rows, (row) =>
      tableRow.create(
        null,
        times(columns, () => (row === 0 ? tableHeader : tableCell).create(null, paragraph.create())),
      ),
    ),
  )
  const tr = state.tr.replaceSelectionWith(made)
  let at: number | null = null
  tr.doc.descendants((node, pos) => {
    if (node === made) at = pos
    return at === null && !node.isTextblock
  })
  if (at !== null) tr.setSelection(TextSelection.near(tr.doc.resolve(at + 3)))
  return tr.scrollIntoView()
}

/** Tab goes to the next cell; in the last one it makes another row and goes there. In a cell's list it moves the item first. */
export const tableKeys = Extension.create({
  name: 'tableKeys',
  priority: 110,
  addKeyboardShortcuts() {
    const { editor } = this
    const inTable = () => isInTable(editor.state)
    const go = (direction: 1 | -1) => goToNextCell(direction)(editor.state, editor.view.dispatch)
    return {
      // A new row takes two steps: its cells have a line only once the first one is through.
      Tab: () =>
        inTable() && (editor.commands.sinkListItem('listItem') || go(1) || (editor.commands.addRowAfter() && go(1))),
      'Shift-Tab': () => inTable() && (editor.commands.liftListItem('listItem') || go(-1)),
    }
  },
})
