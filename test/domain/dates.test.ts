/** Days and times as people read them. */
import { expect, test } from 'vitest'
import { manualClock } from '#test/support/memory-log.ts'
import { createToday } from '#client/i18n/today.ts'
import { formatDay, formatInCapitals, formatMonth, formatShortDay, zoneOf } from '#client/i18n/dates.ts'
import { partyId } from '#test/support/initiative.ts'

test('[U15] today moves on while the page stays open, and with a device that wakes up', () => {
  const clock = manualClock(Date.parse('2027-03-17T14:44:00Z'))
  let wake = () => {}
  const today = createToday(
    clock,
    () => 'America/New_York',
    (refresh) => (wake = refresh),
  )
  const seen: unknown[] = []
  today.subscribe(() => seen.push(today.get()))
  expect(today.get()).toEqual({ own: '2027-03-17', parties: { us: '2027-03-17', jp: '2027-03-17' } })
  clock.advance(15 * 60_000)
  expect(seen).toEqual([])
  clock.advance(60_000)
  expect(seen).toEqual([{ own: '2027-03-17', parties: { us: '2027-03-17', jp: '2027-03-18' } }])
  clock.advance(13 * 3600_000)
  expect(seen.at(-1)).toEqual({ own: '2027-03-18', parties: { us: '2027-03-18', jp: '2027-03-18' } })
  clock.setBack(-7 * 24 * 3600_000)
  wake()
  expect(today.get().own).toBe('2027-03-25')
})

test('[U8] a time in both capitals says its year once, or twice where the years differ', () => {
  const say = (instant: string, language: 'en' | 'ja' = 'en') => formatInCapitals(instant, language, { withDay: true })
  expect(say('2026-11-28T23:35:00Z')).toBe('29 Nov 2026, 08:35 JST / 28 Nov, 18:35 EST')
  expect(say('2026-11-28T23:35:00Z', 'ja')).toBe('2026年11月29日 08:35 JST / 11月28日 18:35 EST')
  expect(say('2026-09-10T03:00:00Z')).toBe('10 Sep 2026, 12:00 JST / 9 Sep, 23:00 EDT')
  expect(say('2026-12-31T20:00:00Z')).toBe('1 Jan 2027, 05:00 JST / 31 Dec 2026, 15:00 EST')
  expect(formatInCapitals('2026-11-28T14:30:00Z', 'en', { first: partyId('us'), withDay: true })).toBe(
    '28 Nov 2026, 09:30 EST / 23:30 JST',
  )
})

test('[U8] a clock’s zone has the name that people give it', () => {
  expect(zoneOf('2026-11-28T23:35:00Z', 'Asia/Tokyo')).toBe('JST')
  expect(zoneOf('2026-07-01T00:00:00Z', 'America/New_York')).toBe('EDT')
  expect(zoneOf('2026-11-28T23:35:00Z', 'Europe/Berlin')).toBe('GMT+1')
})

test('[U8] a day is said in the reader’s language, and one that there is not as it stands', () => {
  expect([formatDay('2026-11-23', 'en'), formatDay('2026-11-23', 'ja')]).toEqual(['23 Nov 2026', '2026年11月23日'])
  expect([formatShortDay('2026-09-01', 'en'), formatShortDay('2026-09-01', 'ja')]).toEqual(['1 Sep', '9月1日'])
  expect([formatMonth('2026-11-23', 'en', true), formatMonth('2026-11-23', 'ja')]).toEqual(['Nov 2026', '11月'])
  for (const format of [formatDay, formatShortDay, formatMonth]) {
    expect([format('2026-13-45', 'en'), format('9999-99-99', 'ja')]).toEqual(['2026-13-45', '9999-99-99'])
  }
})
