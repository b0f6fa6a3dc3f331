/** Accounts: invitations to a seat, passwords, passkeys, and what tells one's devices apart. */
import type { Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('invitations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('party', 'text')
    .addColumn('group', 'text')
    .addColumn('until', 'bigint')
    .addColumn('replaces', 'text')
    .addColumn('by', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('closed_at', 'bigint')
    .execute()
  await schema
    .createTable('passwords')
    .addColumn('user', 'text', (column) => column.primaryKey().references('users.id'))
    .addColumn('login', 'text', (column) => column.notNull().unique())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('passkeys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('public_key', 'bytea', (column) => column.notNull())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .alterTable('sessions')
    .addColumn('device', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await schema.createIndex('sessions_by_user').on('sessions').column('user').execute()
}
