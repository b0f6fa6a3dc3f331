/**
 * Copies of the store while the server runs, and a copy put back. The database belongs to one thread of one process: a backup asks
 * the running server for it over a socket in the data folder, which only the server's own user can open; where none runs, the store
 * is opened for it.
 */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Logger } from 'pino'
import { z } from 'zod'
import { inPrivate } from './storage/private.ts'
import { openSqliteStorage, storeName } from './storage/sqlite.ts'
import type { Storage } from './storage/storage.ts'

const socketName = 'control.sock'

const Request = z.object({ backup: z.string() })
const Reply = z.union([z.object({ done: z.literal(true) }), z.object({ problem: z.string() })])
type Reply = z.infer<typeof Reply>

/** A backup or a restore that cannot be done; `message` says why and what to do. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem'
}

/** Answers `npm run backup` for as long as the server runs; returns how to stop. */
export async function listenForBackups(
  storage: Pick<Storage, 'backup'>,
  dataDirectory: string,
  logger: Logger,
): Promise<() => Promise<void>> {
  const path = socketOf(dataDirectory)
  // One that a killed process left: this one has the store, so nobody listens there.
  await rm(path, { force: true })
  const server = createServer((connection) => {
    connection.on('error', () => connection.destroy())
    const answer = async (line: string): Promise<Reply> => {
      try {
        const { backup } = Request.parse(JSON.parse(line))
        await storage.backup(backup)
        logger.info({ file: backup }, 'backed up')
        return { done: true }
      } catch (error) {
        logger.error({ err: error }, 'the backup failed')
        return { problem: error instanceof Error ? error.message : String(error) }
      }
    }
    createInterface({ input: connection }).once('line', (line) => {
      void answer(line).then((reply) => connection.end(`${JSON.stringify(reply)}\n`))
    })
  })
  const listening = await inPrivate(
    () =>
      new Promise<boolean>((done) => {
        server.once('error', (error) => {
          // A path too long for a socket, or a file system without them: the server is worth more than the backup beside it.
          logger.warn({ err: error }, 'a backup can be taken only while the server is stopped')
          done(false)
        })
        server.listen(path, () => done(true))
      }),
  )
  return () => (listening ? new Promise((done) => server.close(() => done())) : Promise.resolve())
}

/** Writes a copy of the store in `dataDirectory` into the folder `target`; gives the file. Rejects with a `BackupProblem`. */
export async function backUp(dataDirectory: string, target: string, logger: Logger): Promise<string> {
  const file = join(resolve(target), storeName)
  if (existsSync(file)) throw new BackupProblem(`${file} is there already: name another folder.`)
  if (!existsSync(join(dataDirectory, storeName))) {
    throw new BackupProblem(`There is no store in ${dataDirectory}: set DATA_DIR as for the server.`)
  }
  await mkdir(resolve(target), { recursive: true, mode: 0o700 })
  const reply = await ask(dataDirectory, file)
  if (reply === null) {
    const storage = await openSqliteStorage({ file: resolve(dataDirectory, storeName), logger })
    try {
      await storage.backup(file)
    } finally {
      await storage.close()
    }
  } else if ('problem' in reply) throw new BackupProblem(`The server could not write ${file}: ${reply.problem}`)
  return file
}

/**
 * Puts the copy in the folder `source` in the place of the store in `dataDirectory`; what was there goes into a folder beside it,
 * whose path is given (null: there was nothing). Rejects with a `BackupProblem` or a `StoreUnusable`, and leaves the store as it was.
 */
export async function restore(
  dataDirectory: string,
  source: string,
  at: Date,
  logger: Logger,
): Promise<{ readonly kept: string | null }> {
  const copy = join(resolve(source), storeName)
  if (!existsSync(copy)) throw new BackupProblem(`There is no backup in ${source}: it would be named ${storeName}.`)
  const folder = resolve(dataDirectory)
  const file = join(folder, storeName)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fresh = join(folder, `${storeName}.restored`)
  await copyFile(copy, fresh)
  try {
    // A copy that cannot be opened must not take the place of a store that can.
    await (await openSqliteStorage({ file: fresh, logger })).close()
    const present = (await readdir(folder)).filter((name) => name.startsWith(storeName) && !name.includes('.restored'))
    // Refused while a server has it: its edits would go on into a file that nobody reads again.
    if (present.includes(storeName)) await (await openSqliteStorage({ file, logger, acceptLoss: true })).close()
    const kept = present.length === 0 ? null : join(folder, `before-restore-${at.toISOString().replaceAll(':', '-')}`)
    if (kept !== null) {
      await mkdir(kept, { mode: 0o700 })
      for (const name of present) {
        if (existsSync(join(folder, name))) await rename(join(folder, name), join(kept, name))
      }
    }
    await rename(fresh, file)
    return { kept }
  } finally {
    await rm(fresh, { force: true })
  }
}

const socketOf = (dataDirectory: string) => join(resolve(dataDirectory), socketName)

/** What the running server answers; null if none runs. */
function ask(dataDirectory: string, file: string): Promise<Reply | null> {
  return new Promise((done, failed) => {
    const connection = createConnection(socketOf(dataDirectory))
    connection.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(null)
      else failed(error)
    })
    connection.once('connect', () => {
      connection.write(`${JSON.stringify({ backup: file })}\n`)
      createInterface({ input: connection })
        .once('line', (line) => done(Reply.parse(JSON.parse(line))))
        .once('close', () => failed(new BackupProblem('The server ended before the backup was done.')))
    })
  })
}
