/**
 * How pending changes are shown: brackets with the parties' letters, a redline, or the text as it would read. All of it is drawn over
 * the text; nothing is ever written.
 */
import { Extension } from '@tiptap/core'
import { Fragment, Slice, type Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { initiative } from '#shared/domain/initiative.ts'
import { isPendingMark } from '#shared/editor/changes/pending.ts'
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

/** `party`: the reader's. `parties`: those of the initiative. `words`: in the page's language. `chosen`: a place was clicked, or none. */
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

/** The brackets of the text, each with where it stands there. */
function bracketsIn(doc: Node): { readonly bracket: Bracket; readonly from: number; readonly to: number }[] {
  const found: { bracket: Bracket; from: number; to: number }[] = []
  doc.forEach((part, offset) => {
    for (const bracket of pendingIn(part).brackets) {
      found.push({ bracket, from: offset + bracket.from, to: offset + bracket.to })
    }
  })
  return found
}

/** Where places stand, in the order of the text. */
export function placesIn(doc: Node): { readonly place: string; readonly from: number; readonly to: number }[] {
  const found = new Map<string, { place: string; from: number; to: number }>()
  for (const { bracket, from, to } of bracketsIn(doc)) {
    const { place, isBlock } = bracket
    // Of a block its inside: a caret can stand there.
    const [start, end] = isBlock ? [from + 1, to - 1] : [from, to]
    const before = found.get(place)
    if (before === undefined) found.set(place, { place, from: start, to: end })
    else before.to = Math.max(before.to, end)
  }
  return [...found.values()]
}

/** The place whose words stand at a position: the innermost. */
export function placeAt(doc: Node, pos: number): string | null {
  const around = bracketsIn(doc).filter(({ from, to }) => from <= pos && pos <= to)
  const [closest] = around.toSorted((a, b) => a.to - a.from - (b.to - b.from))
  return closest?.bracket.place ?? null
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

/** What stands at the two ends of a bracket in a line. An alternative without words has all of it at its end. */
function wordsOf(bracket: Bracket, { parties, words }: PendingViewOptions): { opens: string; closes: string } {
  if (bracket.kind === 'noText') {
    const silent = [...new Set(bracket.by.map(({ party }) => letters(party)))].join('/')
    return { opens: '', closes: ` [${silent}: ${words().noText}]` }
  }
  const names = sideOf(bracket, parties()).map(letters).join('/')
  return { opens: names === '' ? '[' : `[${names}: `, closes: ']' }
}

const drawSign =
  ({ text, kind, party, bracket: { place } }: Sign) =>
  () => {
    const element = document.createElement('span')
    element.className = 'bracket'
    element.dataset['kind'] = kind
    element.dataset['place'] = place
    element.setAttribute('style', styleOf(party))
    // Drawn by the style sheet: words of its own in here would be no place for a caret, and a selection could not begin beside them.
    element.dataset['sign'] = text
    return element
  }

type Sign = {
  readonly text: string
  readonly bracket: Bracket
  readonly party: string | null
  readonly kind: 'close' | 'noText' | 'open'
}

function bracketed(part: Node, offset: number, options: PendingViewOptions, focused: string | null): Decoration[] {
  const made: Decoration[] = []
  const signs = new Map<number, Sign[]>()
  const put = (pos: number, sign: Sign) => void signs.set(pos, [...(signs.get(pos) ?? []), sign])
  for (const bracket of pendingIn(part).brackets) {
    const { kind, place, by, isBlock, depth } = bracket
    const [from, to] = [offset + bracket.from, offset + bracket.to]
    const side = sideOf(bracket, options.parties())
    const [party = null] = side
    const striker = by[0]?.party ?? null
    if (kind === 'noText') {
      if (!isBlock) put(to, { text: wordsOf(bracket, options).closes, bracket, party: striker, kind })
      continue
    }
    const attributes = {
      class: `pending pending-${kind}${isBlock ? ' pending-block' : ''}${place === focused ? ' pending-focused' : ''}`,
      'data-place': place,
      'data-depth': String(Math.min(depth, 5)),
      style: styleOf(kind === 'struck' ? striker : party),
    }
    if (isBlock) {
      made.push(Decoration.node(from, to, { ...attributes, 'data-label': `[${side.map(letters).join('/')}` }))
      continue
    }
    made.push(Decoration.inline(from, to, attributes))
    const { opens, closes } = wordsOf(bracket, options)
    put(from, { text: opens, bracket, party, kind: 'open' })
    put(to, { text: closes, bracket, party, kind: 'close' })
  }
  const isOwn = ({ bracket }: Sign) =>
    bracket.kind === 'insertion' && bracket.by.some(({ party }) => party === options.party)
  for (const [pos, there] of signs) {
    const of = (kind: Sign['kind']) => there.filter((sign) => sign.kind === kind)
    // What opened last closes first.
    const [closes, silent, opens] = [of('close').toReversed(), of('noText'), of('open')]
    const ordered = [...closes, ...silent, ...opens]
    const ownClose = closes.findIndex(isOwn)
    const ownOpen = opens.findIndex(isOwn)
    const middle = closes.length + silent.length
    // The caret stands where what is typed would go: within one's own brackets, else between those that close and those that open.
    const split = ownClose >= 0 ? ownClose : ownOpen >= 0 ? middle + ownOpen + 1 : middle
    for (const [index, sign] of ordered.entries()) {
      const { text, bracket } = sign
      made.push(
        Decoration.widget(pos, drawSign(sign), {
          side: index < split ? index - split : index - split + 1,
          key: `${text} ${bracket.kind} ${bracket.place} ${bracket.by.map(({ id }) => id).join(' ')}`,
          marks: [],
          ignoreSelection: true,
          // As an island that cannot be edited it would bar the browser from selecting from the word beside it.
          raw: true,
        }),
      )
    }
  }
  return made
}

function ranged(part: Node, offset: number, state: Pick<PendingViewState, 'view' | 'focused'>, party: string | null) {
  return pendingIn(part)
    .shown(state.view, party)
    .map(({ from, to, isBlock, show, changes }) => {
      const last = changes.at(-1)
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
    // What only touches the clause is its neighbour's, and stays.
    const old = shown.find(offset, end).filter(({ from, to }) => from >= offset && to <= end)
    const fresh = drawn(part, offset, state, options)
    if (old.length > 0) shown = shown.remove(old)
    if (fresh.length > 0) shown = shown.add(tr.doc, fresh)
  })
  return { ...state, shown }
}

/** A slice as a view shows it, to be copied as plain text: hidden ones left out, brackets written out. */
function textOf(slice: Slice, view: View, options: PendingViewOptions): string {
  const { content } = copied(slice, view, options.party)
  if (view !== 'brackets') return content.textBetween(0, content.size, '\n\n', '\n')
  const lines: string[] = []
  content.descendants((node) => {
    if (!node.isTextblock) return true
    lines.push(lineText(node, options))
    return false
  })
  // Words of one line may come without it.
  return lines.length > 0 ? lines.join('\n\n') : content.textBetween(0, content.size, '\n\n', '\n')
}

function lineText(line: Node, options: PendingViewOptions): string {
  const alone = line.type.schema.topNodeType.create(null, line)
  const signs = pendingIn(line).brackets.flatMap((bracket) => {
    if (bracket.isBlock) return []
    const { opens, closes } = wordsOf(bracket, options)
    return [
      { at: bracket.from, order: 2, text: opens },
      { at: bracket.to, order: bracket.kind === 'noText' ? 1 : 0, text: closes },
    ]
  })
  let text = ''
  let behind = 1
  for (const { at, text: written } of signs.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
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
          clipboardTextSerializer: (slice, view) => textOf(slice, pendingViewOf(view.state).view, options),
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
