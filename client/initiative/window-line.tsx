/** The initiative’s time as one line: its quarters, its meetings, and today. */
import type { Initiative } from '#shared/api/initiative.ts'
import { daysBetween, shareOf } from './calendar.ts'
import { formatDay, formatShortDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { initiativeMessages } from './messages.ts'
import shapes from '#client/ui/shapes.module.css'
import classes from './window-line.module.css'

type Props = Pick<Initiative, 'starts' | 'ends' | 'bodies' | 'meetings'> & { readonly today: string }

export function WindowLine({ starts, ends, today, bodies, meetings }: Props) {
  const t = useMessages(initiativeMessages)
  const language = useLanguage()
  const at = (day: string) => ({ '--at': `${shareOf(day, starts, ends) * 100}%` })
  const say = useLocalized()
  const names = new Map(bodies.map(({ id, name }) => [id, say(name)]))
  const highest = bodies.at(-1)?.id
  const inOrder = meetings.toSorted((a, b) => a.date.localeCompare(b.date))
  const here = shareOf(today, starts, ends)
  const next = inOrder.find(({ date }) => date >= today)
  const remaining = next === undefined ? 0 : daysBetween(today, next.date)
  return (
    <div className={classes.whole}>
      <div className={classes.line}>
        <span className={classes.elapsed} style={at(today)} />
        {yearsBetween(starts, ends).map((year) => (
          <span
            key={year}
            className={classes.year}
            style={at(`${year}-01-01`)}
            data-edge={edgeOf(shareOf(`${year}-01-01`, starts, ends))}
            aria-hidden
          >
            {year}
          </span>
        ))}
        <ol className={classes.meetings}>
          {inOrder.map(({ body, date }) => (
            <li
              key={`${body} ${date}`}
              className={classes.meeting}
              style={at(date)}
              data-highest={body === highest}
              data-past={date < today}
              data-next={date === next?.date}
              data-edge={edgeOf(shareOf(date, starts, ends))}
            >
              <span className={classes.sign} aria-hidden />
              <span className={classes.label}>
                {body === highest ? <span className={classes.body}>{names.get(body)}</span> : null}
                <time
                  dateTime={date}
                  aria-label={t('meetingOn', { body: names.get(body) ?? body, day: formatDay(date, language) })}
                >
                  {formatShortDay(date, language)}
                </time>
              </span>
            </li>
          ))}
        </ol>
        <span
          className={classes.today}
          style={at(today)}
          data-edge={edgeOf(shareOf(today, starts, ends))}
          data-close={inOrder.some(({ body, date }) => body === highest && isClose(shareOf(date, starts, ends), here))}
        >
          <span className={classes.todayLabel}>{t('today', { day: formatShortDay(today, language) })}</span>
        </span>
      </div>
      <p className={classes.legend}>
        {bodies.toReversed().map(({ id, name }) => (
          <span key={id} className={shapes.meetingKey} data-highest={id === highest}>
            {say(name)}
          </span>
        ))}
        {next === undefined ? null : (
          <span className={classes.next}>
            {t('next', { body: names.get(next.body) ?? next.body, day: formatDay(next.date, language) })}
            {language === 'ja' ? '（' : ' ('}
            {remaining === 0 ? t('isToday') : t('inDays', { count: remaining })}
            {language === 'ja' ? '）' : ')'}
          </span>
        )}
      </p>
    </div>
  )
}

/** Whether the labels of two places on the line would lie over one another. */
const isClose = (a: number, b: number) => Math.abs(a - b) < 0.055

/** Labels near an end of the line open inwards, or they would leave the page. */
const edgeOf = (share: number) => (share < 0.04 ? 'start' : share > 0.96 ? 'end' : undefined)

function yearsBetween(starts: string, ends: string): number[] {
  const [first, last] = [Number(starts.slice(0, 4)), Number(ends.slice(0, 4))]
  return Array.from({ length: last - first + 1 }, (_year, offset) => first + offset)
}
