/** Where moments stand on the slider: time runs from left to right, and long silences take little room. */
import type { TimelineMark } from '#shared/api/history.ts'
import type { Party } from '#shared/domain/initiative.ts'

/** A silence longer than this takes no more room than this. */
const silenceMs = 5 * 60 * 1000

/** The place of each mark from 0 to 1. Half of the room goes by time and half by number, so that each mark can be reached. */
export function placesOf(marks: readonly TimelineMark[]): number[] {
  const waits = marks.map(({ at }, index) => {
    const before = marks[index - 1]
    return before === undefined ? 0 : Math.min(silenceMs, Math.max(0, Date.parse(at) - Date.parse(before.at)))
  })
  const whole = waits.reduce((sum, wait) => sum + wait, 0)
  const steps = Math.max(1, marks.length - 1)
  let passed = 0
  return waits.map((wait, index) => {
    passed += wait
    return whole === 0 ? index / steps : (passed / whole + index / steps) / 2
  })
}

/** The mark that stands closest to `x`. */
export function markAt(places: readonly number[], x: number): number {
  let closest = 0
  for (const [index, place] of places.entries()) {
    if (Math.abs(place - x) < Math.abs((places[closest] ?? 0) - x)) closest = index
  }
  return closest
}

/** The mark that holds change `seq`. */
export function markOf(marks: readonly TimelineMark[], seq: number): number {
  const index = marks.findIndex(({ lastSeq }) => lastSeq >= seq)
  return index < 0 ? Math.max(0, marks.length - 1) : index
}

/** Where change `seq` stands, also between two marks. */
export function placeOfSeq(marks: readonly TimelineMark[], places: readonly number[], seq: number): number {
  const index = markOf(marks, seq)
  const [end, start] = [places[index] ?? 0, places[index - 1] ?? 0]
  const last = marks[index]?.lastSeq ?? seq
  const first = marks[index - 1]?.lastSeq ?? 0
  return index === 0 || last === first ? end : start + ((end - start) * (seq - first)) / (last - first)
}

export type Bar = {
  readonly x: number
  readonly total: number
  readonly parts: readonly (readonly [Party | null, number])[]
}

/** How much was changed for whom in each of `columns` equal stretches of the slider; only those in which something was. */
export function barsOf(
  marks: readonly TimelineMark[],
  places: readonly number[],
  columns: number,
  order: readonly (Party | null)[],
): Bar[] {
  const counts = new Map<number, Map<Party | null, number>>()
  for (const [index, { changes }] of marks.entries()) {
    const column = Math.min(columns - 1, Math.floor((places[index] ?? 0) * columns))
    const bar = counts.get(column) ?? new Map<Party | null, number>()
    for (const { party, count } of changes) bar.set(party, (bar.get(party) ?? 0) + count)
    counts.set(column, bar)
  }
  return [...counts].map(([column, bar]) => ({
    x: column / columns,
    total: [...bar.values()].reduce((sum, count) => sum + count, 0),
    parts: order.flatMap((party) => {
      const count = bar.get(party)
      return count === undefined ? [] : [[party, count] as const]
    }),
  }))
}

/** The one side that made all changes after `after` up to `upTo`, or null if there were several or none. */
export function sideOf(marks: readonly TimelineMark[], after: number, upTo: number): Party | null {
  const sides = new Set<Party | null>()
  for (let index = markOf(marks, after + 1); index <= markOf(marks, upTo); index += 1) {
    for (const { party } of marks[index]?.changes ?? []) sides.add(party)
  }
  const [only = null] = sides
  return sides.size === 1 ? only : null
}
