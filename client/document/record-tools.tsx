/** The tools that open the record of a document: its versions, its settings, and whatever else of the past can be looked at. */
import { IconCamera, IconSettings, IconVersions } from '@tabler/icons-react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { later, type FailedProps } from '#client/ui/later.tsx'
import { NotFetched } from '#client/ui/page-state.tsx'
import { VersionsDrawer } from '#client/versions/drawer.tsx'
import { versionMessages } from '#client/versions/messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { settingsMessages } from './settings-messages.ts'
import { ToolButton, WordedTool } from '#client/editing/tool-button.tsx'

const Failed = ({ again, given: { onClose } }: FailedProps<{ readonly onClose: () => void }>) => (
  <NotFetched again={again} onClose={onClose} />
)
const DocumentSettings = later(async () => (await import('./settings.tsx')).DocumentSettings, { Failed })

export function RecordTools({
  document,
  actor,
  connection,
  versions,
  onVersions,
  settings,
  onSettings,
}: {
  readonly document: DocumentDetail
  readonly actor: Actor
  readonly connection: DocumentConnection
  readonly versions: boolean
  readonly onVersions: (opened: boolean) => void
  readonly settings: boolean
  readonly onSettings: (opened: boolean) => void
}) {
  const t = useMessages(documentMessages)
  const s = useMessages(settingsMessages)
  const v = useMessages(versionMessages)
  return (
    <>
      {can(actor, 'snapshot.take', document) ? (
        <WordedTool label={v('take')} onClick={() => onVersions(true)} main>
          <IconCamera size={18} stroke={1.5} />
        </WordedTool>
      ) : null}
      <WordedTool label={t('versions')} onClick={() => onVersions(true)}>
        <IconVersions size={18} stroke={1.5} />
      </WordedTool>
      <ToolButton label={s('settings')} onClick={() => onSettings(true)}>
        <IconSettings size={18} stroke={1.5} />
      </ToolButton>
      <VersionsDrawer
        opened={versions}
        document={document}
        actor={actor}
        connection={connection}
        onClose={() => onVersions(false)}
      />
      {settings ? <DocumentSettings document={document} actor={actor} onClose={() => onSettings(false)} /> : null}
    </>
  )
}
