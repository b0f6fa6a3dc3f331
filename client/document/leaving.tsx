/** Asks before another page is opened while words of mine, or a replaced text, are on this page only. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { hasUnsaved } from '#client/connection/state.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { documentMessages } from '#client/editing/messages.ts'

/**
 * What is merely under way ("Saving…") goes on after the page is left, since the connection outlives it until all is saved: only
 * what waits for the server to come back, or was not accepted, is asked about.
 */
const wouldLose = (connection: DocumentConnection | null): boolean => {
  const state = connection?.state.get()
  return state !== undefined && state.name !== 'saving' && hasUnsaved(state)
}

export function Leaving({
  connection,
  replaced,
}: {
  readonly connection: DocumentConnection | null
  /** Whether the page shows a text that was replaced on the server. */
  readonly replaced: boolean
}) {
  const t = useMessages(documentMessages)
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && (replaced || wouldLose(connection)),
    // What is unsaved is asked about for all open documents at once, see `warnBeforeLeaving`.
    enableBeforeUnload: replaced,
    withResolver: true,
  })
  useFocusReturnAtOnce(blocker.status === 'blocked')
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('leaveTitle')}
      centered
    >
      <Stack>
        <Text>{t(replaced ? 'leaveEarlier' : 'leaveBody')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => blocker.proceed?.()}>
            {t('leave')}
          </Button>
          <Button onClick={() => blocker.reset?.()} data-autofocus>
            {t('stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
