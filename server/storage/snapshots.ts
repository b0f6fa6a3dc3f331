/** Snapshots: written once, never changed. */
import { contentHash } from '#shared/editor/text.ts'
import { template, type Group } from './batch.ts'
import { readRow, readRows, Snapshot, SnapshotSummary } from './records.ts'
import { StorageError, type SnapshotRecord, type Snapshots } from './storage.ts'
import { runWhole, type Store } from './store.ts'

/** The statements that write snapshots. */
export function snapshotInserts({ db }: Pick<Store, 'db'>): (snapshots: readonly SnapshotRecord[]) => Group {
  const insert = template<Omit<SnapshotRecord, 'content'> & { content: string }>(
    (slot) =>
      db.insertInto('snapshots').values({
        id: slot('id'),
        document: slot('document'),
        label: slot('label'),
        note: slot('note'),
        by: slot('by'),
        at: slot('at'),
        seq: slot('seq'),
        hash: slot('hash'),
        content: slot('content'),
      }),
    { single: true },
  )
  return (taken) => [insert(taken.map((each) => ({ ...each, content: JSON.stringify(each.content) })))]
}

export function snapshots(store: Store): Snapshots {
  const { db, run } = store
  const insert = snapshotInserts(store)
  return {
    take: (snapshot) => run(() => runWhole(store, insert([snapshot]), `Snapshot ${snapshot.id} was not taken`)),
    get: (id) =>
      run(async () => {
        const row = await db.selectFrom('snapshots').selectAll().where('id', '=', id).executeTakeFirst()
        return wholeSnapshot(readRow(Snapshot, 'snapshots', row))
      }),
    list: (document) =>
      run(async () => {
        const rows = await db
          .selectFrom('snapshots')
          .select(['id', 'document', 'label', 'note', 'by', 'at', 'seq', 'hash'])
          .where('document', '=', document)
          .orderBy('at', 'desc')
          .orderBy('seq', 'desc')
          .orderBy('id')
          .execute()
        return readRows(SnapshotSummary, 'snapshots', rows)
      }),
  }
}

/** The snapshot as it was taken: other words than those would be read, exported and restored under its hash. */
function wholeSnapshot(snapshot: SnapshotRecord | null): SnapshotRecord | null {
  if (snapshot === null || contentHash(snapshot.content) === snapshot.hash) return snapshot
  throw new StorageError(`Snapshot ${snapshot.id} is damaged`)
}
