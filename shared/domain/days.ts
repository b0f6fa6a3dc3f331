/** Which day it is, and where: a day ends at different moments in the capitals. */
import { initiative, type Party } from './initiative.ts'

/** The day that it is for each party, in its own time zone. */
export type Days = Readonly<Record<Party, string>>

const formatters = new Map<string, Intl.DateTimeFormat>()

/** The day (ISO 8601) in a time zone at an instant: `dayIn(Date.UTC(2027, 2, 18), 'America/New_York')` is "2027-03-17". */
export function dayIn(instant: number, timeZone: string): string {
  const known =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en', { timeZone, calendar: 'gregory', year: 'numeric', month: '2-digit', day: '2-digit' })
  formatters.set(timeZone, known)
  const parts = new Map(known.formatToParts(instant).map(({ type, value }) => [type, value]))
  return [parts.get('year'), parts.get('month'), parts.get('day')].join('-')
}

/** The day for each party at an instant. */
export const daysAt = (instant: number): Days =>
  Object.fromEntries(initiative().parties.map((party) => [party, dayIn(instant, initiative().party(party).timeZone)]))
