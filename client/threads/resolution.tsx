/** Who says that a thread is resolved, and which parties have still to confirm it. */
import { Button, Group } from '@mantine/core'
import type { Thread } from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import type { ThreadEvents } from './card.ts'
import { threadMessages } from './messages.ts'
import classes from './threads.module.css'

type Said = NonNullable<Thread['resolving']>

const saidBy = ({ by, agreed }: Said) => [by, ...agreed.map((each) => each.by)]

/** The parties of which nobody has said so yet. */
export const waitingFor = (resolving: Said, parties: readonly Party[]): Party[] =>
  parties.filter((party) => saidBy(resolving).every((person) => person.party !== party))

export function Resolution({
  thread: { id, resolved, resolving },
  parties,
  actor,
  mayResolve,
  events,
}: {
  readonly thread: Thread
  /** Who participates in the document. */
  readonly parties: readonly Party[]
  readonly actor: Actor
  readonly mayResolve: boolean
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const say = useLocalized()
  const separator = useLanguage() === 'ja' ? '、' : ', '
  if (resolved !== null) {
    const [name, others] = [say(resolved.by.name), resolved.agreed.map(({ by }) => say(by.name)).join(separator)]
    return (
      <p className={classes.meta}>{others === '' ? t('resolved', { name }) : t('resolvedWith', { name, others })}</p>
    )
  }
  if (resolving === null) return null
  const said = saidBy(resolving)
  const waiting = waitingFor(resolving, parties)
  const isAsked = actor.party !== null && waiting.includes(actor.party)
  return (
    <div className={classes.resolving} data-asked={isAsked && mayResolve}>
      <p>{said.map(({ name }) => t('resolving', { name: say(name) })).join(' ')}</p>
      {waiting.map((party) => (
        <p key={party} className={classes.meta}>
          {t('notConfirmedYet', { party: say(initiative().party(party).name) })}
        </p>
      ))}
      {isAsked && mayResolve ? (
        <Group gap={8} className={classes.above}>
          <Button size="compact-sm" variant="light" onClick={() => void events.setStatus(id, 'resolved')}>
            {t('confirmResolved')}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => void events.setStatus(id, 'open')}>
            {t('notResolved')}
          </Button>
        </Group>
      ) : null}
    </div>
  )
}
