/** The rows of a log as they were committed, whether they stand by themselves or packed in segments. */
import { template, type Group } from './batch.ts'
import { CheckpointPlace, History, readRow, readRows, Segment } from './records.ts'
import { decodeSegment, encodeSegment } from './segment.ts'
import { StorageError, type HistoryRow } from './storage.ts'
import { runWhole, type Store } from './store.ts'

/** Rows with `after < seq <= upTo`, oldest first, at most `limit`, as of one moment. */
export function readHistory(
  { db }: Store,
  document: string,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<HistoryRow[]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (moment) => {
      const found: HistoryRow[] = []
      for (let from = after; found.length < limit && from < upTo;) {
        const packed = await moment
          .selectFrom('segments')
          .select(['first_seq', 'last_seq', 'bytes'])
          .where('document', '=', document)
          .where('last_seq', '>', from)
          .where('first_seq', '<=', upTo)
          .orderBy('first_seq')
          .limit(1)
          .executeTakeFirst()
        const segment = readRow(Segment, 'segments', packed)
        if (segment === null) break
        const rows = await unpack(segment)
        found.push(...rows.filter(({ seq }) => seq > from && seq <= upTo).slice(0, limit - found.length))
        from = segment.last_seq
      }
      if (found.length === limit) return found
      const rows = await moment
        .selectFrom('updates')
        .select(['seq', 'user', 'at', 'bytes'])
        .where('document', '=', document)
        .where('seq', '>', after)
        .where('seq', '<=', upTo)
        .orderBy('seq')
        .limit(limit - found.length)
        .execute()
      return [...found, ...readRows(History, 'updates', rows)]
    })
}

async function unpack(segment: { first_seq: number; last_seq: number; bytes: Uint8Array }): Promise<HistoryRow[]> {
  try {
    const rows = await decodeSegment(segment.bytes)
    if (rows[0]?.seq === segment.first_seq && rows.at(-1)?.seq === segment.last_seq) return rows
  } catch (error) {
    throw new StorageError('A segment of the log is damaged', { cause: error })
  }
  throw new StorageError('A segment of the log holds other rows than it says')
}

/** Packs the oldest rows that stand by themselves, if the checkpoint holds that many of them; says whether it did. */
export async function packOldest(
  store: Store,
  packGroup: ReturnType<typeof packStatements>,
  document: string,
  count: number,
): Promise<boolean> {
  const { db } = store
  const found = await db.selectFrom('checkpoints').select('seq').where('document', '=', document).executeTakeFirst()
  const checkpoint = readRow(CheckpointPlace, 'checkpoints', found)
  if (checkpoint === null) return false
  const rows = await db
    .selectFrom('updates')
    .select(['seq', 'user', 'at', 'bytes'])
    .where('document', '=', document)
    .where('seq', '<=', checkpoint.seq)
    .orderBy('seq')
    .limit(count)
    .execute()
  const oldest = readRows(History, 'updates', rows)
  const [first, last] = [oldest[0], oldest.at(-1)]
  if (oldest.length < count || first === undefined || last === undefined) return false
  const bytes = await encodeSegment(oldest)
  // The segment is read back before the rows go: what it cannot give back must not be taken away.
  const kept = await decodeSegment(bytes)
  if (!oldest.every((row, index) => isSame(row, kept[index]))) throw new StorageError('A segment did not keep its rows')
  await runWhole(store, packGroup(document, first.seq, last.seq, bytes), 'The rows to pack are no longer all there')
  return true
}

const isSame = (row: HistoryRow, other: HistoryRow | undefined) =>
  other !== undefined &&
  row.seq === other.seq &&
  row.user === other.user &&
  row.at === other.at &&
  Buffer.from(row.bytes).equals(other.bytes)

/** The statements that put a segment in the place of its rows. */
export function packStatements({ db }: Store) {
  type Range = { document: string; first: number; last: number }
  const allThere = template<Range & { count: number }>(
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
  const put = template<Range & { bytes: Uint8Array }>(
    (slot) =>
      db
        .insertInto('segments')
        .values({ document: slot('document'), first_seq: slot('first'), last_seq: slot('last'), bytes: slot('bytes') }),
    { single: true },
  )
  const remove = template<Range>(
    (slot) =>
      db
        .deleteFrom('updates')
        .where('document', '=', slot('document'))
        .where('seq', '>=', slot('first'))
        .where('seq', '<=', slot('last')),
    { single: false },
  )
  return (document: string, first: number, last: number, bytes: Uint8Array): Group => {
    const range = { document, first, last }
    return [allThere([{ ...range, count: last - first + 1 }]), put([{ ...range, bytes }]), remove([range])]
  }
}
