/** Reckoning with calendar days (ISO 8601), free of any time zone. */

const dayMs = 86_400_000
const time = (day: string) => Date.parse(`${day}T00:00:00Z`)

export const daysBetween = (from: string, to: string): number => Math.round((time(to) - time(from)) / dayMs)

/** Where a day stands between two others: 0 at the first, 1 at the last, never outside. */
export const shareOf = (day: string, first: string, last: string): number =>
  Math.min(1, Math.max(0, daysBetween(first, day) / daysBetween(first, last)))

/** The first day of every month that touches the stretch from one day to another. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = []
  let [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7))]
  for (;;) {
    const day = `${year}-${String(month).padStart(2, '0')}-01`
    if (day > last) return months
    months.push(day)
    month += 1
    if (month > 12) [year, month] = [year + 1, 1]
  }
}
