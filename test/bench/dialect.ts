/** The messages of the two protocols: y-websocket's, and Hocuspocus's, which puts the document's name before each. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { messageType, syncType } from '#shared/protocol/messages.ts'
import type { Dialect } from './server.ts'

const hocuspocusType = { auth: 2, syncReply: 4 } as const

export type Incoming =
  | { readonly type: 'stateVector' }
  | { readonly type: 'answer' | 'update'; readonly update: Uint8Array }
  | { readonly type: 'presence'; readonly update: Uint8Array }
  | { readonly type: 'acknowledged'; readonly count: number }
  | { readonly type: 'refused'; readonly code: number }
  | { readonly type: 'other' }

export type Speech = {
  /** What a client says first; null if it may begin to sync at once. */
  readonly hello: Uint8Array | null
  stateVector(bytes: Uint8Array): Uint8Array
  answer(update: Uint8Array): Uint8Array
  update(update: Uint8Array): Uint8Array
  presence(update: Uint8Array): Uint8Array
  acknowledge(count: number): Uint8Array
  read(message: Uint8Array): Incoming
}

/** How to speak about a document. */
export function speechOf(dialect: Dialect, document: string): Speech {
  const named = dialect === 'hocuspocus'
  const write = (body: (encoder: encoding.Encoder) => void) =>
    encoding.encode((encoder) => {
      if (named) encoding.writeVarString(encoder, document)
      body(encoder)
    })
  const sync = (kind: number, bytes: Uint8Array) =>
    write((encoder) => {
      encoding.writeVarUint(encoder, messageType.sync)
      encoding.writeVarUint(encoder, kind)
      encoding.writeVarUint8Array(encoder, bytes)
    })
  return {
    hello: named
      ? write((encoder) => {
          encoding.writeVarUint(encoder, hocuspocusType.auth)
          encoding.writeVarUint(encoder, 0)
          encoding.writeVarString(encoder, 'bench')
        })
      : null,
    stateVector: (bytes) => sync(syncType.step1, bytes),
    answer: (update) => sync(syncType.step2, update),
    update: (update) => sync(syncType.update, update),
    presence: (update) =>
      write((encoder) => {
        encoding.writeVarUint(encoder, messageType.awareness)
        encoding.writeVarUint8Array(encoder, update)
      }),
    acknowledge: (count) =>
      write((encoder) => {
        encoding.writeVarUint(encoder, messageType.acknowledge)
        encoding.writeVarUint(encoder, count)
      }),
    read(message) {
      const decoder = decoding.createDecoder(message)
      // The name is never needed: it is skipped without being made a string.
      if (named) {
        const length = decoding.readVarUint(decoder)
        decoder.pos += length
      }
      const type = decoding.readVarUint(decoder)
      if (type === messageType.sync || (named && type === hocuspocusType.syncReply)) {
        const kind = decoding.readVarUint(decoder)
        if (kind === syncType.step1) return { type: 'stateVector' }
        const update = decoding.readVarUint8Array(decoder)
        return { type: kind === syncType.step2 ? 'answer' : 'update', update }
      }
      if (type === messageType.awareness) return { type: 'presence', update: decoding.readVarUint8Array(decoder) }
      if (named) return { type: 'other' }
      if (type === messageType.acknowledge) return { type: 'acknowledged', count: decoding.readVarUint(decoder) }
      if (type !== messageType.refused) return { type: 'other' }
      decoding.readVarUint(decoder)
      return { type: 'refused', code: decoding.readVarUint(decoder) }
    },
  }
}
