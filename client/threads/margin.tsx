/** The margin: the threads beside their passages (or as a list where there is no room), and the composer among them. */
import { ActionIcon, Button, Menu, SegmentedControl } from '@mantine/core'
import { IconFilter, IconMessagePlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Thread } from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { audiencesFor, can, type Audience, type ThreadSubject } from '#shared/domain/permissions.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import { threadsQuery } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import type { TextEditor } from '#client/document/text-editor.ts'
import type { ShownLanguages } from '#client/document/languages.ts'
import { anchorOfApplied, prepareApplication } from './apply.ts'
import { audienceLabel } from './audience.tsx'
import { Composer, emptyDraft, type Draft } from './composer.tsx'
import { highlightsIn } from './highlights.ts'
import { threadMessages } from './messages.ts'
import {
  isProvisional,
  readThread,
  useCreateThread,
  useEditComment,
  useReply,
  useUpdateThread,
  type NewThread,
} from './mutations.ts'
import { followPassages, type MarginLayout } from './margin-layout.ts'
import { readersOf, readersQuery } from './people.ts'
import { whenSaved } from './saved.ts'
import { subjectOf, ThreadCard, type ThreadEvents } from './thread-card.tsx'
import classes from './threads.module.css'

/** What a comment is being written about: a passage and its words, line by line; null for the whole document. */
export type Composing = { readonly anchor: TextAnchor | null; readonly words: string | null }

type Status = 'open' | 'resolved' | 'mine'

const nobody: readonly Person[] = []

export function Margin({
  document,
  actor,
  me,
  text,
  connection,
  shown,
  beside,
  focused,
  taken,
  composing,
  onFocus,
  onCompose,
}: {
  readonly document: DocumentDetail
  readonly actor: Actor
  readonly me: Person
  readonly text: TextEditor
  readonly connection: DocumentConnection
  readonly shown: ShownLanguages
  /** Whether the cards stand beside their passages; else they are a list. */
  readonly beside: boolean
  readonly focused: string | null
  /** The thread whose card is to take the keyboard. */
  readonly taken: string | null
  readonly composing: Composing | null
  readonly onFocus: (thread: string | null) => void
  readonly onCompose: (composing: Composing | null) => void
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const reasonOf = useReason()
  const { data: threads, error, refetch } = useQuery(threadsQuery(document.id))
  const { data: people = nobody } = useQuery(readersQuery(document.id))
  const orphans = useSyncExternalStore(text.tracker.orphans.subscribe, text.tracker.orphans.get)
  // What a card says of its passage is true again whenever the passages were found anew.
  useSyncExternalStore(text.tracker.placed.subscribe, text.tracker.placed.get)
  const [status, setStatus] = useState<Status>('open')
  const [audience, setAudience] = useState<Audience | null>(null)
  const [failed, setFailed] = useState<{ draft: Draft; reason: string } | null>(null)
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const audiences = useMemo(() => audiencesFor(actor, document), [actor, document])
  const create = useCreateThread(document.id, me)
  const reply = useReply(document.id, me)
  const update = useUpdateThread(document.id, me)
  const edit = useEditComment(document.id)

  useEffect(() => {
    if (threads) text.tracker.setThreads(threads)
  }, [threads, text])

  // Once a thread is open on the screen its comments count as seen.
  const focusedUnread = threads?.find(({ id }) => id === focused)?.unread ?? 0
  useEffect(() => {
    if (focused !== null && focusedUnread > 0 && globalThis.document.visibilityState === 'visible')
      void readThread(document.id, focused)
  }, [focused, focusedUnread, document.id])

  const mentionable = useCallback(
    (thread: ThreadSubject) => readersOf(people, thread).filter(({ id }) => id !== actor.id),
    [people, actor],
  )

  const fail = (thread: string, reason: string) => setErrors((before) => ({ ...before, [thread]: reason }))
  const attempt = async (thread: string, work: () => Promise<unknown>) => {
    setErrors(({ [thread]: _gone, ...rest }) => rest)
    try {
      await work()
    } catch (problem) {
      fail(thread, t('changeFailed', { reason: reasonOf(problem) }))
      throw problem
    }
  }
  const events: ThreadEvents = {
    focus: onFocus,
    reply: (thread, words) => attempt(thread, () => reply.mutateAsync({ thread, words })),
    edit: (thread, comment, body) => attempt(thread, () => edit.mutateAsync({ thread, comment, body })),
    setStatus: (thread, next) =>
      attempt(thread, () => update.mutateAsync({ thread, change: { status: next } })).catch(() => undefined),
    dispose: (thread, decision, reason) =>
      attempt(thread, () => update.mutateAsync({ thread, change: { disposition: { decision, reason } } })),
    leave: () => text.editor.view.focus(),
    apply: async (thread, wording, expected) => {
      const { body, state } = connection
      const { view } = text.editor
      const anchor = text.tracker.anchorOf(thread.id)
      if (anchor === null) return fail(thread.id, t('applyGone'))
      const application = prepareApplication(view.state, body, anchor, expected, wording)
      if (application.type === 'gone') return fail(thread.id, t('applyGone'))
      if (application.type === 'changed') return fail(thread.id, t('applyChanged', { now: application.now }))
      text.undoManager.stopCapturing()
      view.dispatch(application.tr)
      text.undoManager.stopCapturing()
      const moved = anchorOfApplied(view.state, body, application)
      const disposes = thread.disposition === null && can(actor, 'thread.dispose', subjectOf(document, thread))
      if (moved === null && !disposes) return undefined
      const change = {
        ...(moved === null ? {} : { anchor: moved }),
        ...(disposes ? { disposition: { decision: 'accepted', reason: t('acceptedReason') } as const } : {}),
      }
      // The server looks for the wording in the text that it has.
      const after = whenSaved(state, () => t('applyRefused'))
      await attempt(thread.id, () => update.mutateAsync({ thread: thread.id, change, after })).catch(() => undefined)
      return undefined
    },
  }

  const send = (input: NewThread, draft: Draft) => {
    const asked = composing
    setFailed(null)
    onCompose(null)
    create.mutate(input, {
      onSuccess: ({ id }) => onFocus(id),
      onError: (problem) => {
        setFailed({ draft, reason: t('sendFailed', { reason: reasonOf(problem) }) })
        onCompose(asked)
      },
    })
  }

  const shownThreads = (threads ?? []).filter((thread) => {
    if (thread.id === focused) return true
    if (audience !== null && thread.audience !== audience) return false
    if (status === 'mine') return thread.comments.some(({ author }) => author.id === actor.id)
    return thread.status === status
  })
  // In the order of the text, which is the order of the Tab key too.
  const places = new Map(highlightsIn(text.editor.state).highlights.map(({ thread, from }) => [thread, from]))
  const placeIn = ({ id, anchor }: Thread) => (anchor === null ? -1 : (places.get(id) ?? Infinity))
  const listed = shownThreads.toSorted((a, b) => {
    const [first, second] = [placeIn(a), placeIn(b)]
    return first === second ? 0 : first - second
  })
  const gone = (thread: Thread) =>
    !isProvisional(thread.id) && (orphans.has(thread.id) || (thread.orphaned && !places.has(thread.id)))
  const passageNow = (thread: Thread): string | null =>
    thread.anchor === null || gone(thread) ? null : (text.tracker.anchorOf(thread.id) ?? thread.anchor).quote.exact

  const cards = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (composing === null) return undefined
    // One frame later it has found its place beside the passage.
    const frame = requestAnimationFrame(() =>
      cards.current?.querySelector('[data-slot="composer"]')?.scrollIntoView({ block: 'nearest' }),
    )
    return () => cancelAnimationFrame(frame)
  }, [composing])
  useEffect(() => {
    const card = taken === null ? null : cards.current?.querySelector(`[data-thread="${CSS.escape(taken)}"]`)
    if (card instanceof HTMLElement) card.focus()
  }, [taken])
  const layout = useRef<MarginLayout | null>(null)
  useLayoutEffect(() => {
    if (cards.current === null) return undefined
    const following = followPassages(cards.current, text)
    layout.current = following
    return following.stop
  }, [text])
  // After every drawing: cards come, go and change their height with it.
  useLayoutEffect(() => layout.current?.show({ shown, beside, focused, threads: listed, composing }))

  return (
    <aside aria-label={t('title')} style={{ minHeight: '100%' }}>
      <div className={classes.bar} data-beside={beside}>
        {beside ? <h2>{t('title')}</h2> : null}
        <SegmentedControl
          size="xs"
          aria-label={t('filter')}
          value={status}
          onChange={setStatus}
          data={[
            { value: 'open', label: t('filterOpen') },
            { value: 'resolved', label: t('filterResolved') },
            { value: 'mine', label: t('filterMine') },
          ]}
        />
        {audiences.length > 1 ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                size="md"
                aria-label={t('filterAudience')}
                title={t('filterAudience')}
                variant={audience === null ? 'subtle' : 'light'}
              >
                <IconFilter size={16} stroke={1.5} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setAudience(null)} aria-current={audience === null}>
                {t('filterAll')}
              </Menu.Item>
              {audiences.map((each) => (
                <Menu.Item key={each} onClick={() => setAudience(each)} aria-current={audience === each}>
                  {audienceLabel(t, each, actor.party, language)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
        {audiences.length > 0 ? (
          <ActionIcon
            size="md"
            aria-label={t('addWhole')}
            title={t('addWhole')}
            onClick={() => onCompose({ anchor: null, words: null })}
          >
            <IconMessagePlus size={16} stroke={1.5} />
          </ActionIcon>
        ) : null}
      </div>
      {threads === undefined && error ? (
        <p className={classes.nothing}>
          {t('failed')}{' '}
          <Button size="compact-sm" variant="subtle" onClick={() => void refetch()}>
            {t('retry')}
          </Button>
        </p>
      ) : null}
      {threads && listed.length === 0 && composing === null ? (
        <p className={classes.nothing}>
          {status === 'open' && audience === null
            ? t(audiences.length > 0 ? 'nothingOpen' : 'nothingOpenRead')
            : t('nothingFiltered')}
        </p>
      ) : null}
      <div ref={cards} className={classes.cards} data-beside={beside}>
        {composing === null ? null : (
          <div className={classes.slot} data-slot="composer">
            <Composer
              key={composing.anchor?.start ?? 'document'}
              actor={actor}
              audiences={audiences}
              draft={failed?.draft ?? emptyDraft(audiences)}
              quote={composing.words}
              readersOf={(of) =>
                mentionable({
                  document,
                  audience: of,
                  party: of === 'delegation' ? actor.party : null,
                  author: actor.id,
                })
              }
              error={failed?.reason ?? null}
              onSend={(chosen, words) =>
                send(
                  { audience: chosen, anchor: composing.anchor, ...words },
                  { audience: chosen, body: words.body, proposal: words.proposal },
                )
              }
              onCancel={() => {
                setFailed(null)
                onCompose(null)
              }}
            />
          </div>
        )}
        {listed.map((thread) => (
          <div key={thread.id} className={classes.slot} data-slot={thread.id}>
            <ThreadCard
              thread={thread}
              document={document}
              actor={actor}
              people={mentionable(subjectOf(document, thread))}
              now={passageNow(thread)}
              focused={thread.id === focused}
              error={errors[thread.id] ?? null}
              events={events}
            />
          </div>
        ))}
      </div>
    </aside>
  )
}
