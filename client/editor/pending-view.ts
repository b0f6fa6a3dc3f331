/**
 * How pending changes are shown: brackets with the parties' letters, a redline, or the text as it would read. All of it is drawn over
 * the text; nothing is ever written.
 */
import { Extension } from '@tiptap/core'
import { Fragment, Slice, type Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { initiative } from '#shared/domain/initiative.ts'
import { isPendingMark, type Pending } from '#shared/editor/changes/pending.ts'
import { shownIn, type Bracket, type View } from '#shared/editor/changes/views.ts'
import { partyColour } from '#client/lib/party-colour.ts'
import { changedRange, mappingOf } from './change.ts'
import { pendingIn } from './pending-brackets.ts'

export type PendingViewState = {
  readonly view: View
  /** The place that is looked at. */
  readonly focused: string | null
  readonly shown: DecorationSet
}

type Action = { readonly type: 'view'; readonly view: View } | { readonly type: 'focus'; readonly place: string | null }

/** `words`: what stands in the page's language for an alternative without words, and for who has not struck something. */
export type PendingViewOptions = {
  readonly party: string | null
  readonly parties: () => readonly string[]
  readonly words: () => { readonly noText: string }
  readonly chosen: (place: string | null) => void
}

const key = new PluginKey<PendingViewState>('pendingView')

/** How pending changes are shown in that state. */
export const pendingViewOf = (state: EditorState): Pick<PendingViewState, 'view' | 'focused'> =>
  key.getState(state) ?? { view: 'brackets', focused: null }

/** Shows the text in another view. */
export const showView = (state: EditorState, view: View): Transaction =>
  state.tr.setMeta(key, { type: 'view', view } satisfies Action).setMeta('addToHistory', false)

/** Makes one place stand out; null for none. */
export const focusPlace = (state: EditorState, place: string | null): Transaction =>
  state.tr.setMeta(key, { type: 'focus', place } satisfies Action).setMeta('addToHistory', false)

/** A view in which the text is as it would read hides words: nobody types between words that they do not see. */
export const isForWriting = (view: View): boolean => view === 'brackets' || view === 'redline'

/** Where places stand, in the order of the text. */
export function placesIn(doc: Node): { readonly place: string; readonly from: number; readonly to: number }[] {
  const found = new Map<string, { place: string; from: number; to: number }>()
  doc.forEach((part, offset) => {
    for (const { place, from, to, isBlock } of pendingIn(part).brackets) {
      const [start, end] = isBlock ? [offset + from + 1, offset + to - 1] : [offset + from, offset + to]
      const before = found.get(place)
      if (before === undefined) found.set(place, { place, from: start, to: end })
      else before.to = Math.max(before.to, end)
    }
  })
  return [...found.values()]
}

/** The place whose words stand at a position: the innermost. */
export function placeAt(doc: Node, pos: number): string | null {
  let found: { place: string; size: number } | null = null
  doc.forEach((part, offset) => {
    if (pos < offset || pos > offset + part.nodeSize) return
    for (const { place, from, to } of pendingIn(part).brackets) {
      if (offset + from <= pos && pos <= offset + to && (found === null || to - from < found.size)) {
        found = { place, size: to - from }
      }
    }
  })
  // Assigned in a callback, which the compiler does not follow.
  return (found as { place: string } | null)?.place ?? null
}

const letters = (party: string | null): string => {
  const { isParty, party: partyOf } = initiative()
  return isParty(party) ? partyOf(party).prefix : '—'
}
const colour = (party: string | null): string => {
  const { isParty } = initiative()
  return isParty(party) ? partyColour(party) : 'var(--ink-dim)'
}

const styleOf = (party: string | null) => `--by: ${colour(party)}`

/** The parties for which the words of a bracket stand. */
const sideOf = ({ kind, by }: Bracket, parties: readonly string[]): readonly (string | null)[] => {
  const own = [...new Set(by.map(({ party }) => party))]
  return kind === 'struck' ? parties.filter((party) => !own.includes(party)) : own
}

const sign = (text: string, kind: string, party: string | null, place: string) => () => {
  const element = document.createElement('span')
  element.className = 'bracket'
  element.dataset['kind'] = kind
  element.dataset['place'] = place
  element.setAttribute('style', styleOf(party))
  // Drawn by the style sheet: words of its own in here would be no place for a caret, and a selection could not begin beside them.
  element.dataset['sign'] = text
  return element
}

type Sign = { readonly text: string; readonly bracket: Bracket; readonly party: string | null; readonly opens: boolean }

function bracketed(part: Node, offset: number, options: PendingViewOptions, focused: string | null): Decoration[] {
  const made: Decoration[] = []
  const signs = new Map<number, { closes: Sign[]; opens: Sign[] }>()
  const at = (pos: number) => {
    const there = signs.get(pos) ?? { closes: [], opens: [] }
    signs.set(pos, there)
    return there
  }
  for (const bracket of pendingIn(part).brackets) {
    const { from, to, kind, place, by, isBlock, depth } = bracket
    const side = sideOf(bracket, options.parties())
    const [party = null] = side
    const names = side.map(letters).join('/')
    const attributes = {
      class: `pending pending-${kind}${place === focused ? ' pending-focused' : ''}`,
      'data-place': place,
      'data-depth': String(Math.min(depth, 5)),
      style: styleOf(kind === 'struck' ? (by[0]?.party ?? null) : party),
    }
    if (isBlock) {
      const label = kind === 'noText' ? '' : kind === 'struck' ? `[${names}` : `[${names}`
      if (kind !== 'noText') {
        made.push(
          Decoration.node(offset + from, offset + to, {
            ...attributes,
            class: `${attributes.class} pending-block`,
            'data-label': label,
          }),
        )
      }
      continue
    }
    if (kind === 'noText') {
      const silent = [...new Set(by.map((each) => letters(each.party)))].join('/')
      const text = ` [${silent}: ${options.words().noText}]`
      at(offset + to).closes.push({ text, bracket, party: by[0]?.party ?? null, opens: false })
      continue
    }
    made.push(Decoration.inline(offset + from, offset + to, attributes))
    at(offset + from).opens.push({ text: names === '' ? '[' : `[${names}: `, bracket, party, opens: true })
    at(offset + to).closes.unshift({ text: ']', bracket, party, opens: false })
  }
  for (const [pos, { closes, opens }] of signs) {
    // What opened last closes first, and an alternative without words stands behind what is struck.
    const ordered = [
      ...closes.filter(({ text }) => text === ']'),
      ...closes.filter(({ text }) => text !== ']'),
      ...opens,
    ]
    const isOwn = ({ bracket }: Sign) =>
      bracket.kind === 'insertion' && bracket.by.some(({ party }) => party === options.party)
    const ownClose = ordered.findIndex((each) => !each.opens && isOwn(each))
    const ownOpen = ordered.findIndex((each) => each.opens && isOwn(each))
    // The caret stands where what is typed would go: within one's own brackets, else between those that close and those that open.
    const split = ownClose >= 0 ? ownClose : ownOpen >= 0 ? ownOpen + 1 : closes.length
    ordered.forEach(({ text, bracket, party, opens: isOpen }, index) => {
      const { kind, place, by } = bracket
      made.push(
        Decoration.widget(pos, sign(text, isOpen ? 'open' : kind === 'noText' ? 'noText' : 'close', party, place), {
          side: index < split ? index - split : index - split + 1,
          key: `${text} ${kind} ${place} ${by.map(({ id }) => id).join(' ')}`,
          marks: [],
          ignoreSelection: true,
          // As an island that cannot be edited it would bar the browser from selecting from the word beside it.
          raw: true,
        }),
      )
    })
  }
  return made
}

function ranged(part: Node, offset: number, state: Pick<PendingViewState, 'view' | 'focused'>, party: string | null) {
  const by = (changes: readonly Pending[]) => changes.at(-1)
  return pendingIn(part)
    .shown(state.view, party)
    .map(({ from, to, isBlock, show, changes }) => {
      const last = by(changes)
      const attributes = {
        class: `redline redline-${show}${last?.place === state.focused ? ' pending-focused' : ''}`,
        'data-place': last?.place ?? '',
        style: styleOf(last?.party ?? null),
        ...(show === 'hidden' ? {} : { title: letters(last?.party ?? null) }),
      }
      return isBlock
        ? Decoration.node(offset + from, offset + to, attributes)
        : Decoration.inline(offset + from, offset + to, attributes)
    })
}

const drawn = (part: Node, offset: number, state: PendingViewState, options: PendingViewOptions): Decoration[] =>
  state.view === 'brackets'
    ? bracketed(part, offset, options, state.focused)
    : ranged(part, offset, state, options.party)

function drawAll(doc: Node, state: PendingViewState, options: PendingViewOptions): PendingViewState {
  const all: Decoration[] = []
  doc.forEach((part, offset) => void all.push(...drawn(part, offset, state, options)))
  return { ...state, shown: all.length === 0 ? DecorationSet.empty : DecorationSet.create(doc, all) }
}

/** Draws anew only what stands in the clauses that changed. */
function drawChanged(tr: Transaction, state: PendingViewState, options: PendingViewOptions): PendingViewState {
  let shown = state.shown.map(mappingOf(tr), tr.doc)
  const range = changedRange(tr.before, tr.doc)
  if (range === null) return { ...state, shown }
  tr.doc.forEach((part, offset) => {
    const end = offset + part.nodeSize
    if (end < range.from || offset > range.newTo) return
    const old = shown.find(offset, end)
    const fresh = drawn(part, offset, state, options)
    if (old.length > 0) shown = shown.remove(old)
    if (fresh.length > 0) shown = shown.add(tr.doc, fresh)
  })
  return { ...state, shown }
}

/** `words` as a view shows them, to be copied: hidden ones left out, brackets written out. */
export function textOf(slice: Slice, state: Pick<PendingViewState, 'view'>, options: PendingViewOptions): string {
  const { content } = copied(slice, state.view, options.party)
  if (state.view !== 'brackets') return content.textBetween(0, content.size, '\n\n', '\n')
  const lines: string[] = []
  content.descendants((node) => {
    if (!node.isTextblock) return true
    lines.push(lineText(node, options))
    return false
  })
  if (lines.length > 0) return lines.join('\n\n')
  return content.textBetween(0, content.size, '\n\n', '\n')
}

function lineText(line: Node, options: PendingViewOptions): string {
  const marks: { at: number; order: number; text: string }[] = []
  const alone = line.type.schema.topNodeType.create(null, line)
  for (const bracket of pendingIn(line).brackets) {
    if (bracket.isBlock) continue
    const names = sideOf(bracket, options.parties()).map(letters).join('/')
    if (bracket.kind === 'noText') {
      const silent = [...new Set(bracket.by.map((each) => letters(each.party)))].join('/')
      marks.push({ at: bracket.to, order: 1, text: ` [${silent}: ${options.words().noText}]` })
      continue
    }
    marks.push({ at: bracket.from, order: 2, text: names === '' ? '[' : `[${names}: ` })
    marks.push({ at: bracket.to, order: 0, text: ']' })
  }
  let text = ''
  let behind = 1
  for (const { at, text: written } of marks.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    text += alone.textBetween(behind, at, '\n', '\n') + written
    behind = at
  }
  return text + alone.textBetween(behind, alone.content.size - 1, '\n', '\n')
}

/** What is copied: without what the view hides, and without the marks of changes, which nobody else may bring in. */
function copied(slice: Slice, view: View, party: string | null): Slice {
  if (isForWriting(view)) return slice
  const keep = (fragment: Fragment): Fragment => {
    const nodes: Node[] = []
    fragment.forEach((node) => {
      const alone = node.type.schema.topNodeType.create(null, node.isInline ? null : node)
      const hidden = node.isText
        ? isHiddenText(node, view, party)
        : shownIn(alone, view, party).some(({ from, isBlock }) => isBlock && from === 0)
      if (hidden) return
      nodes.push(
        node.isText
          ? node.mark(node.marks.filter(({ type }) => !isPendingMark(type.name)))
          : node.copy(keep(node.content)),
      )
    })
    return Fragment.from(nodes)
  }
  return new Slice(keep(slice.content), slice.openStart, slice.openEnd)
}

function isHiddenText(text: Node, view: View, party: string | null): boolean {
  const paragraph = text.type.schema.nodes['paragraph']
  if (paragraph === undefined) return false
  const alone = text.type.schema.topNodeType.create(null, paragraph.create(null, text))
  return shownIn(alone, view, party).length > 0
}

export const pendingView = (options: PendingViewOptions) =>
  Extension.create({
    name: 'pendingView',
    addProseMirrorPlugins: () => [
      new Plugin<PendingViewState>({
        key,
        state: {
          init: (_, { doc }) => drawAll(doc, { view: 'brackets', focused: null, shown: DecorationSet.empty }, options),
          apply: (tr, state) => {
            const action: Action | undefined = tr.getMeta(key)
            if (action?.type === 'view') return drawAll(tr.doc, { ...state, view: action.view }, options)
            if (action?.type === 'focus') {
              return action.place === state.focused
                ? state
                : drawAll(tr.doc, { ...state, focused: action.place }, options)
            }
            if (!tr.docChanged) return state
            // What is drawn anew in the line that is being composed would end the composition.
            if (tr.getMeta('composition') !== undefined)
              return { ...state, shown: state.shown.map(mappingOf(tr), tr.doc) }
            return drawChanged(tr, state, options)
          },
        },
        props: {
          decorations: (state) => key.getState(state)?.shown,
          attributes: (state) => ({ 'data-view': pendingViewOf(state).view }),
          clipboardTextSerializer: (slice, view) => textOf(slice, pendingViewOf(view.state), options),
          transformCopied: (slice, view) => copied(slice, pendingViewOf(view.state).view, options.party),
          handleClick: (view, pos) => {
            requestAnimationFrame(() => {
              if (!view.isDestroyed) options.chosen(placeAt(view.state.doc, Math.min(pos, view.state.doc.content.size)))
            })
            return false
          },
        },
      }),
    ],
  })
