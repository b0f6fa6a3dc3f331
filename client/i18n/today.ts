/** Which day it is for the reader and for each party. It moves on while a page stays open. */
import { useSyncExternalStore } from 'react'
import { dayIn, daysAt, type Days } from '#shared/domain/days.ts'
import { systemClock, type Clock } from '#client/lib/clock.ts'
import { createStore, type Store } from '#client/lib/store.ts'

export type Today = {
  /** The reader's own day. */
  readonly own: string
  readonly parties: Days
}

/** Whatever the zone, a day begins at a quarter of an hour. */
const quarterMs = 15 * 60_000

/**
 * The days as they are now, for a reader in `timeZone`. `woken` is told of moments at which the clock may have jumped, as when a
 * device wakes up: no timer runs while it sleeps.
 */
export function createToday(
  clock: Clock,
  timeZone: () => string,
  woken: (refresh: () => void) => void = () => undefined,
): Store<Today> {
  const read = (): Today => ({ own: dayIn(clock.now(), timeZone()), parties: daysAt(clock.now()) })
  const store = createStore(read(), (a, b) => JSON.stringify(a) === JSON.stringify(b))
  const refresh = () => store.set(read())
  const again = () => {
    clock.after(quarterMs - (clock.now() % quarterMs), () => {
      refresh()
      again()
    })
  }
  again()
  woken(refresh)
  return store
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

let today: Store<Today> | null = null

/** Which day it is; the component is drawn again when that changes. */
export function useToday(): Today {
  today ??= createToday(systemClock, ownZone, (refresh) => {
    for (const moment of ['visibilitychange', 'resume']) document.addEventListener(moment, refresh)
    for (const moment of ['focus', 'pageshow']) window.addEventListener(moment, refresh)
  })
  return useSyncExternalStore(today.subscribe, today.get)
}
