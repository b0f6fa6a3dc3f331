/** The versions of a document: take one, read one, compare two, restore one, take one away as a file. */
import { Drawer, Group, Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useState } from 'react'
import type { DocumentSummary } from '#shared/api/documents.ts'
import type { SnapshotSummary } from '#shared/api/snapshots.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { Comparison } from './comparison.tsx'
import { versionMessages } from './messages.ts'
import { SnapshotList } from './snapshot-list.tsx'
import { SnapshotText } from './snapshot-text.tsx'

export type VersionsView =
  | { readonly name: 'list' }
  | { readonly name: 'read'; readonly snapshot: SnapshotSummary }
  | { readonly name: 'compare'; readonly before: SnapshotSummary; readonly after: SnapshotSummary }

export function VersionsDrawer({
  opened,
  document,
  actor,
  onClose,
}: {
  readonly opened: boolean
  readonly document: DocumentSummary
  readonly actor: Actor
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
      <Versions document={document} actor={actor} view={view} onView={setView} />
    </Drawer>
  )
}

/** The versions themselves, wherever they stand on a page. */
export function Versions({
  document,
  actor,
  view,
  onView,
}: {
  readonly document: DocumentSummary
  readonly actor: Actor
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
        </Group>
      )}
      {view.name === 'list' ? <SnapshotList document={document} actor={actor} onView={onView} /> : null}
      {view.name === 'read' ? <SnapshotText summary={view.snapshot} /> : null}
      {view.name === 'compare' ? <Comparison before={view.before} after={view.after} /> : null}
    </>
  )
}
