/**
 * Holds back what others write while I compose (Japanese input): a change that lands in the middle of a composition loses or
 * doubles what is being composed, and no later comparison of the texts would show it.
 */
import type { Clock } from './clock.ts'

/** How long after the end of a composition the browser may still be writing its result into the page. */
const settleMs = 60
/** A composition that says nothing for so long counts as abandoned: others' words must not wait for ever. */
const maxSilenceMs = 5000

export type Deferral = {
  readonly active: () => boolean
  /** A composition has begun or went on. */
  readonly touch: () => void
  /** The composition has ended. */
  readonly settle: () => void
  /** Lets everything through at once. */
  readonly release: () => void
}

/** Calls `onRelease` whenever a stretch of holding back is over. */
export function createDeferral(clock: Clock, onRelease: () => void): Deferral {
  let callOff: (() => void) | null = null
  const release = () => {
    if (callOff === null) return
    callOff()
    callOff = null
    onRelease()
  }
  const releaseAfter = (ms: number) => {
    callOff?.()
    callOff = clock.after(ms, release)
  }
  return {
    active: () => callOff !== null,
    touch: () => releaseAfter(maxSilenceMs),
    settle: () => {
      if (callOff !== null) releaseAfter(settleMs)
    },
    release,
  }
}

/** Feeds a deferral with the compositions in `element`; returns how to stop, which lets everything through. */
export function watchCompositions(element: EventTarget, deferral: Deferral): () => void {
  // Capturing: the held-back state must begin before any editor's own handler sees the event.
  const capture = { capture: true }
  element.addEventListener('compositionstart', deferral.touch, capture)
  element.addEventListener('compositionupdate', deferral.touch, capture)
  element.addEventListener('compositionend', deferral.settle, capture)
  return () => {
    element.removeEventListener('compositionstart', deferral.touch, capture)
    element.removeEventListener('compositionupdate', deferral.touch, capture)
    element.removeEventListener('compositionend', deferral.settle, capture)
    deferral.release()
  }
}
