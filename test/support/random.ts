/** Randomness that a seed repeats: xoroshiro128+ from lib0. */
import * as prng from 'lib0/prng'

export type Random = {
  /** An integer from `min` to `max`, both included. */
  readonly int: (min: number, max: number) => number
  readonly pick: <T>(from: readonly T[]) => T
  readonly shuffled: <T>(items: readonly T[]) => T[]
}

export function random(seed: number): Random {
  const generator = prng.create(seed)
  return {
    int: (min, max) => prng.int32(generator, min, max),
    shuffled(items) {
      const left = [...items]
      return items.flatMap(() => left.splice(prng.int32(generator, 0, left.length - 1), 1))
    },
    pick(from) {
      const chosen = from[prng.int32(generator, 0, from.length - 1)]
      if (chosen === undefined) throw new RangeError('Nothing to pick from')
      return chosen
    },
  }
}
