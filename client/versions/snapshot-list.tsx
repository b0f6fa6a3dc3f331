/** All snapshots of a document, newest first, and what one may do with each. */
import {
  ActionIcon,
  Button,
  CopyButton,
  Group,
  Menu,
  Modal,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconCamera, IconDots, IconDownload, IconRestore } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentSummary } from '#shared/api/documents.ts'
import { restoreSnapshot, takeSnapshot, type SnapshotSummary } from '#shared/api/snapshots.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { can } from '#shared/domain/permissions.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys, snapshotsQuery } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { Delayed, Nothing } from '#client/ui/page-state.tsx'
import { PersonMark } from '#client/ui/party-mark.tsx'
import type { VersionsView } from './drawer.tsx'
import { versionMessages } from './messages.ts'
import classes from './versions.module.css'

export function SnapshotList({
  document,
  actor,
  onView,
}: {
  readonly document: DocumentSummary
  readonly actor: Actor
  readonly onView: (view: VersionsView) => void
}) {
  const t = useMessages(versionMessages)
  const { data: snapshots, error, refetch } = useQuery(snapshotsQuery(document.id))
  const [restoring, setRestoring] = useState<SnapshotSummary | null>(null)
  const [notice, setNotice] = useState<string | null>(null)
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
      {snapshots?.length === 0 ? <Nothing>{t(mayTake ? 'noneTake' : 'none')}</Nothing> : null}
      <ol className={classes.list}>
        {snapshots?.map((snapshot) => (
          <SnapshotRow
            key={snapshot.id}
            snapshot={snapshot}
            others={snapshots.filter(({ id }) => id !== snapshot.id)}
            onView={onView}
            onRestore={mayRestore ? () => setRestoring(snapshot) : null}
          />
        ))}
      </ol>
      <Restore snapshot={restoring} onClose={() => setRestoring(null)} onDone={setNotice} />
    </Stack>
  )
}

function SnapshotRow({
  snapshot,
  others,
  onView,
  onRestore,
}: {
  readonly snapshot: SnapshotSummary
  readonly others: readonly SnapshotSummary[]
  readonly onView: (view: VersionsView) => void
  readonly onRestore: (() => void) | null
}) {
  const t = useMessages(versionMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { id, label, note, by, at, hash } = snapshot
  const compare = (other: SnapshotSummary) => {
    const earlier = other.at < at
    onView({ name: 'compare', before: earlier ? other : snapshot, after: earlier ? snapshot : other })
  }
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <button type="button" className={classes.label} onClick={() => onView({ name: 'read', snapshot })}>
          {label}
        </button>
        {note === '' ? null : <p className={classes.note}>{note}</p>}
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
        {others.length > 0 ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" size="compact-sm" aria-label={`${t('compare')} (${label})`}>
                {t('compare')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('compareWith', { label })}</Menu.Label>
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

function Exports({ id }: { readonly id: string }) {
  const t = useMessages(versionMessages)
  const address = (format: string, language: Language | null) =>
    `/api/snapshots/${id}/export?format=${format}${language ? `&language=${language}` : ''}`
  return Object.entries(formats).flatMap(([format, name]) => [
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
}

function TakeSnapshot({ document, onTaken }: { readonly document: string; readonly onTaken: () => void }) {
  const t = useMessages(versionMessages)
  const reasonOf = useReason()
  const [label, setLabel] = useState('')
  const [note, setNote] = useState('')
  const take = useMutation({
    mutationFn: () =>
      call(takeSnapshot, { params: { id: document }, body: { label: label.trim(), note: note.trim() } }),
    onSuccess: async () => {
      setLabel('')
      setNote('')
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
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Textarea
          label={t('note')}
          autosize
          minRows={1}
          maxRows={5}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
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

function Restore({
  snapshot,
  onClose,
  onDone,
}: {
  readonly snapshot: SnapshotSummary | null
  readonly onClose: () => void
  readonly onDone: (notice: string) => void
}) {
  const t = useMessages(versionMessages)
  const reasonOf = useReason()
  const restore = useMutation({
    mutationFn: ({ id }: SnapshotSummary) => call(restoreSnapshot, { params: { id } }),
    onSuccess: ({ changed }, { label }) => {
      onClose()
      onDone(t(changed ? 'restored' : 'restoredSame', { label }))
    },
  })
  useFocusReturnAtOnce(snapshot !== null)
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('close') }}
      opened={snapshot !== null}
      onClose={onClose}
      title={t('restoreTitle', { label: snapshot?.label ?? '' })}
      centered
    >
      <Stack>
        <Text>{t('restoreBody')}</Text>
        {restore.error ? (
          <Text size="sm" c="var(--status-blocked)" role="alert">
            {t('restoreFailed', { reason: reasonOf(restore.error) })}
          </Text>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={restore.isPending} onClick={() => snapshot && restore.mutate(snapshot)} data-autofocus>
            {t('restoreDo')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
