/** One comment of a thread: who wrote it and when, its words, which its author may change, and the wording that it proposes. */
import { ActionIcon, Button, Group, Menu, Stack, Textarea } from '@mantine/core'
import { IconDots, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { Comment, Thread } from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can, type ThreadSubject } from '#shared/domain/permissions.ts'
import { formatAgo, formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { useHasUnsent, useUnsent } from '#client/session/unsent.ts'
import { PersonChip } from '#client/ui/person.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import type { ThreadEvents } from './card.ts'
import { threadMessages } from './messages.ts'
import { isProvisional } from './mutations.ts'
import { Proposal } from './proposal.tsx'
import classes from './threads.module.css'

/** One function for ever, so that it is called when the field appears and not at each drawing. */
const takeFocus = (field: HTMLTextAreaElement | null) => field?.focus()

export function CommentView({
  comment,
  thread,
  subject,
  actor,
  clamped,
  now,
  events,
}: {
  readonly comment: Comment
  readonly thread: Thread
  readonly subject: ThreadSubject
  readonly actor: Actor
  readonly clamped: boolean
  readonly now: string | null
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const [open, setOpen] = useState(useHasUnsent(`edit.${comment.id}`))
  const pending = isProvisional(comment.id)
  const mayEdit = !clamped && !pending && can(actor, 'comment.edit', { thread: subject, author: comment.author.id })
  const editing = mayEdit && open
  return (
    <div className={classes.comment} data-pending={pending}>
      <div className={classes.byline}>
        <PersonChip person={comment.author} />
        <time
          className={classes.meta}
          dateTime={comment.createdAt}
          title={formatInCapitals(comment.createdAt, language, { withDay: true })}
        >
          {formatAgo(comment.createdAt, language)}
        </time>
        {comment.editedAt === null ? null : <span className={classes.meta}>{t('edited')}</span>}
        {mayEdit && !editing ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={24} className={classes.own} aria-label={t('edit')} title={t('edit')}>
                <IconDots size={15} stroke={1.5} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={15} stroke={1.5} />} onClick={() => setOpen(true)}>
                {t('edit')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      {!editing ? (
        <p className={classes.body} data-clamped={clamped}>
          <Verbatim>{comment.body}</Verbatim>
        </p>
      ) : (
        <EditComment comment={comment} onSave={(body) => events.edit(thread.id, comment.id, body)} onOpen={setOpen} />
      )}
      {comment.proposal === null ? null : (
        <Proposal
          thread={thread}
          comment={comment}
          now={now}
          mayApply={!pending && can(actor, 'thread.apply', subject)}
          onApply={(wording, expected) => void events.apply(thread, wording, expected)}
        />
      )}
    </div>
  )
}

function EditComment({
  comment,
  onSave,
  onOpen: setOpen,
}: {
  readonly comment: Comment
  readonly onSave: (body: string) => Promise<void>
  readonly onOpen: (open: boolean) => void
}) {
  const t = useMessages(threadMessages)
  const [{ body }, keep, forget] = useUnsent(`edit.${comment.id}`, { body: comment.body })
  const discard = () => {
    forget()
    setOpen(false)
  }
  const save = () => {
    const words = body.trim()
    if (words === '') return
    setOpen(false)
    if (words === comment.body) forget()
    else
      onSave(words).then(
        () => forget(),
        () => setOpen(true),
      )
  }
  return (
    <Stack gap={6}>
      <Textarea
        autosize
        maxLength={10_000}
        aria-label={t('edit')}
        value={body}
        ref={takeFocus}
        onChange={(event) => keep({ body: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault()
            setOpen(false)
          }
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
        }}
      />
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={discard}>
          {t('cancel')}
        </Button>
        <Button size="compact-sm" onClick={save}>
          {t('save')}
        </Button>
      </Group>
    </Stack>
  )
}
