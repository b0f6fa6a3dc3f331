/** What one append puts into the journal, as bytes. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { many } from './many.ts'
import type { LogRow } from './storage.ts'

/** Rows of one document that follow on one another; `first` is the `seq` of the first of them. */
export type Run = {
  readonly document: string
  readonly epoch: number
  readonly first: number
  readonly rows: readonly LogRow[]
}

/** Whether a row comes back from a record as it was. */
export const isPlain = ({ user, at }: LogRow): boolean =>
  Number.isSafeInteger(at) && at >= 0 && (user === null || !user.includes('\0'))

export const encodeRecord = (runs: readonly Run[]): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, runs.length)
    for (const { document, epoch, first, rows } of runs) {
      encoding.writeVarString(encoder, document)
      encoding.writeVarUint(encoder, epoch)
      encoding.writeVarUint(encoder, first)
      encoding.writeVarUint(encoder, rows.length)
      for (const { user, at, bytes } of rows) {
        // No user's name is empty.
        encoding.writeVarString(encoder, user ?? '')
        encoding.writeVarUint(encoder, at)
        encoding.writeVarUint8Array(encoder, bytes)
      }
    }
  })

export function decodeRecord(record: Uint8Array): Run[] {
  const decoder = decoding.createDecoder(record)
  return many(decoding.readVarUint(decoder), () => ({
    document: decoding.readVarString(decoder),
    epoch: decoding.readVarUint(decoder),
    first: decoding.readVarUint(decoder),
    rows: many(decoding.readVarUint(decoder), () => {
      const user = decoding.readVarString(decoder)
      return {
        user: user === '' ? null : user,
        at: decoding.readVarUint(decoder),
        bytes: decoding.readVarUint8Array(decoder).slice(),
      }
    }),
  }))
}
