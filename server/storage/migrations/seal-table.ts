/** For migrations that change records, or fill a new column of theirs with anything but null: without it each would count as damaged. */
import { sql, type Kysely } from 'kysely'
import { checksumOfColumns, recordTables, type RecordTable } from '../checksum.ts'

const page = 500

/** Writes the checksums of all records of a table anew; `apart`: its columns that they do not cover in the version of the migration. */
export async function sealTable<Schema>(
  db: Kysely<Schema>,
  table: RecordTable,
  apart: readonly string[] = recordTables[table].apart,
): Promise<void> {
  const found = (await db.introspection.getTables()).find(({ name }) => name === table)
  const columns = (found?.columns ?? []).map(({ name }) => name).filter((name) => !apart.includes(name))
  for (let after = 0; ;) {
    const { rows } = await sql<Record<string, unknown> & { row_number: number }>`
      select rowid as row_number, ${sql.join(columns.map((name) => sql.ref(name)))} from ${sql.table(table)}
      where rowid > ${after} order by rowid limit ${page}
    `.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.row_number
    const sums = rows.map(({ row_number, ...row }) => sql`(${row_number}, ${checksumOfColumns(row, apart)})`)
    await sql`
      update ${sql.table(table)} set checksum = sums.column2 from (values ${sql.join(sums)}) as sums
      where ${sql.table(table)}.rowid = sums.column1
    `.execute(db)
  }
}
