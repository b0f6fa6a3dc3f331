/**
 * Gives every new empty line its shared text at once. Without it the first to type there makes one, and if two do so at the same
 * time, each goes on in a text of their own: the binding then keeps one of the two, and what the other writes is lost.
 */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import { childrenOf, lineName } from '#shared/editor/text.ts'

function emptyLinesIn(type: unknown): Y.XmlElement[] {
  if (!(type instanceof Y.XmlElement)) return []
  if (type.nodeName === lineName) return type.length === 0 ? [type] : []
  return childrenOf(type).flatMap(emptyLinesIn)
}

/** Fills the lines that a change of mine in the editor brought into `body`; returns how to stop. */
export function fillNewLines(body: Y.XmlFragment): () => void {
  const fill = (events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction) => {
    if (transaction.origin !== ySyncPluginKey) return
    const added = events
      .filter(({ target }) => target instanceof Y.XmlFragment)
      .flatMap(({ changes }) => [...changes.added])
      .flatMap(({ content }) => (content instanceof Y.ContentType ? emptyLinesIn(content.type) : []))
    if (added.length === 0) return
    // With the editor's own origin, so that undo takes it back together with the line.
    body.doc?.transact(() => {
      for (const line of added) line.insert(0, [new Y.XmlText()])
    }, ySyncPluginKey)
  }
  body.observeDeep(fill)
  return () => body.unobserveDeep(fill)
}

/** New empty lines are shared from the start. */
export const sharedLines = (body: Y.XmlFragment) =>
  Extension.create({
    name: 'sharedLines',
    addProseMirrorPlugins: () => [new Plugin({ view: () => ({ destroy: fillNewLines(body) }) })],
  })
