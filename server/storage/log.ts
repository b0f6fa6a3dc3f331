/** The log of the documents' texts: appended in one transaction for all rooms, read back as of one moment. */
import { packOldest, packStatements, readHistory } from './history.ts'
import { template, type Group, type GroupOutcome } from './batch.ts'
import { Bytes, Checkpoint, Client, Head, readRow, readRows } from './records.ts'
import { StorageError, type AppendEntry, type AppendResult, type ClientBinding, type UpdateLog } from './storage.ts'
import { runWhole, type Store } from './store.ts'
import type { Tables } from './tables.ts'
import type { Kysely } from 'kysely'
import { z } from 'zod'

const Stored = z.object({ epoch: z.int(), schema_version: z.int(), head: z.int() })
const Update = z.object({ bytes: Bytes })

export function updateLog(store: Store): UpdateLog {
  const { db, batch, run } = store
  const entryGroup = entryStatements(store)
  const checkpointGroup = checkpointStatements(store)
  const packGroup = packStatements(store)

  return {
    load: (document) =>
      run(() =>
        db
          .transaction()
          .setIsolationLevel('repeatable read')
          .execute(async (moment) => {
            const row = await moment
              .selectFrom('documents')
              .select(['epoch', 'schema_version', 'head'])
              .where('id', '=', document)
              .executeTakeFirst()
            const stored = readRow(Stored, 'documents', row)
            if (stored === null) return null
            const checkpointRow = await moment
              .selectFrom('checkpoints')
              .select(['seq', 'bytes'])
              .where('document', '=', document)
              .executeTakeFirst()
            const checkpoint = readRow(Checkpoint, 'checkpoints', checkpointRow)
            const updates = await moment
              .selectFrom('updates')
              .select('bytes')
              .where('document', '=', document)
              .where('seq', '>', checkpoint?.seq ?? 0)
              .where('seq', '<=', stored.head)
              .orderBy('seq')
              .execute()
            // A text with a hole in it must not open: what comes after the hole would seem to be all there is.
            if (updates.length !== stored.head - (checkpoint?.seq ?? 0)) {
              throw new StorageError('Rows of updates are missing')
            }
            return {
              epoch: stored.epoch,
              schemaVersion: stored.schema_version,
              checkpoint,
              updates: readRows(Update, 'updates', updates).map(({ bytes }) => bytes),
              head: stored.head,
              clients: await readClients(moment, document),
            }
          }),
      ),

    clients: (document) => run(() => readClients(db, document)),

    append: (entries) =>
      run(async () => {
        if (entries.length === 0) return []
        const outcomes = await batch(entries.map(entryGroup))
        return outcomes.map(appendResult)
      }),

    putCheckpoint: (document, seq, bytes) =>
      run(() =>
        runWhole(store, checkpointGroup(document, seq, bytes), 'A checkpoint must be of a document and within its log'),
      ),

    history: (document, range) => run(() => readHistory(store, document, range)),

    pack: (document, rows) => run(() => packOldest(store, packGroup, document, rows)),
  }
}

async function readClients(db: Kysely<Tables>, document: string): Promise<ClientBinding[]> {
  const rows = await db.selectFrom('clients').select(['client_id', 'user']).where('document', '=', document).execute()
  return readRows(Client, 'clients', rows)
}

/**
 * The statements of one entry: first its places in the log, which also locks the document so that seq follows commit order,
 * then the client ids, then the rows.
 */
function entryStatements({ db }: Store): (entry: AppendEntry) => Group {
  const takePlaces = template<{ document: string; epoch: number; count: number; at: number; user: string | null }>(
    (slot) =>
      db
        .updateTable('documents')
        .set((eb) => ({ head: eb('head', '+', slot('count')), changed_at: slot('at'), changed_by: slot('user') }))
        .where('id', '=', slot('document'))
        .where('epoch', '=', slot('epoch'))
        .returning('head'),
    { single: true },
  )
  const findPlace = template<{ document: string; epoch: number }>(
    (slot) =>
      db.selectFrom('documents').select('head').where('id', '=', slot('document')).where('epoch', '=', slot('epoch')),
    { single: true },
  )
  // Changes nothing where the id is this user's already, and no row at all where it is another's.
  const bindClient = template<{ document: string; clientId: number; user: string | null }>(
    (slot) =>
      db
        .insertInto('clients')
        .values({ document: slot('document'), client_id: slot('clientId'), user: slot('user') })
        .onConflict((conflict) =>
          conflict
            .columns(['document', 'client_id'])
            .doUpdateSet((eb) => ({ user: eb.ref('excluded.user') }))
            .whereRef('clients.user', 'is not distinct from', 'excluded.user'),
        ),
    { single: true },
  )
  const addRow = template<{ document: string; back: number; user: string | null; at: number; bytes: Uint8Array }>(
    (slot) =>
      db.insertInto('updates').values((eb) => ({
        document: slot('document'),
        seq: eb(
          eb.selectFrom('documents').select('head').where('id', '=', slot('document')).$asScalar().$notNull(),
          '-',
          slot('back'),
        ),
        user: slot('user'),
        at: slot('at'),
        bytes: slot('bytes'),
      })),
    { single: true },
  )
  return ({ document, epoch, rows, clients }) => {
    const last = rows.at(-1)
    return [
      last === undefined
        ? findPlace([{ document, epoch }])
        : takePlaces([{ document, epoch, count: rows.length, at: last.at, user: last.user }]),
      bindClient(clients.map(({ clientId, user }) => ({ document, clientId, user }))),
      addRow(rows.map((row, index) => ({ ...row, document, back: rows.length - 1 - index }))),
    ]
  }
}

function appendResult(outcome: GroupOutcome): AppendResult {
  if ('undoneAt' in outcome) return { rejected: outcome.undoneAt === 0 ? 'gone' : 'clientTaken' }
  const place = readRow(Head, 'documents', outcome.results[0]?.rows[0])
  if (place === null) throw new StorageError('The store did not say where it appended')
  return { lastSeq: place.head }
}

function checkpointStatements({ db }: Store): (document: string, seq: number, bytes: Uint8Array) => Group {
  const withinLog = template<{ document: string; seq: number }>(
    (slot) =>
      db.selectFrom('documents').select('head').where('id', '=', slot('document')).where('head', '>=', slot('seq')),
    { single: true },
  )
  const put = template<{ document: string; seq: number; bytes: Uint8Array }>(
    (slot) =>
      db
        .insertInto('checkpoints')
        .values({ document: slot('document'), seq: slot('seq'), bytes: slot('bytes') })
        .onConflict((conflict) =>
          conflict
            .column('document')
            .doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq'), bytes: eb.ref('excluded.bytes') }))
            .whereRef('checkpoints.seq', '<=', 'excluded.seq'),
        ),
    { single: false },
  )
  return (document, seq, bytes) => [withinLog([{ document, seq }]), put([{ document, seq, bytes }])]
}
