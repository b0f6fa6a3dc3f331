/** The embedded store: one SQLite file, owned by a thread of this process and by no other process. */
import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { JournalDamaged } from './journal-file.ts'
import { journalPaths, withJournal } from './journal.ts'
import { kyselyStorage } from './kysely.ts'
import { migrate } from './migrations/migrate.ts'
import { connectSqlite, SqliteFailure, startSqliteWorker } from './sqlite-connection.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { Storage } from './storage.ts'
import type { Tables } from './tables.ts'
import { StoreUnusable } from './unusable.ts'

/**
 * Opens the store in `file`, creating it and its folder if need be, and migrates it. Rejects with a `StoreUnusable`, having
 * changed nothing, if another process has it open, a newer version wrote it, the folder cannot be written, the file is something
 * else, or a part of the store is gone; with a `StorageError` if the disk fails.
 */
export async function openSqliteStorage({ file, logger }: { file: string; logger?: Logger }): Promise<Storage> {
  try {
    await mkdir(dirname(file), { recursive: true })
  } catch (error) {
    throw unwritable(file, error)
  }
  refuseRemains(file)
  const sqlite = connectSqlite(startSqliteWorker(), (error) => {
    logger?.fatal({ err: error }, 'The thread that keeps the store has died: nothing can be saved until a restart')
  })
  try {
    await sqlite.open(file)
    const db = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) })
    await migrate(db, file)
    const tables = kyselyStorage(db, { batch: sqlite.batch, read: sqlite.read, release: sqlite.close })
    return await withJournal(foldingIn(tables, db, logger), `${file}-log`, logger)
  } catch (error) {
    // What went wrong first is what the reader must hear of.
    await sqlite.close().catch(() => {})
    throw unusable(file, error) ?? error
  }
}

/**
 * Without its file, or with an empty one, what else is left of a store would be cleared by SQLite and by the journal, and the demo
 * seeded in its place.
 */
function refuseRemains(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size !== undefined && size > 0) return
  const left = [file, `${file}-wal`, ...journalPaths(`${file}-log`)].filter((path) => existsSync(path))
  if (left.length === 0) return
  throw new StoreUnusable(
    'damaged',
    `${file} is ${size === 0 ? 'an empty file' : 'missing beside files that belong to it'}: restore ${dirname(file)} from a backup, or move ${listOf(left)} elsewhere to begin a new store.`,
  )
}

/**
 * The first text of a document is in the file itself before anyone works on it: damage to one page of the write-ahead log costs
 * all that comes behind it, and in a new store that would be everything.
 */
function foldingIn(store: Storage, db: Kysely<Tables>, logger: Logger | undefined): Storage {
  return {
    ...store,
    documents: {
      ...store.documents,
      async create(...documents) {
        const created = await store.documents.create(...documents)
        try {
          if (created) await sql`pragma wal_checkpoint(TRUNCATE)`.execute(db)
        } catch (error) {
          logger?.warn({ err: error }, 'The write-ahead log could not be folded in')
        }
        return created
      },
    },
  }
}

const listOf = (paths: readonly string[]) => new Intl.ListFormat('en').format(paths)

const unwritable = (file: string, cause: unknown) =>
  new StoreUnusable('unwritable', `${file} cannot be written: check the folder’s permissions and DATA_DIR.`, { cause })

/** What the person who starts the server can do something about, or null. */
function unusable(file: string, error: unknown): StoreUnusable | null {
  const damage = causeOf(error, JournalDamaged)
  if (damage !== null) {
    return new StoreUnusable(
      'damaged',
      `${damage.message}, and edits that were saved are in it: restore ${dirname(file)} from a backup, or move ${listOf(journalPaths(`${file}-log`))} elsewhere to go on without them.`,
      { cause: error },
    )
  }
  const failure = causeOf(error, SqliteFailure)
  if (failure === null) return null
  const code = failure.code ?? ''
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new StoreUnusable(
      'inUse',
      `${file} is in use by another Alternat server: stop it, or choose another DATA_DIR.`,
      {
        cause: error,
      },
    )
  }
  if (code === 'SQLITE_NOTADB') {
    return new StoreUnusable('notAStore', `${file} is not a database: choose another DATA_DIR.`, { cause: error })
  }
  // The driver gives no code for a file that it cannot open.
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code) || /Unable to open/.test(failure.message)) {
    return unwritable(file, error)
  }
  return null
}

/** The first of a kind among an error and its causes. */
function causeOf<Kind extends Error>(error: unknown, kind: new (...args: never[]) => Kind): Kind | null {
  if (error instanceof kind) return error
  return error instanceof Error ? causeOf(error.cause, kind) : null
}
