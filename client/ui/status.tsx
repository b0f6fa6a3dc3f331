/** Progress of targets and actions: an icon and a word, colour third. */
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconHandStop } from '@tabler/icons-react'
import type { StatusCounts } from '#shared/api/initiative.ts'
import { statuses, statusKeys, type Status } from '#shared/domain/documents.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import type { z } from 'zod'
import { uiMessages } from './messages.ts'
import { statusSignId } from './status-sign.ts'
import classes from './status.module.css'

const icons = {
  onTrack: IconCircleDashed,
  atRisk: IconAlertTriangle,
  blocked: IconHandStop,
  done: IconCircleCheck,
} satisfies Record<Status, typeof IconCircleCheck>

export function StatusIcon({ status, size = 15 }: { readonly status: Status; readonly size?: number }) {
  const Icon = icons[status]
  return <Icon size={size} stroke={1.5} aria-hidden style={{ color: `var(--status-${status})`, flex: 'none' }} />
}

/** The signs once, not shown: what is drawn without React refers to them by `statusSignId`. */
export function StatusSigns() {
  return (
    <div hidden>
      {statusKeys.map((status) => {
        const Icon = icons[status]
        return <Icon key={status} id={statusSignId(status)} size={15} stroke={1.5} aria-hidden />
      })}
    </div>
  )
}

export function StatusBadge({ status }: { readonly status: Status }) {
  const say = useLocalized()
  return (
    <span className={classes.badge} style={{ '--tone': `var(--status-${status})` }}>
      <StatusIcon status={status} />
      {say(statuses[status].name)}
    </span>
  )
}

/** How many stand where, as one bar and in figures. */
export function StatusBar({ counts }: { readonly counts: z.infer<typeof StatusCounts> }) {
  const language = useLanguage()
  const t = useMessages(uiMessages)
  const present = statusKeys.filter((status) => counts[status] > 0)
  const summary = present
    .map((status) => t('statusCount', { status: statuses[status].name[language], count: counts[status] }))
    .join(language === 'ja' ? '、' : ', ')
  if (present.length === 0) return <span className={classes.none}>{t('noTargets')}</span>
  return (
    <div className={classes.progress}>
      <div className={classes.bar} role="img" aria-label={t('targetsOnTrack', { summary })}>
        {present.map((status) => (
          <span
            key={status}
            className={classes.segment}
            data-status={status}
            style={{ flexGrow: counts[status], '--tone': `var(--status-${status})` }}
          />
        ))}
      </div>
      <div className={classes.figures} aria-hidden>
        {present.map((status) => (
          <span key={status} className={classes.figure}>
            <StatusIcon status={status} size={14} />
            {t('statusCount', { status: statuses[status].name[language], count: counts[status] })}
          </span>
        ))}
      </div>
    </div>
  )
}
