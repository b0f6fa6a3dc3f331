/** What the group did with a panel comment: who recorded it, with which reason, and which sides stand behind it. */
import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Thread } from '#shared/api/threads.ts'
import { dispositions } from '#shared/domain/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useUnsent } from '#client/session/unsent.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { Choice } from './choice.tsx'
import { threadMessages } from './messages.ts'
import type { ThreadEvents } from './card.ts'
import classes from './threads.module.css'

export function Disposition({
  thread,
  parties,
  actor,
  mayDispose,
  events,
}: {
  readonly thread: Thread
  /** Who participates in the document. */
  readonly parties: readonly Party[]
  readonly actor: Actor
  readonly mayDispose: boolean
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const say = useLocalized()
  const language = useLanguage()
  const [open, setOpen] = useState(false)
  const { disposition } = thread
  const bound = disposition === null ? [] : [disposition.by, ...disposition.agreed.map(({ by }) => by)]
  const waiting = parties.filter((party) => bound.every((person) => person.party !== party))
  const mayAgree = mayDispose && actor.party !== null && disposition !== null && waiting.includes(actor.party)
  const time = (at: string) => <time dateTime={at}>{formatInCapitals(at, language, { withDay: true })}</time>
  return (
    <>
      {disposition === null || open ? null : (
        <div className={classes.disposition} data-decision={disposition.decision}>
          <p>
            <strong>{t(disposition.decision)}</strong>
          </p>
          <p>
            <Verbatim>{disposition.reason}</Verbatim>
          </p>
          <p className={classes.meta}>
            {t('recordedBy', { name: say(disposition.by.name) })} · {time(disposition.at)}
          </p>
          {disposition.agreed.map(({ by, at }) => (
            <p key={by.id} className={classes.meta}>
              {t('agreedBy', { name: say(by.name) })} · {time(at)}
            </p>
          ))}
          {waiting.map((party) => (
            <p key={party} className={classes.meta}>
              {t('notAgreedYet', { party: say(initiative().party(party).name) })}
            </p>
          ))}
        </div>
      )}
      {mayAgree && !open ? (
        <Button
          size="compact-sm"
          variant="light"
          className={classes.dispose}
          onClick={() => void events.agree(thread.id, disposition)}
        >
          {t('agreeDisposition')}
        </Button>
      ) : null}
      {mayDispose && !open ? (
        <Button size="compact-sm" variant="subtle" className={classes.dispose} onClick={() => setOpen(true)}>
          {t(disposition === null ? 'dispose' : 'changeDisposition')}
        </Button>
      ) : null}
      {open ? <DisposeForm thread={thread} events={events} onOpen={setOpen} /> : null}
    </>
  )
}

function DisposeForm({
  thread,
  events,
  onOpen: setOpen,
}: {
  readonly thread: Thread
  readonly events: ThreadEvents
  readonly onOpen: (open: boolean) => void
}) {
  const t = useMessages(threadMessages)
  const { disposition } = thread
  const [decision, setDecision] = useState(disposition?.decision ?? 'accepted')
  const [{ reason }, keep, forget] = useUnsent(`disposition.${thread.id}`, { reason: disposition?.reason ?? '' })
  const record = () => {
    if (reason.trim() === '') return
    setOpen(false)
    events.dispose(thread.id, decision, reason.trim()).then(
      () => forget(),
      () => setOpen(true),
    )
  }
  return (
    <Stack gap={6} className={classes.disposing}>
      <Choice label={t('disposition')} value={decision} options={dispositions} onChange={setDecision}>
        {(each) => t(each)}
      </Choice>
      <Textarea
        size="sm"
        label={t('reason')}
        description={t('reasonHint')}
        autosize
        maxLength={2000}
        value={reason}
        onChange={(event) => keep({ reason: event.currentTarget.value })}
      />
      <Group gap="xs" justify="flex-end">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            forget()
            setOpen(false)
          }}
        >
          {t('cancel')}
        </Button>
        <Button size="compact-sm" disabled={reason.trim() === ''} onClick={record}>
          {t('record')}
        </Button>
      </Group>
    </Stack>
  )
}
