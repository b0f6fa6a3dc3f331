/** Addresses of a document and of places in it, and what such an address leads to. */

type Place = { readonly clause: string } | { readonly thread: string }

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const clausePart = new RegExp(`^#?clause-(${uuid})$`)
const threadPart = new RegExp(`^#?comment-(${uuid})$`)

/** What the part of an address behind `#` leads to, or null: `clause-…` to a clause, `comment-…` to a thread. */
export function placeInAddress(hash: string): Place | null {
  const clause = clausePart.exec(hash)?.[1]
  if (clause !== undefined) return { clause }
  const thread = threadPart.exec(hash)?.[1]
  return thread === undefined ? null : { thread }
}

/** The whole address of a document, or of a place in it: what one sends to someone else. */
export function addressOf(document: string, place: Place | null = null): string {
  const part = place === null ? '' : 'clause' in place ? `#clause-${place.clause}` : `#comment-${place.thread}`
  return new URL(`/documents/${document}${part}`, window.location.origin).href
}
