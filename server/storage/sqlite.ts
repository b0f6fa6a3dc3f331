/** The embedded store: one SQLite file, owned by a thread of this process and by no other process. */
import { existsSync, statSync } from 'node:fs'
import { chmod, mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { kyselyStorage } from './kysely.ts'
import { migrate } from './migrations/migrate.ts'
import { drainJournal, JournalDamaged, journalPaths } from './old-journal.ts'
import { connectSqlite, SqliteFailure, startSqliteWorker, type SqliteConnection } from './sqlite-connection.ts'
import { inPrivate } from './private.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { Storage } from './storage.ts'
import type { Tables } from './tables.ts'
import { StoreUnusable } from './unusable.ts'
import { damageOfLog } from './wal.ts'

/** The store's file in the data folder. */
export const storeName = 'alternat.sqlite'

/**
 * Opens the store in `file`, creating it and its folder if need be, and migrates it. Rejects with a `StoreUnusable`, having
 * changed nothing, if another process has it open, a newer version wrote it, the folder cannot be written, the file is something
 * else, or a part of the store is gone; with a `StorageError` if the disk fails.
 */
export async function openSqliteStorage({
  file,
  logger,
  acceptLoss = false,
}: {
  file: string
  logger?: Logger
  /** Goes on without what was in a log that is damaged or gone. */
  acceptLoss?: boolean
}): Promise<Storage> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw unwritable(file, error)
  }
  refuseRemains(file)
  const damage = acceptLoss ? null : damageOfLog(file)
  if (damage !== null) {
    throw new StoreUnusable(
      'damaged',
      `${file}-wal ${damage}, and edits that were saved are in it: restore ${dirname(file)} from a backup, or run “npm start -- accept-loss” to go on without them.`,
    )
  }
  const sqlite = connectSqlite(startSqliteWorker(), (error) => {
    logger?.fatal({ err: error }, 'The thread that keeps the store has died: nothing can be saved until a restart')
  })
  try {
    // What SQLite adds beside the file is as private as the file.
    await inPrivate(() => sqlite.open(file))
    await keepToOurselves(file)
    const db = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) })
    await migrate(db, file)
    const { batch, read, close: release } = sqlite
    const copy = (target: string) => inPrivate(() => sqlite.backup(target))
    const tables = kyselyStorage(db, { batch, read, copy, release })
    await drainJournal(tables, file, logger)
    return foldingIn(tables, sqlite, logger)
  } catch (error) {
    // What went wrong first is what the reader must hear of.
    await sqlite.close().catch(() => {})
    throw unusable(file, error) ?? error
  }
}

/** What an earlier version left open to others; the folder too, if it holds nothing else. */
async function keepToOurselves(file: string): Promise<void> {
  const folder = dirname(file)
  const [own, foreign] = [[] as string[], [] as string[]]
  for (const name of await readdir(folder)) (name.startsWith(basename(file)) ? own : foreign).push(name)
  // A file may go while we look, and a file system may know no modes: neither is a reason not to start.
  await Promise.allSettled([
    ...own.map((name) => chmod(join(folder, name), 0o600)),
    ...(foreign.length === 0 ? [chmod(folder, 0o700)] : []),
  ])
}

/**
 * Without its file, or with an empty one, what else is left of a store would be cleared by SQLite, and the demo seeded in its place.
 */
function refuseRemains(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size !== undefined && size > 0) return
  const left = [file, `${file}-wal`, ...journalPaths(file)].filter((path) => existsSync(path))
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
function foldingIn(store: Storage, sqlite: SqliteConnection, logger: Logger | undefined): Storage {
  return {
    ...store,
    get damages() {
      return store.damages
    },
    async transact(changesets) {
      const results = await store.transact(changesets)
      const creates = changesets.some(({ writes }) => writes?.some(({ type }) => type === 'createDocument'))
      try {
        if (creates) await sqlite.fold()
      } catch (error) {
        logger?.warn({ err: error }, 'The write-ahead log could not be folded in')
      }
      return results
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
      `${damage.message}, and edits that were saved are in it: restore ${dirname(file)} from a backup, or move ${listOf(journalPaths(file))} elsewhere to go on without them.`,
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
