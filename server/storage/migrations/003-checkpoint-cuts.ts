/** Where a checkpoint may be cut to be applied in parts, and a hash that shows damage before anyone is sent it. */
import type { Kysely } from 'kysely'

export async function up<Schema>({ schema }: Kysely<Schema>): Promise<void> {
  await schema.alterTable('checkpoints').addColumn('cuts', 'bytea').execute()
  await schema.alterTable('checkpoints').addColumn('hash', 'text').execute()
}
