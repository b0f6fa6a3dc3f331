/** A checksum over all columns of every record. What is in the store by now is taken to be what was written. */
import { sql, type Kysely } from 'kysely'
import { checksumOfHead, hashOfState } from '../checksum.ts'
import { sealTable } from './seal-table.ts'

const tables = [
  'documents',
  'checkpoints',
  'clients',
  'threads',
  'comments',
  'snapshots',
  'restores',
  'stances',
  'initiative',
  'users',
  'memberships',
  'sessions',
  'invitations',
  'passwords',
  'passkeys',
  'reads',
] as const

/** As they are called in this version. */
const apart: { readonly [table: string]: readonly string[] } = {
  documents: ['head', 'changed_at', 'changed_by', 'head_checksum'],
  checkpoints: ['bytes', 'cuts'],
  snapshots: ['content'],
}

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  const { schema } = db
  for (const table of tables) await schema.alterTable(table).addColumn('checksum', 'bigint').execute()
  await schema.alterTable('documents').addColumn('head_checksum', 'bigint').execute()

  const documents = await sql<{ id: string; head: number; changed_at: number; changed_by: string | null }>`
    select id, head, changed_at, changed_by from documents
  `.execute(db)
  for (const { id, head, changed_at, changed_by } of documents.rows) {
    const checksum = checksumOfHead(id, head, changed_at, changed_by)
    await sql`update documents set head_checksum = ${checksum} where id = ${id}`.execute(db)
  }

  // Those of an early version have none; one at a time, as each may hold megabytes.
  const unhashed = await sql<{ document: string }>`select document from checkpoints where hash is null`.execute(db)
  for (const { document } of unhashed.rows) {
    const { rows } = await sql<{ bytes: Uint8Array; chunkOffsets: Uint8Array | null }>`
      select bytes, cuts as "chunkOffsets" from checkpoints where document = ${document}
    `.execute(db)
    for (const state of rows) {
      await sql`update checkpoints set hash = ${hashOfState(state)} where document = ${document}`.execute(db)
    }
  }

  for (const table of tables) await sealTable(db, table, apart[table] ?? [])
}
