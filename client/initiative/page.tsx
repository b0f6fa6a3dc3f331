/** The initiative at a glance: what it is, where in its time it stands, its groups, and what changed. */
import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { initiativeQuery } from '#client/api/queries.ts'
import { formatDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useToday } from '#client/i18n/today.ts'
import { Failure, PageSkeleton } from '#client/ui/page-state.tsx'
import { OpenCounts } from '#client/ui/open-counts.tsx'
import { Reconnecting } from '#client/ui/reconnecting.tsx'
import { TopBarSlot } from '#client/ui/slots.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { Changes } from './changes.tsx'
import { GroupTable } from './group-table.tsx'
import { later } from '#client/ui/later.tsx'
import { useSession } from '#client/session/session.ts'
import { initiativeMessages } from './messages.ts'
import { WindowLine } from './window-line.tsx'
import shapes from '#client/ui/shapes.module.css'
import classes from './page.module.css'

// Without it the page lacks nothing that cannot be seen elsewhere.
const WaitingSection = later(async () => (await import('./waiting.tsx')).WaitingSection, { Failed: () => null })

export function InitiativePage() {
  const t = useMessages(initiativeMessages)
  const say = useLocalized()
  const language = useLanguage()
  const today = useToday()
  const { actor } = useSession()
  const { data, error, refetch } = useQuery(initiativeQuery(today.parties))
  if (data === undefined) {
    return (
      <div className={classes.page}>
        {error ? <Failure error={error} retry={() => void refetch()} /> : <PageSkeleton />}
      </div>
    )
  }
  const { name, purpose, starts, ends, bodies, meetings, groups, open, waiting, changes } = data
  return (
    <div className={classes.page}>
      <Trail here={say(name)} top />
      <TopBarSlot name="saved">
        <Reconnecting />
      </TopBarSlot>
      <header className={classes.head}>
        <Title order={1}>{say(name)}</Title>
        <p className={shapes.purpose}>{say(purpose)}</p>
        <p className={classes.window}>
          {t('window', { starts: formatDay(starts, language), ends: formatDay(ends, language) })}
        </p>
      </header>
      <section aria-labelledby="window-title">
        <Title order={2} id="window-title" className={shapes.hidden}>
          {t('timeline')}
        </Title>
        <WindowLine starts={starts} ends={ends} today={today.own} bodies={bodies} meetings={meetings} />
      </section>
      <WaitingSection role={actor.role} waiting={waiting} />
      <section aria-labelledby="groups-title" className={classes.section}>
        <Title order={2} id="groups-title">
          {t('groups')}
        </Title>
        {open === null ? null : <OpenCounts open={open} ofParty={actor.party !== null} />}
        <GroupTable groups={groups} actor={actor} />
      </section>
      <section aria-labelledby="changes-title" className={classes.section}>
        <Title order={2} id="changes-title">
          {t('changes')}
        </Title>
        <Changes changes={changes} />
      </section>
    </div>
  )
}
