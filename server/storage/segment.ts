/**
 * A run of log rows as one compressed value. Rows are taken apart into columns first: an update is mostly what could be foreseen,
 * and a compressor alone does not see that. What cannot be taken apart without loss is kept as it is.
 */
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { readColumns, writeColumns, type Columns } from './columns.ts'
import { readDifferences } from './segment-differences.ts'
import type { HistoryRow } from './storage.ts'
import { updateColumns } from './update-columns.ts'
import { putTogether, takeApart } from './update-parts.ts'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** The first byte of a segment: another layout gets another number. */
const layouts = { differences: 1, columns: 2 } as const
const [apart, whole] = [0, 1]

/** Rows dealt with before others get their turn: a millisecond or two. */
const step = 128

/** Packs rows whose `seq` follow on one another. Rejects with a `RangeError` if they do not, or if there are none. */
export async function encodeSegment(rows: readonly HistoryRow[]): Promise<Uint8Array> {
  const [first] = rows
  if (first === undefined || rows.some(({ seq }, index) => seq !== first.seq + index)) {
    throw new RangeError('A segment is of rows that follow on one another')
  }
  const users = [...new Set(rows.map(({ user }) => user))]
  const columns = writeColumns(users.length)
  const code = rowCoder(columns, users)
  for (const [index, row] of rows.entries()) {
    code(row)
    if (index % step === step - 1) await setImmediate()
  }
  const head = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, first.seq)
    encoding.writeVarUint(encoder, rows.length)
    encoding.writeVarString(encoder, JSON.stringify(users))
  })
  const [rest, words] = columns.encoded()
  const packed = await Promise.all([pack(rest, constants.BROTLI_MODE_GENERIC), pack(words, constants.BROTLI_MODE_TEXT)])
  const parts = encoding.encode((encoder) => {
    for (const part of [head, ...packed]) encoding.writeVarUint8Array(encoder, part)
  })
  return Buffer.concat([Buffer.of(layouts.columns), parts])
}

/** The rows of a segment, byte for byte as they were. Rejects if the bytes are not a segment. */
export async function decodeSegment(segment: Uint8Array): Promise<HistoryRow[]> {
  if (segment[0] === layouts.differences) return readDifferences(await unpack(segment.subarray(1)))
  if (segment[0] !== layouts.columns) throw new RangeError('A segment of an unknown layout')
  const decoder = decoding.createDecoder(segment.subarray(1))
  const head = decoding.createDecoder(decoding.readVarUint8Array(decoder))
  const [rest, words] = [decoding.readVarUint8Array(decoder), decoding.readVarUint8Array(decoder)]
  const unpacked = await Promise.all([unpack(rest), unpack(words)])
  const firstSeq = decoding.readVarUint(head)
  const count = decoding.readVarUint(head)
  const users: unknown = JSON.parse(decoding.readVarString(head))
  if (!isUsers(users)) throw new RangeError('A segment without users')
  const code = rowCoder(readColumns(unpacked, users.length), users)
  const rows: HistoryRow[] = []
  for (let index = 0; index < count; index += 1) {
    rows.push({ seq: firstSeq + index, ...code(undefined) })
    if (index % step === step - 1) await setImmediate()
  }
  return rows
}

/** Writes rows one after the other, or reads and returns the next. */
function rowCoder(columns: Columns, users: readonly (string | null)[]) {
  const updates = updateColumns(columns)
  let at = 0
  return (given: HistoryRow | undefined): Omit<HistoryRow, 'seq'> => {
    const author = columns.number('author', given === undefined ? undefined : users.indexOf(given.user))
    const user = users[author]
    if (user === undefined) throw new RangeError('A segment names no such user')
    // The fast part of a pause is noise, the slow part is not: apart, each costs what it must.
    const wait = given === undefined ? undefined : given.at - at
    const slow = columns.signed('slow', wait === undefined ? undefined : Math.floor(wait / 256))
    at += slow * 256 + columns.number('fast', wait === undefined ? undefined : wait - slow * 256)
    const parts = given === undefined ? undefined : takeApart(given.bytes)
    const form = columns.number('form', given === undefined ? undefined : parts === null ? whole : apart)
    const bytes = form === whole ? columns.bytes(given?.bytes) : putTogether(updates.update(author, parts ?? undefined))
    return { user, at, bytes }
  }
}

const pack = (plain: Uint8Array, mode: number) =>
  compress(plain, {
    params: {
      [constants.BROTLI_PARAM_MODE]: mode,
      [constants.BROTLI_PARAM_QUALITY]: 10,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  })

const unpack = async (part: Uint8Array) => new Uint8Array(await decompress(part))

const isUsers = (users: unknown): users is (string | null)[] =>
  Array.isArray(users) && users.every((user) => user === null || typeof user === 'string')
