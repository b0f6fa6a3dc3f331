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

/** As long as a page may take to lay out what comes into view, in frames. */
const mostFrames = 90
/** So many frames in the same place: it stays there. */
const framesAtRest = 12

/** Scrolls to the top of a clause. */
export function scrollToClause(view: EditorView, id: string): void {
  const clause = clauseById(view.state.doc, id)
  const dom = clause && view.nodeDOM(clause.pos)
  if (!(dom instanceof HTMLElement)) return
  // What is above it gets its true height as it comes near, and fonts arrive: it is held in place until nothing moves, or the reader does.
  let [frames, rested, over] = [0, 0, false]
  const end = () => (over = true)
  const moves = ['wheel', 'touchstart', 'keydown', 'mousedown'] as const
  for (const move of moves) window.addEventListener(move, end, { passive: true })
  const settle = () => {
    const away = dom.getBoundingClientRect().top - barsHeight
    const before = window.scrollY
    if (Math.abs(away) > 1) window.scrollBy({ top: away, behavior: 'instant' })
    rested = window.scrollY === before ? rested + 1 : 0
    frames += 1
    if (!over && dom.isConnected && rested < framesAtRest && frames < mostFrames) requestAnimationFrame(settle)
    else for (const move of moves) window.removeEventListener(move, end)
  }
  settle()
}
