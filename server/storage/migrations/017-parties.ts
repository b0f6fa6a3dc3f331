/** Who participates in a document, as a list. All did before: null. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('documents').addColumn('parties', 'text').execute()
}
