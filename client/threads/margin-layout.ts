/** Keeps the cards of the margin beside their passages, by hand: scrolling and typing must not draw anything anew. */
import type { Thread } from '#shared/api/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type { ShownLanguages } from '#client/editing/languages.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { clauseById } from '#client/editor/clause-commands.ts'
import { highlightsIn } from '#client/editor/highlights.ts'
import { placeCards } from './placing.ts'

export type MarginState = {
  readonly shown: ShownLanguages
  /** Whether the cards stand beside their passages; else they are a list. */
  readonly beside: boolean
  readonly focused: string | null
  readonly threads: readonly Thread[]
  readonly composing: { readonly anchor: TextAnchor | null } | null
  readonly unsent: readonly { readonly place: string; readonly anchor: TextAnchor | null }[]
  /** A card of another feature, which stays where it belongs while it is in use; `at` null: at the top. */
  readonly guest: { readonly at: () => number | null } | null
}

export type MarginLayout = { readonly show: (state: MarginState) => void; readonly stop: () => void }

const gap = 10
const top = 4

/** Lays out the children of `root`, each the slot of a card named by `data-slot`, until it is stopped. */
export function followPassages(root: HTMLElement, text: TextEditor): MarginLayout {
  let state: MarginState | null = null
  let frame = 0

  const layOut = () => {
    if (state === null || text.editor.isDestroyed) return
    const slots = [...root.children].filter((child) => child instanceof HTMLElement)
    if (!state.beside) {
      for (const slot of slots) slot.style.removeProperty('top')
      root.style.removeProperty('height')
      return
    }
    const { threads, composing, unsent, focused, shown, guest } = state
    const base = root.getBoundingClientRect().top
    const { highlights, draft } = highlightsIn(text.editor.state)
    const cards = slots.map((slot) => {
      const id = slot.dataset['slot']
      if (id === 'guest') {
        const at = guest?.at() ?? null
        const wanted = at === null ? top : text.editor.view.coordsAtPos(at).top - base - 6
        return { slot, wanted, height: slot.offsetHeight, fixed: at !== null && composing === null, order: at ?? -1 }
      }
      const isComposer = id === 'composer'
      const kept = unsent.find(({ place }) => place === id)
      const anchor = isComposer ? composing?.anchor : (kept ?? threads.find((each) => each.id === id))?.anchor
      const range = isComposer
        ? draft
        : kept
          ? clauseOf(text, kept.anchor)
          : highlights.find((each) => each.thread === id)
      const inUse = isComposer || (composing === null && guest === null && id === focused)
      return {
        slot,
        wanted: anchor && range ? topOf(text, anchor, range.from, shown) - base - 6 : top,
        height: slot.offsetHeight,
        fixed: inUse && range != null,
        order: range?.from ?? -1,
      }
    })
    const ordered = cards.toSorted((a, b) => a.wanted - b.wanted || a.order - b.order)
    const tops = placeCards(ordered, gap, top)
    for (const [at, { slot }] of ordered.entries()) slot.style.top = `${tops[at] ?? 0}px`
    const last = ordered.at(-1)
    root.style.height = last ? `${(tops.at(-1) ?? 0) + last.height + 40}px` : ''
  }
  const later = () => {
    if (frame !== 0) return
    frame = requestAnimationFrame(() => {
      frame = 0
      layOut()
    })
  }

  const observer = new ResizeObserver(later)
  observer.observe(text.editor.view.dom)
  window.addEventListener('scroll', later, { passive: true })
  window.addEventListener('resize', later)
  const stopListening = [text.revision.subscribe(later), text.tracker.placed.subscribe(later)]
  return {
    show: (next) => {
      state = next
      for (const slot of root.children) observer.observe(slot)
      layOut()
    },
    stop: () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      for (const stop of stopListening) stop()
      window.removeEventListener('scroll', later)
      window.removeEventListener('resize', later)
    },
  }
}

/** Where the clause of a passage begins that is not highlighted; null where there is none. */
function clauseOf({ editor }: TextEditor, anchor: TextAnchor | null): { from: number } | null {
  const clause = anchor && clauseById(editor.state.doc, anchor.clause)
  return clause && { from: clause.pos + 1 }
}

/**
 * How far down a passage stands on the screen. Far from what is in view its clause's place is good enough, and does not make
 * the browser lay out what nobody sees.
 */
function topOf(text: TextEditor, anchor: TextAnchor, from: number, shown: ShownLanguages): number {
  const { view, state } = text.editor
  const clause = clauseById(state.doc, anchor.clause)
  const dom = clause && view.nodeDOM(clause.pos)
  if (!(dom instanceof HTMLElement)) return 0
  const { top: clauseTop, bottom } = dom.getBoundingClientRect()
  const near = bottom > -200 && clauseTop < window.innerHeight + 200
  const visible = shown === 'both' || anchor.language === shown
  return near && visible ? view.coordsAtPos(Math.min(from, state.doc.content.size)).top : clauseTop + 14
}
