/** Which versions were brought back, so that the history can name them; and whether that undid a wording that a thread had proposed. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('restores')
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('snapshot', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('after', 'bigint', (column) => column.notNull())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('restores_by_document').on('restores').columns(['document', 'last']).execute()
  await schema.alterTable('threads').addColumn('undone', 'text').execute()
}
