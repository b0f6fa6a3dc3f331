/** The log of the documents' texts, read back as of one moment; what is written to it goes through `transact`. */
import { packOldest, packStatements, readHistory } from './history.ts'
import { template, type Group, type Row } from './batch.ts'
import { damageOf, hashOfState, withChecksum } from './checksum.ts'
import { Checkpoint, Client, DocumentOfText, History, readRow, readRows } from './records.ts'
import { StorageError, type CheckpointState, type StoredText, type UpdateLog } from './storage.ts'
import { readAll, runWhole, type Store } from './store.ts'

export function updateLog(store: Store): UpdateLog {
  const { run } = store
  const { textOf, clientsOf } = textStatements(store)
  const checkpointGroup = checkpointStatements(store)
  const packGroup = packStatements(store)

  return {
    load: (document) =>
      run(async () => {
        const [documents = [], checkpoints = [], updates = [], clients = []] = await readAll(store, textOf(document))
        const stored = readRow(DocumentOfText, 'documents', documents[0])
        if (stored === null) return null
        const checkpoint = wholeCheckpoint(checkpoints[0])
        const rebuilt = checkpoint === null && checkpoints.length > 0
        // What the checkpoint held is in the log too.
        const rows = rebuilt
          ? await readHistory(store, document, { after: 0, upTo: stored.head, limit: stored.head })
          : readRows(History, 'updates', updates)
        // A text with a hole in it must not open: what comes after the hole would seem to be all there is.
        const first = (checkpoint?.seq ?? 0) + 1
        if (first + rows.length !== stored.head + 1 || rows.some(({ seq }, index) => seq !== first + index)) {
          throw new StorageError('Rows of updates are missing')
        }
        return {
          epoch: stored.epoch,
          policy: { phase: stored.phase, archived: stored.archived },
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

    putCheckpoint: (document, seq, bytes, chunkOffsets) =>
      run(() =>
        runWhole(
          store,
          checkpointGroup(document, seq, { bytes, chunkOffsets: chunkOffsets ?? null }),
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
  const documentOf = template<Of>((slot) => db.selectFrom('documents').selectAll().where('id', '=', slot('document')), {
    single: false,
  })
  const checkpointOf = template<Of>(
    (slot) => db.selectFrom('checkpoints').selectAll().where('document', '=', slot('document')),
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
    (slot) => db.selectFrom('clients').selectAll().where('document', '=', slot('document')),
    { single: false },
  )
  const textOf = (document: string): Group =>
    [documentOf, checkpointOf, updatesAfter, clientsOf].map((statement) => statement([{ document }]))
  return { textOf, clientsOf }
}

function checkpointStatements({ db }: Store): (document: string, seq: number, state: CheckpointState) => Group {
  const withinLog = template<{ document: string; seq: number }>(
    (slot) =>
      db.selectFrom('documents').select('head').where('id', '=', slot('document')).where('head', '>=', slot('seq')),
    { single: true },
  )
  const put = template<{
    document: string
    seq: number
    bytes: Uint8Array
    chunk_offsets: Uint8Array | null
    hash: string
    checksum: number
  }>(
    (slot) =>
      db
        .insertInto('checkpoints')
        .values({
          document: slot('document'),
          seq: slot('seq'),
          bytes: slot('bytes'),
          chunk_offsets: slot('chunk_offsets'),
          hash: slot('hash'),
          checksum: slot('checksum'),
        })
        .onConflict((conflict) =>
          conflict
            .column('document')
            .doUpdateSet((eb) => ({
              seq: eb.ref('excluded.seq'),
              bytes: eb.ref('excluded.bytes'),
              chunk_offsets: eb.ref('excluded.chunk_offsets'),
              hash: eb.ref('excluded.hash'),
              checksum: eb.ref('excluded.checksum'),
            }))
            .whereRef('checkpoints.seq', '<=', 'excluded.seq'),
        ),
    { single: false },
  )
  return (document, seq, { bytes, chunkOffsets }) => [
    withinLog([{ document, seq }]),
    put([
      withChecksum('checkpoints', {
        document,
        seq,
        bytes,
        chunk_offsets: chunkOffsets,
        hash: hashOfState({ bytes, chunkOffsets }),
      }),
    ]),
  ]
}

/** The checkpoint as it was put; null if it is damaged, or there is none. */
function wholeCheckpoint(row: Row | undefined): StoredText['checkpoint'] {
  if (row === undefined || damageOf('checkpoints', row) !== null) return null
  const { success, data } = Checkpoint.safeParse(row)
  if (!success || data.hash !== hashOfState(data)) return null
  const { seq, bytes, chunkOffsets } = data
  return { seq, bytes, chunkOffsets }
}
