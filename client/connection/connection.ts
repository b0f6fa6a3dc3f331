/**
 * One live document: the shared text, who else is in it, and the state of my words. The stock y-websocket provider carries it;
 * added here are acknowledgements, the recovery of refused text, and the holding back of others' changes during Japanese input.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as sync from 'y-protocols/sync'
import { applyAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { schemaVersion } from '#shared/domain/documents.ts'
import {
  bodyName,
  closeCode,
  messageType,
  protocolVersion,
  syncParameter,
  syncType,
} from '#shared/protocol/messages.ts'
import { systemClock, type Clock } from '#client/lib/clock.ts'
import { createDeferral, watchCompositions } from './composition.ts'
import { createHearing, type Network } from './hearing.ts'
import { finalState, isFinal, sameState, type SaveState } from './state.ts'
import { createStore, type Store } from '#client/lib/store.ts'
import { createUnsaved } from './unsaved.ts'

export type DocumentConnection = {
  readonly id: string
  readonly doc: Y.Doc
  /** The document's text. */
  readonly body: Y.XmlFragment
  readonly awareness: Awareness
  readonly state: Store<SaveState>
  /** Whether the text has been here completely once; before that `body` must not be shown or written to. */
  readonly loaded: Store<boolean>
  /**
   * While Japanese text is composed in `element`, changes of others wait, and then come in one step. Returns how to stop.
   */
  readonly deferDuringComposition: (element: EventTarget) => () => void
  /** Runs a task that draws in the text: at once, or when the composition is over and what was held back is there. */
  readonly afterComposition: (task: () => void) => void
  /** Runs a task whenever a composition is over, before what was held back comes in. Returns how to stop. */
  readonly whenComposed: (task: () => void) => () => void
  /** Whether others see that I am here. */
  readonly setSeen: (seen: boolean) => void
  /** Ends the connection. Whatever is unsaved is lost. */
  readonly close: () => void
}

export type ConnectionOptions = {
  /** Where the documents are: `wss://host/sync`. */
  readonly url: string
  readonly clock?: Clock
  /** What the browser knows of the network; without it the connection alone tells. */
  readonly network?: Network
  /** Whether others see that I am here, from the first moment on. */
  readonly seen?: boolean
  readonly WebSocketPolyfill?: typeof WebSocket
}

/** Without a connection for so long, I am "offline" rather than "reconnecting". */
const offlineAfterMs = 4000

const isFinalCode = (code: number) => code >= 4400 && code < 4500

/** Opens the document `id` whose text is of `epoch`, in that seat of mine: what I write is under its name. */
export function openDocument(
  id: string,
  { epoch, seat }: { readonly epoch: number; readonly seat?: string | undefined },
  { url, clock = systemClock, network, seen = true, WebSocketPolyfill = WebSocket }: ConnectionOptions,
): DocumentConnection {
  const doc = new Y.Doc()
  const body = doc.getXmlFragment(bodyName)
  const unsaved = createUnsaved()
  const state = createStore<SaveState>({ name: 'loading', failing: false }, sameState)
  const loaded = createStore(false)
  const provider = new WebsocketProvider(url, id, doc, {
    disableBc: true,
    WebSocketPolyfill,
    params: {
      [syncParameter.version]: String(protocolVersion),
      [syncParameter.epoch]: String(epoch),
      [syncParameter.schemaVersion]: String(schemaVersion),
      ...(seat === undefined ? {} : { [syncParameter.seat]: seat }),
    },
  })

  // Who says nothing of themselves is shown to nobody.
  const setSeen = (now: boolean) => {
    if ((provider.awareness.getLocalState() !== null) !== now) provider.awareness.setLocalState(now ? {} : null)
  }
  setSeen(seen)

  /** Whether the server has been told everything that it lacked when this connection was made. */
  let greeted = false
  let savedAt = clock.now()
  let refused = false
  let offline = false
  /** Whether the server said itself that it cannot serve the document just now. */
  let unavailable = false
  let callOffOffline: (() => void) | null = null
  let markPending = false

  const send = (write: (encoder: encoding.Encoder) => void) => {
    const encoder = encoding.createEncoder()
    write(encoder)
    provider.ws?.send(encoding.toUint8Array(encoder))
  }

  const hearing = createHearing({
    clock,
    network: network ?? null,
    ask: () => {
      if (!provider.wsconnected) return false
      send((encoder) => encoding.writeVarUint(encoder, messageType.queryAwareness))
      return true
    },
    changed: () => refresh(),
    renew: () => {
      if (isFinal(state.get())) return
      provider.disconnect()
      provider.connect()
    },
  })

  const refresh = () => {
    if (isFinal(state.get())) return
    const changes = unsaved.count()
    const silent = hearing.silent()
    hearing.await(changes > 0)
    if (!loaded.get()) state.set({ name: 'loading', failing: offline || silent })
    else if (provider.synced && !silent)
      state.set(changes > 0 ? { name: 'saving', changes } : { name: 'saved', at: savedAt })
    else state.set({ name: offline || silent ? 'offline' : 'reconnecting', changes, unavailable })
  }

  const finish = (code: number) => {
    if (isFinal(state.get())) return
    state.set(finalState(code, refused, unsaved.text()))
    callOffOffline?.()
    hearing.stop()
    provider.disconnect()
  }

  /** Asks to be told when everything so far is on disk; once for all changes made in one go. */
  const mark = () => {
    if (markPending || !greeted || unsaved.count() === 0) return
    markPending = true
    queueMicrotask(() => {
      markPending = false
      if (!greeted || unsaved.count() === 0) return
      send((encoder) => {
        encoding.writeVarUint(encoder, messageType.acknowledge)
        encoding.writeVarUint(encoder, unsaved.latest())
      })
    })
  }

  // The provider's own handler would send a change made between connecting and the exchange of what each side lacks; it
  // builds on changes that the server does not have yet, and would be refused. The exchange carries it instead.
  doc.off('update', provider._updateHandler)
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === provider || isFinal(state.get())) return
    unsaved.add(update)
    if (greeted) {
      send((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        sync.writeUpdate(encoder, update)
      })
      mark()
    }
    refresh()
  })

  let heldBack: { bytes: Uint8Array; completes: boolean }[] = []
  let presence: Uint8Array[] = []
  let tasks: (() => void)[] = []
  /** Whoever is here stays so while their signs of life wait: a caret that goes would end the composition beside it. */
  const stay = (lastUpdated: number) => {
    for (const [client, meta] of provider.awareness.meta) {
      if (client !== provider.awareness.clientID) meta.lastUpdated = lastUpdated
    }
  }
  const composed = new Set<() => void>()
  const releaseHeldBack = () => {
    for (const task of composed) task()
    stay(Date.now())
    const [updates, presences, waiting] = [heldBack, presence, tasks]
    ;[heldBack, presence, tasks] = [[], [], []]
    if (updates.length > 0) {
      const apply = () => {
        for (const { bytes } of updates) Y.applyUpdate(doc, bytes, provider)
      }
      Y.transact(doc, apply, provider, false)
      if (updates.some(({ completes }) => completes)) provider.synced = true
    }
    for (const bytes of presences) applyAwarenessUpdate(provider.awareness, bytes, provider)
    for (const task of waiting) task()
  }
  const deferral = createDeferral(clock, () => stay(Infinity), releaseHeldBack)

  const stockSync = provider.messageHandlers[messageType.sync]
  provider.messageHandlers[messageType.sync] = (encoder, decoder, ...rest) => {
    const kind = decoding.peekVarUint(decoder)
    if (kind !== syncType.step1) deferral.heard()
    if (kind !== syncType.step1 && deferral.active()) {
      decoding.readVarUint(decoder)
      heldBack.push({ bytes: decoding.readVarUint8Array(decoder), completes: kind === syncType.step2 })
      return
    }
    stockSync?.(encoder, decoder, ...rest)
    if (kind === syncType.step1) {
      // The answer, with all that the server lacks, leaves as soon as this returns: what comes after may build on it.
      greeted = true
      mark()
    }
  }
  const stockAwareness = provider.messageHandlers[messageType.awareness]
  provider.messageHandlers[messageType.awareness] = (encoder, decoder, ...rest) => {
    // A caret drawn anew in the line that is being composed ends the composition as well.
    if (deferral.active()) presence.push(decoding.readVarUint8Array(decoder))
    else stockAwareness?.(encoder, decoder, ...rest)
  }
  provider.messageHandlers[messageType.acknowledge] = (_encoder, decoder) => {
    const before = unsaved.count()
    unsaved.acknowledge(decoding.readVarUint(decoder))
    if (unsaved.count() < before) savedAt = clock.now()
    refresh()
  }
  provider.messageHandlers[messageType.refused] = (_encoder, decoder) => {
    unsaved.acknowledge(decoding.readVarUint(decoder))
    const code = decoding.readVarUint(decoder)
    if (!isFinalCode(code)) return
    refused = true
    finish(code)
  }

  for (const [type, handle] of Object.entries(provider.messageHandlers)) {
    provider.messageHandlers[Number(type)] = (...message) => {
      hearing.heard()
      handle(...message)
    }
  }

  provider.on('sync', (synced) => {
    if (synced) {
      callOffOffline?.()
      callOffOffline = null
      offline = false
      savedAt = clock.now()
      loaded.set(true)
      mark()
    }
    refresh()
  })
  provider.on('connection-close', (event) => {
    greeted = false
    deferral.doubt()
    unavailable = event?.code === closeCode.unavailable
    callOffOffline ??= clock.after(offlineAfterMs, () => {
      offline = true
      refresh()
    })
    // The provider still calls itself connected while it tells of the end.
    queueMicrotask(refresh)
  })
  provider.on('closed', ({ code }) => finish(code))

  const stopWatching = new Set<() => void>()
  return {
    id,
    doc,
    body,
    awareness: provider.awareness,
    state,
    loaded,
    deferDuringComposition: (element) => {
      const stop = watchCompositions(element, deferral)
      stopWatching.add(stop)
      return () => {
        stopWatching.delete(stop)
        stop()
      }
    },
    afterComposition: (task) => {
      if (deferral.active()) tasks.push(task)
      else task()
    },
    whenComposed: (task) => {
      composed.add(task)
      return () => composed.delete(task)
    },
    setSeen,
    close: () => {
      for (const stop of stopWatching) stop()
      callOffOffline?.()
      hearing.stop()
      provider.destroy()
      provider.awareness.destroy()
      doc.destroy()
    },
  }
}
