/** A client of the y-websocket protocol without a network: its frames go straight into a room, and what comes back can be held. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { readSyncMessage, writeSyncStep1 } from 'y-protocols/sync'
import * as Y from 'yjs'
import { findPersona, type Actor } from '#shared/domain/actors.ts'
import { bodyName, messageType } from '#shared/protocol/messages.ts'
import { updateFrame } from '#server/sync/frames.ts'
import type { Channel, Connection, Authorize, Rooms } from '#server/sync/types.ts'

export type Peer = {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly awareness: Awareness
  /** Every frame the server sent, in order. */
  readonly received: Uint8Array[]
  /** Acknowledgements and refusals received. */
  readonly acknowledged: number[]
  readonly refusals: { after: number; code: number }[]
  /** How the connection ended, or null. */
  closed: { code: number; reason: string } | null
  /** What the server believes is still unsent. */
  bufferedAmount: number
  /** While true, frames from the server wait. */
  held: boolean
  /** While true, frames to the server wait. */
  holdsBack: boolean
  /** Hands on so many of the frames that wait, to either side. */
  deliver(received: number, sent: number): void
  /** Hands on all that waits, and holds nothing any more. */
  release(): void
  send(frame: Uint8Array): void
  acknowledge(count: number): void
  present(state: Record<string, unknown>): void
  leave(): void
}

type PeerOptions = {
  persona?: string
  writes?: boolean
  /** Whether they may know what was struck from the text. */
  canReadHistory?: boolean
  acknowledges?: boolean
  epoch?: number | null
  /** A copy made earlier, to come back with. */
  doc?: Y.Doc
  /** Whether to take part in the sync of the stock provider: its state vector on joining, answers, and its edits as they happen. */
  stock?: boolean
  authorize?: Authorize
  tokenHash?: string
}

/** A caret before that character of a client, as y-prosemirror writes one. */
export const caretAt = (clock: number, client = 7) => {
  const place = { type: null, tname: null, item: { client, clock }, assoc: 0 }
  return { anchor: place, head: place }
}

export const actorOf = (persona: string): Actor => {
  const actor = findPersona(persona)
  if (actor === undefined) throw new Error(`No persona ${persona}`)
  return actor
}

export function joinPeer(rooms: Rooms, document: string, options: PeerOptions = {}): Peer {
  const {
    persona = 'us-cochair-ai',
    writes = true,
    acknowledges = true,
    epoch = null,
    doc = new Y.Doc(),
    stock = true,
    tokenHash = persona,
  } = options
  const actor = actorOf(persona)
  const waiting: Uint8Array[] = []
  const outgoing: Uint8Array[] = []
  const awareness = new Awareness(doc)
  awareness.setLocalState(null)
  let connection: Connection | null = null

  const handle = (frame: Uint8Array) => {
    const decoder = decoding.createDecoder(frame)
    const type = decoding.readVarUint(decoder)
    if (type === messageType.acknowledge) peer.acknowledged.push(decoding.readVarUint(decoder))
    if (type === messageType.refused) {
      peer.refusals.push({ after: decoding.readVarUint(decoder), code: decoding.readVarUint(decoder) })
    }
    if (type === messageType.awareness) applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), 'server')
    if (type === messageType.sync) {
      const reply = encoding.createEncoder()
      encoding.writeVarUint(reply, messageType.sync)
      readSyncMessage(decoder, reply, doc, 'server')
      if (stock && encoding.length(reply) > 1) peer.send(encoding.toUint8Array(reply))
    }
  }

  const hand = (frame: Uint8Array) => {
    if (peer.closed === null) connection?.receive(frame)
  }

  const channel: Channel = {
    send(frame) {
      peer.received.push(frame)
      if (peer.held) waiting.push(frame)
      else queueMicrotask(() => handle(frame))
    },
    close(code, reason) {
      peer.closed ??= { code, reason }
    },
    get bufferedAmount() {
      return peer.bufferedAmount
    },
  }

  const peer: Peer = {
    doc,
    body: doc.getXmlFragment(bodyName),
    awareness,
    received: [],
    acknowledged: [],
    refusals: [],
    closed: null,
    bufferedAmount: 0,
    held: false,
    holdsBack: false,
    deliver(received, sent) {
      for (const frame of outgoing.splice(0, sent)) hand(frame)
      for (const frame of waiting.splice(0, received)) handle(frame)
    },
    release() {
      peer.held = false
      peer.holdsBack = false
      peer.deliver(waiting.length, outgoing.length)
    },
    send(frame) {
      if (peer.holdsBack || outgoing.length > 0) outgoing.push(frame)
      else hand(frame)
    },
    acknowledge(count) {
      peer.send(
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, messageType.acknowledge)
          encoding.writeVarUint(encoder, count)
        }),
      )
    },
    present(state) {
      awareness.setLocalState(state)
      peer.send(
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, messageType.awareness)
          encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [doc.clientID]))
        }),
      )
    },
    leave() {
      doc.off('update', onUpdate)
      awareness.destroy()
      connection?.leave()
    },
  }

  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (origin !== 'server') peer.send(updateFrame(update))
  }
  const rights = { actor, writes, canReadHistory: options.canReadHistory ?? true }
  const visitor = { ...rights, tokenHash, acknowledges, epoch }
  connection = rooms.join(document, visitor, channel, options.authorize ?? (async () => rights))
  if (stock) {
    doc.on('update', onUpdate)
    peer.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        writeSyncStep1(encoder, doc)
      }),
    )
  }
  return peer
}
