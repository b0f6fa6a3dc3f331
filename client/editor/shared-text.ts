/**
 * The editor's hold on the shared text. The binding (y-prosemirror) writes back whatever the screen lacks as a deletion, and deletes
 * what it cannot show. So a view that failed to take in a change, wherever on that way it threw, lets go at once: it takes no more
 * input, writes nothing, and says so. Whoever opened it makes a new one from the shared text.
 */
import { Collaboration } from '@tiptap/extension-collaboration'
import type { Extension } from '@tiptap/core'
import type { Schema } from '@tiptap/pm/model'
import { TextSelection, type EditorState, type Plugin, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import {
  getRelativeSelection,
  initProseMirrorDoc,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
  type ProsemirrorBinding,
} from 'y-prosemirror'
import type * as Y from 'yjs'
import { writeSteps } from '#shared/editor/changes/write.ts'
import { attributesKnown, fittingAttributes } from '#shared/editor/fit.ts'
import { isFromSharedText } from './change.ts'

/** Where the caret was, in the shared text; null if that is not known. */
export type KeptCaret = ReturnType<typeof getRelativeSelection> | null

/** That a view let go: what was thrown, where its caret was and whether the keyboard was in it. */
export type Failure = { readonly cause: unknown; readonly caret: KeptCaret; readonly focused: boolean }

/**
 * How the editor's next transactions reach the shared text: compared with it (`exact` null), as the very operations of `exact`, or not
 * yet (`waits`), while what they come to is still open.
 */
export type Writing = { exact: Transaction | null; waits: boolean }

type Hold = {
  /** The binding's own way of writing to the shared text. */
  readonly write: () => void
  broken: boolean
  readonly fail: (cause: unknown) => void
}

const bindingOf = (state: EditorState): ProsemirrorBinding => {
  const sync: { binding: ProsemirrorBinding } = ySyncPluginKey.getState(state)
  return sync.binding
}

/** Shows `body` in the editor and writes to it; `failed` is told, once, when it lets go. */
export function sharedText(
  body: Y.XmlFragment,
  undoManager: Y.UndoManager,
  writing: Writing,
  failed: (failure: Failure) => void,
): Extension {
  let hold: Hold | null = null
  const mapping: ReturnType<typeof initProseMirrorDoc>['mapping'] = new Map()
  return Collaboration.extend({
    // The editor begins with the text. Were it made empty and filled afterwards, its caret would stand where no text is.
    onBeforeCreate(event) {
      this.parent?.(event)
      const { editor } = this
      showOnlyWhatFits(editor.schema)
      const first = reading(body, () => initProseMirrorDoc(body, editor.schema))
      for (const [type, node] of first.mapping) mapping.set(type, node)
      // Made of the editor's own nodes it is taken as it is, and the binding knows each of them.
      Object.assign(editor.options, { content: first.doc })
    },
    addProseMirrorPlugins() {
      const plugins: Plugin[] = this.parent?.() ?? []
      const sync = plugins.find(({ spec }) => spec.key === ySyncPluginKey)
      const open = sync?.spec.view
      if (sync === undefined || open === undefined) throw new Error('The binding to the shared text is missing')
      sync.spec.view = (view) => {
        hold = takeHold(view, writing, failed)
        return open.call(sync, view)
      }
      return plugins
    },
    dispatchTransaction({ transaction, next }) {
      if (hold === null) return next(transaction)
      if (hold.broken) return undefined
      try {
        return next(transaction)
      } catch (error) {
        const { write, fail } = hold
        // What I typed is on the screen and in the state of a view that had taken everything in: it is mine to keep.
        if (!hold.broken && !isFromSharedText(transaction)) attempt(write)
        return fail(error)
      }
    },
  }).configure({ fragment: body, ySyncOptions: { mapping }, yUndoOptions: { undoManager } })
}

/**
 * Puts the caret of a view that let go into the view that took its place. It may stand in words that are gone.
 */
export function restoreCaret({ view, caret }: { readonly view: EditorView; readonly caret: KeptCaret }): void {
  if (caret === null) return
  attempt(() => {
    const { doc, type, mapping } = bindingOf(view.state)
    const [anchor = null, head = null] = [caret.anchor, caret.head].map((place) =>
      relativePositionToAbsolutePosition(doc, type, place, mapping),
    )
    if (anchor === null || head === null) return
    const { doc: text, tr } = view.state
    view.dispatch(tr.setSelection(TextSelection.between(text.resolve(anchor), text.resolve(head))))
  })
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/**
 * What does not fit in a stored text's attributes is not shown, and leaves it with the next edit there: written back as it is, the
 * server would refuse it and the edit with it.
 */
function showOnlyWhatFits(schema: Schema): void {
  const make = schema.node.bind(schema)
  schema.node = (type, attrs, ...rest) =>
    make(
      type,
      attrs && fittingAttributes(attributesKnown('nodes', typeof type === 'string' ? type : type.name) ?? {}, attrs),
      ...rest,
    )
}

/** Reads the shared text. What the binding cannot show it would delete there, for everyone: that is where it is stopped. */
function reading<Read>({ doc }: Y.XmlFragment, read: () => Read): Read {
  if (doc === null) throw new Error('The text is in a document')
  const transact = doc.transact.bind(doc)
  doc.transact = (change, origin: unknown) => {
    if (origin === ySyncPluginKey) throw new Error('Something in the shared text cannot be shown')
    return transact(change, origin)
  }
  try {
    return read()
  } finally {
    Reflect.deleteProperty(doc, 'transact')
  }
}

/** Guards every way between the binding and the shared text; before the binding begins to listen. */
function takeHold(view: EditorView, writing: Writing, failed: (failure: Failure) => void): Hold {
  const binding = bindingOf(view.state)
  const show: (events: readonly Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction) => void =
    binding._observeFunction
  const write = binding._prosemirrorChanged.bind(binding)
  const remember = binding.beforeAllTransactions

  const hold: Hold = {
    broken: false,
    write: () => binding.mux(() => write(view.state.doc)),
    fail: (cause) => {
      if (hold.broken) return
      hold.broken = true
      const caret = binding.beforeTransactionSelection ?? attempt(() => getRelativeSelection(binding, view.state))
      const focused = view.hasFocus()
      // Nothing may be typed where it would go nowhere. Asked of the view itself, this would draw, and may throw again.
      view.dom.contentEditable = 'false'
      failed({ cause, caret, focused })
    },
  }

  binding._observeFunction = (...[events, transaction]: Parameters<typeof show>) => {
    if (hold.broken) return
    const before = view.state
    try {
      reading(binding.type, () => show(events, transaction))
    } catch (error) {
      return hold.fail(error)
    }
    // My own edits are on the screen before they are in the shared text.
    if (transaction.origin === ySyncPluginKey || view.state !== before) return
    hold.fail(new Error('A change of the shared text was not shown'))
  }
  binding._prosemirrorChanged = (text) => {
    if (hold.broken || writing.waits) return
    try {
      const { exact } = writing
      writing.exact = null
      if (exact !== null) writeSteps(binding.type, exact)
      // Finds nothing more to write than what other extensions made of it; and what the binding knows of the text is up to date again.
      write(text)
    } catch (error) {
      hold.fail(error)
    }
  }
  // Thrown from here, Yjs would take the transaction for one that never ends, and no edit would leave the page again.
  binding.beforeAllTransactions = () => {
    try {
      remember()
    } catch (error) {
      hold.fail(error)
    }
  }
  return hold
}
