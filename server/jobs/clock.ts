/** Time, as the world has it. Tests bring their own. */
import type { Clock } from '../sync/types.ts'

export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}
