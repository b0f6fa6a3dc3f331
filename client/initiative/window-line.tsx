/** The two years as one line: its quarters, its meetings, and today. */
import type { Initiative } from '#shared/api/initiative.ts'
import { daysBetween, shareOf } from './calendar.ts'
import { formatDay, formatShortDay } from '#client/i18n/dates.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { initiativeMessages } from './messages.ts'
import classes from './window-line.module.css'

type Props = Pick<Initiative, 'starts' | 'ends' | 'today' | 'meetings'>

export function WindowLine({ starts, ends, today, meetings }: Props) {
  const t = useMessages(initiativeMessages)
  const language = useLanguage()
  const at = (day: string) => ({ '--at': `${shareOf(day, starts, ends) * 100}%` })
  const next = meetings.find(({ date }) => date >= today)
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
          {meetings.map(({ body, date }) => (
            <li
              key={date}
              className={classes.meeting}
              style={at(date)}
              data-body={body}
              data-past={date < today}
              data-next={date === next?.date}
              data-edge={edgeOf(shareOf(date, starts, ends))}
            >
              <span className={classes.sign} aria-hidden />
              <span className={classes.label}>
                {body === 'cabinet' ? <span className={classes.body}>{t('cabinet')}</span> : null}
                <time dateTime={date} aria-label={t('meetingOn', { body: t(body), day: formatDay(date, language) })}>
                  {formatShortDay(date, language)}
                </time>
              </span>
            </li>
          ))}
        </ol>
        <span className={classes.today} style={at(today)} data-edge={edgeOf(shareOf(today, starts, ends))}>
          <span className={classes.todayLabel}>{t('today', { day: formatShortDay(today, language) })}</span>
        </span>
      </div>
      <p className={classes.legend}>
        <span className={classes.key} data-body="cabinet">
          {t('cabinet')}
        </span>
        <span className={classes.key} data-body="committee">
          {t('committee')}
        </span>
        {next === undefined ? null : (
          <span className={classes.next}>
            {t('next', { body: t(next.body), day: formatDay(next.date, language) })}
            {language === 'ja' ? '（' : ' ('}
            {remaining === 0 ? t('isToday') : t('inDays', { count: remaining })}
            {language === 'ja' ? '）' : ')'}
          </span>
        )}
      </p>
    </div>
  )
}

/** Labels near an end of the line open inwards, or they would leave the page. */
const edgeOf = (share: number) => (share < 0.04 ? 'start' : share > 0.96 ? 'end' : undefined)

function yearsBetween(starts: string, ends: string): number[] {
  const [first, last] = [Number(starts.slice(0, 4)), Number(ends.slice(0, 4))]
  return Array.from({ length: last - first + 1 }, (_year, offset) => first + offset)
}
