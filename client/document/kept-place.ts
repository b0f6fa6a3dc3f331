/** Where the early text was read: the editor draws the text anew, and must not begin at the top again. */

const barsHeight = 148
const mostFrames = 6

let kept: { readonly clause: number; readonly top: number } | null = null

const clauses = () => [...document.querySelectorAll('section.clause')]

/** Notes which clause stands at the top of the window, and how high. */
export function keepPlace(): void {
  const tops = clauses().map((clause) => clause.getBoundingClientRect())
  const at = window.scrollY === 0 ? -1 : tops.findIndex(({ bottom }) => bottom > barsHeight)
  kept = at < 0 ? null : { clause: at, top: tops[at]?.top ?? barsHeight }
}

/** Brings that clause to the same height again; `done`: nobody will ask for it once more. */
export function returnToPlace(done: boolean): void {
  const place = kept
  if (done) kept = null
  const clause = place === null ? undefined : clauses()[place.clause]
  if (place === null || clause === undefined) return
  // Clauses out of view have estimated heights: each jump lays more of them out, until one lands on the place.
  const settle = (frames: number) => {
    if (!clause.isConnected) return
    window.scrollBy({ top: clause.getBoundingClientRect().top - place.top, behavior: 'instant' })
    if (frames > 0) requestAnimationFrame(() => settle(frames - 1))
  }
  settle(mostFrames)
}
