/** How many places were open in the group's texts, day by day, with the initiative's meetings; as a line, and as a table. */
import { Button, Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { getBurnDown, type BurnDown as Answer } from '#shared/api/initiative.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { call } from '#client/api/call.ts'
import { queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { formatDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { shareOf } from '#client/initiative/calendar.ts'
import { Delayed, Nothing } from '#client/ui/page-state.tsx'
import { groupMessages } from './messages.ts'
import shapes from '#client/ui/shapes.module.css'
import classes from './burn-down.module.css'

type Day = Answer['days'][number]
type Meeting = Answer['meetings'][number]

export function BurnDown({ group }: { readonly group: Group }) {
  const t = useMessages(groupMessages)
  const reasonOf = useReason()
  const title = useId()
  const { data, error } = useQuery({
    queryKey: [...queryKeys.group(group), 'burn-down'],
    queryFn: ({ signal }) => call(getBurnDown, { params: { group } }, signal),
  })
  return (
    <section className={classes.section} aria-labelledby={title}>
      <Title order={2} id={title}>
        {t('burnDown')}
      </Title>
      {data === undefined && error === null ? (
        <Delayed>
          <Skeleton height={160} mt="sm" />
        </Delayed>
      ) : null}
      {data === undefined && error !== null ? <Nothing>{reasonOf(error)}</Nothing> : null}
      {data === undefined ? null : <Chart {...data} />}
    </section>
  )
}

function Chart({ days, meetings }: Answer) {
  const t = useMessages(groupMessages)
  const language = useLanguage()
  const [first, last] = [days.at(0), days.at(-1)]
  const most = Math.max(0, ...days.map(({ places }) => places))
  if (first === undefined || last === undefined || most === 0) return <Nothing>{t('burnDownNone')}</Nothing>
  const held = meetings.filter(({ date }) => date <= last.day)
  const next = meetings.find(({ date }) => date > last.day)
  if (first === last) {
    return (
      <>
        <p className={classes.words}>
          {t('burnDownFirst', { count: last.places, day: formatDay(last.day, language) })}
        </p>
        <Meetings held={held} next={next} />
      </>
    )
  }
  const summary = t('burnDownSummary', {
    starts: formatDay(first.day, language),
    ends: formatDay(last.day, language),
    begun: first.places,
    most,
    now: last.places,
  })
  const at = (day: string) => shareOf(day, first.day, last.day) * 100
  const height = (places: number) => 100 - (places / most) * 100
  // A day has one number: the line goes level to the next one and then up or down.
  const line = days
    .map(({ day, places }, index) => `${index === 0 ? 'M' : 'H'}${at(day)} ${index === 0 ? '' : 'V'}${height(places)}`)
    .join('')
  return (
    <>
      <div className={classes.chart}>
        <div className={classes.scale} aria-hidden>
          <span>{most}</span>
          <span>0</span>
        </div>
        <div className={classes.plot}>
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={summary}>
            <path className={classes.area} d={`${line}V100H0Z`} />
            <path className={classes.line} d={line} vectorEffect="non-scaling-stroke" />
          </svg>
          {held.map(({ body, date }) => (
            <MeetingMark key={`${body} ${date}`} body={body} at={at(date)} />
          ))}
          <span className={classes.now} style={{ '--at': `${height(last.places)}%` }} aria-hidden>
            {last.places}
          </span>
        </div>
        <div className={classes.days} aria-hidden>
          <span>{formatDay(first.day, language)}</span>
          <span>{t('today')}</span>
        </div>
      </div>
      <Meetings held={held} next={next} />
      <Figures days={days} held={held} />
    </>
  )
}

const isHighest = (body: string) => initiative().definition.bodies.at(-1)?.id === body

function MeetingMark({ body, at }: { readonly body: string; readonly at: number }) {
  return <span className={classes.meeting} data-highest={isHighest(body)} style={{ '--at': `${at}%` }} aria-hidden />
}

/** What the marks mean, and which meeting comes next. */
function Meetings({ held, next }: { readonly held: readonly Meeting[]; readonly next: Meeting | undefined }) {
  const t = useMessages(groupMessages)
  const language = useLanguage()
  const nameOf = useBodyName()
  const bodies = initiative().definition.bodies.filter(({ id }) => held.some(({ body }) => body === id))
  if (bodies.length === 0 && next === undefined) return null
  return (
    <p className={classes.legend}>
      {bodies.map(({ id }) => (
        <span key={id} className={shapes.meetingKey} data-highest={isHighest(id)}>
          {nameOf(id)}
        </span>
      ))}
      {next === undefined ? null : (
        <span>{t('nextMeeting', { body: nameOf(next.body), day: formatDay(next.date, language) })}</span>
      )}
    </p>
  )
}

function useBodyName(): (body: string) => string {
  const say = useLocalized()
  return (body) => {
    const known = initiative().definition.bodies.find(({ id }) => id === body)
    return known === undefined ? body : say(known.name)
  }
}

/** The numbers themselves: of the days on which they changed, the first and the last, and those of meetings. */
function Figures({ days, held }: { readonly days: readonly Day[]; readonly held: readonly Meeting[] }) {
  const t = useMessages(groupMessages)
  const language = useLanguage()
  const nameOf = useBodyName()
  const table = useId()
  const [shown, show] = useState(false)
  const rows = days.flatMap((day, index) => {
    const there = held.filter(({ date }) => date === day.day)
    const isPlain = index > 0 && index < days.length - 1 && day.places === days[index - 1]?.places
    return isPlain && there.length === 0 ? [] : [{ ...day, there }]
  })
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={shown}
        aria-controls={table}
        onClick={() => show(!shown)}
      >
        {t(shown ? 'figuresHide' : 'figuresShow')}
      </Button>
      <div id={table} className={shown ? classes.figures : shapes.hidden}>
        <table className={classes.table}>
          <caption className={shapes.hidden}>{t('figuresCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('day')}</th>
              <th scope="col">{t('burnDown')}</th>
              <th scope="col">{t('meeting')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ day, places, there }) => (
              <tr key={day}>
                <th scope="row">{formatDay(day, language)}</th>
                <td>{places}</td>
                <td>{there.map(({ body }) => nameOf(body)).join(language === 'ja' ? '、' : ', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
