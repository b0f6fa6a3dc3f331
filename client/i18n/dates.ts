/** Days and times in the reader's language; where both capitals meet, in both of their times. */
import dayjs from 'dayjs'
import customParseFormat from 'dayjs/plugin/customParseFormat.js'
import type { Language } from '#shared/domain/languages.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'

dayjs.extend(customParseFormat)

/** British order, since American leaves readers elsewhere guessing which number is the month. */
const locales: Record<Language, string> = { en: 'en-GB', ja: 'ja-JP' }

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formatters.set(key, known)
  return known
}

/** ICU writes "Sept" for en-GB; every other month has three letters. */
const plain = (text: string) => text.replace('Sept', 'Sep')

/** A day that there is not is shown as it stands: a text that was written before such days were refused must still open. */
function formatDate(day: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) return day
  const month = language === 'ja' ? 'long' : 'short'
  return plain(formatter(locales[language], { ...options, month, timeZone: 'UTC' }).format(date))
}

/** A calendar day (ISO 8601) as "23 Nov 2026", 「2026年11月23日」. */
export const formatDay = (day: string, language: Language): string =>
  formatDate(day, language, { year: 'numeric', day: 'numeric' })

/** A calendar day without its year: "23 Nov", 「11月23日」. */
export const formatShortDay = (day: string, language: Language): string => formatDate(day, language, { day: 'numeric' })

/** A month: "Nov", 「11月」; with its year: "Nov 2026", 「2026年11月」. */
export const formatMonth = (day: string, language: Language, withYear = false): string =>
  formatDate(day, language, withYear ? { year: 'numeric' } : {})

/** A time of day on the reader's own clock: "14:02". */
export const formatTime = (instant: string | number, language: Language): string =>
  formatter(locales[language], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant))

/** A day and time on the reader's own clock: "23 Nov 2026, 14:02". */
export const formatInstant = (instant: string | number, language: Language): string => {
  const day = plain(
    formatter(locales[language], {
      year: 'numeric',
      month: language === 'ja' ? 'long' : 'short',
      day: 'numeric',
    }).format(new Date(instant)),
  )
  return `${day}${language === 'ja' ? ' ' : ', '}${formatTime(instant, language)}`
}

/** What a clock's zone is called at that instant: "JST", "EST"; the reader's own clock without `timeZone`. */
export function zoneOf(
  instant: string | number,
  timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  // Only American English knows EST from EDT; it calls JST "GMT+9".
  const name = formatter('en-US', { timeZoneName: 'short', timeZone })
    .formatToParts(new Date(instant))
    .find(({ type }) => type === 'timeZoneName')?.value
  const own = initiative()
    .parties.map((party) => initiative().party(party))
    .find((party) => party.timeZone === timeZone)?.timeZoneName
  return name === undefined || name.startsWith('GMT') ? (own ?? name ?? timeZone) : name
}

/**
 * An instant in each party's capital, that of `first` ahead, then those whose clocks are furthest on: "14:02 JST / 00:02 EST"; with
 * days where `withDay` asks for them or where the capitals have different ones, the year said once: "24 Nov 2026, 01:00 JST / 23 Nov,
 * 11:00 EST".
 */
export function formatInCapitals(
  instant: string | number,
  language: Language,
  { first, withDay = false }: { readonly first?: Party | undefined; readonly withDay?: boolean } = {},
): string {
  const date = new Date(instant)
  const places = zonesAt(date, first).map((timeZone) => {
    const part = (options: Intl.DateTimeFormatOptions) =>
      plain(formatter(locales[language], { ...options, timeZone }).format(date))
    const day = { month: language === 'ja' ? 'long' : 'short', day: 'numeric' } as const
    return {
      day: part(day),
      fullDay: part({ ...day, year: 'numeric' }),
      year: part({ year: 'numeric' }),
      time: `${part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })} ${zoneOf(instant, timeZone)}`,
    }
  })
  const said = places[0]
  const sameDay = places.every(({ fullDay }) => fullDay === said?.fullDay)
  if (!withDay && sameDay) return places.map(({ time }) => time).join(' / ')
  const comma = language === 'ja' ? ' ' : ', '
  return places
    .map(({ day, fullDay, year, time }, at) => {
      if (at > 0 && sameDay) return time
      return `${at > 0 && year === said?.year ? day : fullDay}${comma}${time}`
    })
    .join(' / ')
}

/** The time zones of the capitals, each once: that of `first`, then whoever has the later hour. */
function zonesAt(date: Date, first: Party | undefined): readonly string[] {
  const zoneFor = (party: Party) => initiative().party(party).timeZone
  const clockIn = (timeZone: string) =>
    formatter('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(date)
  const zones = initiative().parties.map(zoneFor)
  const ordered = zones.toSorted((a, b) => clockIn(b).localeCompare(clockIn(a)))
  return [...new Set(first === undefined ? ordered : [zoneFor(first), ...ordered])]
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago, while that says more than the date: "5 minutes ago"; else the day. */
export function formatAgo(instant: string, language: Language, now: number = Date.now()): string {
  const elapsed = now - Date.parse(instant)
  const relative = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' })
  if (elapsed < minute) return language === 'ja' ? 'たった今' : 'just now'
  if (elapsed < hour) return relative.format(-Math.floor(elapsed / minute), 'minute')
  if (elapsed < day) return relative.format(-Math.floor(elapsed / hour), 'hour')
  if (elapsed < 7 * day) return relative.format(-Math.floor(elapsed / day), 'day')
  return plain(
    formatter(locales[language], {
      year: 'numeric',
      month: language === 'ja' ? 'long' : 'short',
      day: 'numeric',
    }).format(new Date(instant)),
  )
}
