/** What the text says back, above the paper: one sentence, and where there is something to do about it, a button. */
import { Alert } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMessages } from '#client/i18n/messages.ts'
import { documentMessages } from '#client/editing/messages.ts'

export function Said({ children, onClose }: { readonly children: ReactNode; readonly onClose?: () => void }) {
  const t = useMessages(documentMessages)
  return (
    <Alert
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t('dismiss')}
      {...(onClose ? { onClose } : {})}
      maw={640}
      variant="outline"
      color="accent"
      bg="var(--paper-raised)"
      role="status"
      style={{ height: 'fit-content' }}
    >
      {children}
    </Alert>
  )
}
