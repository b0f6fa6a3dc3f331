/** Since when a document is open to the panel: of what was before it is shown nothing. Known from the audit, else since it was made. */
import { sql, type Kysely } from 'kysely'

export async function up<Schema>(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('documents').addColumn('panel_since', 'bigint').execute()
  await sql`
    update documents set panel_since = coalesce(
      (select max(audit.at) from audit
        where audit.action = 'document.openToPanel' and audit.subject = 'document:' || documents.id
          and audit.detail like '%"panelOpen":true%'),
      created_at)
    where panel_open = 1
  `.execute(db)
}
