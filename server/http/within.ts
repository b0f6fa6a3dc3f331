/** Promises that must not keep anyone waiting. */
import type { Clock } from '../sync/types.ts'

/** What `work` gives, or a rejection once `ms` have gone by. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  let cancel = () => {}
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new Error(`No answer within ${ms} ms`)))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
