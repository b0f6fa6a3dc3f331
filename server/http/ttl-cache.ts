/**
 * Answers of the store that are asked for again at once: a page opens several connections and requests in the same second. None is
 * given longer than that, and none that a change of rights may have made wrong.
 */
import type { Clock } from '../sync/types.ts'

const keptMs = 1000
const maxKept = 10_000

export type TtlCache<Value> = {
  /** What `load` gives for the key, now or within the last second. */
  get(key: string): Promise<Value>
  /** Forgets everything, and what is being looked up just now as well. */
  clear(): void
}

export function createTtlCache<Value>(clock: Clock, load: (key: string) => Promise<Value>): TtlCache<Value> {
  let known = new Map<string, { value: Promise<Value>; until: number }>()
  return {
    get(key) {
      const before = known.get(key)
      if (before !== undefined && before.until > clock.elapsed()) return before.value
      if (known.size >= maxKept) known = new Map()
      const value = load(key)
      const kept = known
      kept.set(key, { value, until: clock.elapsed() + keptMs })
      value.catch(() => kept.delete(key))
      return value
    },
    clear() {
      known = new Map()
    },
  }
}
