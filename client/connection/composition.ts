/**
 * Holds back what others write while I compose (Japanese input): a change that lands in the middle of a composition loses or
 * doubles what is being composed, and no later comparison of the texts would show it. No clock says when a composition is
 * abandoned: one thinks about a conversion for as long as one likes, and Korean and phone keyboards keep one open while idle.
 */
import type { Clock } from '#client/lib/clock.ts'

/** How long after the end of a composition the browser may still be writing its result into the page. */
const settleMs = 60

export type Deferral = {
  readonly active: () => boolean
  /** A composition has begun or went on. */
  readonly touch: () => void
  /** The composition has ended, or there can be none any more. */
  readonly settle: () => void
  /** The connection was lost. A composition that gives no further sign is over once the others are heard again. */
  readonly doubt: () => void
  /** Others are heard: ends what was left open when the connection was lost. */
  readonly heard: () => void
  /** Lets everything through at once. */
  readonly release: () => void
}

/** Calls `onHold` when a stretch of holding back begins, and `onRelease` when it is over. */
export function createDeferral(clock: Clock, onHold: () => void, onRelease: () => void): Deferral {
  let state: 'open' | 'composing' | 'doubtful' | 'settling' = 'open'
  let callOff: (() => void) | null = null
  const become = (next: typeof state) => {
    callOff?.()
    callOff = null
    state = next
  }
  const release = () => {
    if (state === 'open') return
    become('open')
    onRelease()
  }
  return {
    active: () => state !== 'open',
    touch: () => {
      const begins = state === 'open'
      become('composing')
      if (begins) onHold()
    },
    settle: () => {
      if (state !== 'composing' && state !== 'doubtful') return
      become('settling')
      callOff = clock.after(settleMs, release)
    },
    doubt: () => {
      if (state === 'composing') become('doubtful')
    },
    heard: () => {
      if (state === 'doubtful') release()
    },
    release,
  }
}

/** The code of a key that the input method keeps to itself. */
const keyOfInputMethod = 229

/** Whether a key went to the page itself, as none does while a composition is open. */
const isPlainKey = (event: Event): boolean =>
  'isComposing' in event && event.isComposing === false && 'keyCode' in event && event.keyCode !== keyOfInputMethod

/** Feeds a deferral with the compositions in `element`; returns how to stop, which lets everything through. */
export function watchCompositions(element: EventTarget, deferral: Deferral): () => void {
  const settleAtKey = (event: Event) => {
    if (isPlainKey(event)) deferral.settle()
  }
  const watched = {
    compositionstart: deferral.touch,
    compositionupdate: deferral.touch,
    compositionend: deferral.settle,
    // Where the end itself is never told: the keyboard has gone elsewhere, or it types without composing.
    blur: deferral.settle,
    keydown: settleAtKey,
  }
  // Capturing: the held-back state must begin before any editor's own handler sees the event.
  for (const [name, handle] of Object.entries(watched)) element.addEventListener(name, handle, { capture: true })
  return () => {
    for (const [name, handle] of Object.entries(watched)) element.removeEventListener(name, handle, { capture: true })
    deferral.release()
  }
}
