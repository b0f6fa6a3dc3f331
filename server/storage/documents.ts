/** Documents as entries in the record, created together with the first row of their log. */
import { template } from './batch.ts'
import { checksumOfRow } from './checksum.ts'
import { Document, readRow, readRows } from './records.ts'
import type { Documents, NewDocument } from './storage.ts'
import { snapshotInserts } from './snapshots.ts'
import { readAll, runGroup, runWhole, type Store } from './store.ts'
import { threadInserts } from './threads.ts'

type Values = {
  id: string
  group: string
  kind: string
  title: string
  panelOpen: number
  epoch: number
  schemaVersion: number
  at: number
  user: string | null
}

export function documents(store: Store): Documents {
  const { db, run } = store
  const insertDocument = template<Values>(
    (slot) =>
      db
        .insertInto('documents')
        .values({
          id: slot('id'),
          group: slot('group'),
          kind: slot('kind'),
          title: slot('title'),
          panel_open: slot('panelOpen'),
          frozen: 0,
          epoch: slot('epoch'),
          schema_version: slot('schemaVersion'),
          created_at: slot('at'),
          head: 1,
          changed_at: slot('at'),
          changed_by: slot('user'),
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    { single: true },
  )
  const insertState = template<{
    id: string
    user: string | null
    at: number
    state: Uint8Array
    checksum: number
  }>(
    (slot) =>
      db.insertInto('updates').values({
        document: slot('id'),
        seq: 1,
        user: slot('user'),
        at: slot('at'),
        bytes: slot('state'),
        checksum: slot('checksum'),
      }),
    { single: true },
  )
  const insertClient = template<{ id: string; clientId: number; user: string | null }>(
    (slot) =>
      db.insertInto('clients').values({ document: slot('id'), client_id: slot('clientId'), user: slot('user') }),
    { single: true },
  )
  const setPanelOpen = template<{ id: string; panelOpen: number }>(
    (slot) =>
      db
        .updateTable('documents')
        .set({ panel_open: slot('panelOpen') })
        .where('id', '=', slot('id')),
    { single: true },
  )

  const one = template<{ id: string }>((slot) => db.selectFrom('documents').selectAll().where('id', '=', slot('id')), {
    single: false,
  })
  const all = template(() => db.selectFrom('documents').selectAll().orderBy('created_at').orderBy('id'), {
    single: false,
  })

  const insertThreads = threadInserts(store)
  const insertSnapshots = snapshotInserts(store)

  return {
    create: (created, { threads, snapshots } = { threads: [], snapshots: [] }) =>
      run(async () => {
        const values = created.map(toValues)
        const outcome = await runGroup(store, [
          insertDocument(values),
          insertState(values),
          insertClient(values),
          ...threads.flatMap(insertThreads.thread),
          ...insertSnapshots(snapshots),
        ])
        return !('undoneAt' in outcome)
      }),
    get: (id) =>
      run(async () => {
        const [rows = []] = await readAll(store, [one([{ id }])])
        return readRow(Document, 'documents', rows[0])
      }),
    list: () =>
      run(async () => {
        const [rows = []] = await readAll(store, [all([{}])])
        return readRows(Document, 'documents', rows)
      }),
    setPanelOpen: (id, panelOpen) =>
      run(() => runWhole(store, [setPanelOpen([{ id, panelOpen: Number(panelOpen) }])], `There is no document ${id}`)),
  }
}

function toValues({ title, panelOpen, createdAt, createdBy, ...same }: NewDocument) {
  const row = { at: createdAt, user: createdBy }
  const checksum = checksumOfRow({ ...row, bytes: same.state })
  return { ...same, ...row, title: JSON.stringify(title), panelOpen: Number(panelOpen), checksum }
}
