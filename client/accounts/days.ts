/** Days on which a seat counts. */

/** The last whole day before an instant, ISO 8601. */
export const lastDayBefore = (instant: string): string => new Date(Date.parse(instant) - 1).toISOString().slice(0, 10)
