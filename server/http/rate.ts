/** A bound on how fast one session, or one address without a session, may change things. Far above what a person does. */
import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../sync/types.ts'
import type { AppEnv } from './context.ts'
import { HttpProblem } from './problems.ts'

const maxKnown = 10_000

/** Allows `burst` changes at once and `perSecond` in the long run, then answers 429. */
export function limitChanges(clock: Clock, { burst, perSecond }: { burst: number; perSecond: number }) {
  const buckets = new Map<string, { left: number; at: number }>()
  const limit: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const who = c.get('signedIn')?.tokenHash ?? c.env?.incoming?.socket.remoteAddress ?? 'unknown'
      const now = clock.now()
      const known = buckets.get(who) ?? { left: burst, at: now }
      const left = Math.min(burst, known.left + ((now - known.at) / 1000) * perSecond)
      // A full bucket is the same as none: forgetting the oldest keeps memory bounded.
      buckets.delete(who)
      buckets.set(who, { left: Math.max(0, left - 1), at: now })
      const oldest = buckets.keys().next()
      if (buckets.size > maxKnown && oldest.done !== true) buckets.delete(oldest.value)
      if (left < 1) {
        throw new HttpProblem(429, 'Too many changes in a short time. Wait a moment and try again.', {
          headers: { 'Retry-After': String(Math.ceil((1 - left) / perSecond)) },
        })
      }
    }
    await next()
  }
  return limit
}
