/** A load client: it connects and syncs as a stock one does, but holds no document; it hands on the bytes of what it is sent. */
import * as Y from 'yjs'
import { speechOf, type Speech } from './dialect.ts'
import { servers } from './config.ts'
import type { BenchDocument, BenchServer, Seat } from './server.ts'
import { clientFrame, openWire, type Wire } from './wire.ts'

const nothing = Y.encodeStateAsUpdate(new Y.Doc())
const knowsNothing = Y.encodeStateVector(new Y.Doc())
const syncWithin = 30_000

export type Client = {
  readonly wire: Wire
  /** The state that the server had when the client came. Null from a relay, which has none. */
  readonly state: Uint8Array | null
  /** The frame of an update, to be written to the wire. */
  frame(update: Uint8Array): Buffer
  /** Sends an update at once. */
  send(update: Uint8Array): void
  /** Sends what this client says of itself: an awareness update. */
  sendPresence(update: Uint8Array): void
  /** Resolves once the server says that everything sent so far is on disk. Only where it was asked for at `connect`. */
  saved(): Promise<void>
  /** How many bytes of document it was sent in answer to its state vector or as updates. */
  bytesHeard(): number
  readonly close: () => void
}

type Options = {
  readonly seat: Seat
  /** Takes each update once the client is synced, with the time at which its chunk arrived. */
  readonly hear?: (update: Uint8Array, at: number) => void
  /** Takes each frame of what others say of themselves. */
  readonly hearPresence?: (update: Uint8Array, at: number) => void
  readonly acknowledged?: boolean
  readonly saved?: (count: number) => void
}

/** Connects to a document and resolves when it is synced. Rejects if it is disconnected, or not synced in time. */
export async function connect(
  server: BenchServer,
  document: BenchDocument,
  { seat, hear, hearPresence, acknowledged = false, saved }: Options,
): Promise<Client> {
  const speech: Speech = speechOf(server.dialect, document.id)
  const { path, headers } = await server.address(document, seat, acknowledged)
  const waiting = new Map<number, () => void>()
  let state: Uint8Array | null = null
  let heard = 0
  let count = 0
  let onSynced: (update: Uint8Array) => void = () => {}
  const synced = new Promise<Uint8Array>((resolve) => (onSynced = resolve))
  const early: Uint8Array[] = []
  const opened: { wire: Wire | null } = { wire: null }
  // A server may speak before the wire is in our hands.
  const answerEarly = () => {
    const { wire: open } = opened
    if (open !== null) for (const answer of early.splice(0)) open.write(clientFrame(answer))
  }

  const wire = await openWire({ host: server.host, port: server.port, path, headers }, (message, at) => {
    const incoming = speech.read(message)
    switch (incoming.type) {
      case 'update':
        heard += incoming.update.length
        hear?.(incoming.update, at)
        return
      case 'presence':
        hearPresence?.(incoming.update, at)
        return
      case 'answer':
        heard += incoming.update.length
        onSynced(incoming.update)
        return
      case 'stateVector':
        early.push(speech.answer(nothing))
        answerEarly()
        return
      case 'acknowledged':
        waiting.get(incoming.count)?.()
        waiting.delete(incoming.count)
        saved?.(incoming.count)
        return
      case 'refused':
        process.stderr.write(`${server.name} refused a load client: ${incoming.code}\n`)
        return
      case 'other':
    }
  })
  opened.wire = wire
  answerEarly()
  if (!servers[server.name].relays) {
    if (speech.hello !== null) wire.write(clientFrame(speech.hello))
    wire.write(clientFrame(speech.stateVector(knowsNothing)))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${server.name} did not sync a client in time`)), syncWithin)
      void wire.closed.then((code) => reject(new Error(`${server.name} closed a client: ${code}`)))
    })
    late.catch(() => undefined)
    state = await Promise.race([synced, late])
    clearTimeout(timer)
  }
  const frame = (update: Uint8Array) => clientFrame(speech.update(update))
  return {
    wire,
    state,
    frame,
    sendPresence: (update) => void wire.write(clientFrame(speech.presence(update))),
    send: (update) => void wire.write(frame(update)),
    saved: () =>
      new Promise((resolve) => {
        count += 1
        waiting.set(count, resolve)
        wire.write(clientFrame(speech.acknowledge(count)))
      }),
    bytesHeard: () => heard,
    close: () => wire.close(),
  }
}

/** Connects many, some at a time. */
export async function connectAll<Place>(
  places: readonly Place[],
  open: (place: Place, index: number) => Promise<Client>,
  atOnce = 25,
): Promise<Client[]> {
  const clients: Client[] = []
  for (let from = 0; from < places.length; from += atOnce) {
    const some = places.slice(from, from + atOnce).map((place, index) => open(place, from + index))
    clients.push(...(await Promise.all(some)))
  }
  return clients
}
