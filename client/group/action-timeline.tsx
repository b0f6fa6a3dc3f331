/** The action plan along the two years: one line for each action, from its start to its due day. */
import { initiative } from '#shared/domain/initiative.ts'
import type { Days } from '#shared/domain/days.ts'
import type { ClauseRow } from '#shared/editor/clauses.ts'
import { statuses } from '#shared/domain/documents.ts'
import { monthsBetween, shareOf } from '#client/initiative/calendar.ts'
import { formatDay, formatMonth } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { StatusIcon } from '#client/ui/status.tsx'
import { statusOf } from './fields.tsx'
import { useLateness } from './lateness.tsx'
import { groupMessages } from './messages.ts'
import shapes from '#client/ui/shapes.module.css'
import classes from './action-timeline.module.css'

const { starts, ends } = initiative()
const share = (day: string) => shareOf(day, starts, ends) * 100

export function ActionTimeline({
  rows,
  today,
  days,
}: {
  readonly rows: readonly ClauseRow[]
  /** The reader's own day. */
  readonly today: string
  readonly days: Days
}) {
  const t = useMessages(groupMessages)
  const language = useLanguage()
  // Every third month has room for its name: the first of each quarter.
  const quarters = monthsBetween(starts, ends).filter((month) => /-(01|04|07|10)-/.test(month))
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways where the page is narrow
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('timeline')}>
      <div className={classes.chart}>
        <div className={classes.scale} aria-hidden>
          <div className={classes.axis}>
            {quarters.map((month) => (
              <span key={month} className={classes.month} style={{ '--from': `${share(month)}%` }}>
                {formatMonth(month, language, month.includes('-01-'))}
              </span>
            ))}
            <span className={classes.todayLabel} style={{ '--from': `${share(today)}%` }}>
              {t('today')}
            </span>
          </div>
        </div>
        <ol className={classes.rows}>
          {rows.map((row) => (
            <TimelineRow key={row.id} row={row} today={today} days={days} quarters={quarters} />
          ))}
        </ol>
      </div>
    </div>
  )
}

function TimelineRow({
  row,
  today,
  days,
  quarters,
}: {
  readonly row: ClauseRow
  readonly today: string
  readonly days: Days
  readonly quarters: readonly string[]
}) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { start, due } = row.fields
  const status = statusOf(row)
  const [from, to] = [start ?? due, due ?? start]
  const late = useLateness()(row, days)
  const period =
    from === undefined || to === undefined
      ? t('noDates')
      : t('period', { start: formatDay(from, language), due: formatDay(to, language) })
  return (
    <li className={classes.row}>
      <div className={classes.name} title={say(row.title)}>
        <span className={classes.number}>{row.number}</span>
        <span className={classes.title}>{say(row.title)}</span>
      </div>
      <div className={classes.track}>
        {quarters.map((month) => (
          <span key={month} className={classes.gridline} style={{ '--from': `${share(month)}%` }} />
        ))}
        <span className={classes.today} style={{ '--from': `${share(today)}%` }} />
        {from === undefined || to === undefined ? (
          <span className={classes.period}>{period}</span>
        ) : (
          <span
            className={classes.bar}
            style={{
              '--from': `${share(from)}%`,
              '--length': `${Math.max(share(to) - share(from), 0.6)}%`,
              '--tone': `var(--status-${status})`,
            }}
            data-status={status}
            title={period}
          />
        )}
      </div>
      <div className={classes.status} data-late={late !== null}>
        <StatusIcon status={status} />
        <span title={late?.because}>{late?.word ?? say(statuses[status].name)}</span>
        <span className={shapes.hidden}>{period}</span>
      </div>
    </li>
  )
}
