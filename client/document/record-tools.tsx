/** The tools that open the record of a document: its versions, and whatever else of the past can be looked at. */
import { useDisclosure } from '@mantine/hooks'
import { IconVersions } from '@tabler/icons-react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { VersionsDrawer } from '#client/versions/drawer.tsx'
import { documentMessages } from './messages.ts'
import { ToolButton } from './tool-button.tsx'

export function RecordTools({ document, actor }: { readonly document: DocumentDetail; readonly actor: Actor }) {
  const t = useMessages(documentMessages)
  const [versions, versionsDrawer] = useDisclosure()
  return (
    <>
      <ToolButton label={t('versions')} onClick={versionsDrawer.open}>
        <IconVersions size={18} stroke={1.5} />
      </ToolButton>
      <VersionsDrawer opened={versions} document={document} actor={actor} onClose={versionsDrawer.close} />
    </>
  )
}
