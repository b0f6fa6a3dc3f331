/** Frames of the wire, decoded to tagged messages and encoded from them. Bytes are never matched: the same message may be written in several ways. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { messageType, syncType, type CloseCode } from '#shared/protocol/messages.ts'

export type Message =
  | { readonly type: 'stateVector'; readonly clocks: Map<number, number> }
  | { readonly type: 'update'; readonly answer: boolean; readonly bytes: Uint8Array }
  | { readonly type: 'awareness'; readonly states: readonly AwarenessState[] }
  | { readonly type: 'queryAwareness' }
  | { readonly type: 'acknowledge'; readonly count: number }
  | { readonly type: 'reauthenticate'; readonly token: string }

/** One client's presence: `json` is the text of its state, "null" when it has none. */
export type AwarenessState = { readonly clientId: number; readonly clock: number; readonly json: string }

/** A state vector or a presence frame longer than any honest one is refused before it is read through. */
const maxEntries = 250_000

/** Reads a frame; null unless it holds exactly one message. */
export function decodeFrame(frame: Uint8Array): Message | null {
  try {
    const decoder = decoding.createDecoder(frame)
    const message = decodeMessage(decoder)
    return decoding.hasContent(decoder) ? null : message
  } catch {
    return null
  }
}

function decodeMessage(decoder: decoding.Decoder): Message {
  const type = decoding.readVarUint(decoder)
  switch (type) {
    case messageType.sync:
      return decodeSync(decoder)
    case messageType.awareness:
      return { type: 'awareness', states: decodeAwareness(decoding.readVarUint8Array(decoder)) }
    case messageType.queryAwareness:
      return { type: 'queryAwareness' }
    case messageType.acknowledge:
      return { type: 'acknowledge', count: decoding.readVarUint(decoder) }
    case messageType.reauthenticate:
      return { type: 'reauthenticate', token: decoding.readVarString(decoder) }
    default:
      throw new RangeError(`No message has the type ${type}`)
  }
}

function decodeSync(decoder: decoding.Decoder): Message {
  const kind = decoding.readVarUint(decoder)
  const bytes = decoding.readVarUint8Array(decoder)
  switch (kind) {
    case syncType.step1:
      return { type: 'stateVector', clocks: decodeStateVector(bytes) }
    case syncType.step2:
      return { type: 'update', answer: true, bytes }
    case syncType.update:
      return { type: 'update', answer: false, bytes }
    default:
      throw new RangeError(`No sync message has the kind ${kind}`)
  }
}

function decodeStateVector(bytes: Uint8Array): Map<number, number> {
  const decoder = decoding.createDecoder(bytes)
  const clocks = new Map<number, number>()
  for (let left = countOf(decoder); left > 0; left -= 1) {
    clocks.set(decoding.readVarUint(decoder), decoding.readVarUint(decoder))
  }
  return clocks
}

function decodeAwareness(bytes: Uint8Array): AwarenessState[] {
  const decoder = decoding.createDecoder(bytes)
  const states: AwarenessState[] = []
  for (let left = countOf(decoder); left > 0; left -= 1) {
    states.push({
      clientId: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
      json: decoding.readVarString(decoder),
    })
  }
  return states
}

function countOf(decoder: decoding.Decoder): number {
  const count = decoding.readVarUint(decoder)
  if (count > maxEntries) throw new RangeError(`${count} entries are more than a frame may hold`)
  return count
}

const frame = (write: (encoder: encoding.Encoder) => void): Uint8Array => encoding.encode(write)

const syncFrame = (kind: number, bytes: Uint8Array) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.sync)
    encoding.writeVarUint(encoder, kind)
    encoding.writeVarUint8Array(encoder, bytes)
  })

/** "This is what I have": asks the other side for what it has beyond that. */
export const stateVectorFrame = (stateVector: Uint8Array) => syncFrame(syncType.step1, stateVector)

/** The answer to a state vector. */
export const answerFrame = (update: Uint8Array) => syncFrame(syncType.step2, update)

export const updateFrame = (update: Uint8Array) => syncFrame(syncType.update, update)

export const awarenessFrame = (states: readonly AwarenessState[]) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.awareness)
    const body = encoding.encode((inner) => {
      encoding.writeVarUint(inner, states.length)
      for (const { clientId, clock, json } of states) {
        encoding.writeVarUint(inner, clientId)
        encoding.writeVarUint(inner, clock)
        encoding.writeVarString(inner, json)
      }
    })
    encoding.writeVarUint8Array(encoder, body)
  })

export const acknowledgeFrame = (count: number) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.acknowledge)
    encoding.writeVarUint(encoder, count)
  })

export const refusedFrame = (acknowledged: number, code: CloseCode) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.refused)
    encoding.writeVarUint(encoder, acknowledged)
    encoding.writeVarUint(encoder, code)
  })
