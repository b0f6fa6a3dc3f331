/**
 * The selection of a whole clause text, as Ctrl+A makes it. Whatever replaces it replaces all of it: as an ordinary selection it
 * would begin or end in a cell of a table, and leave a table of one cell behind.
 */
import { Slice, type Node } from '@tiptap/pm/model'
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'

/** The clause text around a selection that stands in one and the same, or null. */
function textAround({ $from, to }: TextSelection): { depth: number; start: number; end: number } | null {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name !== 'clauseText') continue
    const end = $from.end(depth)
    return to > end ? null : { depth, start: $from.start(depth), end }
  }
  return null
}

export class WholeText extends TextSelection {
  /** Leaves one empty line, of the kind that the text began with, and the caret in it. */
  #clear(tr: Transaction): void {
    const around = textAround(this)
    const { paragraph } = tr.doc.type.schema.nodes
    if (around === null || paragraph === undefined) return
    const { start, end, depth } = around
    const first = this.$from.node(depth).firstChild
    tr.replaceWith(start, end, paragraph.create(first?.type === paragraph ? first.attrs : null))
    tr.setSelection(TextSelection.create(tr.doc, start + 1))
  }

  override replace(tr: Transaction, content: Slice = Slice.empty): void {
    this.#clear(tr)
    if (content.size > 0) tr.selection.replace(tr, content)
  }

  override replaceWith(tr: Transaction, node: Node): void {
    this.#clear(tr)
    tr.selection.replaceWith(tr, node)
  }
}

/** A selection of the clause text around the caret: what "all" means at first. Null if it is selected already. */
export function selectClauseText({ doc, selection }: EditorState): WholeText | null {
  const { $from, $to, from, to } = selection
  const around = textAround(new TextSelection($from, $to))
  if (around === null) return null
  const start = TextSelection.near(doc.resolve(around.start), 1)
  const end = TextSelection.near(doc.resolve(around.end), -1)
  const all = new WholeText(doc.resolve(start.from), doc.resolve(end.to))
  return all.from === from && all.to === to ? null : all
}
