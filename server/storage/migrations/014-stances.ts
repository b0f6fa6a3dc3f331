/** Where the parties stand on what is pending in a text, and on its phase. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('stances')
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('party', 'text', (column) => column.notNull())
    .addColumn('stance', 'text', (column) => column.notNull())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('stances_key', ['document', 'subject', 'party'])
    .execute()
}
