/**
 * A look at the bytes of an update before anything is built from them: a few bytes can stand for a hundred times as much memory,
 * and Yjs takes much that no editor writes. What passes here is worth decoding; whose it is and where it stands is judged later.
 */
import * as decoding from 'lib0/decoding'

/** So many pieces of text, elements and values at once are several thousand pages. */
const maxPieces = 100_000
const maxListLength = 50
const maxEntries = 8

export type Fault = 'unreadable' | 'content' | 'tooLarge'

/** Kinds of struct in the encoding of Yjs, and of shared type. */
const kind = { gc: 0, deleted: 1, string: 4, format: 6, type: 7, any: 8 } as const
const sharedType = { element: 3, text: 6 } as const

/** What must not be in an update of a text, or null. What has no fault decodes to little more than its own size. */
export function findFault(update: Uint8Array): Fault | null {
  try {
    const decoder = decoding.createDecoder(update)
    scanStructs(decoder)
    scanDeletions(decoder)
    // Of what comes behind nobody would ever hear, and its author would take it for saved.
    return decoding.hasContent(decoder) ? 'unreadable' : null
  } catch (error) {
    return error instanceof Refusable ? error.fault : 'unreadable'
  }
}

class Refusable extends Error {
  constructor(readonly fault: Fault) {
    super(fault)
  }
}

function scanStructs(decoder: decoding.Decoder): void {
  const clients = new Set<number>()
  const pieces = createCounter()
  for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
    const count = decoding.readVarUint(decoder)
    pieces.add(count)
    const client = decoding.readVarUint(decoder)
    // Of a client that comes twice Yjs decodes both parts and applies the second: what was judged would not be what is done.
    if (count === 0 || clients.has(client)) throw new Refusable('content')
    clients.add(client)
    decoding.readVarUint(decoder)
    for (let index = 0; index < count; index += 1) scanStruct(decoder, pieces)
  }
}

type Counter = { add(count: number): void }

function createCounter(): Counter {
  let total = 0
  return {
    add(count) {
      total += count
      if (total > maxPieces) throw new Refusable('tooLarge')
    },
  }
}

/** A struct without length would pass every test of clocks, and yet be put into the text. */
function scanStruct(decoder: decoding.Decoder, pieces: Counter): void {
  const info = decoding.readUint8(decoder)
  const content = info & 31
  if (content !== kind.gc) scanPlace(decoder, info)
  switch (content) {
    case kind.gc:
    case kind.deleted:
      return mustBeSome(decoding.readVarUint(decoder))
    case kind.string:
      return mustBeSome(skip(decoder))
    case kind.format:
      skip(decoder)
      skip(decoder)
      return
    case kind.type: {
      const type = decoding.readVarUint(decoder)
      if (type === sharedType.element) skip(decoder)
      else if (type !== sharedType.text) throw new Refusable('content')
      return
    }
    case kind.any: {
      const count = decoding.readVarUint(decoder)
      mustBeSome(count)
      pieces.add(count - 1)
      for (let index = 0; index < count; index += 1) scanValue(decoder)
      return
    }
    default:
      throw new Refusable('content')
  }
}

/** Where an item stands: beside which others, or in which parent under which name. */
function scanPlace(decoder: decoding.Decoder, info: number): void {
  const hasOrigin = (info & 128) !== 0
  const hasRightOrigin = (info & 64) !== 0
  if (hasOrigin) scanId(decoder)
  if (hasRightOrigin) scanId(decoder)
  if (hasOrigin || hasRightOrigin) return
  if (decoding.readVarUint(decoder) === 1) skip(decoder)
  else scanId(decoder)
  if ((info & 32) !== 0) skip(decoder)
}

function scanId(decoder: decoding.Decoder): void {
  decoding.readVarUint(decoder)
  decoding.readVarUint(decoder)
}

/** The value of an attribute: a scalar, a short list of scalars, or a few scalars by name. */
function scanValue(decoder: decoding.Decoder, mayHoldOthers = true): void {
  const type = decoding.readUint8(decoder)
  switch (type) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125: // integer
      decoding.readVarInt(decoder)
      return
    case 124: // float of 32 bits
      decoding.readFloat32(decoder)
      return
    case 123: // float of 64 bits
      decoding.readFloat64(decoder)
      return
    case 119: // string
      skip(decoder)
      return
    case 117: {
      // list
      const length = decoding.readVarUint(decoder)
      if (!mayHoldOthers || length > maxListLength) throw new Refusable('content')
      for (let index = 0; index < length; index += 1) scanValue(decoder, false)
      return
    }
    case 118: {
      // object
      const entries = decoding.readVarUint(decoder)
      if (!mayHoldOthers || entries > maxEntries) throw new Refusable('content')
      for (let index = 0; index < entries; index += 1) {
        skip(decoder)
        scanValue(decoder, false)
      }
      return
    }
    default:
      throw new Refusable('content')
  }
}

/** Yjs writes deletions sorted and merged. Unsorted ones would cost their number times the length of the text. */
function scanDeletions(decoder: decoding.Decoder): void {
  const clients = new Set<number>()
  for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
    const client = decoding.readVarUint(decoder)
    if (clients.has(client)) throw new Refusable('content')
    clients.add(client)
    let end = -1
    for (let ranges = decoding.readVarUint(decoder); ranges > 0; ranges -= 1) {
      const clock = decoding.readVarUint(decoder)
      if (clock <= end) throw new Refusable('content')
      const length = decoding.readVarUint(decoder)
      mustBeSome(length)
      end = clock + length
    }
  }
}

function mustBeSome(length: number): void {
  if (length === 0) throw new Refusable('content')
}

/** Passes over bytes with their length before them; gives the length. */
function skip(decoder: decoding.Decoder): number {
  const length = decoding.readVarUint(decoder)
  if (decoder.pos + length > decoder.arr.length) throw new Refusable('unreadable')
  decoder.pos += length
  return length
}
