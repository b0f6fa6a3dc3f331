/** One thread in the margin: who reads it, what it is about, what was said, what was proposed, what became of it. */
import { ActionIcon, Box, CopyButton } from '@mantine/core'
import { IconCheck, IconLink, IconRotate } from '@tabler/icons-react'
import { useRef, type KeyboardEvent } from 'react'
import type { Thread } from '#shared/api/threads.ts'
import type { Person } from '#shared/api/common.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can, type DocumentSubject } from '#shared/domain/permissions.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { addressOf } from '#client/editing/links-here.ts'
import { useUnsent } from '#client/session/unsent.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { audienceColour, AudienceBadge } from './audience.tsx'
import { subjectOf, type ThreadEvents } from './card.ts'
import { CommentView } from './comment.tsx'
import { threadMessages } from './messages.ts'
import { isProvisional } from './mutations.ts'
import { Disposition } from './disposition.tsx'
import { PublishThread } from './publish-thread.tsx'
import { Reply } from './reply.tsx'
import { Resolution, waitingFor } from './resolution.tsx'
import classes from './threads.module.css'

const noReply = { body: '' }

/** The words of the passage that can be seen before the card is opened. */
const shorten = (text: string) => (text.length > 90 ? `${text.slice(0, 88)}…` : text)

export function ThreadCard({
  thread,
  document,
  actor,
  me,
  people,
  now,
  focused,
  error,
  events,
}: {
  readonly thread: Thread
  readonly document: DocumentSubject
  readonly actor: Actor
  readonly me: Person
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
  const mayResolve = !pending && can(actor, 'thread.resolve', subject)
  const { resolving } = thread
  // Where one's party is asked to confirm, its button stands below, beside who asked, and not in the head of the card.
  const isAsked =
    resolving !== null && actor.party !== null && waitingFor(resolving, document.parties).includes(actor.party)
  const next = resolving !== null ? 'takeBackResolved' : thread.status === 'open' ? 'resolve' : 'reopen'
  const name = t('thread', { quote: shorten(quote ?? t('wholeDocument')) })
  const card = useRef<HTMLElement>(null)
  // Kept while the card is closed.
  const [answer, setAnswer, forgetAnswer] = useUnsent(`reply.${thread.id}`, noReply)
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
        {focused && !pending ? (
          <CopyButton value={addressOf(thread.document, { thread: thread.id })}>
            {({ copied, copy }) => (
              <ActionIcon
                size="sm"
                className={classes.resolve}
                aria-label={t(copied ? 'linkCopied' : 'copyLink')}
                title={t(copied ? 'linkCopied' : 'copyLink')}
                onClick={copy}
              >
                {copied ? <IconCheck size={16} stroke={1.5} /> : <IconLink size={16} stroke={1.5} />}
              </ActionIcon>
            )}
          </CopyButton>
        ) : null}
        {mayResolve && !isAsked ? (
          <ActionIcon
            size={24}
            className={classes.resolve}
            aria-label={t(next)}
            title={t(next)}
            onClick={() => void events.setStatus(thread.id, next === 'resolve' ? 'resolved' : 'open')}
          >
            {next === 'resolve' ? <IconCheck size={16} stroke={1.5} /> : <IconRotate size={16} stroke={1.5} />}
          </ActionIcon>
        ) : null}
      </header>
      {orphaned ? <p className={classes.orphan}>{t('orphan')}</p> : null}
      {quote === null ? (
        <p className={classes.quote}>{t('wholeDocument')}</p>
      ) : focused && !orphaned ? null : (
        <blockquote className={classes.quote} lang={thread.anchor?.language} data-gone={orphaned}>
          <Verbatim>{shorten(quote)}</Verbatim>
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
      {!focused && answer.body.trim() !== '' ? <p className={classes.meta}>{t('unsentReply')}</p> : null}
      {thread.undone ? (
        <p className={classes.orphan}>
          <Verbatim>{t('undone', { name: say(thread.undone.by.name), label: thread.undone.label })}</Verbatim>
        </p>
      ) : null}
      <Resolution thread={thread} parties={document.parties} actor={actor} mayResolve={mayResolve} events={events} />
      <Disposition
        thread={thread}
        parties={document.parties}
        actor={actor}
        mayDispose={focused && !pending && can(actor, 'thread.dispose', subject)}
        events={events}
      />
      {focused && !pending && can(actor, 'thread.publish', subject) ? (
        <PublishThread thread={thread} me={me} now={now} onPublish={events.publish} />
      ) : null}
      {pending ? <p className={classes.meta}>{t('sending')}</p> : null}
      {error === null ? null : (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      {focused && !pending && can(actor, 'thread.comment', subject) ? (
        <Reply
          thread={thread}
          people={people}
          body={answer.body}
          onChange={(body) => setAnswer({ body })}
          onSent={forgetAnswer}
          events={events}
        />
      ) : null}
    </Box>
  )
}
