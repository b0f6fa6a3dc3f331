/** The margin: the threads beside their passages (or as a list where there is no room), and the composer among them. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { Thread } from '#shared/api/threads.ts'
import { audiencesFor, type ThreadSubject } from '#shared/domain/permissions.ts'
import { readersQuery } from '#client/api/readers.ts'
import { highlightsIn } from '#client/editor/highlights.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useFocusKept } from '#client/ui/focus-kept.ts'
import type { Commenting } from './commenting.ts'
import { ComposerCard, useWriting } from './composing.tsx'
import { MarginBar, passes, type Filter } from './margin-bar.tsx'
import { followPassages, type MarginLayout } from './margin-layout.ts'
import { threadMessages } from './messages.ts'
import { isProvisional, readThread } from './mutations.ts'
import { readersOf } from './people.ts'
import { useThreads } from './queries.ts'
import { subjectOf } from './card.ts'
import { ThreadCard } from './thread-card.tsx'
import { useThreadEvents } from './thread-events.ts'
import { UnsentCard } from './unsent-threads.tsx'
import classes from './threads.module.css'

const nobody: readonly Person[] = []

/** A card of another feature that is in use beside the text, and where it belongs; null for the top. */
export type GuestCard = { readonly at: () => number | null; readonly card: ReactNode }

export function Margin({
  beside,
  commenting,
  guest,
}: {
  /** Whether the cards stand beside their passages; else they are a list. */
  readonly beside: boolean
  readonly commenting: Commenting
  readonly guest: GuestCard | null
}) {
  const t = useMessages(threadMessages)
  const { document, actor, me, text, shown } = useEditorSession()
  const { focused, taken, composing, compose } = commenting
  const { threads, error, refetch } = useThreads(document.id)
  const { data: people = nobody } = useQuery(readersQuery(document.id))
  const [filter, setFilter] = useState<Filter>({ status: 'open', audience: null })
  const writing = useWriting(commenting)
  const { events, errors } = useThreadEvents(commenting)
  const { placeOf, passageOf } = usePlaces()
  const mayComment = audiencesFor(actor, document).length > 0

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
  // In the order of the text, which is the order of the Tab key too.
  const listed = (threads ?? [])
    .filter((thread) => thread.id === focused || passes(filter, thread, actor.id))
    .toSorted((a, b) => {
      const [first, second] = [placeOf(a), placeOf(b)]
      return first === second ? 0 : first - second
    })

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
  useFocusKept(cards, 'data-thread')
  const layout = useRef<MarginLayout | null>(null)
  useLayoutEffect(() => {
    if (cards.current === null) return undefined
    const following = followPassages(cards.current, text)
    layout.current = following
    return following.stop
  }, [text])
  // After every drawing: cards come, go and change their height with it.
  useLayoutEffect(() =>
    layout.current?.show({ shown, beside, focused, threads: listed, composing, unsent: writing.offered, guest }),
  )

  return (
    <aside aria-label={t('title')} style={{ minHeight: '100%' }}>
      <MarginBar
        titled={beside}
        filter={filter}
        onFilter={setFilter}
        onCompose={() => compose({ anchor: null, words: null })}
      />
      {threads === undefined && error ? (
        <p className={classes.nothing}>
          {t('failed')}{' '}
          <Button size="compact-sm" variant="subtle" onClick={refetch}>
            {t('retry')}
          </Button>
        </p>
      ) : null}
      {threads && listed.length === 0 && composing === null && guest === null && writing.offered.length === 0 ? (
        <p className={classes.nothing}>
          {filter.status === 'open' && filter.audience === null
            ? t(mayComment ? 'nothingOpen' : 'nothingOpenRead')
            : t('nothingFiltered')}
        </p>
      ) : null}
      <div ref={cards} className={classes.cards} data-beside={beside}>
        {guest === null ? null : (
          <div className={classes.slot} data-slot="guest">
            {guest.card}
          </div>
        )}
        {composing === null ? null : (
          <div className={classes.slot} data-slot="composer">
            <ComposerCard
              key={composing.anchor?.start ?? 'document'}
              about={composing}
              writing={writing}
              readersOf={mentionable}
              onClose={() => compose(null)}
            />
          </div>
        )}
        {writing.offered.map((each) => (
          <div key={each.place} className={classes.slot} data-slot={each.place}>
            <UnsentCard
              unsent={each}
              actor={actor}
              onContinue={() => compose({ anchor: each.anchor, words: each.words })}
              onDiscard={() => writing.unsent.forget(each)}
            />
          </div>
        ))}
        {listed.map((thread) => (
          <div key={thread.id} className={classes.slot} data-slot={thread.id}>
            <ThreadCard
              thread={thread}
              document={document}
              actor={actor}
              me={me}
              people={mentionable(subjectOf(document, thread))}
              now={passageOf(thread)}
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

/** Where threads stand in the text as it is here; read anew whenever the passages were found anew. */
function usePlaces() {
  const { text } = useEditorSession()
  const { tracker } = text
  const orphans = useSyncExternalStore(tracker.orphans.subscribe, tracker.orphans.get)
  useSyncExternalStore(tracker.placed.subscribe, tracker.placed.get)
  const places = new Map(highlightsIn(text.editor.state).highlights.map(({ thread, from }) => [thread, from]))
  const isGone = ({ id, orphaned }: Thread) => !isProvisional(id) && (orphans.has(id) || (orphaned && !places.has(id)))
  return {
    /** Threads on the whole document come first, those that are not placed last. */
    placeOf: ({ id, anchor }: Thread): number => (anchor === null ? -1 : (places.get(id) ?? Infinity)),
    /** How a thread's passage reads now; null if it is gone, or the thread is about the whole document. */
    passageOf: (thread: Thread): string | null =>
      thread.anchor === null || isGone(thread) ? null : (tracker.anchorOf(thread.id) ?? thread.anchor).quote.exact,
  }
}
