/** Makes the link of an invitation and shows it, once. */
import { Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { invite } from '#shared/api/accounts.ts'
import { SeatSchema } from '#shared/api/common.ts'
import { seatNameInGroup, type Seat } from '#shared/domain/actors.ts'
import { call } from '#client/api/call.ts'
import { useReason } from '#client/api/reason.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { accountMessages } from './account-messages.ts'
import { NotDone } from './not-done.tsx'

/** What an invitation is asked for: for good, for a deputy, or to take someone's place. */
export type Asked =
  | { readonly type: 'invite' | 'deputy'; readonly seat: Seat }
  | { readonly type: 'handOver'; readonly seat: Seat; readonly replaces: string; readonly name: string }

export function InviteDialog({
  asked,
  changed,
  onClose,
}: {
  readonly asked: Asked
  readonly changed: () => void
  readonly onClose: () => void
}) {
  const t = useMessages(accountMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const reasonOf = useReason()
  const [today] = useState(() => new Date().toISOString().slice(0, 10))
  const [lastDay, setLastDay] = useState('')
  const making = useMutation({
    mutationFn: async () => {
      const body = {
        seat: SeatSchema.parse(asked.seat),
        lastDay: asked.type === 'deputy' ? lastDay : null,
        replaces: asked.type === 'handOver' ? asked.replaces : null,
      }
      // Behind the #: no server, proxy or log is ever sent it.
      return `${location.origin}/join#${(await call(invite, { body })).token}`
    },
    onSuccess: changed,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('inviteTo', { seat: say(seatNameInGroup(asked.seat)) })}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          making.mutate()
        }}
      >
        <Stack>
          {asked.type === 'handOver' ? <span>{t('handOverWhat', { name: asked.name })}</span> : null}
          {asked.type === 'deputy' ? (
            <TextInput
              type="date"
              required
              label={t('deputyUntil')}
              min={today}
              value={lastDay}
              onChange={({ currentTarget: { value } }) => setLastDay(value)}
            />
          ) : null}
          <NotDone error={making.error} reason={(error) => t('failed', { reason: reasonOf(error) })} />
          {making.data === undefined ? (
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {ui('cancel')}
              </Button>
              <Button type="submit" loading={making.isPending}>
                {t('makeLink')}
              </Button>
            </Group>
          ) : (
            <>
              <TextInput
                label={t('link')}
                description={t('linkReady')}
                readOnly
                value={making.data}
                onFocus={({ currentTarget }) => currentTarget.select()}
              />
              <Group justify="flex-end">
                <CopyButton value={making.data}>
                  {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'copied' : 'copy')}</Button>}
                </CopyButton>
              </Group>
            </>
          )}
        </Stack>
      </form>
    </Modal>
  )
}
