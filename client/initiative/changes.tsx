/** What others did in the reader's documents since the reader last had them open. */
import { IconBookmark, IconMessage, IconPencil, IconRestore } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Person } from '#shared/api/common.ts'
import type { Change } from '#shared/api/initiative.ts'
import { roles } from '#shared/domain/actors.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { formatAgo, formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Nothing } from '#client/ui/page-state.tsx'
import { initiativeMessages } from './messages.ts'
import { ShortList } from './short-list.tsx'
import classes from './changes.module.css'

const icons = {
  edited: IconPencil,
  commented: IconMessage,
  snapshot: IconBookmark,
  restored: IconRestore,
} satisfies Record<Change['type'], unknown>

export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const t = useMessages(initiativeMessages)
  if (changes.length === 0) return <Nothing>{t('changesNone')}</Nothing>
  return (
    <ShortList more={t('moreChanges', { count: changes.length })} fewer={t('fewerChanges')}>
      {changes.map((change) => (
        <ChangeRow key={`${change.document}:${change.type}`} change={change} />
      ))}
    </ShortList>
  )
}

function ChangeRow({ change }: { readonly change: Change }) {
  const t = useMessages(initiativeMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { document, title, group, type, by, at, count } = change
  // The group stands beside it: a panelist's name need not say it again.
  const nameOf = (person: Person) => say(person.role === 'panelist' ? roles.panelist.name : person.name)
  const names = by.map(nameOf).join(language === 'ja' ? '、' : ', ')
  const Sign = icons[type]
  return (
    <li className={classes.change}>
      <Sign size={16} stroke={1.5} aria-hidden className={classes.sign} />
      <div className={classes.what}>
        <Link to="/documents/$id" params={{ id: document }} className={classes.title}>
          {say(title)}
        </Link>
        <div className={classes.detail}>
          {type === 'commented' ? t('commented', { count, names }) : t(type, { names })}
          {' · '}
          {say(initiative().group(group).short)}
        </div>
      </div>
      <time className={classes.when} dateTime={at} title={formatInstant(at, language)}>
        {formatAgo(at, language)}
      </time>
    </li>
  )
}
