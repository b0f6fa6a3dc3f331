/** Bringing a place in the text into view, below the bars at the top. */
import type { EditorView } from '@tiptap/pm/view'
import { clauseById } from '#client/editor/clause-commands.ts'

const barsHeight = 148

const smoothly = (): ScrollBehavior =>
  window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'

/** Scrolls so that a position stands in the upper third, unless it is in view already. */
export function scrollToPosition(view: EditorView, pos: number): void {
  const { top, bottom } = view.coordsAtPos(Math.min(pos, view.state.doc.content.size))
  if (top > barsHeight && bottom < window.innerHeight - 80) return
  // Clauses out of view have estimated heights: the first jump lays the target out, the second one lands on it.
  window.scrollBy({ top: top - window.innerHeight / 3, behavior: 'instant' })
  requestAnimationFrame(() => {
    if (view.isDestroyed) return
    const now = view.coordsAtPos(Math.min(pos, view.state.doc.content.size))
    if (now.top > barsHeight && now.bottom < window.innerHeight - 80) return
    window.scrollBy({ top: now.top - window.innerHeight / 3, behavior: smoothly() })
  })
}

/** The clause that an address leads to (`#clause-…`), or null. */
export const clauseInAddress = (hash: string): string | null => /^#clause-([0-9a-f-]{36})$/.exec(hash)?.[1] ?? null

/** Scrolls to the top of a clause. */
export function scrollToClause(view: EditorView, id: string): void {
  const clause = clauseById(view.state.doc, id)
  const dom = clause && view.nodeDOM(clause.pos)
  if (!(dom instanceof HTMLElement)) return
  const settle = () => window.scrollBy({ top: dom.getBoundingClientRect().top - barsHeight, behavior: 'instant' })
  settle()
  requestAnimationFrame(settle)
}
