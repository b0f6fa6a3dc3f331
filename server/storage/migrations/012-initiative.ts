/** The definition of the initiative that the store is for, in one row. An older store gets its definition when it is next started. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('initiative')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .execute()
}
