/** All snapshots of a document, newest first, and what one may do with each. */
import {
  ActionIcon,
  Button,
  Checkbox,
  CopyButton,
  Group,
  Menu,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconCamera, IconCertificate, IconCheck, IconDots, IconDownload, IconRestore } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentEntry } from '#shared/api/documents.ts'
import { takeSnapshot, type SnapshotSummary } from '#shared/api/snapshots.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { views, type View } from '#shared/domain/views.ts'
import { languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { can } from '#shared/domain/permissions.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useUnsent } from '#client/session/unsent.ts'
import { Delayed, Nothing } from '#client/ui/page-state.tsx'
import { PersonMark } from '#client/ui/party-mark.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import type { VersionsView } from './drawer.tsx'
import { versionMessages } from './messages.ts'
import { snapshotsQuery } from './queries.ts'
import classes from './versions.module.css'

export function SnapshotList({
  document,
  actor,
  notice: given,
  onView,
}: {
  readonly document: DocumentEntry
  readonly actor: Actor
  /** What has just been done, to be said above the list. */
  readonly notice: string | null
  readonly onView: (view: VersionsView) => void
}) {
  const t = useMessages(versionMessages)
  const { data: snapshots, error, refetch } = useQuery(snapshotsQuery(document.id))
  const [notice, setNotice] = useState(given)
  const mayTake = can(actor, 'snapshot.take', document)
  const mayRestore = can(actor, 'snapshot.restore', document)
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('intro')}
      </Text>
      {mayTake ? <TakeSnapshot document={document.id} onTaken={() => setNotice(t('taken'))} /> : null}
      {notice === null ? null : (
        <Text size="sm" role="status">
          {notice}
        </Text>
      )}
      {snapshots === undefined && error ? (
        <Nothing>
          {t('failed')}{' '}
          <Button size="compact-sm" variant="subtle" onClick={() => void refetch()}>
            {t('retry')}
          </Button>
        </Nothing>
      ) : null}
      {snapshots === undefined && !error ? (
        <Delayed>
          <Skeleton height={64} />
          <Skeleton height={64} />
        </Delayed>
      ) : null}
      {snapshots?.length === 0 ? (
        <Nothing>{t(mayTake ? 'noneTake' : actor.role === 'principal' ? 'noneAgreed' : 'none')}</Nothing>
      ) : null}
      <ol className={classes.list}>
        {snapshots?.map((snapshot, index) => (
          <SnapshotRow
            key={snapshot.id}
            snapshot={snapshot}
            later={snapshots.slice(0, index)}
            earlier={snapshots.slice(index + 1)}
            onView={onView}
            readsNow={can(actor, 'document.read', document)}
            onRestore={mayRestore ? () => onView({ name: 'restore', snapshot }) : null}
          />
        ))}
      </ol>
    </Stack>
  )
}

function SnapshotRow({
  snapshot,
  later,
  earlier,
  readsNow,
  onView,
  onRestore,
}: {
  readonly snapshot: SnapshotSummary
  readonly later: readonly SnapshotSummary[]
  readonly earlier: readonly SnapshotSummary[]
  /** Whether the reader reads the text as it stands now. */
  readonly readsNow: boolean
  readonly onView: (view: VersionsView) => void
  readonly onRestore: (() => void) | null
}) {
  const t = useMessages(versionMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { id, label, note, by, at, agreed, hash } = snapshot
  const others = [...later, ...earlier]
  const compare = (other: SnapshotSummary) => {
    const after = later.includes(other)
    onView({ name: 'compare', before: after ? snapshot : other, after: after ? other : snapshot })
  }
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <button type="button" className={classes.label} onClick={() => onView({ name: 'read', snapshot })}>
          <Verbatim>{label}</Verbatim>
        </button>
        {agreed ? (
          <p className={classes.agreed}>
            <IconCertificate size={15} stroke={1.5} aria-hidden />
            {t('agreed')}
          </p>
        ) : null}
        {note === '' ? null : (
          <p className={classes.note}>
            <Verbatim>{note}</Verbatim>
          </p>
        )}
        <p className={classes.facts}>
          <time dateTime={at}>{formatInCapitals(at, language, { withDay: true, first: by.party ?? undefined })}</time>
        </p>
        <p className={classes.facts}>
          <PersonMark person={by} /> {t('by', { name: say(by.name) })} ·{' '}
          <CopyButton value={hash}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? t('copied') : t('copyHash')}>
                <button type="button" className={classes.hash} aria-label={t('copyHash')} onClick={copy}>
                  {hash.slice(0, 10)}
                </button>
              </Tooltip>
            )}
          </CopyButton>
        </p>
      </div>
      <Group gap={2} wrap="nowrap">
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`${t('open')}: ${label}`}
          onClick={() => onView({ name: 'read', snapshot })}
        >
          {t('open')}
        </Button>
        {others.length > 0 || readsNow ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" size="compact-sm" aria-label={`${t('compare')} (${label})`}>
                {t('compare')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('compareWith', { label })}</Menu.Label>
              {readsNow ? (
                <Menu.Item onClick={() => onView({ name: 'compare', before: snapshot, after: 'live' })}>
                  {t('now')}
                </Menu.Item>
              ) : null}
              {others.map((other) => (
                <Menu.Item key={other.id} onClick={() => compare(other)}>
                  {other.label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={`${t('more')}: ${label}`} title={t('more')}>
              <IconDots size={18} stroke={1.5} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('export')}</Menu.Label>
            <Exports id={id} />
            {onRestore ? (
              <>
                <Menu.Divider />
                <Menu.Item leftSection={<IconRestore size={16} stroke={1.5} />} onClick={onRestore}>
                  {t('restore')}
                </Menu.Item>
              </>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </li>
  )
}

const formats = { html: 'HTML', markdown: 'Markdown' } as const
const viewNames = {
  brackets: 'viewBrackets',
  redline: 'viewRedline',
  ours: 'viewOurs',
  theirs: 'viewTheirs',
  base: 'viewBase',
} as const satisfies Record<View, string>

function Exports({ id }: { readonly id: string }) {
  const t = useMessages(versionMessages)
  const [view, setView] = useState<View>('brackets')
  const address = (format: string, language: Language | null) =>
    `/api/snapshots/${id}/export?format=${format}&view=${view}${language ? `&language=${language}` : ''}`
  const choice = views.map((each) => (
    <Menu.Item
      key={each}
      role="menuitemradio"
      aria-checked={each === view}
      closeMenuOnClick={false}
      leftSection={<IconCheck size={16} stroke={1.5} visibility={each === view ? 'visible' : 'hidden'} />}
      onClick={() => setView(each)}
    >
      {t(viewNames[each])}
    </Menu.Item>
  ))
  const files = Object.entries(formats).flatMap(([format, name]) => [
    <Menu.Item
      key={format}
      component="a"
      href={address(format, null)}
      download
      leftSection={<IconDownload size={16} stroke={1.5} />}
    >
      {t('exportBoth', { format: name })}
    </Menu.Item>,
    ...languageKeys.map((language) => (
      <Menu.Item
        key={format + language}
        component="a"
        href={address(format, language)}
        download
        leftSection={<IconDownload size={16} stroke={1.5} />}
      >
        {t('exportOne', { format: name, language: languages[language].name })}
      </Menu.Item>
    )),
  ])
  return (
    <>
      {files}
      <Menu.Divider />
      <Menu.Label>{t('exportView')}</Menu.Label>
      {choice}
    </>
  )
}

const nothingTyped = { label: '', note: '', agreed: '' }

function TakeSnapshot({ document, onTaken }: { readonly document: string; readonly onTaken: () => void }) {
  const t = useMessages(versionMessages)
  const reasonOf = useReason()
  const [typed, keep, forget] = useUnsent(`snapshot.${document}`, nothingTyped)
  const { label, note, agreed } = typed
  const take = useMutation({
    mutationFn: () =>
      call(takeSnapshot, {
        params: { id: document },
        body: { label: label.trim(), note: note.trim(), agreed: agreed !== '' },
      }),
    onSuccess: async () => {
      forget()
      onTaken()
      await queryClient.invalidateQueries({ queryKey: queryKeys.snapshots(document) })
    },
  })
  return (
    <form
      className={classes.take}
      onSubmit={(event) => {
        event.preventDefault()
        if (label.trim() !== '') take.mutate()
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('label')}
          placeholder={t('labelHint')}
          maxLength={200}
          required
          data-autofocus
          value={label}
          onChange={(event) => keep({ ...typed, label: event.currentTarget.value })}
        />
        <Textarea
          label={t('note')}
          autosize
          minRows={1}
          maxRows={5}
          maxLength={2000}
          value={note}
          onChange={(event) => keep({ ...typed, note: event.currentTarget.value })}
        />
        <Checkbox
          label={t('agreedMark')}
          description={t('agreedHint')}
          checked={agreed !== ''}
          onChange={(event) => keep({ ...typed, agreed: event.currentTarget.checked ? 'agreed' : '' })}
        />
        {take.error ? (
          <Text size="sm" c="var(--status-blocked)" role="alert">
            {t('takeFailed', { reason: reasonOf(take.error) })}
          </Text>
        ) : null}
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={take.isPending}
            disabled={label.trim() === ''}
            leftSection={<IconCamera size={16} stroke={1.5} />}
          >
            {t('take')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
