/** Snapshots: written once, never changed. */
import { readRow, readRows, Snapshot, SnapshotSummary } from './records.ts'
import type { Snapshots } from './storage.ts'
import type { Store } from './store.ts'

export function snapshots({ db, run }: Store): Snapshots {
  return {
    take: (snapshot) =>
      run(async () => {
        await db
          .insertInto('snapshots')
          .values({ ...snapshot, content: JSON.stringify(snapshot.content) })
          .execute()
      }),
    get: (id) =>
      run(async () => {
        const row = await db.selectFrom('snapshots').selectAll().where('id', '=', id).executeTakeFirst()
        return readRow(Snapshot, 'snapshots', row)
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
