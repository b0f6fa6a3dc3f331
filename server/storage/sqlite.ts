/** The embedded store: one SQLite file, owned by a thread of this process and by no other process. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Kysely } from 'kysely'
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
 * changed nothing, if another process has it open, a newer version wrote it, the folder cannot be written or the file is
 * something else; with a `StorageError` if the disk fails.
 */
export async function openSqliteStorage({ file, logger }: { file: string; logger?: Logger }): Promise<Storage> {
  try {
    await mkdir(dirname(file), { recursive: true })
  } catch (error) {
    throw unwritable(file, error)
  }
  const sqlite = connectSqlite(startSqliteWorker(), (error) => {
    logger?.fatal({ err: error }, 'The thread that keeps the store has died: nothing can be saved until a restart')
  })
  try {
    await sqlite.open(file)
    const db = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) })
    await migrate(db, file)
    const tables = kyselyStorage(db, { batch: sqlite.batch, read: sqlite.read, release: sqlite.close })
    return await withJournal(tables, `${file}-log`, logger)
  } catch (error) {
    // What went wrong first is what the reader must hear of.
    await sqlite.close().catch(() => {})
    throw unusable(file, error) ?? error
  }
}

const unwritable = (file: string, cause: unknown) =>
  new StoreUnusable('unwritable', `${file} cannot be written: check the folder’s permissions and DATA_DIR.`, { cause })

/** What the person who starts the server can do something about, or null. */
function unusable(file: string, error: unknown): StoreUnusable | null {
  const damage = causeOf(error, JournalDamaged)
  if (damage !== null) {
    return new StoreUnusable(
      'damaged',
      `${damage.message}, and edits that were saved are in it: restore ${dirname(file)} from a backup, or move ${journalPaths(`${file}-log`).join(' and ')} elsewhere to go on without them.`,
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
