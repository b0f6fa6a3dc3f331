/** Users and the seats that they hold: every member there was is a persona of the demonstration with one seat, under the same id. */
import { sql, type Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('demo', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createTable('memberships')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('party', 'text')
    .addColumn('group', 'text')
    .addColumn('from', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint')
    .addColumn('by', 'text')
    .execute()
  await schema.createIndex('memberships_by_user').on('memberships').column('user').execute()
  await sql`insert into users (id, name, created_at, demo) select id, id, 0, 1 from members`.execute(db)
  await sql`insert into memberships (id, ${sql.ref('user')}, role, party, ${sql.ref('group')}, ${sql.ref('from')})
    select id, id, role, party, ${sql.ref('group')}, 0 from members`.execute(db)
  await schema.dropTable('members').execute()
}
