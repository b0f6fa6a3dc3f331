/** Times as the API says them. */

/** Milliseconds since 1970 as ISO 8601 in UTC: `2026-11-30T09:00:00.000Z`. */
export const instant = (at: number): string => new Date(at).toISOString()
