/** Bounds on how fast one session, one user or one address may do something. Far above what people do. */
import type { MiddlewareHandler } from 'hono'
import { openSession } from '#shared/api/session.ts'
import { dropOldest } from '../lib/drop-oldest.ts'
import type { Clock } from '../sync/types.ts'
import type { AppEnv } from './context.ts'
import { HttpProblem } from './problems.ts'

type Rate = {
  /** So many at once. */
  readonly burst: number
  /** So many in the long run. */
  readonly perSecond: number
}

export type Buckets = {
  /** Takes one and gives 0; or, if there is none left, takes nothing and gives the seconds until there is. */
  take(key: string): number
  /** Whether nothing is left at present. */
  isEmpty(key: string): boolean
}

const maxKnown = 10_000

/** One bucket for each key, all alike. */
export function createBuckets(clock: Clock, { burst, perSecond }: Rate): Buckets {
  const buckets = new Map<string, { left: number; at: number }>()
  const leftOf = (key: string) => {
    const known = buckets.get(key)
    return known === undefined ? burst : Math.min(burst, known.left + ((clock.elapsed() - known.at) / 1000) * perSecond)
  }
  return {
    isEmpty: (key) => leftOf(key) < 1,
    take(key) {
      const left = leftOf(key)
      if (left < 1) return (1 - left) / perSecond
      buckets.delete(key)
      buckets.set(key, { left: left - 1, at: clock.elapsed() })
      // A full bucket is the same as none: forgetting the oldest keeps memory bounded.
      dropOldest(buckets, maxKnown)
      return 0
    },
  }
}

/** The answer to whoever was too fast, in plain words. */
export const tooFast = (detail: string, seconds: number): HttpProblem =>
  new HttpProblem(429, detail, { headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) } })

/** Allows changes at that rate to one session, or to one address without a session, then answers 429. */
export function limitChanges(clock: Clock, rate: Rate): MiddlewareHandler<AppEnv> {
  const buckets = createBuckets(clock, rate)
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      // Whoever signs in comes by a new session, which would never have done anything yet.
      const signsIn = c.req.path === openSession.path && c.req.method === 'POST'
      const session = signsIn ? undefined : c.get('signedIn')?.tokenHash
      const wait = buckets.take(session ?? c.get('caller').address)
      if (wait > 0) throw tooFast('Too many changes in a short time. Wait a moment and try again.', wait)
    }
    await next()
  }
}
