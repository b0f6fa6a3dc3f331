/**
 * Statements for a record of which only some columns change. It is compared with its checksum before, as a new one would make damage
 * look whole, and gets its new one after: both where the record lies, as nobody else knows all of its columns.
 */
import type { SqlValue, Statement } from './batch.ts'
import { recordTables, type RecordTable } from './checksum.ts'

/** What the store does with the records that a statement finds. */
export type Sealing = { readonly table: RecordTable; readonly act: 'compare' | 'seal' }

const quoted = (name: string) => `"${name}"`

const isTheRecord = (table: RecordTable) => recordTables[table].key.map((name) => `${quoted(name)} = ?`).join(' and ')

const finds = (table: RecordTable, act: Sealing['act'], runs: readonly (readonly SqlValue[])[]): Statement => ({
  sql: `select * from ${quoted(table)} where ${isTheRecord(table)}`,
  runs,
  single: true,
  sealing: { table, act },
})

/** Sets the checksum of a record: of the values, the first is the checksum and the others are the key. */
export const sealText = (table: RecordTable): string =>
  `update ${quoted(table)} set "checksum" = ? where ${isTheRecord(table)}`

/**
 * `change` between the two, for records with these keys. A record that is not there undoes its group; one that is damaged fails the
 * transaction with a `RecordDamaged`.
 */
export const sealed = (
  table: RecordTable,
  keys: readonly (readonly SqlValue[])[],
  ...change: readonly Statement[]
): readonly Statement[] => [finds(table, 'compare', keys), ...change, ...sealedAnew(table, keys)]

/** The same for the records that a query for whole rows finds, however many they are; `change` must leave them to be found by it. */
export const sealedAsFound = (
  table: RecordTable,
  find: Statement,
  ...change: readonly Statement[]
): readonly Statement[] => [
  { ...find, sealing: { table, act: 'compare' } },
  ...change,
  { ...find, sealing: { table, act: 'seal' } },
]

/** For records that were just put in. */
export const sealedAnew = (table: RecordTable, keys: readonly (readonly SqlValue[])[]): readonly Statement[] => [
  finds(table, 'seal', keys),
]
