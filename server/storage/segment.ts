/**
 * A run of log rows as one compressed value. One keystroke's update differs from the last in a few bytes: each row is kept as its
 * difference from its author's last row of the same length, which leaves a compressor little more than the words themselves.
 */
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { HistoryRow } from './storage.ts'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** The first byte of a segment: another layout gets another number. */
const layout = 1

/** Packs rows whose `seq` follow on one another. Rejects with a `RangeError` if they do not, or if there are none. */
export async function encodeSegment(rows: readonly HistoryRow[]): Promise<Uint8Array> {
  const [first] = rows
  if (first === undefined || rows.some(({ seq }, index) => seq !== first.seq + index)) {
    throw new RangeError('A segment is of rows that follow on one another')
  }
  const users = [...new Set(rows.map(({ user }) => user))]
  const plain = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, first.seq)
    encoding.writeVarUint(encoder, rows.length)
    encoding.writeVarString(encoder, JSON.stringify(users))
    for (const { user } of rows) encoding.writeVarUint(encoder, users.indexOf(user))
    let at = 0
    for (const row of rows) {
      encoding.writeVarInt(encoder, row.at - at)
      at = row.at
    }
    for (const { bytes } of rows) encoding.writeVarUint(encoder, bytes.length)
    const differ = differences()
    for (const { user, bytes } of rows)
      encoding.writeUint8Array(
        encoder,
        differ(user, bytes, (byte, before) => byte - before, bytes),
      )
  })
  const packed = await compress(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  })
  return Buffer.concat([Buffer.of(layout), packed])
}

/** The rows of a segment, byte for byte as they were. Rejects if the bytes are not a segment. */
export async function decodeSegment(segment: Uint8Array): Promise<HistoryRow[]> {
  if (segment[0] !== layout) throw new RangeError('A segment of an unknown layout')
  const decoder = decoding.createDecoder(new Uint8Array(await decompress(segment.subarray(1))))
  const firstSeq = decoding.readVarUint(decoder)
  const count = decoding.readVarUint(decoder)
  const users: unknown = JSON.parse(decoding.readVarString(decoder))
  if (!Array.isArray(users)) throw new RangeError('A segment without users')
  const each = <T>(read: (index: number) => T) => Array.from({ length: count }, (_, index) => read(index))
  const owners = each((): string | null => {
    const user: unknown = users[decoding.readVarUint(decoder)]
    if (user !== null && typeof user !== 'string') throw new RangeError('A segment names no such user')
    return user
  })
  let at = 0
  const times = each(() => (at += decoding.readVarInt(decoder)))
  const lengths = each(() => decoding.readVarUint(decoder))
  const differ = differences()
  const texts = lengths.map((length, index) => {
    const stored = decoding.readUint8Array(decoder, length)
    const bytes = new Uint8Array(length)
    return differ(owners[index] ?? null, stored, (byte, before) => byte + before, bytes, bytes)
  })
  return each((index) => ({
    seq: firstSeq + index,
    user: owners[index] ?? null,
    at: times[index] ?? 0,
    bytes: texts[index] ?? new Uint8Array(),
  }))
}

/**
 * Combines each row with its author's last one of the same length. `original` is the row as it is in the log, which the next of its
 * length is combined with; `into` receives the result where it is not to be new.
 */
function differences() {
  const before = new Map<string, Uint8Array>()
  return (
    user: string | null,
    bytes: Uint8Array,
    combine: (byte: number, before: number) => number,
    original: Uint8Array,
    into: Uint8Array = new Uint8Array(bytes.length),
  ): Uint8Array => {
    const key = `${bytes.length} ${user}`
    const last = before.get(key)
    for (let index = 0; index < bytes.length; index += 1) {
      into[index] = combine(bytes[index] ?? 0, last?.[index] ?? 0) & 255
    }
    before.set(key, original)
    return into
  }
}
