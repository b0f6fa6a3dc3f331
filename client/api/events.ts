/** What happens elsewhere, as the server tells it: marks what is out of date, and lets others (toasts) listen. */
import { useEffect, useSyncExternalStore } from 'react'
import { ServerEvent, eventsPath } from '#shared/api/events.ts'
import { createStore } from '#client/connection/store.ts'
import { queryClient, queryKeys } from './queries.ts'

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

/** Listens until the returned function is called. The browser itself reconnects when the stream breaks. */
export function listenToServer(): () => void {
  const source = new EventSource(eventsPath)
  let seenReady = false
  let timer: ReturnType<typeof setTimeout> | null = null
  const refreshOverviews = () => {
    timer ??= setTimeout(() => {
      timer = null
      for (const queryKey of [queryKeys.initiative, queryKeys.groups, queryKeys.documents]) {
        void queryClient.invalidateQueries({ queryKey })
      }
    }, overviewIntervalMs)
  }
  const receive = ({ data }: MessageEvent<string>) => {
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
        refreshOverviews()
        break
      case 'document':
        if (event.change !== 'edited') {
          void queryClient.invalidateQueries({ queryKey: queryKeys.document(event.document), exact: true })
        }
        refreshOverviews()
        break
      case 'snapshot':
        void queryClient.invalidateQueries({ queryKey: queryKeys.snapshots(event.document) })
        refreshOverviews()
        break
      case 'presence':
        refreshOverviews()
        break
      case 'signedOut':
        source.close()
        break
    }
    for (const listener of listeners) listener(event)
  }
  source.addEventListener('message', receive)
  source.addEventListener('open', () => heard.set(true))
  source.addEventListener('error', () => heard.set(false))
  return () => {
    source.close()
    heard.set(true)
    if (timer !== null) clearTimeout(timer)
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
