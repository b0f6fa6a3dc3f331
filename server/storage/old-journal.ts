/**
 * The journal of earlier versions: rows that were durable there and not yet in the tables. A store that still has one is drained
 * when it is opened, and the files go.
 */
import { existsSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import type { Logger } from 'pino'
import { readList } from './read-list.ts'
import { StorageError, type HistoryRow, type LogRow, type Storage } from './storage.ts'

/** Rows of one document that follow on one another; `first` is the `seq` of the first of them. */
type Run = {
  readonly document: string
  readonly epoch: number
  readonly first: number
  readonly rows: readonly LogRow[]
}

/** Records that were durable cannot be read. The file was left as it is. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

/** The two files of the journal of a store in `file`. */
export const journalPaths = (file: string): readonly [string, string] => [`${file}-log-a`, `${file}-log-b`]

/**
 * Puts what the journal of the store in `file` holds into the tables and removes it. Rows of documents that the tables do not know
 * stay in files that are named for it. Rejects with a `JournalDamaged`, and nothing was done, if records are missing before the
 * last one; with a `StorageError` if the tables do not take all of it.
 */
export async function drainJournal(store: Storage, file: string, logger?: Logger): Promise<void> {
  const paths = journalPaths(file).filter((path) => existsSync(path))
  const runs = (await Promise.all(paths.map(readRecords))).flat().flatMap(decodeRecord)
  const documents = new Set(runs.map(({ document }) => document))
  let unclaimed = false
  for (const id of documents) {
    const own = runs.filter(({ document }) => document === id)
    const record = await store.documents.get(id)
    // A reset gives a later epoch: what is older was deleted by it.
    if (own.some(({ epoch }) => record === null || epoch > record.epoch)) {
      logger?.error({ document: id }, 'The store lacks a document whose rows are in the journal: its files are kept')
      unclaimed = true
    }
    if (record === null) continue
    const rows = distinct(own.filter(({ epoch }) => epoch === record.epoch).flatMap(rowsOf)).filter(
      ({ seq }) => seq > record.head,
    )
    if (rows.length === 0) continue
    if (rows.some(({ seq }, index) => seq !== record.head + 1 + index)) {
      throw new StorageError(`Rows of ${id} are missing in the journal`)
    }
    const [result] = await store.transact([
      { text: { document: id, epoch: record.epoch, base: record.head, rows, clients: [] } },
    ])
    if (result === undefined || 'rejected' in result)
      throw new StorageError(`The journal’s rows of ${id} were not taken`)
  }
  for (const path of paths) await (unclaimed ? rename(path, `${path}-unclaimed`) : rm(path))
}

async function readRecords(path: string): Promise<readonly Uint8Array[]> {
  const bytes = await readFile(path)
  if (bytes.length < journalRoom) throw new JournalDamaged(`${path} has been cut short`)
  const { records, length } = recordsIn(bytes)
  if (goesOnBehind(bytes, length) || hasOtherMark(bytes, length)) {
    throw new JournalDamaged(`${path} is damaged at byte ${length}`)
  }
  return records
}

const rowsOf = ({ first, rows }: Run): HistoryRow[] => rows.map((row, index) => ({ ...row, seq: first + index }))

/** In the order of their places; rows that went over to the other file are in both. */
function distinct(rows: readonly HistoryRow[]): HistoryRow[] {
  const sorted = rows.toSorted((a, b) => a.seq - b.seq)
  return sorted.filter(({ seq }, index) => seq !== sorted[index + 1]?.seq)
}

function decodeRecord(record: Uint8Array): Run[] {
  const decoder = decoding.createDecoder(record)
  return readList(decoding.readVarUint(decoder), () => ({
    document: decoding.readVarString(decoder),
    epoch: decoding.readVarUint(decoder),
    first: decoding.readVarUint(decoder),
    rows: readList(decoding.readVarUint(decoder), () => {
      const user = decoding.readVarString(decoder)
      return {
        user: user === '' ? null : user,
        at: decoding.readVarUint(decoder),
        bytes: decoding.readVarUint8Array(decoder).slice(),
      }
    }),
  }))
}

// --- The form of the files ---------------------------------------------------------------------------------------------------

/** A file was laid out with this room. */
const journalRoom = 1024 * 1024
/** Before each record: the checksum of all that follows, the length of the record, the mark of the file's use. */
const markLength = 8
const markAt = 8
const headingLength = markAt + markLength

/** The mark of the file's present use; zeros where it has none. */
const markOf = (bytes: Buffer) => bytes.subarray(markAt, headingLength)
const isUsed = (bytes: Buffer) => markOf(bytes).some((byte) => byte !== 0)

function recordsIn(bytes: Buffer): { records: Uint8Array[]; length: number } {
  const records: Uint8Array[] = []
  let length = 0
  for (let end = endOfRecord(bytes, 0); end !== null; end = endOfRecord(bytes, length)) {
    records.push(bytes.subarray(length + headingLength, end))
    length = end
  }
  return { records, length }
}

/** Where the record of the present use ends that begins at `start`, or null if no whole one does. */
function endOfRecord(bytes: Buffer, start: number): number | null {
  if (start + headingLength > bytes.length || !isUsed(bytes)) return null
  const end = start + headingLength + bytes.readUInt32LE(start + 4)
  if (end > bytes.length || !bytes.subarray(start + markAt, start + headingLength).equals(markOf(bytes))) return null
  return crc32(bytes.subarray(start + 4, end)) === bytes.readUInt32LE(start) ? end : null
}

/**
 * Whether a whole record of the present use lies somewhere behind `length`, where none begins. A record is begun once the one
 * before it is durable, or in the place of one that was rejected: however a process ended, behind the last there is none.
 */
function goesOnBehind(bytes: Buffer, length: number): boolean {
  if (!isUsed(bytes)) return false
  const next = (from: number) => bytes.indexOf(markOf(bytes), from)
  for (let at = next(length + markAt + 1); at !== -1; at = next(at + 1)) {
    if (endOfRecord(bytes, at - markAt) !== null) return true
  }
  return false
}

/**
 * Whether the first record is whole but for its mark, which the one behind it still has. Zeros, all or the first of them, are how a
 * process leaves a file that it erased.
 */
function hasOtherMark(bytes: Buffer, length: number): boolean {
  const end = headingLength + bytes.readUInt32LE(4)
  if (length > 0 || end + headingLength > bytes.length) return false
  const behind = bytes.subarray(end + markAt, end + headingLength)
  if (markOf(bytes).every((byte, index) => byte === 0 || byte === behind[index])) return false
  const first = Buffer.from(bytes.subarray(0, end))
  first.set(behind, markAt)
  return crc32(first.subarray(4)) === bytes.readUInt32LE(0)
}
