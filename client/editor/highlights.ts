/** Where threads stand in the text, as decorations: never marks, which would show a private thread to everyone. */
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { Party } from '#shared/domain/initiative.ts'
import type { Audience } from '#shared/domain/permissions.ts'
import { changedRange, mappingOf } from './change.ts'
import { partyColour } from '#client/lib/party-colour.ts'

export type Highlight = {
  readonly thread: string
  readonly audience: Audience
  /** The delegation whose thread it is; null unless it is private. */
  readonly party: Party | null
  readonly resolved: boolean
  readonly from: number
  readonly to: number
}

export type HighlightState = {
  readonly highlights: readonly Highlight[]
  readonly focused: string | null
  /** The passage that a comment is being written about. */
  readonly draft: { readonly from: number; readonly to: number } | null
  /** Ids of the clauses whose text changed since threads were last looked for in them. */
  readonly touched: ReadonlySet<string>
  readonly shown: DecorationSet
}

type Action =
  | { type: 'place'; highlights: readonly Highlight[]; checked: ReadonlySet<string> }
  | { type: 'focus'; thread: string | null }
  | { type: 'draft'; draft: HighlightState['draft'] }

const highlightKey = new PluginKey<HighlightState>('threadHighlights')

const empty: HighlightState = {
  highlights: [],
  focused: null,
  draft: null,
  touched: new Set(),
  shown: DecorationSet.empty,
}

/** Where threads stand in that state. */
export const highlightsIn = (state: EditorState): HighlightState => highlightKey.getState(state) ?? empty

const act = (state: EditorState, action: Action): Transaction =>
  state.tr.setMeta(highlightKey, action).setMeta('addToHistory', false)

/** Shows the threads there; clauses in `checked` count as looked through. */
export const placeHighlights = (state: EditorState, highlights: readonly Highlight[], checked: ReadonlySet<string>) =>
  act(state, { type: 'place', highlights, checked })

/** Makes one thread's passage stand out. */
export const focusHighlight = (state: EditorState, thread: string | null) => act(state, { type: 'focus', thread })

/** Shows which passage a new comment is about, while the caret is elsewhere. */
export const draftHighlight = (state: EditorState, draft: HighlightState['draft']) =>
  act(state, { type: 'draft', draft })

/** The thread whose passage is the narrowest around a position, or null. */
export function threadAt(state: EditorState, pos: number): string | null {
  const around = highlightsIn(state).highlights.filter(
    ({ from, to, resolved }) => !resolved && from <= pos && pos <= to,
  )
  const [closest] = around.toSorted((a, b) => a.to - a.from - (b.to - b.from))
  return closest?.thread ?? null
}

function show(doc: Node, state: Omit<HighlightState, 'shown'>): HighlightState {
  const marks = state.highlights
    .filter(({ resolved, thread }) => !resolved || thread === state.focused)
    .map(({ from, to, audience, party, thread }) =>
      Decoration.inline(from, to, {
        class: thread === state.focused ? 'passage passage-focused' : 'passage',
        'data-audience': audience,
        'data-thread': thread,
        ...(party === null ? {} : { style: `--mark: ${partyColour(party)}` }),
      }),
    )
  if (state.draft) marks.push(Decoration.inline(state.draft.from, state.draft.to, { class: 'passage passage-draft' }))
  return { ...state, shown: DecorationSet.create(doc, marks) }
}

/** The clauses that a change touched, in the text before it and in the text after it. */
export function touchedClauses(before: Node, after: Node): string[] {
  const range = changedRange(before, after)
  if (range === null) return []
  const found: string[] = []
  const collect = (doc: Node, from: number, to: number) => {
    const size = doc.content.size
    doc.nodesBetween(Math.min(from, size), Math.min(Math.max(to, from + 1), size), (node) => {
      if (node.type.name === 'clause') found.push(String(node.attrs['id']))
      return false
    })
  }
  collect(before, range.from, range.oldTo)
  collect(after, range.from, range.newTo)
  return found
}

function apply(tr: Transaction, state: HighlightState): HighlightState {
  const action: Action | undefined = tr.getMeta(highlightKey)
  if (action?.type === 'place') {
    const touched = new Set([...state.touched].filter((clause) => !action.checked.has(clause)))
    return show(tr.doc, { ...state, highlights: action.highlights, touched })
  }
  if (action?.type === 'focus') return show(tr.doc, { ...state, focused: action.thread })
  if (action?.type === 'draft') return show(tr.doc, { ...state, draft: action.draft })
  if (!tr.docChanged) return state
  const mapping = mappingOf(tr)
  // Text typed at the edges stays outside, as it does for the anchors themselves.
  const follow = ({ from, to }: { from: number; to: number }) => ({
    from: mapping.map(from, 1),
    to: mapping.map(to, -1),
  })
  const highlights = state.highlights
    .map((highlight) => ({ ...highlight, ...follow(highlight) }))
    .filter(({ from, to }) => from < to)
  const moved = state.draft && follow(state.draft)
  return {
    ...state,
    highlights,
    draft: moved && moved.from < moved.to ? moved : null,
    touched: new Set([...state.touched, ...touchedClauses(tr.before, tr.doc)]),
    shown: state.shown.map(mapping, tr.doc),
  }
}

/** The threads' passages in the text. `chosen` is told which thread's passage was clicked, or null beside all of them. */
export const threadHighlights = (chosen: (thread: string | null) => void) =>
  Extension.create({
    name: 'threadHighlights',
    addProseMirrorPlugins: () => [
      new Plugin<HighlightState>({
        key: highlightKey,
        state: { init: () => empty, apply },
        props: {
          decorations: (state) => highlightKey.getState(state)?.shown,
          handleClick: (view, pos) => {
            // After the browser's selection has been read: a transaction before that would put the old one back.
            requestAnimationFrame(() => {
              if (!view.isDestroyed) chosen(threadAt(view.state, Math.min(pos, view.state.doc.content.size)))
            })
            return false
          },
        },
      }),
    ],
  })
