/** Documents that were put away, and who created each: unknown for those whose first row has been packed. */
import { sql, type Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('documents')
    .addColumn('archived', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('documents').addColumn('created_by', 'text').execute()
  await sql`
    update documents set created_by = (select "user" from updates where document = documents.id and seq = 1)
  `.execute(db)
}
