/** Publishing words of a private thread to all delegations: which of them, and exactly what the other side will then see. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { Thread } from '#shared/api/threads.ts'
import { useReason } from '#client/api/reason.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { PersonChip } from '#client/ui/person.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import { AudienceBadge, audienceLabel, SendButton } from './audience.tsx'
import { threadMessages } from './messages.ts'
import { Proposal } from './proposal.tsx'
import classes from './threads.module.css'

/** Publishes those comments; `passage`: the copy is to stand on the thread's passage. */
export type Publish = (thread: string, comments: readonly string[], passage: boolean) => Promise<void>

export function PublishThread({
  thread,
  me,
  now,
  onPublish,
}: {
  readonly thread: Thread
  /** In whose name the copy will stand. */
  readonly me: Person
  /** How the passage reads in the text; null if it is gone, or the thread is about the whole document. */
  readonly now: string | null
  readonly onPublish: Publish
}) {
  const t = useMessages(threadMessages)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="subtle" className={classes.dispose} onClick={() => setOpen(true)}>
        {t('publish')}
      </Button>
      <Modal
        closeButtonProps={{ 'aria-label': t('cancel') }}
        opened={open}
        onClose={() => setOpen(false)}
        title={t('publishTitle')}
        size="lg"
      >
        <Question thread={thread} me={me} now={now} onPublish={onPublish} onClose={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function Question({
  thread,
  me,
  now,
  onPublish,
  onClose,
}: {
  readonly thread: Thread
  readonly me: Person
  readonly now: string | null
  readonly onPublish: Publish
  readonly onClose: () => void
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const reasonOf = useReason()
  const { comments, party } = thread
  // Of several, somebody has to say which.
  const [chosen, setChosen] = useState<readonly string[]>(comments.length === 1 ? comments.map(({ id }) => id) : [])
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const shown = comments.filter(({ id }) => chosen.includes(id))
  const publish = async () => {
    setSending(true)
    setError(null)
    try {
      const ids = shown.map(({ id }) => id)
      await onPublish(thread.id, ids, now !== null)
      onClose()
    } catch (problem) {
      setError(t('publishFailed', { reason: reasonOf(problem) }))
    } finally {
      setSending(false)
    }
  }
  return (
    <Stack>
      <Text>{t('publishBody', { readers: audienceLabel(t, 'delegation', party, language) })}</Text>
      {comments.length > 1 ? (
        <Stack gap="xs" role="group" aria-label={t('publishWhich')}>
          <Text fw={600}>{t('publishWhich')}</Text>
          {comments.map((comment, at) => (
            <Checkbox
              key={comment.id}
              label={<Verbatim>{comment.body}</Verbatim>}
              checked={chosen.includes(comment.id)}
              {...(at === 0 ? { 'data-autofocus': true } : {})}
              onChange={({ currentTarget: { checked } }) =>
                setChosen(checked ? [...chosen, comment.id] : chosen.filter((id) => id !== comment.id))
              }
            />
          ))}
        </Stack>
      ) : null}
      <Text fw={600}>{t('publishSeen')}</Text>
      <section className={classes.card} data-audience="joint" data-preview aria-label={t('publishSeen')}>
        <header className={classes.head}>
          <AudienceBadge audience="joint" party={null} />
        </header>
        {now === null ? (
          <p className={classes.quote}>{t('wholeDocument')}</p>
        ) : (
          <blockquote className={classes.quote} lang={thread.anchor?.language}>
            <Verbatim>{now}</Verbatim>
          </blockquote>
        )}
        {shown.length === 0 ? <p className={classes.meta}>{t('publishNothing')}</p> : null}
        {shown.map((comment) => (
          <div key={comment.id} className={classes.comment}>
            <div className={classes.byline}>
              <PersonChip person={me} />
            </div>
            <p className={classes.body}>
              <Verbatim>{comment.body}</Verbatim>
            </p>
            <Proposal
              thread={{ ...thread, disposition: null }}
              comment={{ ...comment, replaces: comment.proposal === null ? null : now }}
              now={now}
              mayApply={false}
              onApply={() => undefined}
            />
          </div>
        ))}
      </section>
      {thread.anchor !== null && now === null ? <Text size="sm">{t('publishGone')}</Text> : null}
      {error === null ? null : (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <SendButton
          audience="joint"
          party={null}
          disabled={shown.length === 0}
          loading={sending}
          onClick={() => void publish()}
        >
          {t('publishTitle')}
        </SendButton>
      </Group>
    </Stack>
  )
}
