/** When rows are packed, and what a history then costs in the file, everything counted. */
import Database from 'libsql'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { startPacking } from '#server/jobs/packing.ts'
import { StorageError, type HistoryRow, type Storage } from '#server/storage/storage.ts'
import { lifeKeys, lived, type Life } from '../support/lives.ts'
import { manualClock } from '../support/memory-log.ts'
import { temporaryStorage } from '../support/storage.ts'
import { append, createDocuments } from '#test/support/writes.ts'
import { newDocument } from './examples.ts'

const minute = 60_000
const history = (storage: Storage, document: string) =>
  storage.log.history(document, { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: 100_000 })

/** Puts a life into the store, its log as people wrote it and a checkpoint as a room leaves it. */
async function put(storage: Storage, id: string, life: Life, count: number): Promise<readonly HistoryRow[]> {
  const { rows, doc } = lived(life, 7, count)
  const [first, ...rest] = rows
  if (first === undefined) throw new Error('A life begins with a row')
  const { at, bytes } = first
  await createDocuments(storage, [newDocument({ id, state: bytes, createdAt: at, epoch: 1 })])
  await append(storage, [{ document: id, epoch: 1, rows: rest, clients: [] }])
  await storage.log.putCheckpoint(id, rows.length, Y.encodeStateAsUpdate(doc))
  return rows
}

/** The job on a clock that only the test moves: `round` lets one go by. */
function packing(storage: Storage, start: number) {
  const clock = manualClock(start)
  let finish = () => {}
  const stop = startPacking({ storage, clock, logger: pino({ level: 'silent' }), done: () => finish() })
  onTestFinished(stop)
  return {
    round: async () => {
      const done = new Promise<void>((resolve) => (finish = resolve))
      clock.advance(minute)
      await done
    },
  }
}

/** Each table and each index begins with one page, also where there is no history at all. */
const emptyPages = 4 * 4096

/** What the history has added to the pages of a closed file, and how many rows and segments it is. */
function look(file: string) {
  const database = new Database(file, { readonly: true })
  const one = (sql: string): number => {
    const row: unknown = database.prepare(sql).raw().get()
    return Array.isArray(row) ? Number(row[0]) : NaN
  }
  const pages = one(`select sum(pgsize) from dbstat where name in
    (select name from sqlite_schema where tbl_name in ('updates', 'segments'))`)
  const found = {
    bytes: pages - emptyPages,
    rows: one('select count(*) from updates'),
    segments: one('select count(*) from segments'),
  }
  database.close()
  return found
}

describe('packing', () => {
  test.each(lifeKeys)(
    '[S15] %s: a history at rest costs at most a quarter of its raw update bytes in the file, everything counted',
    async (life) => {
      await using store = await temporaryStorage()
      const { storage, file } = store
      const rows = await put(storage, 'a-mou', life, 5000)
      const { round } = packing(storage, (rows.at(-1)?.at ?? 0) + 10 * minute)
      await round()
      expect(await history(storage, 'a-mou')).toEqual(rows)
      await storage.close()
      const raw = rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const { bytes, rows: left, segments } = look(file)
      expect([left, segments]).toEqual([0, 2])
      expect(bytes / raw).toBeLessThan(0.25)
    },
  )

  test('[S15] a store of short texts, a thousand edits each, costs no more than a quarter either', async () => {
    await using store = await temporaryStorage()
    const { storage, file } = store
    let raw = 0
    for (const [index, life] of [...lifeKeys, ...lifeKeys].entries()) {
      const rows = await put(storage, `text-${index}`, life, 1000)
      raw += rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
    }
    await packing(storage, 1_900_000_000_000).round()
    await storage.close()
    const { bytes, rows } = look(file)
    expect(rows).toBe(0)
    expect(bytes / raw).toBeLessThan(0.25)
  })

  test('[K14] [S15] a text in work is packed in larger parts, one at rest to its last row, and segments grow', async () => {
    await using store = await temporaryStorage()
    const { storage, file } = store
    const rows = [...(await put(storage, 'a-mou', 'typing both', 900))]
    const asked: [number, boolean][] = []
    const pack = async (id: string, least: number) => {
      const packed = await storage.log.pack(id, least)
      asked.push([least, packed])
      return packed
    }
    const watched: Storage = { ...storage, log: { ...storage.log, pack } }
    const add = async (count: number, covered: number) => {
      const start = rows.at(-1)?.at ?? 0
      const more = Array.from({ length: count }, (_, index) => ({
        user: 'late',
        at: start + index,
        bytes: new Uint8Array(9),
      }))
      await append(storage, [{ document: 'a-mou', epoch: 1, rows: more, clients: [] }])
      for (const row of more) rows.push({ ...row, seq: rows.length + 1 })
      await storage.log.putCheckpoint('a-mou', covered, new Uint8Array())
    }
    const inWork = packing(watched, rows.at(-1)?.at ?? 0)
    await inWork.round()
    expect(asked.splice(0)).toEqual([[1024, false]])
    await add(300, 1100)
    await inWork.round()
    expect(asked.splice(0)).toEqual([[1024, true]])
    await inWork.round()
    expect(asked.splice(0)).toEqual([[1024, false]])
    await add(3, 1202)
    await packing(watched, (rows.at(-1)?.at ?? 0) + 5 * minute).round()
    expect(asked).toEqual([
      [1, true],
      [1, false],
    ])
    expect(await history(storage, 'a-mou')).toEqual(rows)
    await storage.close()
    // The checkpoint does not hold the last two yet.
    expect(look(file)).toMatchObject({ rows: 2, segments: 1 })
  })

  test('[K14] one text that cannot be packed does not keep the others from it', async () => {
    await using store = await temporaryStorage()
    const { storage, file } = store
    await put(storage, 'a-mou', 'typing both', 40)
    await put(storage, 'b-mou', 'typing both', 40)
    const failing: Storage = {
      ...storage,
      log: {
        ...storage.log,
        pack: (id, least) =>
          id === 'a-mou'
            ? Promise.reject(new StorageError('A segment of the log is damaged'))
            : storage.log.pack(id, least),
      },
    }
    await packing(failing, 1_900_000_000_000).round()
    await storage.close()
    expect(look(file)).toMatchObject({ rows: 41, segments: 1 })
  })

  test('[K14] a history that is read while it is packed is whole', async () => {
    await using store = await temporaryStorage()
    const { storage } = store
    const rows = await put(storage, 'a-mou', 'typing English', 3000)
    const packed = storage.log.pack('a-mou', 1)
    const reads = []
    let busy = true
    void packed.finally(() => (busy = false))
    while (busy) {
      const read = history(storage, 'a-mou')
      reads.push(read)
      await read
    }
    expect(await packed).toBe(true)
    for (const read of [...reads, history(storage, 'a-mou')]) expect(await read).toEqual(rows)
  })
})
