/** Snapshots that are agreed versions. Nothing was marked so before. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable('snapshots')
    .addColumn('agreed', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
