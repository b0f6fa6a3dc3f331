/**
 * Documents that are open in this page. Components that show the same document share one connection; it ends a few seconds after
 * the last of them is gone, and never before what was written is saved.
 */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { systemClock } from '#client/lib/clock.ts'
import { openDocument, type DocumentConnection } from './connection.ts'
import { browserNetwork } from './hearing.ts'
import { noteOpen } from '#client/lib/leaving.ts'
import type { DocumentSubject } from '#shared/domain/permissions.ts'
import { useActorIn } from '#client/session/acting.ts'
import { useSeen } from './seen.ts'
import { endOf, hasUnsaved, type End, type SaveState } from './state.ts'
import { createStore, type Store } from '#client/lib/store.ts'

type DocumentMeta = {
  readonly epoch: number
  /** Whether a copy of an older epoch is wanted too, to be offered to its reader. */
  readonly recovers?: boolean
  /** Whether others see that I am here; they do if nothing is said. */
  readonly seen?: boolean
  /** In which of my seats I open it; the server chooses if nothing is said. */
  readonly seat?: string
}

type Entry = {
  readonly connection: DocumentConnection
  readonly epoch: number
  users: number
  stopLinger: () => void
  forget: () => void
}

const lingerMs = 5000

const entries = new Map<string, Entry>()
/** Rises when a document is opened anew, so that whoever shows it takes the new connection. */
const generation = createStore(0)

const syncUrl = () => `${location.origin.replace(/^http/, 'ws')}/sync`

function drop(id: string, entry: Entry): void {
  entry.stopLinger()
  entry.forget()
  if (entries.get(id) === entry) entries.delete(id)
  entry.connection.close()
}

/** Whether a connection holds a whole text that was replaced on the server, or will be told so once the server is heard again. */
const holdsReplaced = ({ state, loaded }: DocumentConnection): boolean =>
  loaded.get() && (endOf(state.get()) === null || endOf(state.get()) === 'replaced')

/** Waits until nobody has come back for a while and nothing is unsaved, then ends the connection. */
function linger(id: string, entry: Entry): () => void {
  let unsubscribe: () => void = () => undefined
  const callOff = systemClock.after(lingerMs, () => {
    const endWhenSaved = () => {
      if (!hasUnsaved(entry.connection.state.get())) drop(id, entry)
    }
    unsubscribe = entry.connection.state.subscribe(endWhenSaved)
    endWhenSaved()
  })
  return () => {
    callOff()
    unsubscribe()
  }
}

/** Takes part in the open document `id`, opening it if need be. Call `release` once when done. */
export function acquireDocument(
  id: string,
  meta: DocumentMeta,
): { readonly connection: DocumentConnection; readonly release: () => void } {
  let entry = entries.get(id)
  // What an older epoch could not save is kept until it has been shown: its state says so, and `reloadDocument` lets it go.
  if (entry !== undefined && entry.epoch !== meta.epoch) {
    const kept = hasUnsaved(entry.connection.state.get()) || (meta.recovers === true && holdsReplaced(entry.connection))
    if (!kept) {
      drop(id, entry)
      entry = undefined
    }
  }
  if (entry === undefined) {
    const connection = openDocument(id, meta, { url: syncUrl(), network: browserNetwork, seen: meta.seen ?? true })
    const opened: Entry = {
      connection,
      epoch: meta.epoch,
      users: 0,
      stopLinger: () => undefined,
      forget: noteOpen({ hasUnsaved: () => hasUnsaved(connection.state.get()), close: () => drop(id, opened) }),
    }
    entries.set(id, opened)
    entry = opened
  }
  const mine = entry
  mine.stopLinger()
  mine.users += 1
  return {
    connection: mine.connection,
    release: () => {
      mine.users -= 1
      if (mine.users === 0 && entries.get(id) === mine) mine.stopLinger = linger(id, mine)
    },
  }
}

/** Opens the document anew, from the server's copy. Whatever of mine it held and could not save is gone. */
export function reloadDocument(id: string): void {
  const entry = entries.get(id)
  if (entry !== undefined) drop(id, entry)
  generation.set(generation.get() + 1)
}

/** The open document, or null until `meta` is known and the connection is made. */
export function useDocument(
  id: string,
  meta: (DocumentSubject & Pick<DocumentMeta, 'epoch' | 'recovers'>) | null | undefined,
): DocumentConnection | null {
  const [connection, setConnection] = useState<DocumentConnection | null>(null)
  const opened = useSyncExternalStore(generation.subscribe, generation.get)
  const epoch = meta?.epoch
  const recovers = meta?.recovers === true
  const { id: seat } = useActorIn(meta)
  const openedIn = useRef(seat)
  const [seen] = useSeen()
  const seenNow = useRef(seen)
  useEffect(() => {
    seenNow.current = seen
    connection?.setSeen(seen)
  }, [connection, seen])
  useEffect(() => {
    openedIn.current = seat
  }, [seat])
  useEffect(() => {
    if (epoch === undefined) return undefined
    const { connection: acquired, release } = acquireDocument(id, {
      epoch,
      recovers,
      seen: seenNow.current,
      seat: openedIn.current,
    })
    setConnection(acquired)
    return () => {
      setConnection(null)
      release()
    }
  }, [id, epoch, recovers, opened])
  return connection?.id === id ? connection : null
}

const nothing: Store<null> = createStore(null)

/** The state of my words in a document, or null while there is none. */
export function useSaveState(connection: DocumentConnection | null): SaveState | null {
  const store: Store<SaveState | null> = connection?.state ?? nothing
  return useSyncExternalStore(store.subscribe, store.get)
}

/** The code with which the document was closed to me, or null. Unlike the whole state it does not change with every key. */
export function useCloseCode(connection: DocumentConnection | null): number | null {
  const store: Store<SaveState | null> = connection?.state ?? nothing
  return useSyncExternalStore(store.subscribe, () => {
    const state = store.get()
    return state?.name === 'closed' ? state.code : null
  })
}

/** How the connection ended for good, or null. Like the code it does not change with every key. */
export function useEnd(connection: DocumentConnection | null): End | null {
  const store: Store<SaveState | null> = connection?.state ?? nothing
  return useSyncExternalStore(store.subscribe, () => endOf(store.get()))
}

/** Whether the whole text is here. */
export function useLoaded(connection: DocumentConnection | null): boolean {
  const store: Store<boolean | null> = connection?.loaded ?? nothing
  return useSyncExternalStore(store.subscribe, store.get) === true
}
