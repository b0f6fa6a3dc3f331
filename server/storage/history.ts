/** The rows of a log as they were committed, whether they stand by themselves or packed in segments. */
import { sql } from 'kysely'
import { z } from 'zod'
import { failpoint } from '../failpoints.ts'
import { template, type Group } from './batch.ts'
import { checksumOf, damageOf } from './checksum.ts'
import { DocumentOfText, History, readRow, readRows, Segment } from './records.ts'
import { decodeSegment, encodeSegment } from './segment.ts'
import { StorageError, type HistoryRow } from './storage.ts'
import { runWhole, type Store } from './store.ts'

/** Rows read at a time: what the event loop has in hand at once stays small. */
const pageRows = 512
/** A segment that holds so many rows, or that has come to so many bytes, is finished: what comes later begins another. */
const segmentRows = 4096
const segmentBytes = 256 * 1024
/** Bytes of rows packed at once; one row may be more. */
const packedAtOnce = 1024 * 1024

type Range = { after: number; upTo: number; limit: number }

/**
 * Rows with `after < seq <= upTo`, oldest first, at most `limit`. Read page by page with the store free for others in between:
 * rows that are packed meanwhile are found in their segment.
 */
export async function readHistory(
  store: Store,
  document: string,
  { after, upTo, limit }: Range,
): Promise<HistoryRow[]> {
  const found: HistoryRow[] = []
  let [from, missed] = [after, false]
  while (found.length < limit && from < upTo) {
    const room = limit - found.length
    const segment = await segmentWith(store, document, from + 1)
    const page =
      segment === null
        ? await readRowsBehind(store, document, { after: from, upTo, limit: Math.min(pageRows, room) })
        : (await unpack(segment)).filter(({ seq }) => seq > from && seq <= upTo).slice(0, room)
    const last = page.at(-1)
    if (last !== undefined && page.every(({ seq }, index) => seq === from + 1 + index)) {
      for (const row of page) found.push(row)
      from = last.seq
      missed = false
      continue
    }
    // The end of the log; or rows that were packed between the two looks, which the next finds; or a hole.
    if (missed) throw new StorageError('Rows of the log are missing')
    if ((await headOf(store, document)) <= from) break
    missed = true
  }
  return found
}

async function headOf({ db }: Store, document: string): Promise<number> {
  const row = await db.selectFrom('documents').selectAll().where('id', '=', document).executeTakeFirst()
  return readRow(DocumentOfText, 'documents', row)?.head ?? 0
}

/** The segment that holds row `seq`, or null. */
async function segmentWith({ db }: Store, document: string, seq: number): Promise<SegmentRow | null> {
  const row = await db
    .selectFrom('segments')
    .select(['first_seq', 'last_seq', 'bytes', 'checksum'])
    .where('document', '=', document)
    .where('first_seq', '<=', seq)
    .where('last_seq', '>=', seq)
    .orderBy('first_seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return readRow(Segment, 'segments', row)
}

async function readRowsBehind({ db }: Store, document: string, { after, upTo, limit }: Range): Promise<HistoryRow[]> {
  const rows = await db
    .selectFrom('updates')
    .select(['seq', 'user', 'at', 'bytes', 'checksum'])
    .where('document', '=', document)
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return readRows(History, 'updates', rows)
}

type SegmentRow = { readonly first_seq: number; readonly last_seq: number; readonly bytes: Uint8Array }

async function unpack(segment: SegmentRow): Promise<HistoryRow[]> {
  try {
    const rows = await decodeSegment(segment.bytes)
    if (rows[0]?.seq === segment.first_seq && rows.at(-1)?.seq === segment.last_seq) return rows
  } catch (error) {
    throw new StorageError('A segment of the log is damaged', { cause: error })
  }
  throw new StorageError('A segment of the log holds other rows than it says')
}

/**
 * Packs the oldest rows that stand by themselves, if the checkpoint holds at least `least` of them; says whether it did. They are
 * added to the newest segment until that is full: many small ones would each cost their own beginnings. The pages that the rows
 * leave are free for the next edits: the file does not shrink, but neither does it grow until they are used up. (SQLite could
 * give them back with auto_vacuum, at the price of bookkeeping in every commit: not worth it where someone waits for the commit.)
 */
export async function packOldest(
  store: Store,
  packGroup: ReturnType<typeof packStatements>,
  document: string,
  least: number,
): Promise<boolean> {
  const covered = await coveredUpTo(store, document)
  const newest = await newestSegment(store, document)
  const packed = newest?.last_seq ?? 0
  if (covered - packed < Math.max(1, least)) return false
  const open = newest !== null && newest.last_seq - newest.first_seq + 1 < segmentRows && newest.size < segmentBytes
  const extended = open ? await segmentWith(store, document, newest.first_seq) : null
  const before = extended === null ? [] : await unpack(extended)
  const added: HistoryRow[] = []
  const limit = segmentRows - before.length
  const upTo = await endOfPart(store, document, { after: packed, upTo: covered, limit })
  for (let after = packed; after < upTo; after = added.at(-1)?.seq ?? upTo) {
    for (const row of await readRowsBehind(store, document, { after, upTo, limit: pageRows })) added.push(row)
  }
  const [first, last] = [added[0], added.at(-1)]
  if (first === undefined || last === undefined) throw new StorageError('Rows of updates are missing')
  const rows = [...before, ...added]
  const bytes = await encodeSegment(rows)
  // The segment is read back before the rows go: what it cannot give back must not be taken away.
  const kept = await decodeSegment(bytes)
  if (!rows.every((row, index) => isSame(row, kept[index]))) throw new StorageError('A segment did not keep its rows')
  failpoint('packing.packed')
  const group = packGroup(document, { first: first.seq, last: last.seq, extended, bytes })
  await runWhole(store, group, 'The rows to pack are no longer as they were')
  return true
}

/** Up to which row the log need not be replayed to load the text. A damaged checkpoint holds nothing of it. */
async function coveredUpTo({ db }: Store, document: string): Promise<number> {
  const row = await db
    .selectFrom('checkpoints')
    .select(['document', 'seq', 'hash', 'checksum'])
    .where('document', '=', document)
    .executeTakeFirst()
  return row === undefined || damageOf('checkpoints', row) !== null ? 0 : row.seq
}

async function newestSegment({ db }: Store, document: string): Promise<z.output<typeof SegmentSize> | null> {
  const row = await db
    .selectFrom('segments')
    .select(['first_seq', 'last_seq', sql<number>`length(bytes)`.as('size')])
    .where('document', '=', document)
    .orderBy('first_seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return readRow(SegmentSize, 'segments', row)
}

/** The last of so many rows as are packed at once. */
async function endOfPart({ db }: Store, document: string, { after, upTo, limit }: Range): Promise<number> {
  const found = await db
    .selectFrom((oldest) =>
      oldest
        .selectFrom('updates')
        .select(['seq', sql<number>`sum(length(bytes)) over (order by seq)`.as('bytes')])
        .where('document', '=', document)
        .where('seq', '>', after)
        .where('seq', '<=', upTo)
        .orderBy('seq')
        .limit(limit)
        .as('oldest'),
    )
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where((eb) => eb.or([eb('bytes', '<=', packedAtOnce), eb('seq', '=', after + 1)]))
    .executeTakeFirst()
  return readRow(Place, 'updates', found)?.seq ?? after
}

const Place = z.object({ seq: z.int().nullable() })
const SegmentSize = z.object({ first_seq: z.int(), last_seq: z.int(), size: z.int() })

const isSame = (row: HistoryRow, other: HistoryRow | undefined) =>
  other !== undefined &&
  row.seq === other.seq &&
  row.user === other.user &&
  row.at === other.at &&
  Buffer.from(row.bytes).equals(other.bytes)

type Packed = {
  readonly first: number
  readonly last: number
  /** The segment that the rows are added to. */
  readonly extended: SegmentRow | null
  readonly bytes: Uint8Array
}

/** The statements that put a segment in the place of its rows, and of the segment that it extends. */
export function packStatements({ db }: Store) {
  type Rows = { document: string; first: number; last: number }
  const allThere = template<Rows & { count: number }>(
    (slot) =>
      db
        .selectFrom('updates')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('document', '=', slot('document'))
        .where('seq', '>=', slot('first'))
        .where('seq', '<=', slot('last'))
        .having(({ fn }) => fn.countAll(), '=', slot('count')),
    { single: true },
  )
  const removeExtended = template<Rows>(
    (slot) =>
      db
        .deleteFrom('segments')
        .where('document', '=', slot('document'))
        .where('first_seq', '=', slot('first'))
        .where('last_seq', '=', slot('last')),
    { single: true },
  )
  const put = template<Rows & { bytes: Uint8Array; checksum: number }>(
    (slot) =>
      db.insertInto('segments').values({
        document: slot('document'),
        first_seq: slot('first'),
        last_seq: slot('last'),
        bytes: slot('bytes'),
        checksum: slot('checksum'),
      }),
    { single: true },
  )
  const remove = template<Rows>(
    (slot) =>
      db
        .deleteFrom('updates')
        .where('document', '=', slot('document'))
        .where('seq', '>=', slot('first'))
        .where('seq', '<=', slot('last')),
    { single: false },
  )
  return (document: string, { first, last, extended, bytes }: Packed): Group => {
    const rows = { document, first, last }
    const before = extended === null ? [] : [{ document, first: extended.first_seq, last: extended.last_seq }]
    return [
      allThere([{ ...rows, count: last - first + 1 }]),
      removeExtended(before),
      put([{ document, first: extended?.first_seq ?? first, last, bytes, checksum: checksumOf(bytes) }]),
      remove([rows]),
    ]
  }
}
