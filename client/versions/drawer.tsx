/** The versions of a document: take one, read one, compare two, restore one, take one away as a file. */
import { Drawer, Group, Button } from '@mantine/core'
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import type { DocumentEntry } from '#shared/api/documents.ts'
import type { SnapshotSummary } from '#shared/api/snapshots.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { Comparison, type ComparedState } from './comparison.tsx'
import { versionMessages } from './messages.ts'
import { RestorePreview } from './restore-preview.tsx'
import { SnapshotList } from './snapshot-list.tsx'
import { SnapshotText } from './snapshot-text.tsx'

export type VersionsView =
  | { readonly name: 'list'; readonly notice?: string }
  | { readonly name: 'read'; readonly snapshot: SnapshotSummary }
  | { readonly name: 'compare'; readonly before: ComparedState; readonly after: ComparedState }
  | { readonly name: 'restore'; readonly snapshot: SnapshotSummary }

export function VersionsDrawer({
  opened,
  document,
  actor,
  connection,
  onClose,
}: {
  readonly opened: boolean
  readonly document: DocumentEntry
  readonly actor: Actor
  readonly connection: DocumentConnection
  readonly onClose: () => void
}) {
  const t = useMessages(versionMessages)
  useFocusReturnAtOnce(opened)
  const [view, setView] = useState<VersionsView>({ name: 'list' })
  const list = view.name === 'list'
  return (
    <Drawer
      closeButtonProps={{ 'aria-label': t('close') }}
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setView({ name: 'list' })}
      position="right"
      size={list ? 460 : 'min(1180px, 100vw)'}
      title={t('title')}
      padding="md"
    >
      <Versions document={document} actor={actor} connection={connection} view={view} onView={setView} />
    </Drawer>
  )
}

/** The versions themselves, wherever they stand on a page. */
export function Versions({
  document,
  actor,
  connection = null,
  view,
  onView,
}: {
  readonly document: DocumentEntry
  readonly actor: Actor
  /** The open text, where there is one. */
  readonly connection?: DocumentConnection | null
  readonly view: VersionsView
  readonly onView: (view: VersionsView) => void
}) {
  const t = useMessages(versionMessages)
  return (
    <>
      {view.name === 'list' ? null : (
        <Group mb="sm">
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconArrowLeft size={16} stroke={1.5} />}
            onClick={() => onView({ name: 'list' })}
          >
            {t('back')}
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPrinter size={16} stroke={1.5} />}
            onClick={() => window.print()}
          >
            {t('print')}
          </Button>
        </Group>
      )}
      {view.name === 'list' ? (
        <SnapshotList document={document} actor={actor} notice={view.notice ?? null} onView={onView} />
      ) : null}
      {view.name === 'read' ? <SnapshotText summary={view.snapshot} document={document} /> : null}
      {view.name === 'compare' ? <Comparison document={document} before={view.before} after={view.after} /> : null}
      {view.name === 'restore' ? (
        <RestorePreview
          document={document}
          snapshot={view.snapshot}
          connection={connection}
          onCancel={() => onView({ name: 'list' })}
          onDone={(notice) => onView({ name: 'list', notice })}
        />
      ) : null}
    </>
  )
}
