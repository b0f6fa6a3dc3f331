/** Old rows of the log, packed. */
import type { Kysely } from 'kysely'

export async function up<Schema>({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('segments')
    .addColumn('document', 'text', (column) => column.notNull().references('documents.id'))
    .addColumn('first_seq', 'bigint', (column) => column.notNull())
    .addColumn('last_seq', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bytea', (column) => column.notNull())
    .addPrimaryKeyConstraint('segments_key', ['document', 'first_seq'])
    .execute()
}
