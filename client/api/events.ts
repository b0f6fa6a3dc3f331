/** What happens elsewhere, as the server tells it: marks what is out of date, and lets others (toasts) listen. */
import { useEffect, useSyncExternalStore } from 'react'
import { eventsPath, ServerEvent } from '#shared/api/events.ts'
import { getSession, type Session } from '#shared/api/session.ts'
import { createStore } from '#client/lib/store.ts'
import { ApiError, call } from './call.ts'
import { definitionQuery, queryClient, queryKeys } from './queries.ts'

type Listener = (event: ServerEvent) => void

const listeners = new Set<Listener>()

/** Whether the server is heard; taken for granted until the stream breaks. */
const heard = createStore(true)

/** Whether the server tells what happens now: if not, who is here is not known, and what is shown may be of earlier. */
export const useHeard = (): boolean => useSyncExternalStore(heard.subscribe, heard.get)

/** Calls `listener` for every event while the component is there. */
export function useServerEvent(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [listener])
}

/** Edits come in bursts: overviews are fetched again at most this often. */
const overviewIntervalMs = 3000
/** So long after what listens could not be fetched, it is fetched again. */
const againAfterMs = 5000

/** Hears what the server tells the holder of the session, until the returned function is called. */
export function listenToServer(session: Session): () => void {
  let seenReady = false
  let stop = () => {}
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  const refreshOverviews = () => {
    timer ??= setTimeout(() => {
      timer = null
      for (const queryKey of [queryKeys.initiative, queryKeys.groups, queryKeys.documents]) {
        void queryClient.invalidateQueries({ queryKey })
      }
    }, overviewIntervalMs)
  }
  const receive = (data: string) => {
    const parsed = ServerEvent.safeParse(fromJson(data))
    if (!parsed.success) return
    const event = parsed.data
    switch (event.type) {
      case 'ready':
        // A second one means that the stream had broken: anything may have happened meanwhile.
        if (seenReady) void queryClient.invalidateQueries()
        seenReady = true
        break
      case 'thread':
        void queryClient.invalidateQueries({ queryKey: queryKeys.threads(event.document) })
        // Where a passage stands is in no overview.
        if (event.change !== 'anchored') refreshOverviews()
        break
      case 'document':
        if (event.change !== 'edited') {
          void queryClient.invalidateQueries({ queryKey: queryKeys.document(event.document), exact: true })
          void queryClient.invalidateQueries({ queryKey: queryKeys.changes(event.document) })
        }
        refreshOverviews()
        break
      case 'snapshot':
        void queryClient.invalidateQueries({ queryKey: queryKeys.snapshots(event.document) })
        refreshOverviews()
        break
      case 'initiative':
        // What is fetched again after it is checked against the new one.
        void queryClient.fetchQuery({ ...definitionQuery, staleTime: 0 }).then(refreshOverviews, () => undefined)
        break
      case 'restored':
      case 'presence':
        refreshOverviews()
        break
      case 'signedOut':
        stop()
        break
    }
    for (const listener of listeners) listener(event)
  }
  // The first paint does not wait for what listens.
  const start = () =>
    void import('./stream.ts').then(
      ({ hearServer }) => {
        if (stopped) return
        const { id } = session.user
        const ended = async () => await hasEnded(session)
        stop = hearServer(`${eventsPath}?user=${id}`, `${id}.${session.expiresAt}`, {
          hear: receive,
          heard: heard.set,
          ended,
        })
      },
      () => {
        if (stopped) return
        heard.set(false)
        again = setTimeout(start, againAfterMs)
      },
    )
  start()
  return () => {
    stopped = true
    stop()
    heard.set(true)
    clearTimeout(again)
    if (timer !== null) clearTimeout(timer)
  }
}

/** Whether nobody is signed in any more in this browser, or someone else. Where it cannot be known, it counts as no. */
async function hasEnded({ user }: Session): Promise<boolean> {
  try {
    return (await call(getSession, {})).user.id !== user.id
  } catch (error) {
    return error instanceof ApiError && error.status === 401
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
