/** The journal before the real SQLite store, whose steps fail and stand still here, and what is left of it when the process dies. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pino, type Logger } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { journalRoom, openJournalFile } from '#server/storage/journal-file.ts'
import { decodeRecord } from '#server/storage/journal-record.ts'
import { withJournal } from '#server/storage/journal.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { StorageError, type AppendEntry, type Storage } from '#server/storage/storage.ts'
import { document, seedState } from '../support/engine.ts'
import { openFaultyStore, otherDocument, sqliteFailure, type FaultyStore, type Step } from '../support/faulty-store.ts'
import { deferred } from '../support/memory-log.ts'
import { random } from '../support/random.ts'
import { bytesOf, entry as entryOf, newDocument, row, textOf } from './examples.ts'

const documents = [document, otherDocument] as const
const whole = { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: 100_000 }

let tables: FaultyStore
let storage: Storage
/** Lets go on what a test left standing. */
let release = () => {}
const files = () => ['a', 'b'].map((name) => `${tables.file}-log-${name}`)

beforeEach(async () => {
  // Nothing is put into the tables but where a test says so.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  tables = await openFaultyStore()
  await take()
})
afterEach(async () => {
  vi.useRealTimers()
  tables.before = () => {}
  tables.after = () => {}
  const closed = storage.close().catch(() => {})
  release()
  await closed
  await tables[Symbol.asyncDispose]()
})

/** Opens the journal; the process that had it open before is no more. */
const take = async (store = tables.storage, logger?: Logger) => {
  vi.clearAllTimers()
  storage = await withJournal(store, `${tables.file}-log`, logger)
}

const entry = (text: string, change: Partial<AppendEntry> = {}) =>
  entryOf({ document, epoch: 1, rows: [row(text)], ...change })
const append = async (...entries: readonly AppendEntry[]) => await storage.log.append(entries)
/** Appends a row to each document; from then on the journal knows where their logs end. */
const begin = async () => await append(...documents.map((id) => entry('first', { document: id })))
const texts = async (id: string = document) =>
  (await storage.log.history(id, whole)).slice(1).map(({ bytes }) => textOf(bytes))
const inTables = async (id: string = document) =>
  (await tables.storage.log.history(id, whole)).slice(1).map(({ bytes }) => textOf(bytes))
const isAppend = ({ sql, whole: complete }: Step) => complete && sql.startsWith('update "documents"')
const fails = (step: Step) => {
  if (isAppend(step)) throw sqliteFailure('SQLITE_FULL')
}
/** Lets the tables stand still when rows are put into them. `standing` resolves once they do. */
const holdMoves = () => {
  const [standing, goOn] = [deferred(), deferred()]
  tables.before = async (step) => {
    if (!isAppend(step)) return
    standing.resolve()
    await goOn.promise
  }
  return { standing: standing.promise, goOn: goOn.resolve }
}
/** A second has passed: the rows are put into the tables. */
const moved = async () => {
  vi.runOnlyPendingTimers()
  await storage.ping()
}
/** Without a mark of its use: no rows in the file, only what it was filled with or what a former use has left. */
const isCleared = async (file: string) => (await readFile(file)).subarray(8, 16).every((byte) => byte === 0)

describe('reading', () => {
  test('[K15] everyone finds a row that is only in the journal', async () => {
    await begin()
    await append(entry('second', { rows: [row('second', { at: 5_000, user: 'jp-cochair-ai' })] }))
    expect(await inTables()).toEqual(['first'])
    const record = { head: 3, changedAt: 5_000, changedBy: 'jp-cochair-ai' }
    expect(await storage.documents.get(document)).toMatchObject(record)
    expect((await storage.documents.list()).find(({ id }) => id === document)).toMatchObject(record)
    expect(await storage.documents.get(otherDocument)).toMatchObject({ head: 2 })
    expect(await inTables()).toEqual(['first'])
    expect((await storage.log.load(document))?.updates.map(textOf).slice(1)).toEqual(['first', 'second'])
    await append(entry('third'))
    expect(await texts()).toEqual(['first', 'second', 'third'])
    await append(entry('fourth'))
    await storage.log.putCheckpoint(document, 5, seedState().state)
    expect(await storage.documents.get(document)).toMatchObject({ head: 5 })
  })

  test('[K15] a record says no less while rows go from the journal into the tables', async () => {
    await begin()
    await append(entry('second'))
    const { standing, goOn } = holdMoves()
    const loaded = storage.log.load(document)
    await standing
    expect(await storage.documents.get(document)).toMatchObject({ head: 3 })
    goOn()
    expect((await loaded)?.head).toBe(3)
    expect(await storage.documents.get(document)).toMatchObject({ head: 3 })
  })

  test('[K15] rows that come while others go into the tables follow them there', async () => {
    await begin()
    await append(entry('second'))
    const { standing, goOn } = holdMoves()
    vi.runOnlyPendingTimers()
    await standing
    expect(await append(entry('third'))).toEqual([{ lastSeq: 4 }])
    goOn()
    await storage.ping()
    expect(await storage.documents.get(document)).toMatchObject({ head: 4 })
    expect(await texts()).toEqual(['first', 'second', 'third'])
  })

  test('[K15] rows that come while a move takes longer than the pause are moved too, without anyone asking', async () => {
    await begin()
    await append(entry('second'))
    const { standing, goOn } = holdMoves()
    vi.runOnlyPendingTimers()
    await standing
    await append(entry('third', { document: otherDocument }))
    // Their time comes while the move stands.
    vi.runOnlyPendingTimers()
    const both = deferred()
    let moves = 0
    tables.after = (step) => {
      if (isAppend(step) && (moves += 1) === 2) both.resolve()
    }
    goOn()
    await both.promise
    expect(await inTables(otherDocument)).toEqual(['first', 'third'])
    await append(entry('fourth', { document: otherDocument }))
    expect(vi.getTimerCount()).toBe(1)
  })

  test('[K15] a client id, another epoch and an unknown document are for the tables to judge, in the order of the log', async () => {
    await begin()
    await append(entry('second'))
    const clients = [{ clientId: 9, user: 'us-drafter-ai' }]
    expect(await append(entry('third', { clients }), entry('x', { document: 'no-such-document' }))).toEqual([
      { lastSeq: 4 },
      { rejected: 'gone' },
    ])
    expect(await append(entry('stale', { epoch: 2 }))).toEqual([{ rejected: 'gone' }])
    const taken = [{ clientId: 9, user: 'jp-drafter-ai' }]
    expect(await append(entry('forged', { clients: taken }))).toEqual([{ rejected: 'clientTaken' }])
    expect(await append(entry('fourth'))).toEqual([{ lastSeq: 5 }])
    expect(await texts()).toEqual(['first', 'second', 'third', 'fourth'])
  })
})

describe('the end of a process', () => {
  test('[S1][K15] with rows in both files: they are there, each once and in order', async () => {
    await begin()
    await append(entry('second'))
    // The one file cannot be emptied, the other is written meanwhile.
    tables.before = fails
    vi.runOnlyPendingTimers()
    await append(entry('of the other', { document: otherDocument }))
    await expect(storage.ping()).rejects.toThrow(StorageError)
    tables.before = () => {}
    await take()
    expect(await inTables()).toEqual(['first', 'second'])
    expect(await inTables(otherDocument)).toEqual(['first', 'of the other'])
  })

  test.each(['before', 'after'] as const)('[S1][K15] %s the transaction that takes the rows', async (when) => {
    await begin()
    await append(entry('second'), entry('second', { document: otherDocument }))
    const standing = deferred()
    tables[when] = async (step) => {
      if (!isAppend(step)) return
      tables[when] = () => {}
      standing.resolve()
      await new Promise<void>((_, reject) => {
        release = () => reject(sqliteFailure('SQLITE_ABORT'))
      })
    }
    vi.runOnlyPendingTimers()
    await standing.promise
    expect(await inTables()).toEqual(when === 'before' ? ['first'] : ['first', 'second'])
    await take()
    for (const id of documents) expect(await inTables(id)).toEqual(['first', 'second'])
    expect(await append(entry('third'))).toEqual([{ lastSeq: 4 }])
    expect(await texts()).toEqual(['first', 'second', 'third'])
  })

  /** A file with two records, and where the last of them lies in it. */
  const withLastRecord = async () => {
    await begin()
    await append(entry('second'))
    const [file = ''] = files()
    const from = (await readFile(file)).lastIndexOf('second') + 'second'.length
    await append(entry('third'))
    const complete = await readFile(file)
    return { file, complete, from, end: complete.lastIndexOf('third') + 'third'.length }
  }

  test('[S1][K15] in the middle of a write: what was acknowledged is there, whatever is left of the rest', async () => {
    const { file, complete, from, end } = await withLastRecord()
    for (let length = from; length <= end; length += 1) {
      const torn = Buffer.from(complete).fill(0, length)
      await writeFile(file, torn)
      await take()
      const rows = length === end ? ['first', 'second', 'third'] : ['first', 'second']
      expect([length, await inTables()]).toEqual([length, rows])
      await tables.run(`delete from updates where seq > 2`)
      await tables.run(`update documents set head = 2`)
    }
  })

  test('[S1][K15] a record with any bit turned is none, and those before it stand', async () => {
    const { file, complete, from, end } = await withLastRecord()
    for (let bit = from * 8; bit < end * 8; bit += 1) {
      const turned = Buffer.from(complete)
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await writeFile(file, turned)
      const opened = await openJournalFile(file)
      await opened.file.close()
      expect([bit, opened.records.length]).toEqual([bit, 1])
    }
  })

  test('[K15] what a former use of a file has left is no record, though it stands right behind one', async () => {
    const [file = ''] = files()
    const first = await openJournalFile(file)
    for (const text of ['a', 'b', 'c']) await first.file.append(bytesOf(text))
    await first.file.erase()
    await first.file.append(bytesOf('d'))
    await first.file.close()
    const again = await openJournalFile(file)
    expect(again.records.map(textOf)).toEqual(['d'])
    await again.file.append(bytesOf('e'))
    await again.file.close()
    const last = await openJournalFile(file)
    expect(last.records.map(textOf)).toEqual(['d', 'e'])
    await last.file.close()
  })

  test('[K9][K15] after a reset: rows of the old text do not come into a new one of the same name', async () => {
    await begin()
    for (const text of ['second', 'third', 'fourth', 'fifth']) await append(entry(text))
    await storage.reset()
    const created = newDocument({ id: document, epoch: 2, clientId: 3 })
    expect(await storage.documents.create([created])).toBe(true)
    expect(await append(entry('old', { epoch: 1 }))).toEqual([{ rejected: 'gone' }])
    await append(entry('new', { epoch: 2, rows: [row('new')] }))
    await append(entry('newer', { epoch: 2, rows: [row('newer')] }))
    await take()
    expect(await inTables()).toEqual(['new', 'newer'])
  })
})

describe('tables that are not the ones that the journal was before', () => {
  /** The rows that are kept for documents that the tables lack. */
  const unclaimed = async () => {
    const path = `${tables.file}-log-unclaimed`
    if (!existsSync(path)) return []
    const { file, records } = await openJournalFile(path)
    await file.close()
    return records
      .flatMap(decodeRecord)
      .flatMap((run) => run.rows.map(({ bytes }) => `${run.document} ${textOf(bytes)}`))
  }

  test('[S1][S2][K15] rows of a document that they lack are told and kept, and hold up no others', async () => {
    await begin()
    await append(entry('second'), entry('second', { document: otherDocument }))
    for (const table of ['updates', 'clients', 'documents']) {
      await tables.run(`delete from ${table} where ${table === 'documents' ? 'id' : 'document'} = '${otherDocument}'`)
    }
    const lines: string[] = []
    await take(tables.storage, pino({ level: 'warn' }, { write: (line) => void lines.push(line) }))
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 50, document: otherDocument, file: `${tables.file}-log-unclaimed` }),
    ])
    expect(await unclaimed()).toEqual([`${otherDocument} second`])
    expect(await inTables()).toEqual(['first', 'second'])
    expect(await Promise.all(files().map(isCleared))).toEqual([true, true])
    await storage.close()
    expect(await unclaimed()).toEqual([`${otherDocument} second`])
  })

  test('[S1][K15] rows of a later text than theirs are kept, those of an earlier one are none', async () => {
    await begin()
    await append(entry('second'), entry('second', { document: otherDocument }))
    await tables.run(`update documents set epoch = 0 where id = '${document}'`)
    await tables.run(`update documents set epoch = 2 where id = '${otherDocument}'`)
    await take()
    expect(await unclaimed()).toEqual([`${document} second`])
    expect([await inTables(), await inTables(otherDocument)]).toEqual([['first'], ['first']])
  })

  test('[K9][K15] rows of documents that a reset removed are none, whenever the process ends', async () => {
    await begin()
    await append(entry('second'))
    await storage.reset()
    expect(await Promise.all(files().map(isCleared))).toEqual([true, true])
    await take()
    expect(await unclaimed()).toEqual([])
  })
})

describe('tables that fail', () => {
  test('[S2][K15] what comes next is not acknowledged, what was stays, and all of it is there when they work again', async () => {
    await begin()
    await append(entry('second'))
    tables.before = fails
    vi.runOnlyPendingTimers()
    await expect(storage.ping()).rejects.toThrow('SQLITE_FULL')
    await expect(append(entry('third'))).rejects.toThrow('SQLITE_FULL')
    await expect(storage.log.load(document)).rejects.toThrow('SQLITE_FULL')
    await expect(storage.ping()).rejects.toThrow('SQLITE_FULL')
    tables.before = () => {}
    await storage.ping()
    expect(await append(entry('third'))).toEqual([{ lastSeq: 4 }])
    expect(await texts()).toEqual(['first', 'second', 'third'])
  })

  test('[S1][K15] rows that they took before they failed are not taken twice', async () => {
    await begin()
    await append(entry('second'))
    tables.after = (step) => {
      if (!isAppend(step)) return
      tables.after = () => {}
      throw sqliteFailure('SQLITE_IOERR')
    }
    await expect(storage.log.load(document)).rejects.toThrow('SQLITE_IOERR')
    expect(await inTables()).toEqual(['first', 'second'])
    await append(entry('third'))
    expect(await texts()).toEqual(['first', 'second', 'third'])
    // The same where the tables are asked at once.
    const clients = [{ clientId: 9, user: 'us-drafter-ai' }]
    tables.after = (step) => {
      if (!isAppend(step)) return
      tables.after = () => {}
      throw sqliteFailure('SQLITE_IOERR')
    }
    await expect(append(entry('fourth', { clients }))).rejects.toThrow('SQLITE_IOERR')
    await append(entry('fifth'))
    expect(await texts()).toEqual(['first', 'second', 'third', 'fourth', 'fifth'])
  })

  test('[S3][K15] for one document: the others’ rows go through, its own are kept from file to file and over a restart', async () => {
    let spoiled = false
    const { log } = tables.storage
    const partly: Storage = {
      ...tables.storage,
      log: {
        ...log,
        async append(entries) {
          if (spoiled && entries.some((one) => one.document === otherDocument)) throw sqliteFailure('SQLITE_CORRUPT')
          return await log.append(entries)
        },
      },
    }
    await take(partly)
    await begin()
    await append(entry('second'), entry('second', { document: otherDocument }))
    spoiled = true
    const [file = ''] = files()
    const before = await readFile(file)
    await moved()
    expect(await inTables()).toEqual(['first', 'second'])
    await expect(append(entry('third', { document: otherDocument }))).rejects.toThrow('SQLITE_CORRUPT')
    for (const text of ['third', 'fourth', 'fifth']) {
      await append(entry(text))
      await append(entry(`${text}, too`))
      await moved()
    }
    await take(partly)
    await append(entry('sixth'))
    expect(await inTables(otherDocument)).toEqual(['first'])
    spoiled = false
    // As if the process had ended when its rows were in both files.
    await writeFile(file, before)
    await take()
    expect(await inTables(otherDocument)).toEqual(['first', 'second'])
    expect((await texts()).at(-1)).toBe('sixth')
  })
})

describe('the files', () => {
  test('[K15] take turns, are cleared once their rows are in the tables, and are gone after the end', async () => {
    await begin()
    expect(files().map((file) => existsSync(file))).toEqual([false, false])
    await append(entry('second'))
    expect(await Promise.all(files().map(isCleared))).toEqual([false, true])
    await moved()
    expect(await Promise.all(files().map(isCleared))).toEqual([true, true])
    await append(entry('third'))
    expect(await Promise.all(files().map(isCleared))).toEqual([true, false])
    await storage.close()
    expect(files().map((file) => existsSync(file))).toEqual([false, false])
    const closed = await openSqliteStorage({ file: tables.file })
    expect((await closed.log.history(document, whole)).slice(1).map(({ bytes }) => textOf(bytes))).toEqual([
      'first',
      'second',
      'third',
    ])
    await closed.close()
  })

  test('[K3][K15] are gone after an end that comes while rows are moved', async () => {
    await begin()
    await append(entry('second'))
    const { standing, goOn } = holdMoves()
    vi.runOnlyPendingTimers()
    await standing
    await append(entry('third', { document: otherDocument }))
    const closed = storage.close()
    await tables.quiet()
    goOn()
    await closed
    expect(files().map((file) => existsSync(file))).toEqual([false, false])
  })

  test('[K3][K15] that cannot be removed do not keep the store open', async () => {
    await begin()
    await append(entry('second'))
    const [file = ''] = files()
    await rm(file)
    await expect(storage.close()).rejects.toThrow(StorageError)
    await expect(tables.storage.ping()).rejects.toThrow('The store is closed')
  })

  test('[K15] grow for what needs more room, and come back to their length', async () => {
    await begin()
    const large = row('', { bytes: new Uint8Array(3 * journalRoom).fill(7) })
    await append(entry('', { rows: [large] }))
    const sizes = async () => (await Promise.all(files().map((file) => stat(file)))).map(({ size }) => size)
    expect((await sizes())[0]).toBeGreaterThan(3 * journalRoom)
    await moved()
    expect(await sizes()).toEqual([journalRoom, journalRoom])
    const stored = (await storage.log.history(document, whole)).at(-1)?.bytes ?? new Uint8Array()
    expect(Buffer.from(stored).equals(large.bytes)).toBe(true)
  })

  test('[S2][K15] that cannot be made are an error that is told, and one that passes', async () => {
    await storage.close()
    await tables[Symbol.asyncDispose]()
    tables = await openFaultyStore()
    const folder = join(dirname(tables.file), 'later')
    storage = await withJournal(tables.storage, join(folder, 'log'))
    await begin()
    await expect(append(entry('second'))).rejects.toThrow(/The journal failed: ENOENT/)
    await mkdir(folder)
    expect(await append(entry('second'))).toEqual([{ lastSeq: 3 }])
    expect(await texts()).toEqual(['first', 'second'])
  })
})

// What may happen in any order does: a model says what must come of it.
test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  '[S1][K1][K15] logs are as they were written through failures and ends of the process, seed %i',
  async (seed) => {
    const chance = random(seed)
    const model = new Map<string, string[]>(documents.map((id) => [id, []]))
    let [clientId, written] = [100, 0]
    for (let step = 0; step < 60; step += 1) {
      const id = chance.pick(documents)
      switch (chance.pick(['append', 'append', 'append', 'append', 'read', 'second', 'fail', 'die'] as const)) {
        case 'append': {
          const ids = chance.int(0, 3) === 0 ? documents : [id]
          const entries = ids.map((one) => {
            const rows = Array.from({ length: chance.int(1, 3) }, () => row(`${(written += 1)}`))
            const clients = chance.int(0, 5) === 0 ? [{ clientId: (clientId += 1), user: 'us-drafter-ai' }] : []
            return entry('', { document: one, rows, clients })
          })
          const heads = entries.map(({ document: one, rows }) => {
            model.get(one)?.push(...rows.map(({ bytes }) => textOf(bytes)))
            return { lastSeq: (model.get(one)?.length ?? 0) + 1 }
          })
          expect(await append(...entries)).toEqual(heads)
          break
        }
        case 'read':
          expect(await texts(id)).toEqual(model.get(id))
          break
        case 'second':
          await moved()
          break
        case 'fail': {
          const when = chance.pick(['before', 'after'] as const)
          tables[when] = fails
          vi.runOnlyPendingTimers()
          await storage.ping().catch(() => {})
          tables[when] = () => {}
          break
        }
        case 'die':
          await take()
      }
    }
    await take()
    for (const id of documents) expect(await inTables(id)).toEqual(model.get(id))
  },
)
