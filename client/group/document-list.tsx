/** A group's documents: what each is, where it stands, and who changed it last. */
import {
  IconEye,
  IconFileDescription,
  IconListCheck,
  IconLock,
  IconNotes,
  IconTarget,
  type Icon,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { DocumentSummary } from '#shared/api/documents.ts'
import { documentKinds, type DocumentKind } from '#shared/domain/documents.ts'
import { formatAgo, formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Nothing } from '#client/ui/page-state.tsx'
import { groupMessages } from './messages.ts'
import classes from './document-list.module.css'

const icons: Partial<Record<DocumentKind, Icon>> = {
  'outcome-targets': IconTarget,
  'action-plan': IconListCheck,
  mou: IconFileDescription,
}

/** `closed`: an empty list means that none are open to the reader, not that there are none. */
export function DocumentList({
  documents,
  closed,
}: {
  readonly documents: readonly DocumentSummary[]
  readonly closed: boolean
}) {
  const t = useMessages(groupMessages)
  if (documents.length === 0) return <Nothing>{t(closed ? 'noneOpen' : 'noDocuments')}</Nothing>
  return (
    <ul className={classes.list}>
      {documents.map((document) => (
        <DocumentRow key={document.id} document={document} />
      ))}
    </ul>
  )
}

function DocumentRow({ document }: { readonly document: DocumentSummary }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { id, kind, title, changed, unreadThreads, panelOpen, frozen, access, lastChange } = document
  const Sign = icons[kind] ?? IconNotes
  const when = formatAgo(lastChange.at, language)
  return (
    <li className={classes.document} data-document={id}>
      <Sign size={18} stroke={1.5} aria-hidden className={classes.sign} />
      <div className={classes.body}>
        <Link to="/documents/$id" params={{ id }} className={classes.title}>
          {say(title)}
        </Link>
        <div className={classes.detail}>
          {say(title) === say(documentKinds[kind].name) ? null : <span>{say(documentKinds[kind].name)}</span>}
          <time dateTime={lastChange.at} title={formatInstant(lastChange.at, language)}>
            {lastChange.by === null ? t('changed', { when }) : t('changedBy', { when, name: say(lastChange.by.name) })}
          </time>
        </div>
        <div className={classes.marks}>
          {changed ? <span className={classes.unread}>{t('unread')}</span> : null}
          {unreadThreads > 0 ? (
            <span className={classes.unread}>{t('unreadThreads', { count: unreadThreads })}</span>
          ) : null}
          {panelOpen ? (
            <span className={classes.mark}>
              <IconEye size={13} stroke={1.5} aria-hidden />
              {t('panelOpen')}
            </span>
          ) : null}
          {frozen || access === null ? (
            <span className={classes.mark}>
              <IconLock size={13} stroke={1.5} aria-hidden />
              {t(access === null ? 'versionsOnly' : 'frozen')}
            </span>
          ) : null}
        </div>
      </div>
    </li>
  )
}
