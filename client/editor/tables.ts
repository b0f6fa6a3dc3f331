/**
 * Tables in the editor, without the repairs that their library makes in whatever it is shown. Each reader's editor would send them
 * on as an edit of its own, and a table that two people changed at once would grow with each of them; the server makes it whole.
 */
import { Node, type AnyExtension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { tableEditingKey } from '@tiptap/pm/tables'
import { WholeText } from './whole-text.ts'

/** The library's plugin for tables without its repairs; any other as it is. */
export function withoutRepairs(plugin: Plugin): Plugin {
  const { appendTransaction } = plugin.spec
  if (plugin.spec.key !== tableEditingKey || appendTransaction === undefined) return plugin
  return new Plugin({
    ...plugin.spec,
    // Compared with itself the text has nothing to repair: what is left is to keep selections to whole cells.
    appendTransaction: (transactions, _, state) =>
      state.selection instanceof WholeText ? null : appendTransaction.call(plugin, transactions, state, state),
  })
}

/** The table among the schema's extensions leaves what it is shown as it is; the others are given back as they are. */
export const withoutTableRepairs = (extension: AnyExtension): AnyExtension =>
  extension instanceof Node && extension.name === 'table'
    ? extension.extend({
        addProseMirrorPlugins() {
          return (this.parent?.() ?? []).map(withoutRepairs)
        },
      })
    : extension
