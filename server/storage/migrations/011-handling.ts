/** The handling mark of a document, a label. Nothing was marked before. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable('documents')
    .addColumn('handling', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
}
