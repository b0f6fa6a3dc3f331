/**
 * How many live connections one address and one user may have, and how fast they may come. Asked before anything is looked up;
 * the numbers leave room for a whole delegation behind one address and for a person with very many windows.
 */
import type { Clock } from '../sync/types.ts'
import { createBuckets } from './rate.ts'

export type ConnectionLimits = {
  /** Live connections of one user at a time. */
  readonly perUser: number
  /** Live connections of one address at a time. */
  readonly perAddress: number
}

export const defaultLimits: ConnectionLimits = { perUser: 200, perAddress: 4000 }

/** Attempts of one address that turn out to come without a session. */
const strangers = { burst: 200, perSecond: 20 }

/** A place that was had, to be given back once; or the seconds to wait for one. */
export type Entry = { readonly leave: () => void } | { readonly wait: number }

export type Gate = {
  /** A connection of any kind from an address. */
  connect(address: string): Entry
  /** An upgrade from an address, before anything is known of it. */
  arrive(address: string): Entry
  /** Whether so many came from this address without a session that no more of them are looked at. */
  isBesieged(address: string): boolean
  /** Someone from this address had no session. */
  turnedAway(address: string): void
  /** A live connection of a user. */
  enter(user: string): Entry
}

export function createGate(clock: Clock, { perUser, perAddress }: ConnectionLimits): Gate {
  const connections = createPlaces(perAddress)
  const upgrades = createPlaces(perAddress)
  const users = createPlaces(perUser)
  const arrivals = createBuckets(clock, { burst: perAddress, perSecond: perAddress / 10 })
  const entries = createBuckets(clock, { burst: perUser * 2, perSecond: perUser / 10 })
  const unknown = createBuckets(clock, strangers)
  return {
    connect: (address) => connections(address),
    arrive(address) {
      const wait = arrivals.take(address)
      return wait > 0 ? { wait } : upgrades(address)
    },
    isBesieged: (address) => unknown.isEmpty(address),
    turnedAway(address) {
      unknown.take(address)
    },
    enter(user) {
      // Only who finds a place counts as come: attempts in vain would keep a user out after the windows are closed.
      const place = users(user)
      if ('wait' in place) return place
      const wait = entries.take(user)
      if (wait === 0) return place
      place.leave()
      return { wait }
    },
  }
}

/** How long whoever found no place waits before the next attempt, in seconds. */
const comeBackAfter = 10

function createPlaces(most: number): (key: string) => Entry {
  const taken = new Map<string, number>()
  return (key) => {
    const others = taken.get(key) ?? 0
    if (others >= most) return { wait: comeBackAfter }
    taken.set(key, others + 1)
    let here = true
    const leave = () => {
      if (!here) return
      here = false
      const left = (taken.get(key) ?? 1) - 1
      if (left > 0) taken.set(key, left)
      else taken.delete(key)
    }
    return { leave }
  }
}
