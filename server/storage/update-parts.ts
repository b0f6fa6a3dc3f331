/** A Yjs update (version 1) taken apart into its fields and put together again, byte for byte. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { readList } from './read-list.ts'

export type Id = { readonly client: number; readonly clock: number }

/** One struct. `raw` is what this module need not understand: the parent of a first struct, and any content that is no text. */
export type Part = {
  readonly info: number
  readonly origin: Id | null
  readonly right: Id | null
  readonly raw: Uint8Array
  /** The UTF-8 of a text; null for other content. */
  readonly text: Uint8Array | null
  /** Clocks that it takes. */
  readonly length: number
}

export type Parts = {
  readonly blocks: readonly { readonly client: number; readonly clock: number; readonly parts: readonly Part[] }[]
  readonly deletes: readonly { readonly client: number; readonly ranges: readonly Range[] }[]
}
type Range = { readonly clock: number; readonly length: number }

const kindOf = (info: number) => info & 31
const [collected, deleted, json, binary, string, embed, format, type, any, subdocument, skipped] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
]
/** The shared types that carry a name. */
const namedTypes = new Set([3, 5])

/** What the bits of `info` say of a struct: whether ids stand before its content, and whether that is text. */
export function shapeOf(info: number): { origin: boolean; right: boolean; parent: boolean; text: boolean } {
  const item = kindOf(info) !== collected && kindOf(info) !== skipped
  const [origin, right] = [item && (info & 128) !== 0, item && (info & 64) !== 0]
  return { origin, right, parent: item && !origin && !right, text: kindOf(info) === string }
}

/** UTF-16 units of a text in UTF-8: what Yjs counts. */
export function unitsOf(text: Uint8Array): number {
  let units = 0
  for (const byte of text) if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
  return units
}

/** Takes an update apart; null where putting it together would not give the very same bytes. */
export function takeApart(update: Uint8Array): Parts | null {
  try {
    const decoder = decoding.createDecoder(update)
    const blocks = readList(number(decoder), () => {
      const count = number(decoder)
      const [client, clock] = [number(decoder), number(decoder)]
      return { client, clock, parts: readList(count, () => partFrom(decoder)) }
    })
    const deletes = readList(number(decoder), () => {
      const client = number(decoder)
      const ranges = readList(number(decoder), () => ({ clock: number(decoder), length: number(decoder) }))
      return { client, ranges }
    })
    return decoding.hasContent(decoder) ? null : { blocks, deletes }
  } catch {
    // Not an update as Yjs writes it: it is kept as it is.
    return null
  }
}

/** Used again for each update, as a new one would cost more than filling it; but not once it has grown large. */
let encoder = encoding.createEncoder()
const largest = 64 * 1024
const write = (value: number) => encoding.writeVarUint(encoder, value)

/** Puts an update together. */
export function putTogether({ blocks, deletes }: Parts): Uint8Array {
  if (encoder.cbuf.length > largest) encoder = encoding.createEncoder()
  encoder.cpos = 0
  encoder.bufs = []
  write(blocks.length)
  for (const { client, clock, parts } of blocks) {
    write(parts.length)
    write(client)
    write(clock)
    for (const { info, origin, right, raw, text } of parts) {
      encoding.writeUint8(encoder, info)
      for (const id of [origin, right]) {
        if (id === null) continue
        write(id.client)
        write(id.clock)
      }
      encoding.writeUint8Array(encoder, raw)
      if (text !== null) encoding.writeVarUint8Array(encoder, text)
    }
  }
  write(deletes.length)
  for (const { client, ranges } of deletes) {
    write(client)
    write(ranges.length)
    for (const { clock, length } of ranges) {
      write(clock)
      write(length)
    }
  }
  return encoding.toUint8Array(encoder)
}

function partFrom(decoder: decoding.Decoder): Part {
  const info = decoding.readUint8(decoder)
  const shape = shapeOf(info)
  const origin = shape.origin ? idFrom(decoder) : null
  const right = shape.right ? idFrom(decoder) : null
  const start = decoder.pos
  if (shape.parent) {
    if (number(decoder) === 1) decoding.readVarUint8Array(decoder)
    else idFrom(decoder)
    if ((info & 32) !== 0) decoding.readVarUint8Array(decoder)
  }
  if (shape.text) {
    const raw = decoder.arr.subarray(start, decoder.pos)
    const text = decoding.readUint8Array(decoder, number(decoder))
    return { info, origin, right, raw, text, length: unitsOf(text) }
  }
  const length = passContent(decoder, kindOf(info))
  return { info, origin, right, raw: decoder.arr.subarray(start, decoder.pos), text: null, length }
}

function passContent(decoder: decoding.Decoder, kind: number): number {
  switch (kind) {
    case collected:
    case skipped:
    case deleted:
      return number(decoder)
    case json: {
      const count = number(decoder)
      readList(count, () => decoding.readVarUint8Array(decoder))
      return count
    }
    case any: {
      const count = number(decoder)
      readList(count, () => decoding.readAny(decoder))
      return count
    }
    case format:
      decoding.readVarUint8Array(decoder)
      decoding.readVarUint8Array(decoder)
      return 1
    case binary:
    case embed:
      decoding.readVarUint8Array(decoder)
      return 1
    case type:
      if (namedTypes.has(number(decoder))) decoding.readVarUint8Array(decoder)
      return 1
    case subdocument:
      decoding.readVarUint8Array(decoder)
      decoding.readAny(decoder)
      return 1
    default:
      throw new RangeError('Content of an unknown kind')
  }
}

const idFrom = (decoder: decoding.Decoder): Id => ({ client: number(decoder), clock: number(decoder) })

/** A number as it is written in the fewest bytes; any other way of writing it would not come back. */
function number(decoder: decoding.Decoder): number {
  const start = decoder.pos
  const value = decoding.readVarUint(decoder)
  if (decoder.pos > start + 1 && decoder.arr[decoder.pos - 1] === 0)
    throw new RangeError('A number with a useless byte')
  return value
}
