/** Snapshots: written once, never changed. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { template, type Group } from './batch.ts'
import { withChecksum } from './checksum.ts'
import { readRow, readRows, Restore, Snapshot, SnapshotSummary } from './records.ts'
import { RecordDamaged, type RestoreRecord, type SnapshotRecord, type Snapshots } from './storage.ts'
import type { Store } from './store.ts'

/** The statements that write snapshots. */
export function snapshotInserts({ db }: Pick<Store, 'db'>): (snapshots: readonly SnapshotRecord[]) => Group {
  const insert = template<Omit<SnapshotRecord, 'agreed'> & { readonly agreed: number; readonly checksum: number }>(
    (slot) =>
      db
        .insertInto('snapshots')
        .values({
          id: slot('id'),
          document: slot('document'),
          label: slot('label'),
          note: slot('note'),
          by: slot('by'),
          at: slot('at'),
          seq: slot('seq'),
          hash: slot('hash'),
          agreed: slot('agreed'),
          content: slot('content'),
          checksum: slot('checksum'),
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    { single: true },
  )
  return (taken) => [insert(taken.map(toColumns))]
}

/** Spelled out, as the checksum must cover nothing that is not stored. */
const toColumns = ({ id, document, label, note, by, at, seq, hash, agreed, content }: SnapshotRecord) =>
  withChecksum('snapshots', { id, document, label, note, by, at, seq, hash, agreed: Number(agreed), content })

/** The statements that note a restore. */
export function restoreNotes({ db }: Store): (restore: RestoreRecord) => Group {
  const insert = template<RestoreRecord & { readonly checksum: number }>(
    (slot) =>
      db.insertInto('restores').values({
        document: slot('document'),
        snapshot: slot('snapshot'),
        label: slot('label'),
        by: slot('by'),
        at: slot('at'),
        after: slot('after'),
        last: slot('last'),
        checksum: slot('checksum'),
      }),
    { single: true },
  )
  return ({ document, snapshot, label, by, at, after, last }) => [
    insert([withChecksum('restores', { document, snapshot, label, by, at, after, last })]),
  ]
}

/** All but the content, which its hash stands for. */
const summary = ['id', 'document', 'label', 'note', 'by', 'at', 'seq', 'hash', 'agreed', 'checksum'] as const

export function snapshots({ db, run }: Store): Snapshots {
  return {
    documentOf: (id) =>
      run(async () => {
        const row = await db.selectFrom('snapshots').select(summary).where('id', '=', id).executeTakeFirst()
        return readRow(SnapshotSummary, 'snapshots', row)?.document ?? null
      }),
    get: (id) =>
      run(async () => {
        const row = await db.selectFrom('snapshots').selectAll().where('id', '=', id).executeTakeFirst()
        return wholeSnapshot(readRow(Snapshot, 'snapshots', row))
      }),
    list: (document) =>
      run(async () => {
        const rows = await db
          .selectFrom('snapshots')
          .select(summary)
          .where('document', '=', document)
          // By the text that they hold, then in the order in which they were put in: clocks are set back.
          .orderBy('seq', 'desc')
          .orderBy(sql`rowid`, 'desc')
          .execute()
        return readRows(SnapshotSummary, 'snapshots', rows)
      }),
    restores: (document) =>
      run(async () => {
        const rows = await db
          .selectFrom('restores')
          .selectAll()
          .where('document', '=', document)
          .orderBy('last', 'desc')
          .execute()
        return readRows(Restore, 'restores', rows)
      }),
  }
}

/** The snapshot as it was taken: other words than those would be read, exported and restored under its hash. */
function wholeSnapshot(snapshot: SnapshotRecord | null): SnapshotRecord | null {
  if (snapshot === null || hashOf(snapshot.content) === snapshot.hash) return snapshot
  throw new RecordDamaged(`A record of snapshots is damaged: its content has another hash (id "${snapshot.id}")`)
}

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex')
