/**
 * What one user's reading may cost. A small request can ask for seconds of the processor, which is everyone's: each user has so much
 * of it, one request at a time, and whoever has spent it waits.
 */
import type { Clock } from '../sync/types.ts'
import type { Spent } from '../work/pool.ts'
import { tooFast } from './rate.ts'

/** In ms of the processor: so much at once, and this part of the time from then on. Far above what people read. */
const atOnceMs = 20_000
const share = 0.2
/** Requests that wait for an earlier one of the same user: a slider asks ahead. */
const mostWaiting = 50
const mostKnown = 10_000

export type Costs = {
  /** Does work for a user after what they asked for before. The problem 429 if they have spent too much, or ask too far ahead. */
  within<Result>(user: string, work: (spent: Spent) => Promise<Result>): Promise<Result>
}

type Account = { spentMs: number; at: number; waiting: number; last: Promise<unknown> }

export function createCosts(clock: Clock): Costs {
  const accounts = new Map<string, Account>()

  const accountOf = (user: string): Account => {
    const account = accounts.get(user) ?? { spentMs: 0, at: 0, waiting: 0, last: Promise.resolve() }
    const now = clock.elapsed()
    account.spentMs = Math.max(0, account.spentMs - (now - account.at) * share)
    account.at = now
    accounts.delete(user)
    accounts.set(user, account)
    // Whoever was here longest ago has regained most of it.
    const [oldest] = accounts
    if (accounts.size > mostKnown && oldest !== undefined && oldest[1].waiting === 0) accounts.delete(oldest[0])
    return account
  }

  const refuseIfSpent = (user: string) => {
    const { spentMs } = accountOf(user)
    if (spentMs < atOnceMs) return
    throw tooFast(
      'You have asked for more large texts than can be read for you at once. Wait a moment and try again.',
      (spentMs - atOnceMs) / share / 1000,
    )
  }

  return {
    async within(user, work) {
      refuseIfSpent(user)
      const account = accountOf(user)
      if (account.waiting >= mostWaiting) {
        throw tooFast('You are asking for too much at once. Wait for the answers to what you asked before.', 1)
      }
      account.waiting += 1
      const result = account.last.then(() => {
        refuseIfSpent(user)
        return work((ms) => {
          account.spentMs += ms
        })
      })
      account.last = result.catch(() => undefined)
      try {
        return await result
      } finally {
        account.waiting -= 1
      }
    },
  }
}
