/** Pasting: what comes from elsewhere is cleaned and put in its place, clauses stay clauses, and an address links what is selected. */
import { Extension } from '@tiptap/core'
import { DOMParser as SchemaParser, Fragment, type Schema, type Slice } from '@tiptap/pm/model'
import { Plugin, type EditorState, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import type { ClauseKind } from '#shared/domain/documents.ts'
import { isLanguage, type Language } from '#shared/domain/languages.ts'
import { divideIntoArticles, giveNotes, type Articles } from './articles.ts'
import { clauseAt } from './clause-commands.ts'
import { readForeign } from './foreign-html.ts'
import { readHref, setLink } from './links.ts'
import {
  cleanWords,
  holdsClauses,
  pasteArticles,
  pasteClauses,
  pasteWithNotes,
  withoutClauses,
  withoutControls,
} from './pasted.ts'
import { languageAt } from './structure.ts'

const languageOf = (state: EditorState): Language | null => {
  const language = languageAt(state.selection.$to)
  return isLanguage(language) ? language : null
}

/** Whether the text that is pasted into has a note under that mark already. */
const notesAt = (state: EditorState) => {
  const { $to } = state.selection
  const text = $to.depth > 1 ? $to.node(2) : state.doc
  return (mark: string) => text.children.some(({ textContent }) => textContent.startsWith(mark))
}

/** The address that a pasted line is, or null. */
function addressIn({ content }: Slice): string | null {
  if (content.childCount !== 1) return null
  const words = content.textBetween(0, content.size, '\n', '\n').trim()
  return /^((https?:\/\/|mailto:)|www\.)\S+$/i.test(words) ? readHref(words) : null
}

/** Links the selected words; null where nothing is selected, or an address is replaced by another. */
function linkSelected(state: EditorState, address: string): Transaction | null {
  const { from, to, empty } = state.selection
  const words = state.doc.textBetween(from, to, '\n', '\n').trim()
  return empty || words === '' || (readHref(words) !== null && /^\S+\.\S+$/.test(words))
    ? null
    : setLink(state, address)
}

/** In a document that has no clause yet, what is pasted becomes its first. */
function asClause({ content }: Slice, { nodes }: Schema): Articles | null {
  if (content.size === 0 || nodes['paragraph'] === undefined) return null
  const blocks = content.firstChild?.isInline ? [nodes['paragraph'].create(null, content)] : content.content
  return { lead: [], clauses: [blocks] }
}

export function pastePlugin(kinds: readonly ClauseKind[]): Plugin {
  /** What comes in just now: the hooks are called one after the other for each paste. */
  let incoming: { from: 'here' | 'elsewhere' | 'words'; notes: HTMLElement | null } = { from: 'here', notes: null }
  const place = (view: EditorView, slice: Slice): Transaction | null => {
    const { state } = view
    const { from, notes: noted } = incoming
    incoming = { from: 'here', notes: null }
    const language = languageOf(state)
    if (holdsClauses(slice)) return pasteClauses(state, slice, kinds, state.selection.to, language)
    const inClause = clauseAt(state.doc, state.selection.to) !== null
    if (from === 'words' && inClause) return null
    const address = addressIn(slice)
    const linked = address === null ? null : linkSelected(state, address)
    if (linked !== null) return linked
    if (from === 'here' && inClause) return null
    const notes = noted === null ? Fragment.empty : SchemaParser.fromSchema(state.schema).parseSlice(noted).content
    const articles = divideIntoArticles(slice.content, kinds) ?? (inClause ? null : asClause(slice, state.schema))
    if (articles !== null) {
      const given = giveNotes(articles, notes)
      return pasteArticles(state, given.articles, kinds, language, given.left)
    }
    return notes.size === 0 ? null : pasteWithNotes(state, slice, notes)
  }
  return new Plugin({
    props: {
      handleDOMEvents: {
        // The browser tells of a new selection a moment after it was made. Whoever is quick to paste means this one.
        paste: (view) => {
          view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
          return false
        },
      },
      transformPastedHTML: (html, view) => {
        if (html.includes('data-pm-slice')) {
          incoming = { from: 'here', notes: null }
          return html
        }
        const foreign = readForeign(html, notesAt(view.state))
        incoming = { from: 'elsewhere', notes: foreign.notes }
        return foreign.html
      },
      transformPastedText: (text, plain) => {
        incoming = { from: plain ? 'words' : 'elsewhere', notes: null }
        return withoutControls(text)
      },
      transformPasted: (slice, view) => {
        const clean = cleanWords(slice)
        return holdsClauses(clean) ? clean : withoutClauses(clean, view.state.schema, languageOf(view.state))
      },
      handlePaste: (view, _event, slice) => {
        const tr = place(view, slice)
        if (tr === null) return false
        view.dispatch(tr.setMeta('paste', true).setMeta('uiEvent', 'paste'))
        return true
      },
      handleDrop: (view, event, slice) => {
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })
        if (at === null || !holdsClauses(slice)) return false
        view.dispatch(pasteClauses(view.state, slice, kinds, at.pos, languageOf(view.state)).setMeta('uiEvent', 'drop'))
        return true
      },
    },
  })
}

/** Pasting into a document that is made of clauses of those kinds. */
export const paste = (kinds: readonly ClauseKind[]) =>
  Extension.create({
    name: 'paste',
    priority: 1050,
    addProseMirrorPlugins: () => [pastePlugin(kinds)],
  })
