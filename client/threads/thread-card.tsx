/** One thread in the margin: who reads it, what it is about, what was said, what was proposed, what became of it. */
import { ActionIcon, Box, Button, Group, Menu, Stack, Textarea } from '@mantine/core'
import { IconCheck, IconDots, IconPencil, IconRotate } from '@tabler/icons-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { dispositions, type Comment, type Thread } from '#shared/api/threads.ts'
import type { Person } from '#shared/api/common.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can, type DocumentSubject, type ThreadSubject } from '#shared/domain/permissions.ts'
import { formatAgo, formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PersonChip } from '#client/ui/person.tsx'
import { audienceColour, AudienceBadge } from './audience.tsx'
import { threadMessages } from './messages.ts'
import { isProvisional, type Words } from './mutations.ts'
import { mentionsIn } from './people.ts'
import { Proposal } from './proposal.tsx'
import { WordsInput } from './words-input.tsx'
import classes from './threads.module.css'

export type ThreadEvents = {
  readonly focus: (thread: string | null) => void
  /** Back to the text. */
  readonly leave: () => void
  readonly reply: (thread: string, words: Words) => Promise<void>
  readonly edit: (thread: string, comment: string, body: string) => Promise<void>
  readonly setStatus: (thread: string, status: Thread['status']) => Promise<void>
  readonly dispose: (thread: string, decision: (typeof dispositions)[number], reason: string) => Promise<void>
  /** Replaces the passage by a wording, if it still reads `expected`. */
  readonly apply: (thread: Thread, wording: string, expected: string) => Promise<void>
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
  now,
  focused,
  error,
  events,
}: {
  readonly thread: Thread
  readonly document: DocumentSubject
  readonly actor: Actor
  readonly people: readonly Person[]
  /** How the passage reads in the text; null if it is gone, or the thread is about the whole document. */
  readonly now: string | null
  readonly focused: boolean
  /** Why the last change of this thread did not succeed. */
  readonly error: string | null
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const say = useLocalized()
  const subject = subjectOf(document, thread)
  const orphaned = thread.anchor !== null && now === null
  const quote = now ?? thread.anchor?.quote.exact ?? null
  const [first, ...answers] = thread.comments
  const pending = isProvisional(thread.id)
  const name = t('thread', { quote: shorten(quote ?? t('wholeDocument')) })
  const card = useRef<HTMLElement>(null)
  // Kept while the card is closed.
  const [answer, setAnswer] = useState('')
  if (first === undefined) return null
  // The button that has the focus goes when the card opens, and comes back when it closes.
  const open = () => {
    events.focus(thread.id)
    card.current?.focus()
  }
  const close = (event: KeyboardEvent) => {
    // What opens from the card hears its own Escape.
    const inside = event.target instanceof Node && card.current?.contains(event.target)
    if (!inside || event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (focused) {
      events.focus(null)
      requestAnimationFrame(() => card.current?.querySelector('button')?.focus())
    } else events.leave()
  }
  return (
    <Box
      component="article"
      ref={card}
      tabIndex={-1}
      onKeyDown={close}
      style={audienceColour(thread.audience, thread.party)}
      className={classes.card}
      data-audience={thread.audience}
      data-focused={focused}
      data-resolved={thread.status === 'resolved'}
      data-thread={thread.id}
      aria-label={name}
    >
      {focused ? null : (
        <button type="button" className={classes.cover} aria-label={t('open', { thread: name })} onClick={open} />
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
        now={now}
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
              now={now}
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
        <Reply thread={thread} people={people} body={answer} onChange={setAnswer} events={events} />
      ) : null}
    </Box>
  )
}

function CommentView({
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
              if (event.key === 'Escape') {
                event.preventDefault()
                setEditing(null)
              }
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
          comment={comment}
          now={now}
          mayApply={!pending && can(actor, 'thread.apply', subject)}
          onApply={(wording, expected) => void events.apply(thread, wording, expected)}
        />
      )}
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
  body,
  onChange: setBody,
  events,
}: {
  readonly thread: Thread
  readonly people: readonly Person[]
  readonly body: string
  readonly onChange: (body: string) => void
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
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
