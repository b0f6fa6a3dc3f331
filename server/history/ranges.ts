/** Stretches of what clients wrote, each of a run of changes: which of them lie where. */

export type Range = { readonly client: number; readonly clock: number; readonly end: number; readonly run: number }

export type Ranges = {
  add(client: number, clock: number, length: number, run: number): void
  /** All of them, those of one run that follow on one another joined. */
  all(): readonly Range[]
  /** Those that reach into `clock` to `end` of a client, in their order. */
  within(client: number, clock: number, end: number): readonly Range[]
}

/** Whatever is added twice counts the first time: in a log, words come once and go once. */
export function createRanges(): Ranges {
  const added: Range[] = []
  let joined: Map<number, Range[]> | null = null

  const byClient = (): Map<number, Range[]> => {
    if (joined !== null) return joined
    joined = new Map()
    for (const range of added.toSorted((a, b) => a.clock - b.clock)) {
      const ranges = joined.get(range.client) ?? []
      joined.set(range.client, ranges)
      const last = ranges.at(-1)
      const clock = Math.max(range.clock, last?.end ?? 0)
      if (clock >= range.end) continue
      if (last?.run === range.run && last.end === clock) ranges[ranges.length - 1] = { ...last, end: range.end }
      else ranges.push({ ...range, clock })
    }
    return joined
  }

  return {
    add(client, clock, length, run) {
      added.push({ client, clock, end: clock + length, run })
      joined = null
    },
    all: () => [...byClient().values()].flat(),
    within(client, clock, end) {
      const ranges = byClient().get(client) ?? []
      let [low, high] = [0, ranges.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((ranges[middle]?.end ?? 0) <= clock) low = middle + 1
        else high = middle
      }
      let last = low
      while ((ranges[last]?.clock ?? end) < end) last += 1
      return ranges.slice(low, last)
    },
  }
}
