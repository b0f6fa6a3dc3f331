/**
 * Keeps halves of characters out of the text. 𠮷 and most signs beyond the first 65,536 are two units long; a single one, as a broken
 * clipboard may hold, becomes a replacement character on its way to the server, and the author's copy would differ from everyone's.
 */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { isWhole } from '#shared/editor/fields.ts'
import { changedRange, isFromSharedText } from './change.ts'

const replacement = '\ufffd'
const halves = /\p{Surrogate}/gu

/** Puts at once, where one's own edit leaves half a character, what others would see there. */
export const wholeCharactersPlugin = (): Plugin =>
  new Plugin({
    appendTransaction: (transactions, before, state) => {
      if (!transactions.some((tr) => tr.docChanged) || transactions.some(isFromSharedText)) return null
      const range = changedRange(before.doc, state.doc)
      if (range === null) return null
      const tr = state.tr
      state.doc.nodesBetween(range.from, range.newTo, (node, pos) => {
        if (node.text === undefined || isWhole(node.text)) return
        for (const { index } of node.text.matchAll(halves)) {
          tr.replaceWith(pos + index, pos + index + 1, state.schema.text(replacement, node.marks))
        }
      })
      return tr.docChanged ? tr : null
    },
  })

export const wholeCharacters = Extension.create({
  name: 'wholeCharacters',
  addProseMirrorPlugins: () => [wholeCharactersPlugin()],
})
