/** One thread in the margin: who reads it, what it is about, what was said, what was proposed, what became of it. */
import { ActionIcon, Button, Group, Menu, Stack, Textarea } from '@mantine/core'
import { IconCheck, IconDots, IconPencil, IconRotate } from '@tabler/icons-react'
import { useState } from 'react'
import { dispositions, type Comment, type Thread } from '#shared/api/threads.ts'
import type { Person } from '#shared/api/common.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can, type DocumentSubject, type ThreadSubject } from '#shared/domain/permissions.ts'
import { formatAgo, formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PersonChip } from '#client/ui/person.tsx'
import { AudienceBadge } from './audience.tsx'
import { threadMessages } from './messages.ts'
import { isProvisional, type Words } from './mutations.ts'
import { Wording } from './wording.tsx'
import { mentionsIn, WordsInput } from './words-input.tsx'
import classes from './threads.module.css'

export type ThreadEvents = {
  readonly focus: (thread: string | null) => void
  readonly reply: (thread: string, words: Words) => Promise<void>
  readonly edit: (thread: string, comment: string, body: string) => Promise<void>
  readonly setStatus: (thread: string, status: Thread['status']) => Promise<void>
  readonly dispose: (thread: string, decision: (typeof dispositions)[number], reason: string) => Promise<void>
  readonly apply: (thread: Thread, wording: string) => Promise<void>
  /** Whether the text reads so already. */
  readonly inText: (thread: string, wording: string) => boolean
}

/** One function for ever, so that it is called when the field appears and not at each drawing. */
const takeFocus = (field: HTMLTextAreaElement | null) => field?.focus()

/** The words of the passage that can be seen before the card is opened. */
const shorten = (text: string) => (text.length > 90 ? `${text.slice(0, 88)}…` : text)

export const subjectOf = (document: DocumentSubject, thread: Thread): ThreadSubject => ({
  document,
  audience: thread.audience,
  party: thread.party,
  author: thread.comments[0]?.author.id ?? null,
})

export function ThreadCard({
  thread,
  document,
  actor,
  people,
  orphaned,
  focused,
  error,
  events,
}: {
  readonly thread: Thread
  readonly document: DocumentSubject
  readonly actor: Actor
  readonly people: readonly Person[]
  readonly orphaned: boolean
  readonly focused: boolean
  /** Why the last change of this thread did not succeed. */
  readonly error: string | null
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const say = useLocalized()
  const subject = subjectOf(document, thread)
  const quote = thread.anchor?.quote.exact ?? null
  const [first, ...answers] = thread.comments
  const pending = isProvisional(thread.id)
  const name = t('thread', { quote: shorten(quote ?? t('wholeDocument')) })
  if (first === undefined) return null
  return (
    <article
      className={classes.card}
      data-audience={thread.audience}
      data-focused={focused}
      data-resolved={thread.status === 'resolved'}
      data-thread={thread.id}
      aria-label={name}
    >
      {focused ? null : (
        <button
          type="button"
          className={classes.cover}
          aria-label={t('open', { thread: name })}
          onClick={() => events.focus(thread.id)}
        />
      )}
      <header className={classes.head}>
        <AudienceBadge audience={thread.audience} party={thread.party} />
        {thread.unread > 0 ? <span className={classes.unread}>{t('unread', { count: thread.unread })}</span> : null}
        {can(actor, 'thread.resolve', subject) && !pending ? (
          <ActionIcon
            size="sm"
            className={classes.resolve}
            aria-label={t(thread.status === 'open' ? 'resolve' : 'reopen')}
            title={t(thread.status === 'open' ? 'resolve' : 'reopen')}
            onClick={() => void events.setStatus(thread.id, thread.status === 'open' ? 'resolved' : 'open')}
          >
            {thread.status === 'open' ? <IconCheck size={16} stroke={1.5} /> : <IconRotate size={16} stroke={1.5} />}
          </ActionIcon>
        ) : null}
      </header>
      {orphaned ? <p className={classes.orphan}>{t('orphan')}</p> : null}
      {quote === null ? (
        <p className={classes.quote}>{t('wholeDocument')}</p>
      ) : focused && !orphaned ? null : (
        <blockquote className={classes.quote} lang={thread.anchor?.language} data-gone={orphaned}>
          {shorten(quote)}
        </blockquote>
      )}
      <CommentView
        comment={first}
        thread={thread}
        subject={subject}
        actor={actor}
        clamped={!focused}
        orphaned={orphaned}
        events={events}
      />
      {focused
        ? answers.map((comment) => (
            <CommentView
              key={comment.id}
              comment={comment}
              thread={thread}
              subject={subject}
              actor={actor}
              clamped={false}
              orphaned={orphaned}
              events={events}
            />
          ))
        : null}
      {!focused && answers.length > 0 ? (
        <p className={classes.meta}>{t('replies', { count: answers.length })}</p>
      ) : null}
      {thread.resolved ? <p className={classes.meta}>{t('resolved', { name: say(thread.resolved.by.name) })}</p> : null}
      <Disposition
        thread={thread}
        mayDispose={focused && !pending && can(actor, 'thread.dispose', subject)}
        events={events}
      />
      {pending ? <p className={classes.meta}>{t('sending')}</p> : null}
      {error === null ? null : (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      {focused && !pending && can(actor, 'thread.comment', subject) ? (
        <Reply thread={thread} people={people} events={events} />
      ) : null}
    </article>
  )
}

function CommentView({
  comment,
  thread,
  subject,
  actor,
  clamped,
  orphaned,
  events,
}: {
  readonly comment: Comment
  readonly thread: Thread
  readonly subject: ThreadSubject
  readonly actor: Actor
  readonly clamped: boolean
  readonly orphaned: boolean
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const [editing, setEditing] = useState<string | null>(null)
  const pending = isProvisional(comment.id)
  const mayEdit = !clamped && !pending && can(actor, 'comment.edit', { thread: subject, author: comment.author.id })
  const save = () => {
    const body = editing?.trim() ?? ''
    if (body === '') return
    setEditing(null)
    if (body !== comment.body) events.edit(thread.id, comment.id, body).catch(() => setEditing(body))
  }
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
        {mayEdit && editing === null ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size="sm" className={classes.own} aria-label={t('edit')} title={t('edit')}>
                <IconDots size={15} stroke={1.5} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={15} stroke={1.5} />} onClick={() => setEditing(comment.body)}>
                {t('edit')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      {editing === null ? (
        <p className={classes.body} data-clamped={clamped}>
          {comment.body}
        </p>
      ) : (
        <Stack gap={6}>
          <Textarea
            autosize
            maxLength={10_000}
            aria-label={t('edit')}
            value={editing}
            ref={takeFocus}
            onChange={(event) => setEditing(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setEditing(null)
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
            }}
          />
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={() => setEditing(null)}>
              {t('cancel')}
            </Button>
            <Button size="compact-sm" onClick={save}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      )}
      {comment.proposal === null ? null : (
        <Proposal
          thread={thread}
          wording={comment.proposal}
          orphaned={orphaned}
          mayApply={!pending && can(actor, 'thread.apply', subject)}
          events={events}
        />
      )}
    </div>
  )
}

function Proposal({
  thread,
  wording,
  orphaned,
  mayApply,
  events,
}: {
  readonly thread: Thread
  readonly wording: string
  readonly orphaned: boolean
  readonly mayApply: boolean
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const done = events.inText(thread.id, wording)
  const before = orphaned || done ? null : (thread.anchor?.quote.exact ?? null)
  return (
    <div className={classes.proposal}>
      <Wording before={before} after={wording} language={thread.anchor?.language ?? null} />
      {done ? (
        <span className={classes.inText}>
          <IconCheck size={14} stroke={1.75} aria-hidden />
          {t('inText')}
        </span>
      ) : null}
      {mayApply && before !== null && before !== wording ? (
        <Button
          size="compact-sm"
          variant="light"
          className={classes.above}
          onClick={() => void events.apply(thread, wording)}
        >
          {t('apply')}
        </Button>
      ) : null}
    </div>
  )
}

function Disposition({
  thread,
  mayDispose,
  events,
}: {
  readonly thread: Thread
  readonly mayDispose: boolean
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const say = useLocalized()
  const [open, setOpen] = useState(false)
  const [decision, setDecision] = useState<(typeof dispositions)[number]>('accepted')
  const [reason, setReason] = useState('')
  const { disposition } = thread
  const record = () => {
    if (reason.trim() === '') return
    setOpen(false)
    events.dispose(thread.id, decision, reason.trim()).catch(() => setOpen(true))
  }
  return (
    <>
      {disposition === null || open ? null : (
        <div className={classes.disposition} data-decision={disposition.decision}>
          <p>
            <strong>{t(disposition.decision)}</strong>{' '}
            <span className={classes.meta}>{t('by', { name: say(disposition.by.name) })}</span>
          </p>
          <p>{disposition.reason}</p>
        </div>
      )}
      {mayDispose && !open ? (
        <Button
          size="compact-sm"
          variant="subtle"
          className={classes.dispose}
          onClick={() => {
            setDecision(disposition?.decision ?? 'accepted')
            setReason(disposition?.reason ?? '')
            setOpen(true)
          }}
        >
          {t(disposition === null ? 'dispose' : 'changeDisposition')}
        </Button>
      ) : null}
      {open ? (
        <Stack gap={6} className={classes.disposing}>
          <div className={classes.choice} role="radiogroup" aria-label={t('disposition')}>
            {dispositions.map((each) => (
              <button
                key={each}
                type="button"
                role="radio"
                aria-checked={decision === each}
                className={classes.option}
                onClick={() => setDecision(each)}
              >
                {t(each)}
              </button>
            ))}
          </div>
          <Textarea
            size="sm"
            label={t('reason')}
            description={t('reasonHint')}
            autosize
            maxLength={2000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={() => setOpen(false)}>
              {t('cancel')}
            </Button>
            <Button size="compact-sm" disabled={reason.trim() === ''} onClick={record}>
              {t('record')}
            </Button>
          </Group>
        </Stack>
      ) : null}
    </>
  )
}

function Reply({
  thread,
  people,
  events,
}: {
  readonly thread: Thread
  readonly people: readonly Person[]
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const [body, setBody] = useState('')
  const send = () => {
    const words = body.trim()
    if (words === '') return
    setBody('')
    events
      .reply(thread.id, { body: words, proposal: null, mentions: mentionsIn(words, people) })
      .catch(() => setBody(words))
  }
  return (
    <div className={classes.reply}>
      <WordsInput
        value={body}
        label={t('reply')}
        placeholder={t('replyPlaceholder')}
        people={people}
        onChange={setBody}
        onSend={send}
        onCancel={() => events.focus(null)}
      />
      {body.trim() === '' ? null : (
        <Group gap="xs" justify="flex-end" mt={6}>
          <Button size="compact-sm" onClick={send}>
            {t('send')}
          </Button>
        </Group>
      )}
    </div>
  )
}
