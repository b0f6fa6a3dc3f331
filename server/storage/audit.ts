/** The audit: each row's hash covers the row and the hash before it; the head says where the chain must end. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { template, type Group } from './batch.ts'
import { json, readRow, readRows } from './records.ts'
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

const Detail = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const ReadEntry = AuditRow.omit({ hash: true }).extend({ detail: json(Detail) })

/** Where the audit ends: the newest row's place and hash. */
export type AuditEnd = z.infer<typeof Head>

/** The statements that add entries behind `end`, and where it ends then. The first of them fails if it does not end there. */
export function auditStatements({
  db,
}: Pick<Store, 'db'>): (end: AuditEnd, entries: readonly AuditEntry[]) => { group: Group; end: AuditEnd } {
  const moveEnd = template<{ seq: number; hash: string; endSeq: number; endHash: string }>(
    (slot) =>
      db
        .updateTable('audit_head')
        .set({ seq: slot('seq'), hash: slot('hash') })
        .where('seq', '=', slot('endSeq'))
        .where('hash', '=', slot('endHash')),
    { single: true },
  )
  const add = template<z.infer<typeof AuditRow>>(
    (slot) =>
      db.insertInto('audit').values({
        seq: slot('seq'),
        at: slot('at'),
        actor: slot('actor'),
        action: slot('action'),
        subject: slot('subject'),
        detail: slot('detail'),
        hash: slot('hash'),
      }),
    { single: true },
  )
  return (end, entries) => {
    let last = end
    const rows = entries.map((entry) => {
      const row = { ...entry, seq: last.seq + 1, detail: canonicalDetail(entry) }
      last = { seq: row.seq, hash: rowHash(last.hash, row) }
      return { ...row, hash: last.hash }
    })
    return { group: [moveEnd([{ ...last, endSeq: end.seq, endHash: end.hash }]), add(rows)], end: last }
  }
}

/** Where the audit ends. Throws a `StorageError` if it does not say. */
export async function auditEnd({ db }: Pick<Store, 'db'>): Promise<AuditEnd> {
  const end = await headOf(db)
  if (end === null) throw new StorageError('The audit has lost its head')
  return end
}

export function audit({ db, run }: Store): Audit {
  return {
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
    entries: ({ actions, since, after, limit }) =>
      run(async () => {
        const head = await headOf(db)
        if (head === null) throw new StorageError('The audit has lost its head')
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', after)
          .where('seq', '<=', head.seq)
          .where('at', '>=', since)
          .where('action', 'in', actions)
          .orderBy('seq')
          .limit(limit)
          .execute()
        const read = readRows(ReadEntry, 'audit', rows)
        const last = read.length < limit ? head : (read.at(-1) ?? head)
        const entries = read.map(({ at, actor, action, subject, detail }) => ({ at, actor, action, subject, detail }))
        return { entries, upTo: last.seq }
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
