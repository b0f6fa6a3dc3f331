/** Finding words in the text: which places match, which one is current, and how they are shown. */
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { mappingOf } from './change.ts'
import { fold, type Folded } from './fold.ts'

export type Match = { readonly from: number; readonly to: number }
export type FindState = {
  readonly query: string
  readonly matches: readonly Match[]
  /** The current match; -1 if there are none. */
  readonly current: number
  readonly stale: boolean
  readonly shown: DecorationSet
}

type FindAction = { type: 'search'; query: string; near: number } | { type: 'step'; by: 1 | -1 } | { type: 'refresh' }

const findKey = new PluginKey<FindState>('find')
const nothing: FindState = { query: '', matches: [], current: -1, stale: false, shown: DecorationSet.empty }
const maxMatches = 2000

/** The places in a document where the words of `query` stand, whatever their case and width (ＡＩ finds AI). */
export function findMatches(doc: Node, query: string): Match[] {
  const wanted = fold(query).text
  const matches: Match[] = []
  if (wanted === '') return matches
  doc.descendants((node, pos) => {
    if (matches.length >= maxMatches) return false
    if (!node.isTextblock) return true
    const line = foldedLine(node)
    let behind = 0
    for (let at = line.text.indexOf(wanted); at >= 0; at = line.text.indexOf(wanted, at + wanted.length)) {
      const { from, to } = line.placeOf(at, at + wanted.length)
      // Several matches within one sign are one: "…" holds three full stops and is one place.
      if (from < behind) continue
      behind = to
      matches.push({ from: pos + 1 + from, to: pos + 1 + to })
    }
    return false
  })
  return matches
}

// A line that nobody touched is the same node as before: it need not be folded again.
const lines = new WeakMap<Node, Folded>()

function foldedLine(line: Node): Folded {
  const known = lines.get(line)
  if (known) return known
  const folded = fold(line.textBetween(0, line.content.size, undefined, '\ufffc'))
  lines.set(line, folded)
  return folded
}

function show(doc: Node, query: string, matches: readonly Match[], current: number): FindState {
  const marks = matches.map(({ from, to }, index) =>
    Decoration.inline(from, to, { class: index === current ? 'found found-current' : 'found' }),
  )
  return { query, matches, current, stale: false, shown: DecorationSet.create(doc, marks) }
}

function apply(tr: Transaction, state: FindState): FindState {
  const action: FindAction | undefined = tr.getMeta(findKey)
  if (action?.type === 'search') {
    const matches = findMatches(tr.doc, action.query)
    const next = matches.findIndex(({ from }) => from >= action.near)
    return show(tr.doc, action.query, matches, matches.length === 0 ? -1 : Math.max(next, 0))
  }
  if (action?.type === 'step' && state.matches.length > 0) {
    const current = (state.current + action.by + state.matches.length) % state.matches.length
    return show(tr.doc, state.query, state.matches, current)
  }
  if (action?.type === 'refresh' && state.query !== '') {
    const near = state.matches[state.current]?.from ?? 0
    const matches = findMatches(tr.doc, state.query)
    const next = matches.findIndex(({ from }) => from >= near)
    return show(tr.doc, state.query, matches, matches.length === 0 ? -1 : Math.max(next, 0))
  }
  if (!tr.docChanged || state.query === '') return state
  const mapping = mappingOf(tr)
  const matches = state.matches.map(({ from, to }) => ({ from: mapping.map(from, 1), to: mapping.map(to, -1) }))
  return { ...state, matches, stale: true, shown: state.shown.map(mapping, tr.doc) }
}

/** What is being looked for in that state. */
export const findState = (state: EditorState): FindState => findKey.getState(state) ?? nothing

/** Looks for words; the first match at or behind the caret becomes the current one. An empty query ends the search. */
export const searchFor = (state: EditorState, query: string): Transaction =>
  state.tr.setMeta(findKey, { type: 'search', query, near: state.selection.from } satisfies FindAction)

/** Goes to the next or the previous match. */
export const stepMatch = (state: EditorState, by: 1 | -1): Transaction =>
  state.tr.setMeta(findKey, { type: 'step', by } satisfies FindAction)

const refreshMs = 250

/** The find plugin; matches are looked for again a moment after the text has changed. */
export const find = Extension.create({
  name: 'find',
  addProseMirrorPlugins: () => [
    new Plugin<FindState>({
      key: findKey,
      state: { init: () => nothing, apply },
      props: { decorations: (state) => findKey.getState(state)?.shown },
      view: (view) => {
        let timer: ReturnType<typeof setTimeout> | undefined
        const refresh = () => {
          timer = undefined
          if (view.isDestroyed) return
          // A match drawn anew in the line that is being composed would end the composition.
          if (view.composing) timer = setTimeout(refresh, refreshMs)
          else view.dispatch(view.state.tr.setMeta(findKey, { type: 'refresh' }))
        }
        return {
          update: () => {
            if (findState(view.state).stale) timer ??= setTimeout(refresh, refreshMs)
          },
          destroy: () => clearTimeout(timer),
        }
      },
    }),
  ],
})
