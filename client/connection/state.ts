/** The state of my words: where what I wrote is now. */
import type { CloseCode } from '#shared/protocol/messages.ts'
import { closeCode } from '#shared/protocol/messages.ts'

export type SaveState =
  /** The text has not come yet. `failing`: the server did not answer so far; it is tried again. */
  | { readonly name: 'loading'; readonly failing: boolean }
  | { readonly name: 'saving'; readonly changes: number }
  /** Everything I wrote is on the server's disk since `at` (milliseconds). */
  | { readonly name: 'saved'; readonly at: number }
  /** Without a connection. `unavailable`: the server answers, and cannot save just now. */
  | { readonly name: 'offline' | 'reconnecting'; readonly changes: number; readonly unavailable: boolean }
  /** The server did not take what I wrote last; `text` is what can be recovered of it. */
  | { readonly name: 'refused'; readonly code: number; readonly text: string }
  /** The document's text was replaced as a whole while I was away. */
  | { readonly name: 'replaced'; readonly text: string }
  /** This page is older than the server and must be loaded again. */
  | { readonly name: 'outdated'; readonly text: string }
  /** The server ended the connection for good, and nothing of mine was under way. */
  | { readonly name: 'closed'; readonly code: number }

/** The ways in which a connection ends for good. */
export type End = 'refused' | 'replaced' | 'outdated' | 'closed'

/** How a connection ended for good, or null while it has not. */
export const endOf = (state: SaveState | null): End | null =>
  state?.name === 'refused' || state?.name === 'replaced' || state?.name === 'outdated' || state?.name === 'closed'
    ? state.name
    : null

export const isFinal = (state: SaveState): boolean => endOf(state) !== null

/** Whether leaving the page now would lose something. */
export const hasUnsaved = (state: SaveState): boolean => {
  switch (state.name) {
    case 'saving':
      return true
    case 'offline':
    case 'reconnecting':
      return state.changes > 0
    case 'refused':
    case 'replaced':
    case 'outdated':
      return state.text !== ''
    case 'loading':
    case 'saved':
    case 'closed':
      return false
  }
}

/** The state in which a connection rests that the server ended for good with `code`. */
export function finalState(code: number, refused: boolean, text: string): SaveState {
  const known: Partial<Record<number, SaveState>> = {
    [closeCode.wrongEpoch]: { name: 'replaced', text },
    [closeCode.clientTooOld]: { name: 'outdated', text },
  } satisfies Partial<Record<CloseCode, SaveState>>
  const ordinary: SaveState = refused || text !== '' ? { name: 'refused', code, text } : { name: 'closed', code }
  return known[code] ?? ordinary
}

export const sameState = (a: SaveState, b: SaveState): boolean => JSON.stringify(a) === JSON.stringify(b)
