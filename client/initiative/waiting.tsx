/** What waits for the reader: the first thing on the page, by what their role is for. */
import { Title } from '@mantine/core'
import {
  IconBookmark,
  IconCamera,
  IconClockExclamation,
  IconEye,
  IconHandStop,
  IconMessageQuestion,
  IconWritingSign,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Waiting } from '#shared/api/initiative.ts'
import type { Role } from '#shared/domain/actors.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { formatAgo, formatDay, formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Nothing } from '#client/ui/page-state.tsx'
import { ShortList } from './short-list.tsx'
import { waitingMessages } from './waiting-messages.ts'
import changes from './changes.module.css'
import classes from './page.module.css'

const icons = {
  agreedVersion: IconBookmark,
  blocked: IconHandStop,
  late: IconClockExclamation,
  answer: IconMessageQuestion,
  unread: IconEye,
  snapshot: IconCamera,
  disposition: IconWritingSign,
} satisfies Record<Waiting['type'], unknown>

export function WaitingSection({ role, waiting }: { readonly role: Role; readonly waiting: readonly Waiting[] }) {
  const t = useMessages(waitingMessages)
  // What drafters do is in their group and its documents: nobody waits for a drafter in particular.
  if (role === 'drafter') return null
  return (
    <section aria-labelledby="waiting-title" className={classes.section}>
      <Title order={2} id="waiting-title">
        {t(role)}
      </Title>
      {waiting.length === 0 ? (
        <Nothing>{t(`${role}None`)}</Nothing>
      ) : (
        <ShortList more={t('all', { count: waiting.length })} fewer={t('fewer')}>
          {waiting.map((each, at) => (
            <WaitingRow key={at} waiting={each} />
          ))}
        </ShortList>
      )}
    </section>
  )
}

function WaitingRow({ waiting }: { readonly waiting: Waiting }) {
  const t = useMessages(waitingMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { type, document, title, group, clause, thread, words, due, since } = waiting
  const Sign = icons[type]
  const when = since === null ? '' : formatAgo(since, language)
  const said = words === null ? '' : say(words)
  const what = () => {
    switch (type) {
      case 'blocked':
      case 'late':
        return [t(type), due === null ? '' : t('due', { day: formatDay(due, language) }), said]
      case 'snapshot':
        return [since === null ? t('snapshotNone') : t('snapshot', { when })]
      case 'unread':
        return [t('unread')]
      case 'agreedVersion':
      case 'answer':
      case 'disposition':
        return [t(type, { words: said })]
    }
  }
  const hash = thread === null ? (clause === null ? '' : `clause-${clause.id}`) : `comment-${thread}`
  const name = clause === null ? say(title) : `${say(clause.label)} ${say(clause.title)}`
  const details = [...what(), say(initiative().group(group).short)].filter((part) => part !== '')
  return (
    <li className={changes.change} data-waiting={type} data-document={document}>
      <Sign
        size={16}
        stroke={1.5}
        aria-hidden
        className={changes.sign}
        {...(type === 'blocked' || type === 'late' ? { color: 'var(--status-blocked)' } : {})}
      />
      <div className={changes.what}>
        <Link
          to="/documents/$id"
          params={{ id: document }}
          {...(hash === '' ? {} : { hash })}
          className={changes.title}
        >
          {name}
        </Link>
        <div className={changes.detail}>{details.join(' · ')}</div>
      </div>
      {since === null || type === 'snapshot' ? null : (
        <time className={changes.when} dateTime={since} title={formatInstant(since, language)}>
          {when}
        </time>
      )}
    </li>
  )
}
