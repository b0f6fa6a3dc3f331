/** A group's documents: what each is, where it stands, and who changed it last. */
import {
  IconArchive,
  IconEye,
  IconEyeOff,
  IconFileDescription,
  IconListCheck,
  IconLock,
  IconNotes,
  IconTarget,
  type Icon,
} from '@tabler/icons-react'
import { Button, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { listDocuments, type DocumentSummary } from '#shared/api/documents.ts'
import { phases } from '#shared/domain/phases.ts'
import { documentKinds, type DocumentKind } from '#shared/domain/documents.ts'
import type { Group } from '#shared/domain/initiative.ts'
import { call } from '#client/api/call.ts'
import { queryKeys } from '#client/api/queries.ts'
import { formatAgo, formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { OpenCounts } from '#client/ui/open-counts.tsx'
import { Nothing } from '#client/ui/page-state.tsx'
import { groupMessages } from './messages.ts'
import shapes from '#client/ui/shapes.module.css'
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
  ofParty,
}: {
  readonly documents: readonly DocumentSummary[]
  readonly closed: boolean
  /** Whether the reader has a party, for which something may wait. */
  readonly ofParty: boolean
}) {
  const t = useMessages(groupMessages)
  const [onlyOurs, setOnlyOurs] = useState(false)
  if (documents.length === 0) return <Nothing>{t(closed ? 'noneOpen' : 'noDocuments')}</Nothing>
  const ours = documents.filter(({ open }) => open !== null && open.ours > 0)
  const shown = onlyOurs ? ours : documents
  return (
    <>
      {ofParty && (onlyOurs || ours.length > 0) ? (
        <Switch
          size="xs"
          mt={4}
          label={t('onlyOurs')}
          checked={onlyOurs}
          onChange={({ currentTarget: { checked } }) => setOnlyOurs(checked)}
        />
      ) : null}
      {shown.length === 0 ? <Nothing>{t('noneOurs')}</Nothing> : null}
      <ul className={shapes.list}>
        {shown.map((document) => (
          <DocumentRow key={document.id} document={document} ofParty={ofParty} />
        ))}
      </ul>
    </>
  )
}

/** The documents that the group put away: in no list until one asks for them. */
export function ArchivedDocuments({ group, ofParty }: { readonly group: Group; readonly ofParty: boolean }) {
  const t = useMessages(groupMessages)
  const [wanted, setWanted] = useState(false)
  const { data } = useQuery({
    queryKey: [...queryKeys.documents, 'archived', group],
    queryFn: ({ signal }) => call(listDocuments, { query: { group, archived: 'true', limit: 200 } }, signal),
    enabled: wanted,
  })
  return (
    <>
      <Button variant="subtle" size="compact-sm" mt="xs" aria-expanded={wanted} onClick={() => setWanted(!wanted)}>
        {t(wanted ? 'archivedHide' : 'archivedShow')}
      </Button>
      {wanted && data?.documents.length === 0 ? <Nothing>{t('archivedNone')}</Nothing> : null}
      {wanted && data ? (
        <ul className={shapes.list}>
          {data.documents.map((document) => (
            <DocumentRow key={document.id} document={document} ofParty={ofParty} />
          ))}
        </ul>
      ) : null}
    </>
  )
}

function DocumentRow({ document, ofParty }: { readonly document: DocumentSummary; readonly ofParty: boolean }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { id, kind, title, changed, unreadThreads, delegation, panelOpen, phase, archived, access, lastChange, open } =
    document
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
        {open === null || open.places === 0 ? null : <OpenCounts open={open} ofParty={ofParty} />}
        <div className={classes.marks}>
          {changed ? <span className={classes.unread}>{t('unread')}</span> : null}
          {unreadThreads > 0 ? (
            <span className={classes.unread}>{t('unreadThreads', { count: unreadThreads })}</span>
          ) : null}
          {archived ? (
            <span className={classes.mark}>
              <IconArchive size={13} stroke={1.5} aria-hidden />
              {t('archived')}
            </span>
          ) : null}
          {delegation === null ? null : (
            <span className={classes.mark}>
              <IconEyeOff size={13} stroke={1.5} aria-hidden />
              {t('privateDraft')}
            </span>
          )}
          {panelOpen ? (
            <span className={classes.mark}>
              <IconEye size={13} stroke={1.5} aria-hidden />
              {t('panelOpen')}
            </span>
          ) : null}
          {phase === 'agreed' || access === null ? (
            <span className={classes.mark}>
              <IconLock size={13} stroke={1.5} aria-hidden />
              {access === null ? t('versionsOnly') : say(phases[phase].name)}
            </span>
          ) : null}
        </div>
      </div>
    </li>
  )
}
