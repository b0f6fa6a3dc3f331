/** Threads are read for those who may read them: looking past everyone else's would take the longer the more there are. */
import type { Kysely } from 'kysely'

export async function up<Schema>({ schema }: Kysely<Schema>): Promise<void> {
  await schema.createIndex('threads_by_circle').on('threads').columns(['document', 'audience', 'party']).execute()
  await schema.dropIndex('threads_by_document').execute()
}
