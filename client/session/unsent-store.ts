/**
 * Words that were typed and not sent yet: kept on this device until they are sent or thrown away, so that a reload, another page or
 * the Escape key loses none. They may be private: each person has their own, and none outlive a sign-out or another's sign-in.
 */
import { deviceStorage } from '#client/lib/storage.ts'

const prefix = 'alternat.unsent.'

/** Forgets what was not sent: all of it, or that of everyone but `user`. */
export function forgetUnsent(user: string | null = null): void {
  for (const key of deviceStorage.keys(prefix)) {
    if (user === null || !key.startsWith(`${prefix}${user}.`)) deviceStorage.remove(key)
  }
}

const read = (key: string): unknown => {
  const kept = deviceStorage.get(key)
  try {
    return kept === null ? null : JSON.parse(kept)
  } catch {
    return null
  }
}

export type Unsent = {
  readonly get: (place: string) => unknown
  readonly keep: (place: string, value: object) => void
  readonly forget: (place: string) => void
  /** The places that begin so. */
  readonly places: (start: string) => string[]
}

/** What `user` has not sent, by the places where it was typed. */
export function unsentOf(user: string): Unsent {
  const own = `${prefix}${user}.`
  return {
    get: (place) => read(own + place),
    keep: (place, value) => void deviceStorage.set(own + place, JSON.stringify(value)),
    forget: (place) => deviceStorage.remove(own + place),
    places: (start) => deviceStorage.keys(own + start).map((key) => key.slice(own.length)),
  }
}
