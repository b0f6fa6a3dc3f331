/** The phase of a document in the place of the mark that it is frozen. */
import { sql, type Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable('documents')
    .addColumn('phase', 'text', (column) => column.notNull().defaultTo('drafting'))
    .execute()
  await sql`update documents set phase = 'agreed' where frozen = 1`.execute(db)
  await db.schema.alterTable('documents').dropColumn('frozen').execute()
}
