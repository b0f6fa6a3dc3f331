/**
 * The real SQLite store on a real file, with faults that come and go while it runs: statements that fail or wait, limits that
 * SQLite itself imposes, and pages of the file that are overwritten underneath it.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { kyselyStorage } from '#server/storage/kysely.ts'
import { migrate } from '#server/storage/migrations/migrate.ts'
import { connectSqlite, SqliteFailure, startSqliteWorker } from '#server/storage/sqlite-connection.ts'
import { sqliteDialect } from '#server/storage/sqlite-dialect.ts'
import { StorageError, type NewDocument, type Storage } from '#server/storage/storage.ts'
import type { Tables } from '#server/storage/tables.ts'
import { createDocuments } from '#test/support/writes.ts'
import { document, seedState } from './engine.ts'
import { settled } from './memory-log.ts'
import { temporaryFolder } from './storage.ts'
import { groupId } from '#test/support/initiative.ts'

/** What is asked of the thread: a statement of a transaction of many steps, or a whole transaction at once. */
export type Step = { readonly sql: string; readonly whole: boolean }

export type FaultyStore = AsyncDisposable & {
  readonly storage: Storage
  readonly file: string
  /** Called before each step, and after it was done: what they wait for is waited for, what they throw is the step's failure. */
  before: (step: Step) => Promise<void> | void
  after: (step: Step) => Promise<void> | void
  /** Runs a statement on the store's own connection, past all faults. */
  run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /**
   * Overwrites the pages of the file that hold a table, its indexes included, and makes the store read them anew; only those that
   * `concerns` picks by their content. Returns how to put them back.
   */
  damage(table: string, concerns?: (page: Buffer) => boolean): Promise<() => Promise<void>>
  /** Resolves once the thread has answered everything, and everything that follows from its answers. */
  readonly quiet: () => Promise<void>
}

/** A second document beside `document` of the engine's tests; it sorts before it. */
export const otherDocument = 'ai-action-plan'

/** When both were created. */
export const seededAt = 1_800_000_000_000

const newDocument = (id: string): NewDocument => ({
  id,
  group: groupId('ai'),
  kind: 'mou',
  title: { en: 'A text', ja: '文書' },
  panelOpen: false,
  schemaVersion: 1,
  createdAt: seededAt,
  createdBy: null,
  epoch: 1,
  ...seedState(),
})

/** What SQLite's own failure looks like to the store. */
export const sqliteFailure = (code: string) =>
  new StorageError(`The store failed: ${code}`, { cause: new SqliteFailure(code, code) })

/** Opens a store with two documents of two clauses each, in `file` or in a folder of its own. */
export async function openFaultyStore(): Promise<FaultyStore> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'alternat.sqlite')
  const sqlite = connectSqlite(startSqliteWorker(), () => {})
  await sqlite.open(file)

  const store: FaultyStore = {
    get storage() {
      return storage
    },
    file,
    before: () => {},
    after: () => {},
    async run(sql) {
      const { rows } = await sqlite.query(sql, [])
      return rows.filter(isRow)
    },
    async damage(table, concerns = () => true) {
      const pages = await store.run(
        `select pageno from dbstat where name in (select name from sqlite_master where tbl_name = '${table}')`,
      )
      await store.run('pragma wal_checkpoint(TRUNCATE)')
      const spoiled = await spoil(
        file,
        pages.map(({ pageno }) => Number(pageno)),
        concerns,
      )
      await store.run('pragma cache_size = 1')
      return async () => {
        await spoiled.mend()
        await store.run('pragma cache_size = 1')
      }
    },
    quiet: () => quiet({ ping: async () => void (await sqlite.query('select 1', [])) }),
    async [Symbol.asyncDispose]() {
      // A damaged file cannot be left tidy; the test has seen what it wanted to.
      await storage.close().catch(() => {})
      await folder.dispose()
    },
  }

  const around = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    await store.before(step)
    const result = await work()
    await store.after(step)
    return result
  }
  const faulty = {
    ...sqlite,
    query: (sql: string, parameters: readonly unknown[]) =>
      around({ sql, whole: false }, () => sqlite.query(sql, parameters)),
    batch: (groups: Parameters<typeof sqlite.batch>[0]) =>
      around({ sql: groups[0]?.[0]?.sql ?? '', whole: true }, () => sqlite.batch(groups)),
  }
  /** What is read in one turn fails at each of the things that it reads. */
  const read = async (groups: Parameters<typeof sqlite.read>[0]) => {
    const statements = groups.flat()
    for (const { sql } of statements) await store.before({ sql, whole: false })
    const outcomes = await sqlite.read(groups)
    for (const { sql } of statements) await store.after({ sql, whole: false })
    return outcomes
  }
  const db = new Kysely<Tables>({ dialect: sqliteDialect(faulty) })
  await migrate(db, file)
  const storage = kyselyStorage(db, {
    batch: faulty.batch,
    read,
    copy: (target) => sqlite.backup(target),
    release: sqlite.close,
  })
  await createDocuments(storage, [newDocument(document), newDocument(otherDocument)])
  return store
}

/** Resolves once a store has answered everything, and everything that follows from its answers. */
export async function quiet({ ping }: Pick<Storage, 'ping'>): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await ping()
    await settled()
  }
}

const isRow = (row: unknown): row is Record<string, unknown> => typeof row === 'object' && row !== null

const pageSize = 4096
const leaves = { index: 10, table: 13 }

/** Whether a page without pages below it, of an index or of a table, names one document and not the other. */
export const isLeafOf =
  (own: string, other: string, kinds: readonly (keyof typeof leaves)[] = ['index', 'table']) =>
  (page: Buffer): boolean =>
    kinds.some((kind) => page[0] === leaves[kind]) && page.includes(own) && !page.includes(other)

/** Overwrites those of the pages of a file that `concerns` picks; throws if it picks none. */
export async function spoil(
  file: string,
  pages: readonly number[],
  concerns: (page: Buffer) => boolean,
): Promise<{ mend: () => Promise<void> }> {
  const kept = new Map<number, Buffer>()
  const handle = await open(file, 'r+')
  for (const number of pages) {
    const page = Buffer.alloc(pageSize)
    await handle.read(page, 0, pageSize, (number - 1) * pageSize)
    if (concerns(page)) kept.set(number, page)
  }
  if (kept.size === 0) throw new Error('No page to damage')
  const write = async (bytes: (page: Buffer) => Buffer) => {
    const again = await open(file, 'r+')
    for (const [number, page] of kept) await again.write(bytes(page), 0, pageSize, (number - 1) * pageSize)
    await again.close()
  }
  await handle.close()
  await write(() => Buffer.alloc(pageSize, 0xa5))
  return { mend: () => write((page) => page) }
}
