/** The column of a checkpoint that says where its state may be cut into chunks gets a name that says so. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('checkpoints').renameColumn('cuts', 'chunk_offsets').execute()
}
