/** Whose private draft a document is, and what it was forked from. All were joint before. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('documents').addColumn('delegation', 'text').execute()
  await db.schema.alterTable('documents').addColumn('fork_of', 'text').execute()
}
