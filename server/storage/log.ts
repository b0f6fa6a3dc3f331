/** The log of the documents' texts: appended in one transaction for all rooms, read back as of one moment. */
import { createHash } from 'node:crypto'
import { packOldest, packStatements, readHistory } from './history.ts'
import { template, type Group, type GroupOutcome } from './batch.ts'
import { checksumOfRow } from './checksum.ts'
import { Checkpoint, Client, History, readRow, readRows } from './records.ts'
import {
  StorageError,
  type AppendEntry,
  type AppendResult,
  type CheckpointState,
  type StoredText,
  type UpdateLog,
} from './storage.ts'
import { readAll, runWhole, type Store } from './store.ts'
import { z } from 'zod'

const Stored = z.object({ epoch: z.int(), head: z.int() })

export function updateLog(store: Store): UpdateLog {
  const { batch, run } = store
  const { textOf, clientsOf } = textStatements(store)
  const entryGroup = entryStatements(store)
  const checkpointGroup = checkpointStatements(store)
  const packGroup = packStatements(store)

  return {
    load: (document) =>
      run(async () => {
        const [documents = [], checkpoints = [], updates = [], clients = []] = await readAll(store, textOf(document))
        const stored = readRow(Stored, 'documents', documents[0])
        if (stored === null) return null
        const checkpoint = wholeCheckpoint(readRow(Checkpoint, 'checkpoints', checkpoints[0]))
        const rows = readRows(History, 'updates', updates)
        // A text with a hole in it must not open: what comes after the hole would seem to be all there is.
        const first = (checkpoint?.seq ?? 0) + 1
        if (first + rows.length !== stored.head + 1 || rows.some(({ seq }, index) => seq !== first + index)) {
          throw new StorageError('Rows of updates are missing')
        }
        return {
          epoch: stored.epoch,
          checkpoint,
          updates: rows.map(({ bytes }) => bytes),
          head: stored.head,
          clients: readRows(Client, 'clients', clients),
        }
      }),

    clients: (document) =>
      run(async () => {
        const [rows = []] = await readAll(store, [clientsOf([{ document }])])
        return readRows(Client, 'clients', rows)
      }),

    append: (entries) =>
      run(async () => {
        if (entries.length === 0) return []
        const outcomes = await batch(entries.map(entryGroup))
        return outcomes.map(appendResult)
      }),

    putCheckpoint: (document, seq, bytes, cuts) =>
      run(() =>
        runWhole(
          store,
          checkpointGroup(document, seq, { bytes, cuts: cuts ?? null }),
          'A checkpoint must be of a document and within its log',
        ),
      ),

    history: (document, range) => run(() => readHistory(store, document, range)),

    pack: (document, least) => run(() => packOldest(store, packGroup, document, least)),
  }
}

/** The statements that find a text: its document, its checkpoint, what came after that, and its clients. */
function textStatements({ db }: Store) {
  type Of = { document: string }
  const documentOf = template<Of>(
    (slot) => db.selectFrom('documents').select(['epoch', 'head']).where('id', '=', slot('document')),
    { single: false },
  )
  const checkpointOf = template<Of>(
    (slot) =>
      db.selectFrom('checkpoints').select(['seq', 'bytes', 'cuts', 'hash']).where('document', '=', slot('document')),
    { single: false },
  )
  const updatesAfter = template<Of>(
    (slot) =>
      db
        .selectFrom('updates')
        .select(['seq', 'user', 'at', 'bytes', 'checksum'])
        .where('document', '=', slot('document'))
        .where('seq', '>', (eb) =>
          eb.fn.coalesce(
            eb.selectFrom('checkpoints').select('seq').where('document', '=', slot('document')).$asScalar(),
            eb.val(0),
          ),
        )
        .orderBy('seq'),
    { single: false },
  )
  const clientsOf = template<Of>(
    (slot) => db.selectFrom('clients').select(['client_id', 'user']).where('document', '=', slot('document')),
    { single: false },
  )
  const textOf = (document: string): Group =>
    [documentOf, checkpointOf, updatesAfter, clientsOf].map((statement) => statement([{ document }]))
  return { textOf, clientsOf }
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
  type Added = { document: string; back: number; user: string | null; at: number; bytes: Uint8Array; checksum: number }
  const addRow = template<Added>(
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
        checksum: slot('checksum'),
      })),
    // Its place is taken: it goes in, or the transaction fails.
    { single: false },
  )
  return ({ document, epoch, rows, clients }) => {
    const last = rows.at(-1)
    const group = [
      last === undefined
        ? findPlace([{ document, epoch }])
        : takePlaces([{ document, epoch, count: rows.length, at: last.at, user: last.user }]),
    ]
    if (clients.length > 0) group.push(bindClient(clients.map(({ clientId, user }) => ({ document, clientId, user }))))
    if (rows.length > 0) {
      group.push(
        addRow(
          // Spelled out: what is spread is a hash table of its own to V8, a new one for each row of each edit.
          rows.map((row, index) => ({
            user: row.user,
            at: row.at,
            bytes: row.bytes,
            document,
            back: rows.length - 1 - index,
            checksum: checksumOfRow(row),
          })),
        ),
      )
    }
    return group
  }
}

function appendResult(outcome: GroupOutcome): AppendResult {
  if ('undoneAt' in outcome) return { rejected: outcome.undoneAt === 0 ? 'gone' : 'clientTaken' }
  const head = outcome.results[0]?.rows[0]?.['head']
  // By hand, as this is read with every commit.
  if (typeof head !== 'number') throw new StorageError('The store did not say where it appended')
  return { lastSeq: head }
}

function checkpointStatements({ db }: Store): (document: string, seq: number, state: CheckpointState) => Group {
  const withinLog = template<{ document: string; seq: number }>(
    (slot) =>
      db.selectFrom('documents').select('head').where('id', '=', slot('document')).where('head', '>=', slot('seq')),
    { single: true },
  )
  const put = template<{ document: string; seq: number; bytes: Uint8Array; cuts: Uint8Array | null; hash: string }>(
    (slot) =>
      db
        .insertInto('checkpoints')
        .values({
          document: slot('document'),
          seq: slot('seq'),
          bytes: slot('bytes'),
          cuts: slot('cuts'),
          hash: slot('hash'),
        })
        .onConflict((conflict) =>
          conflict
            .column('document')
            .doUpdateSet((eb) => ({
              seq: eb.ref('excluded.seq'),
              bytes: eb.ref('excluded.bytes'),
              cuts: eb.ref('excluded.cuts'),
              hash: eb.ref('excluded.hash'),
            }))
            .whereRef('checkpoints.seq', '<=', 'excluded.seq'),
        ),
    { single: false },
  )
  return (document, seq, { bytes, cuts }) => [
    withinLog([{ document, seq }]),
    put([{ document, seq, bytes, cuts, hash: hashOf({ bytes, cuts }) }]),
  ]
}

const hashOf = ({ bytes, cuts }: CheckpointState) =>
  createHash('sha256')
    .update(cuts ?? new Uint8Array())
    .update(bytes)
    .digest('hex')

/** The checkpoint as it was put. Throws a `StorageError` if it is not. */
function wholeCheckpoint(row: z.infer<typeof Checkpoint> | null): StoredText['checkpoint'] {
  if (row === null) return null
  const { hash, ...checkpoint } = row
  if (hash !== null && hash !== hashOf(checkpoint)) throw new StorageError('A checkpoint is damaged')
  return checkpoint
}
