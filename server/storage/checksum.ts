/**
 * Shows that what is read is what was put there. SQLite gives whatever a damaged page holds, as long as the page still looks like one:
 * another word in a text, another author or another role would go unnoticed.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { CheckpointState, HistoryRow } from './storage.ts'
import type { Tables } from './tables.ts'

export const checksumOf = (bytes: Uint8Array): number => crc32(bytes)

/** Not of its place, which shows in the row before it and the one behind. */
export const checksumOfRow = ({ user, at, bytes }: Omit<HistoryRow, 'seq'>): number =>
  crc32(`${at} ${user}`, checksumOf(bytes))

/** What the column `hash` of a checkpoint must hold: its bytes may be many, and two of them must not look alike by chance. */
export const hashOfState = ({ bytes, chunkOffsets }: CheckpointState): string =>
  createHash('sha256')
    .update(chunkOffsets ?? new Uint8Array())
    .update(bytes)
    .digest('hex')

/** Rows of the log show their damage by their place and a checksum of their own, and the audit by its chain of hashes. */
export type RecordTable = Exclude<keyof Tables, 'updates' | 'segments' | 'audit' | 'audit_head'>

type Layout = {
  readonly [Table in RecordTable]: {
    /** What names one record in messages and statements. */
    readonly key: readonly (keyof Tables[Table] & string)[]
    /** Columns that a hash or checksum of their own covers, which is a column too. */
    readonly apart: readonly (keyof Tables[Table] & string)[]
  }
}

/** The tables whose rows are records: the column `checksum` covers all others of its row. */
export const recordTables: Layout = {
  // Where the log stands changes with every edit, which must not read the rest of the record.
  documents: { key: ['id'], apart: ['head', 'changed_at', 'changed_by', 'head_checksum'] },
  checkpoints: { key: ['document'], apart: ['bytes', 'chunk_offsets'] },
  clients: { key: ['document', 'client_id'], apart: [] },
  threads: { key: ['id'], apart: [] },
  comments: { key: ['id'], apart: [] },
  snapshots: { key: ['id'], apart: ['content'] },
  restores: { key: ['document', 'last'], apart: [] },
  stances: { key: ['document', 'subject', 'party'], apart: [] },
  initiative: { key: ['id'], apart: [] },
  users: { key: ['id'], apart: [] },
  memberships: { key: ['id'], apart: [] },
  sessions: { key: ['token_hash'], apart: [] },
  invitations: { key: ['id'], apart: [] },
  passwords: { key: ['user'], apart: [] },
  passkeys: { key: ['id'], apart: [] },
  reads: { key: ['user', 'kind', 'subject'], apart: [] },
}

type Columns = Readonly<Record<string, unknown>>

/** What the column `checksum` of a record must hold. */
export const checksumOfRecord = (table: RecordTable, row: Columns): number =>
  checksumOfColumns(row, recordTables[table].apart)

/**
 * The checksum of all columns but those. Empty ones do not count: one that a later version adds to records that are there leaves
 * their checksums as they are.
 */
export function checksumOfColumns(row: Columns, apart: readonly string[]): number {
  const columns = Object.keys(row).filter((name) => {
    const value = row[name]
    return value !== null && value !== undefined && name !== 'checksum' && !apart.includes(name)
  })
  return crc32(JSON.stringify(columns.toSorted().map((name) => [name, plain(row[name])])))
}

const plain = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)

/** What the column `head_checksum` of a document must hold. */
export const checksumOfHead = (id: unknown, head: unknown, changedAt: unknown, changedBy: unknown): number =>
  crc32(JSON.stringify([id, head, changedAt, changedBy]))

/** The columns of a record with its checksum: all that are stored, and nothing more, or it will count as damaged. */
export const withChecksum = <Values extends Columns>(
  table: RecordTable,
  columns: Values,
): Values & { readonly checksum: number } => ({ ...columns, checksum: checksumOfRecord(table, columns) })

export const isRecordTable = (table: string): table is RecordTable => Object.hasOwn(recordTables, table)

/** What is wrong with a record, in a sentence that names it and none of its content; null if it is as it was written. */
export function damageOf(table: RecordTable, row: Columns): string | null {
  const isWhole =
    row['checksum'] === checksumOfRecord(table, row) &&
    (table !== 'documents' ||
      row['head_checksum'] === checksumOfHead(row['id'], row['head'], row['changed_at'], row['changed_by']))
  if (isWhole) return null
  const key = recordTables[table].key.map((name) => `${name} ${JSON.stringify(row[name])}`)
  return `A record of ${table} is damaged: it is not what was written (${key.join(', ')})`
}
