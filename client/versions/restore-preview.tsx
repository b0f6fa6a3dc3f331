/** Before a version is brought back: what that changes in the text as it stands, and who is in it just now. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { DocumentEntry } from '#shared/api/documents.ts'
import { restoreSnapshot, type SnapshotSummary } from '#shared/api/snapshots.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { call } from '#client/api/call.ts'
import { useReason } from '#client/api/reason.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { othersIn, presenceRole } from '#client/editor/carets.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { Comparison } from './comparison.tsx'
import { versionMessages } from './messages.ts'

export function RestorePreview({
  document,
  snapshot,
  connection,
  onCancel,
  onDone,
}: {
  readonly document: DocumentEntry
  readonly snapshot: SnapshotSummary
  readonly connection: DocumentConnection | null
  readonly onCancel: () => void
  readonly onDone: (notice: string) => void
}) {
  const t = useMessages(versionMessages)
  const reasonOf = useReason()
  const here = useNamesHere(connection)
  const { label, id } = snapshot
  const restore = useMutation({
    mutationFn: () => call(restoreSnapshot, { params: { id } }),
    onSuccess: ({ changed }) => onDone(t(changed ? 'restored' : 'restoredSame', { label })),
  })
  return (
    <>
      <Stack mb="lg">
        <Text>{t('restoreBody')}</Text>
        {here === '' ? null : (
          <Alert variant="outline" color="accent" role="status">
            {t('restoreHere', { names: here })}
          </Alert>
        )}
        {restore.error ? (
          <Text size="sm" c="var(--status-blocked)" role="alert">
            {t('restoreFailed', { reason: reasonOf(restore.error) })}
          </Text>
        ) : null}
        <Group>
          <Button loading={restore.isPending} onClick={() => restore.mutate()}>
            {t('restoreDo')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('cancel')}
          </Button>
        </Group>
      </Stack>
      <Comparison document={document} before="live" after={snapshot} title={t('restoreTitle', { label })} />
    </>
  )
}

/** Those who are in the text now and let it be seen, each once. */
function useNamesHere(connection: DocumentConnection | null): string {
  const language = useLanguage()
  const [names, setNames] = useState('')
  useEffect(() => {
    if (connection === null) return undefined
    const { awareness } = connection
    const read = () => {
      const each = othersIn(awareness).map((person) =>
        [person.party === null ? '' : initiative().party(person.party).prefix, presenceRole(person, language)]
          .join(' ')
          .trim(),
      )
      setNames([...new Set(each)].join(language === 'ja' ? '、' : ', '))
    }
    read()
    awareness.on('change', read)
    return () => awareness.off('change', read)
  }, [connection, language])
  return names
}
