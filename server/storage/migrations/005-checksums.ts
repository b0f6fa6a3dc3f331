/** A checksum for each row of the log and each segment. Those of earlier versions have none. */
import type { Kysely } from 'kysely'

export async function up<Schema>({ schema }: Kysely<Schema>): Promise<void> {
  await schema.alterTable('updates').addColumn('checksum', 'bigint').execute()
  await schema.alterTable('segments').addColumn('checksum', 'bigint').execute()
}
