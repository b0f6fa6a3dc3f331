/**
 * Turns what one does to the text into suggestions, while these are wanted: the transaction of a key, a paste or a tool never reaches
 * the editor; what suggests the same does. Composed words (Japanese input) are marked once they are there, since marks would break
 * the composition; until then they are on the screen only.
 */
import { Extension } from '@tiptap/core'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { suggestComposed, suggestTransaction } from '#shared/editor/changes/suggest.ts'
import type { Reason, Suggester } from '#shared/editor/changes/suggester.ts'
import { isFromSharedText } from './change.ts'
import type { Writing } from './shared-text.ts'
import { asClauseCommand, mayChangeStructure } from './structure.ts'

export type SuggestingOptions = {
  /** In whose name edits are suggested now; null where they are made directly. */
  readonly by: () => Suggester | null
  /** An edit that cannot be suggested was turned down. */
  readonly refused: (reason: Reason) => void
  /** Blocks of one's own are empty now, and are to be withdrawn. */
  readonly withdraw: (changes: readonly string[]) => void
  /** Runs a task when a composition is over, before what others wrote meanwhile comes in; returns how to stop. */
  readonly whenComposed: (task: () => void) => () => void
}

/** Suggests in place of editing. Stands before the binding, which is told by `writing` what to write. */
export function suggesting({ by, refused, withdraw, whenComposed }: SuggestingOptions, writing: Writing): Extension {
  /** The text before the composition that is going on. */
  let before: EditorState | null = null

  const finish = (view: EditorView) => {
    const start = before
    before = null
    writing.waits = false
    const author = by()
    if (start === null || view.isDestroyed) return
    if (start.doc.eq(view.state.doc)) return
    const suggested = author === null ? null : suggestComposed(start, view.state, author)
    if (suggested === null || 'reason' in suggested) {
      if (suggested !== null) refused(suggested.reason)
      const { tr, doc } = view.state
      view.dispatch(asClauseCommand(tr.replaceWith(0, doc.content.size, start.doc.content)))
      return
    }
    writing.exact = suggested.exact
    view.dispatch(passed(suggested.tr))
    writing.exact = null
    if (suggested.withdraw.length > 0) withdraw(suggested.withdraw)
  }

  return Extension.create({
    name: 'suggesting',
    priority: 1090,
    onCreate() {
      const { view } = this.editor
      this.storage.stop = whenComposed(() => finish(view))
    },
    onDestroy() {
      this.storage.stop()
    },
    addStorage: () => ({ stop: () => {} }),
    dispatchTransaction({ transaction, next }) {
      const author = by()
      const { state, view } = this.editor
      if (author === null || !transaction.docChanged || isFromSharedText(transaction) || isPassed(transaction)) {
        return next(transaction)
      }
      if (before !== null || view.composing || transaction.getMeta('composition') !== undefined) {
        before ??= state
        writing.waits = true
        return next(transaction)
      }
      if (!mayChangeStructure(state.doc, transaction)) return next(transaction)
      const suggested = suggestTransaction(state, transaction, author)
      if ('reason' in suggested) return refused(suggested.reason)
      const { tr } = suggested
      writing.exact = tr
      if (transaction.scrolledIntoView) tr.scrollIntoView()
      for (const meta of ['paste', 'uiEvent']) {
        const value: unknown = transaction.getMeta(meta)
        if (value !== undefined) tr.setMeta(meta, value)
      }
      next(passed(tr))
      writing.exact = null
      if (suggested.withdraw.length > 0) withdraw(suggested.withdraw)
      return undefined
    },
  })
}

const passedMeta = 'suggestion'
const passed = (tr: Transaction): Transaction => asClauseCommand(tr.setMeta(passedMeta, true))
const isPassed = (tr: Transaction): boolean => tr.getMeta(passedMeta) === true
