/** Documents as entries in the record, created together with the first row of their log. */
import { sql, type RawBuilder } from 'kysely'
import { template, type Group } from './batch.ts'
import { checksumOfHead, checksumOfRow, withChecksum } from './checksum.ts'
import { Document, readRow, readRows } from './records.ts'
import { sealed, sealedAnew } from './sealing.ts'
import type { DocumentChange, Documents, NewDocument } from './storage.ts'
import { readAll, type Store } from './store.ts'

type Values = {
  id: string
  group: string
  kind: string
  title: string
  parties: string | null
  delegation: string | null
  forkOf: string | null
  panelOpen: number
  panelSince: number | null
  epoch: number
  schemaVersion: number
  at: number
  user: string | null
  headChecksum: number
}

/** The statements that create, change and remove documents. */
export function documentWrites({ db }: Store): {
  create: (document: NewDocument) => Group
  change: (id: string, change: DocumentChange) => Group
  removeUnwritten: (id: string) => Group
} {
  const insertDocument = template<Values>(
    (slot) =>
      db
        .insertInto('documents')
        .values({
          id: slot('id'),
          group: slot('group'),
          kind: slot('kind'),
          title: slot('title'),
          parties: slot('parties'),
          delegation: slot('delegation'),
          fork_of: slot('forkOf'),
          panel_open: slot('panelOpen'),
          panel_since: slot('panelSince'),
          handling: '',
          phase: 'drafting',
          archived: 0,
          created_by: slot('user'),
          epoch: slot('epoch'),
          schema_version: slot('schemaVersion'),
          created_at: slot('at'),
          head: 1,
          changed_at: slot('at'),
          changed_by: slot('user'),
          checksum: 0,
          head_checksum: slot('headChecksum'),
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
  const insertClient = clientTemplate(db)
  const change = template<{
    id: string
    title: string | null
    panelOpen: number | null
    panelSince: number | null
    handling: string | null
    phase: string | null
    archived: number | null
  }>(
    (slot) =>
      db
        .updateTable('documents')
        .set((eb) => ({
          title: eb.fn.coalesce(slot('title'), eb.ref('title')),
          panel_open: eb.fn.coalesce(slot('panelOpen'), eb.ref('panel_open')),
          panel_since: eb.fn.coalesce(slot('panelSince'), eb.ref('panel_since')),
          handling: eb.fn.coalesce(slot('handling'), eb.ref('handling')),
          phase: eb.fn.coalesce(slot('phase'), eb.ref('phase')),
          archived: eb.fn.coalesce(slot('archived'), eb.ref('archived')),
        }))
        .where('id', '=', slot('id')),
    { single: true },
  )
  return {
    create(document) {
      const values = [toValues(document)]
      return [
        insertDocument(values),
        ...sealedAnew('documents', [[document.id]]),
        insertState(values),
        insertClient([
          withChecksum('clients', { document: document.id, client_id: document.clientId, user: document.createdBy }),
        ]),
      ]
    },
    change: (id, { title, panelOpen, panelSince, handling, phase, archived }) =>
      sealed(
        'documents',
        [[id]],
        change([
          {
            id,
            title: title === undefined ? null : JSON.stringify(title),
            panelOpen: panelOpen === undefined ? null : Number(panelOpen),
            panelSince: panelSince ?? null,
            handling: handling ?? null,
            phase: phase ?? null,
            archived: archived === undefined ? null : Number(archived),
          },
        ]),
      ),
    removeUnwritten: removalOf(db),
  }
}

export function documents(store: Store): Documents {
  const { db, run } = store
  // Where no document has the id, another one is read and discarded, so that an unknown id takes as long as a known one: a reader who
  // is told that a document does not exist could otherwise learn from the time that it does.
  const oneOrAnother = template<{ id: string }>(
    (slot) =>
      db
        .selectFrom('documents')
        .selectAll()
        .where((eb) =>
          eb.or([
            eb('id', '=', slot('id')),
            eb(
              'id',
              '=',
              eb.selectFrom('documents as any').select(({ fn }) => fn.min('any.id').as('first')),
            ),
          ]),
        )
        .orderBy(sql`id = ${slot('id')}`, 'desc')
        .limit(1),
    { single: false },
  )
  const all = template(() => db.selectFrom('documents').selectAll().orderBy('created_at').orderBy('id'), {
    single: false,
  })

  return {
    get: (id) =>
      run(async () => {
        const [rows = []] = await readAll(store, [oneOrAnother([{ id }])])
        const found = readRow(Document, 'documents', rows[0])
        return found?.id === id ? found : null
      }),
    list: () =>
      run(async () => {
        const [rows = []] = await readAll(store, [all([{}])])
        return readRows(Document, 'documents', rows)
      }),
  }
}

const clientTemplate = (db: Store['db']) =>
  template<{ document: string; client_id: number; user: string | null; checksum: number }>(
    (slot) =>
      db.insertInto('clients').values({
        document: slot('document'),
        client_id: slot('client_id'),
        user: slot('user'),
        checksum: slot('checksum'),
      }),
    { single: true },
  )

/** The statements that remove a document of which nothing was written: it is found first, or none of the others stands. */
function removalOf(db: Store['db']): (id: string) => Group {
  type Of = { id: string }
  const unwritten = template<Of>(
    (slot) =>
      db
        .selectFrom('documents')
        .select('id')
        .where('id', '=', slot('id'))
        .where('head', '<=', 1)
        .where((eb) =>
          eb.not(eb.exists(eb.selectFrom('snapshots').select('snapshots.id').where('document', '=', slot('id')))),
        ),
    { single: true },
  )
  const threadsOf = (slot: (name: 'id') => RawBuilder<string>) =>
    db.selectFrom('threads').select('threads.id').where('document', '=', slot('id'))
  const deletions = [
    template<Of>((slot) => db.deleteFrom('comments').where('thread', 'in', threadsOf(slot)), { single: false }),
    template<Of>(
      (slot) => db.deleteFrom('reads').where('kind', '=', 'thread').where('subject', 'in', threadsOf(slot)),
      { single: false },
    ),
    template<Of>((slot) => db.deleteFrom('threads').where('document', '=', slot('id')), { single: false }),
    template<Of>((slot) => db.deleteFrom('reads').where('kind', '=', 'document').where('subject', '=', slot('id')), {
      single: false,
    }),
    ...(['checkpoints', 'updates', 'segments', 'clients', 'stances'] as const).map((table) =>
      template<Of>((slot) => db.deleteFrom(table).where('document', '=', slot('id')), { single: false }),
    ),
    template<Of>((slot) => db.deleteFrom('documents').where('id', '=', slot('id')), { single: true }),
  ]
  return (id) => [unwritten, ...deletions].map((statement) => statement([{ id }]))
}

function toValues({
  title,
  parties,
  delegation = null,
  forkOf = null,
  panelOpen,
  createdAt,
  createdBy,
  ...same
}: NewDocument) {
  const row = { at: createdAt, user: createdBy }
  const checksum = checksumOfRow({ ...row, bytes: same.state })
  const panelSince = panelOpen ? createdAt : null
  return {
    ...same,
    ...row,
    title: JSON.stringify(title),
    parties: parties === undefined ? null : JSON.stringify(parties),
    delegation,
    forkOf,
    panelOpen: Number(panelOpen),
    panelSince,
    checksum,
    headChecksum: checksumOfHead(same.id, 1, createdAt, createdBy),
  }
}
