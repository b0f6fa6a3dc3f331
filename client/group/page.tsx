/** A working group: its outcome targets and its action plan, live from their documents; its documents and people. */
import '@mantine/dates/styles.layer.css'
import { Button, SegmentedControl, Skeleton, Title } from '@mantine/core'
import { DatesProvider } from '@mantine/dates'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import 'dayjs/locale/ja'
import { useState, type ReactNode } from 'react'
import type { GroupDetail } from '#shared/api/initiative.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { anyDocument, can } from '#shared/domain/permissions.ts'
import { groupQuery } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useToday, type Today } from '#client/i18n/today.ts'
import { useActorInGroup } from '#client/session/acting.ts'
import { Delayed, Failure, Nothing, PageSkeleton } from '#client/ui/page-state.tsx'
import { OpenCounts } from '#client/ui/open-counts.tsx'
import { PeopleHere, useHere } from '#client/ui/person.tsx'
import { SaveIndicator } from '#client/connection/save-indicator.tsx'
import { TopBarSlot } from '#client/ui/slots.tsx'
import { StatusBar } from '#client/ui/status.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { ActionBoard } from './action-board.tsx'
import { ActionTimeline } from './action-timeline.tsx'
import { BurnDown } from './burn-down.tsx'
import { CreateDocument } from './create-document.tsx'
import { ArchivedDocuments, DocumentList } from './document-list.tsx'
import { LatenessNote } from './lateness.tsx'
import { useLiveRows, type LiveRows } from './live-rows.ts'
import { groupMessages } from './messages.ts'
import { People } from './people.tsx'
import { TargetsTable } from './targets-table.tsx'
import shapes from '#client/ui/shapes.module.css'
import classes from './page.module.css'

export function GroupPage({ group }: { readonly group: Group }) {
  const { data, error, refetch } = useQuery(groupQuery(group))
  const language = useLanguage()
  if (data !== undefined) {
    return (
      <DatesProvider settings={{ locale: language, firstDayOfWeek: language === 'ja' ? 0 : 1, weekendDays: [] }}>
        <Overview group={data} />
      </DatesProvider>
    )
  }
  return (
    <div className={classes.page}>
      {error ? <Failure error={error} retry={() => void refetch()} /> : <PageSkeleton />}
    </div>
  )
}

function Overview({ group }: { readonly group: GroupDetail }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const actor = useActorInGroup(group.id)
  const ofParty = actor.party !== null
  const online = useHere(group.online)
  const [creating, setCreating] = useState(false)
  const targets = useLiveRows(group.documents, 'outcome-targets')
  const actions = useLiveRows(group.documents, 'action-plan')
  const draft = { ...anyDocument(group.id), panelOpen: false }
  const closed = group.documents.every(({ access }) => access === null) && !can(actor, 'document.read', draft)
  const panel = actor.role === 'panelist' && actor.group === group.id
  const closedTo = actor.role === 'principal' ? 'draftsToPrincipals' : panel ? 'draftsNotToPanel' : 'draftsClosed'
  const today = useToday()
  return (
    <div className={classes.page}>
      <Trail here={say(group.name)} />
      <TopBarSlot name="presence">
        <PeopleHere people={online} />
      </TopBarSlot>
      <TopBarSlot name="saved">
        <SaveIndicator connection={worse(targets, actions)} />
      </TopBarSlot>
      <header className={classes.head}>
        <Title order={1}>{say(group.name)}</Title>
        <p className={shapes.purpose}>{say(group.purpose)}</p>
        {group.links.length === 0 ? null : (
          <p className={classes.links}>
            <span>{t('linked')}</span>
            {group.links.map((other) => (
              <Link key={other} className={classes.link} to="/groups/$group" params={{ group: other }}>
                {say(initiative().group(other).name)}
              </Link>
            ))}
          </p>
        )}
        {group.open === null ? null : (
          <p className={classes.open}>
            <OpenCounts open={group.open} ofParty={ofParty} />
          </p>
        )}
      </header>
      <div className={classes.columns} data-closed={closed}>
        <div className={classes.work}>
          {closed ? (
            <Progress group={group} note={t(closedTo)} />
          ) : (
            <Section title={t('targets')} live={targets} missing={t(panel ? 'targetsNotToPanel' : 'noTargetDocument')}>
              {(rows, live) => (
                <TargetsTable
                  rows={rows.filter(({ kind }) => kind === 'outcomeTarget')}
                  change={live.change}
                  document={live.summary.id}
                  days={today.parties}
                />
              )}
            </Section>
          )}
        </div>
        <aside className={classes.aside}>
          <section aria-labelledby="documents-title">
            <div className={classes.sectionHead}>
              <Title order={2} id="documents-title">
                {t('documents')}
              </Title>
              {can(actor, 'document.create', { group: group.id }) ? (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  leftSection={<IconPlus size={15} stroke={1.5} />}
                  onClick={() => setCreating(true)}
                >
                  {t('newDocument')}
                </Button>
              ) : null}
            </div>
            <DocumentList documents={group.documents} closed={closed} ofParty={ofParty} />
            {closed ? null : <ArchivedDocuments group={group.id} ofParty={ofParty} />}
          </section>
          <section aria-labelledby="people-title">
            <Title order={2} id="people-title">
              {t('people')}
            </Title>
            <People people={group.people} online={online} />
          </section>
        </aside>
      </div>
      {closed ? null : (
        <ActionPlan
          actions={actions}
          targets={targets}
          today={today}
          missing={t(panel ? 'planNotToPanel' : 'noPlan')}
        />
      )}
      {can(actor, 'history.read', draft) ? <BurnDown group={group.id} /> : null}
      {closed ? null : <LatenessNote />}
      <CreateDocument group={group.id} opened={creating} close={() => setCreating(false)} />
    </div>
  )
}

/** How the group stands for whoever reads no draft of it: in numbers, as far as they are theirs to know. */
function Progress({ group: { targets, lateActions }, note }: { readonly group: GroupDetail; readonly note: string }) {
  const t = useMessages(groupMessages)
  return (
    <section aria-label={t('targets')}>
      {targets === null ? null : (
        <>
          <Title order={2}>{t('targets')}</Title>
          <div className={classes.progress}>
            <StatusBar counts={targets} />
            {lateActions === null ? null : <p>{t('actionsLate', { count: lateActions })}</p>}
          </div>
        </>
      )}
      <Nothing>{note}</Nothing>
    </section>
  )
}

/** The page shows one state for both documents: that of the one with more to say. */
function worse(targets: LiveRows | null, actions: LiveRows | null) {
  const connections = [targets?.connection, actions?.connection].filter((connection) => connection != null)
  return connections.find((connection) => connection.state.get().name !== 'saved') ?? connections[0] ?? null
}

function ActionPlan({
  actions,
  targets,
  today,
  missing,
}: {
  readonly actions: LiveRows | null
  readonly targets: LiveRows | null
  readonly today: Today
  /** What is said where there is none that the reader sees. */
  readonly missing: string
}) {
  const t = useMessages(groupMessages)
  const [view, setView] = useState<'board' | 'timeline'>('board')
  const switcher = (
    <SegmentedControl
      size="xs"
      aria-label={t('view')}
      value={view}
      onChange={setView}
      data={[
        { value: 'board', label: t('board') },
        { value: 'timeline', label: t('timeline') },
      ]}
    />
  )
  return (
    <Section title={t('actions')} live={actions} missing={missing} tools={switcher}>
      {(rows, live) => {
        const plan = rows.filter(({ kind }) => kind === 'action')
        if (plan.length === 0) return <Nothing>{t('noActions')}</Nothing>
        if (view === 'timeline') return <ActionTimeline rows={plan} today={today.own} days={today.parties} />
        return <ActionBoard rows={plan} targets={targets?.rows ?? []} change={live.change} days={today.parties} />
      }}
    </Section>
  )
}

/** A part of the page that shows a document's rows once they are here. */
function Section({
  title,
  live,
  missing,
  tools,
  children,
}: {
  readonly title: string
  readonly live: LiveRows | null
  readonly missing: string
  readonly tools?: ReactNode
  readonly children: (rows: NonNullable<LiveRows['rows']>, live: LiveRows) => ReactNode
}) {
  const t = useMessages(groupMessages)
  const reasonOf = useReason()
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <Title order={2}>{title}</Title>
        {live === null ? null : (
          <Link className={classes.link} to="/documents/$id" params={{ id: live.summary.id }}>
            {t('openText')}
          </Link>
        )}
        <div className={classes.tools}>{tools}</div>
      </div>
      {live === null ? <Nothing>{missing}</Nothing> : null}
      {live?.error ? <Nothing>{reasonOf(live.error)}</Nothing> : null}
      {live !== null && live.rows === null && live.error === null ? (
        <Delayed>
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} height={64} mt="sm" />
          ))}
        </Delayed>
      ) : null}
      {live !== null && live.rows !== null ? children(live.rows, live) : null}
    </section>
  )
}
