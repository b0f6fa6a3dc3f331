/** The audit: each row's hash covers the row and the hash before it; the head says where the chain must end. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { readRow, readRows } from './records.ts'
import { StorageError, type Audit, type AuditEntry } from './storage.ts'
import type { Store } from './store.ts'

const page = 1_000
const firstHash = '0'.repeat(64)

const Head = z.object({ seq: z.int(), hash: z.string() })
/** Read without a look inside `detail`: the hash is of its text, and a row that is not JSON any more must count as broken. */
const AuditRow = z.object({
  seq: z.int(),
  at: z.int(),
  actor: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  hash: z.string(),
})

export function audit({ db, run }: Store): Audit {
  return {
    append: (entry) =>
      run(() =>
        db.transaction().execute(async (transaction) => {
          await transaction
            .updateTable('audit_head')
            .set((eb) => ({ seq: eb('seq', '+', 1) }))
            .execute()
          const before = await headOf(transaction)
          if (before === null) throw new StorageError('The audit has lost its head')
          const row = { ...entry, seq: before.seq, detail: canonicalDetail(entry) }
          const hash = rowHash(before.hash, row)
          await transaction
            .insertInto('audit')
            .values({ ...row, hash })
            .execute()
          await transaction.updateTable('audit_head').set({ hash }).execute()
        }),
      ),

    verify: () =>
      run(async () => {
        const head = await headOf(db)
        if (head === null) return { brokenAt: 1 }
        let last = { seq: 0, hash: firstHash }
        while (last.seq < head.seq) {
          const rows = await db
            .selectFrom('audit')
            .selectAll()
            .where('seq', '>', last.seq)
            .where('seq', '<=', head.seq)
            .orderBy('seq')
            .limit(page)
            .execute()
          if (rows.length === 0) return { brokenAt: last.seq + 1 }
          for (const row of readRows(AuditRow, 'audit', rows)) {
            if (row.seq !== last.seq + 1 || row.hash !== rowHash(last.hash, row)) return { brokenAt: last.seq + 1 }
            last = row
          }
        }
        return last.hash === head.hash ? { rows: head.seq } : { brokenAt: head.seq }
      }),
  }
}

async function headOf(db: Store['db']): Promise<z.infer<typeof Head> | null> {
  return readRow(Head, 'audit_head', await db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirst())
}

const canonicalDetail = ({ detail }: AuditEntry) =>
  JSON.stringify(Object.fromEntries(Object.entries(detail).toSorted(([a], [b]) => (a < b ? -1 : 1))))

/** SHA-256 over the hash before and the row as JSON with its keys in order, `detail` as the text that is stored. */
function rowHash(before: string, row: Omit<z.infer<typeof AuditRow>, 'hash'>): string {
  const { action, actor, at, detail, seq, subject } = row
  const text = JSON.stringify({ action, actor, at, detail, seq, subject })
  return createHash('sha256').update(`${before}\n${text}`).digest('hex')
}
