/** Segments of the first layout, which earlier versions wrote: each row as its difference from its author's last of that length. */
import * as decoding from 'lib0/decoding'
import type { HistoryRow } from './storage.ts'

/** The rows of a segment that has been decompressed. Throws if the bytes are not such a segment. */
export function readDifferences(plain: Uint8Array): HistoryRow[] {
  const decoder = decoding.createDecoder(plain)
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
  const before = new Map<string, Uint8Array>()
  return lengths.map((length, index) => {
    const user = owners[index] ?? null
    const key = `${length} ${user}`
    const last = before.get(key)
    const bytes = decoding.readUint8Array(decoder, length).map((byte, place) => byte + (last?.[place] ?? 0))
    before.set(key, bytes)
    return { seq: firstSeq + index, user, at: times[index] ?? 0, bytes }
  })
}
