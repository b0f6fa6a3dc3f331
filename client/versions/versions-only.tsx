/** The page of a document for a seat that reads its agreed versions, and no drafts. */
import { Container, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { markDocumentRead } from '#shared/api/document-changes.ts'
import type { DocumentEntry } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Trail } from '#client/ui/trail.tsx'
import { Versions, type VersionsView } from './drawer.tsx'
import { versionMessages } from './messages.ts'

export function VersionsOnly({ document, actor }: { readonly document: DocumentEntry; readonly actor: Actor }) {
  const t = useMessages(versionMessages)
  const say = useLocalized()
  const [view, setView] = useState<VersionsView>({ name: 'list' })
  const title = say(document.title)
  useEffect(() => {
    // Their labels are on the screen: what is new there waits no longer.
    call(markDocumentRead, { params: { id: document.id } })
      .then(() => queryClient.invalidateQueries({ queryKey: queryKeys.initiative }))
      .catch(() => undefined)
  }, [document.id])
  return (
    <Container size={view.name === 'list' ? 'sm' : 'xl'} py="xl">
      <Trail here={title} group={document.group} />
      {view.name === 'list' ? (
        <>
          <Title order={1}>{title}</Title>
          <Text c="dimmed" mb="lg">
            {t('only')}
          </Text>
        </>
      ) : null}
      <Versions document={document} actor={actor} view={view} onView={setView} />
    </Container>
  )
}
