/** The contract on SQLite, and what only an embedded store can get wrong: locks, files, killed processes, full disks, threads. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import Database from 'libsql'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { connectSqlite, startSqliteWorker } from '#server/storage/sqlite-connection.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { StorageError, type Storage } from '#server/storage/storage.ts'
import { StoreUnusable } from '#server/storage/unusable.ts'
import { temporaryFolder, temporaryStorage } from '#test/support/storage.ts'
import { append, createDocuments } from '#test/support/writes.ts'
import { describeStorage } from './contract.ts'
import { entry, newDocument, row, textOf } from './examples.ts'
import { describeFlips, expectWhole, fillAll } from './flips.ts'

describeStorage('SQLite', async () => {
  const { storage, file, dispose } = await temporaryStorage()
  let current = storage
  return {
    storage,
    async reopen(...statements) {
      await current.close()
      change(file, statements)
      current = await openSqliteStorage({ file })
      return current
    },
    async dispose() {
      await current.close()
      await dispose()
    },
  }
})

describeFlips('SQLite', async () => {
  const filled = await temporaryStorage()
  await fillAll(filled.storage)
  await filled.storage.close()
  const folder = await temporaryFolder()
  let copies = 0
  return {
    columns: columnsOf(filled.file),
    async openWith(flips) {
      const file = join(folder.path, `${(copies += 1)}.sqlite`)
      await copyFile(filled.file, file)
      change(file, [
        'pragma foreign_keys = off',
        ...flips.map(
          ({
            table,
            column,
          }) => `update ${table} set "${column}" = case typeof("${column}") when 'text' then "${column}" || 'x'
            when 'integer' then "${column}" + 1 when 'blob' then zeroblob(3) else 1 end
            where rowid = (select max(rowid) from ${table})`,
        ),
      ])
      return await openSqliteStorage({ file })
    },
    async dispose() {
      await folder.dispose()
      await filled.dispose()
    },
  }
})

/** The columns of our tables in a database that no one has open. */
function columnsOf(file: string): ReadonlyMap<string, readonly string[]> {
  const database = new Database(file)
  const rows = database
    .prepare(
      `select t.name as "table", c.name as "column" from sqlite_master t, pragma_table_info(t.name) c
      where t.type = 'table' and t.name not like 'kysely%' and t.name not like 'sqlite%' order by t.name, c.cid`,
    )
    .all([])
  database.close()
  const columns = new Map<string, string[]>()
  for (const { table, column } of z.array(z.object({ table: z.string(), column: z.string() })).parse(rows)) {
    columns.set(table, [...(columns.get(table) ?? []), column])
  }
  return columns
}

/** Changes a database that no one has open. */
function change(file: string, statements: readonly string[]): void {
  const database = new Database(file)
  for (const statement of statements) database.exec(statement)
  database.close()
}

const killed = newDocument({ id: 'killed', epoch: 1, clientId: 0 })
const root = fileURLToPath(new URL('../..', import.meta.url))
const program = fileURLToPath(new URL('./append-forever.ts', import.meta.url))

test('[K16] the files of a store are for its own user only, and its folder too unless it holds other things', async () => {
  await using folder = await temporaryFolder()
  const modes = async (path: string) =>
    Object.fromEntries(
      await Promise.all(
        ['.', ...(await readdir(path))].map(
          async (name) => [name, (await stat(join(path, name))).mode & 0o777] as const,
        ),
      ),
    )
  const file = join(folder.path, 'data', 'alternat.sqlite')
  const before = process.umask(0o022)
  try {
    const storage = await openSqliteStorage({ file })
    await createDocuments(storage, [newDocument()])
    await append(storage, [entry({ clients: [] })])
    await append(storage, [entry({ clients: [] })])
    const fresh = await modes(join(folder.path, 'data'))
    expect(Object.keys(fresh)).toContain('alternat.sqlite-wal')
    expect([...new Set(Object.values({ ...fresh, '.': 0o600 }))]).toEqual([0o600])
    expect(fresh['.']).toBe(0o700)
    await storage.close()
    // As an earlier version left it.
    await chmod(file, 0o644)
    await chmod(join(folder.path, 'data'), 0o755)
    await (await openSqliteStorage({ file })).close()
    expect(await modes(join(folder.path, 'data'))).toMatchObject({ '.': 0o700, 'alternat.sqlite': 0o600 })
    await writeFile(join(folder.path, 'data', 'notes.txt'), 'not ours')
    await chmod(join(folder.path, 'data'), 0o755)
    await (await openSqliteStorage({ file })).close()
    expect(await modes(join(folder.path, 'data'))).toEqual({ '.': 0o755, 'alternat.sqlite': 0o600, 'notes.txt': 0o644 })
  } finally {
    process.umask(before)
  }
})

describe('durability', () => {
  // The more is in flight, the likelier it is that the process dies inside a commit.
  test.each([
    [1, 40],
    [8, 300],
    [50, 1_500],
  ])(
    '[S1] kill -9 with %i appends in flight after %i acknowledgements loses none of them',
    async (inFlight, acknowledgements) => {
      await using folder = await temporaryFolder()
      const file = join(folder.path, 'alternat.sqlite')
      const seeding = await openSqliteStorage({ file })
      await createDocuments(seeding, [killed])
      await seeding.close()

      const acknowledged: number[] = []
      const child = spawn(process.execPath, ['--import', 'tsx', program, file, String(inFlight)], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(Number(line))
        if (acknowledged.length === acknowledgements) child.kill('SIGKILL')
      }
      expect(await ended).toEqual([null, 'SIGKILL'])

      const storage = await openSqliteStorage({ file })
      const stored = await storage.log.load('killed')
      await storage.close()
      const last = Math.max(...acknowledged)
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements)
      expect(acknowledged.toSorted((a, b) => a - b)).toEqual(acknowledged.map((_, index) => index + 2))
      expect(stored?.head).toBeGreaterThanOrEqual(last)
      const places = stored?.updates.slice(1).map((bytes) => Number.parseInt(textOf(bytes), 10))
      expect(places).toEqual(Array.from({ length: (stored?.head ?? 0) - 1 }, (_, index) => index + 2))
      expect(stored?.clients.length).toBe(stored?.head)
    },
  )

  test('[S2] a full disk rejects the append with a StorageError and keeps what was acknowledged', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'alternat.sqlite')
    const seeding = await openSqliteStorage({ file })
    await createDocuments(seeding, [killed])
    await seeding.close()

    // No file of this process may outgrow the limit, which is what a full disk looks like to SQLite.
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 2048 && exec "$@"', 'sh', process.execPath, '--import', 'tsx', program, file],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const ended = once(child, 'exit')
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) lines.push(line)
    expect(await ended).toEqual([0, null])
    const acknowledged = lines.slice(0, -2).map(Number)
    expect(acknowledged.length).toBeGreaterThan(10)
    expect(lines.slice(-2)).toEqual(['StorageError', `head ${acknowledged.at(-1)}`])

    const storage = await openSqliteStorage({ file })
    expect((await storage.log.load('killed'))?.head).toBe(acknowledged.at(-1))
    const again = await append(storage, [{ document: 'killed', epoch: 1, rows: [row('after')], clients: [] }])
    expect(again).toEqual([{ head: (acknowledged.at(-1) ?? 0) + 1 }])
    await storage.close()
  })

  test('[S2] a damaged file is a StorageError when read, and no acknowledgement when written', async () => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await createDocuments(storage, [newDocument()])
    const rows = Array.from({ length: 500 }, (_, index) => row(`${index} ${'x'.repeat(500)}`))
    await append(storage, [entry({ rows })])
    await storage.close()
    const bytes = await readFile(file)
    const pageSize = 4_096
    for (let page = 0; page < bytes.length; page += pageSize) {
      if (bytes.subarray(page, page + pageSize).includes('x'.repeat(400))) bytes.fill(0xa5, page, page + pageSize)
    }
    await writeFile(file, bytes)

    const damaged = await openSqliteStorage({ file })
    await expect(damaged.log.load('semiconductors-mou')).rejects.toThrow(StorageError)
    await expect(append(damaged, [entry({ rows })])).rejects.toThrow(StorageError)
    await damaged.close().catch(() => {})
  })

  test.each([
    ['an author', `update updates set "user" = cast(x'75ff73' as text)`],
    ['a title', `update documents set title = cast(x'7b22ff227d' as text)`],
    ['a hash', `update checkpoints set hash = cast(x'ff' as text)`],
    ['a date', `update updates set at = cast(x'fe' as text)`],
    ['the bytes of an edit', `update updates set bytes = cast(x'ff00' as text)`],
    ['the audit', `update audit_head set hash = cast(x'ff' as text)`],
  ])('[S2] [K11] a text that is none, as a damaged page may hold: %s', async (_, statement) => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await createDocuments(storage, [newDocument()])
    await append(storage, [entry({ rows: [row('a'), row('b')] })])
    await storage.log.putCheckpoint(newDocument().id, 2, Buffer.from('state'))
    await storage.close()
    change(file, [statement])
    const damaged = await openSqliteStorage({ file })
    const read = async () => {
      await damaged.documents.list()
      await damaged.log.load(newDocument().id)
      await damaged.audit.verify()
    }
    // The driver itself would end the process.
    await expect(read()).rejects.toThrow(StorageError)
    await damaged.ping()
    await damaged.close()
  })

  test('[S15] 20,000 updates load whole', async () => {
    await using temporary = await temporaryStorage()
    const { storage } = temporary
    await createDocuments(storage, [newDocument()])
    for (let commit = 0; commit < 20; commit += 1) {
      await append(storage, [
        entry({ rows: Array.from({ length: 1_000 }, (_, index) => row(`${commit * 1_000 + index}`)) }),
      ])
    }
    const updates = (await storage.log.load('semiconductors-mou'))?.updates ?? []
    expect(updates.slice(1).map(textOf)).toEqual(Array.from({ length: 20_000 }, (_, index) => String(index)))
  })
})

/** The tables that a store of an earlier version has records in, which have no checksum there. */
const recordsBefore = [
  'documents',
  'checkpoints',
  'clients',
  'threads',
  'comments',
  'snapshots',
  'restores',
  'stances',
].concat(['initiative', 'sessions', 'reads'])

describe('opening', () => {
  const reasonOf = async (file: string) => {
    try {
      await (await openSqliteStorage({ file })).close()
      return 'opened'
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnusable)
      if (!(error instanceof StoreUnusable)) throw error
      expect(error.message).toMatch(/^[^\n]+\.$/)
      expect(error.message).toContain(file)
      return error.reason
    }
  }

  test('[K10] a store that is open cannot be opened again, and goes on working', async () => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await createDocuments(storage, [newDocument()])
    expect(await reasonOf(file)).toBe('inUse')
    expect(await append(storage, [entry()])).toEqual([{ head: 2 }])
    await storage.close()
    expect(await reasonOf(file)).toBe('opened')
  })

  test('[K10] a store of a newer version is left as it is', async () => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await createDocuments(storage, [newDocument()])
    await storage.close()
    change(file, [`insert into kysely_migration (name, timestamp) values ('999-from-the-future', 'x')`])
    const before = await readFile(file)
    expect(await reasonOf(file)).toBe('tooNew')
    change(file, [`delete from kysely_migration where name = '999-from-the-future'`])
    const reopened = await openSqliteStorage({ file })
    expect((await reopened.documents.list()).map(({ id }) => id)).toEqual(['semiconductors-mou'])
    await reopened.close()
    expect(before.byteLength).toBe((await readFile(file)).byteLength)
  })

  test('[D8][K10] in a store of an earlier version each member is a persona of the demonstration with their seat, signed in as before', async () => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await storage.close()
    change(file, [
      ...['passkeys', 'passwords', 'invitations', 'memberships', 'users'].map((table) => `drop table ${table}`),
      'drop index sessions_by_user',
      'alter table sessions drop column device',
      ...['parties', 'delegation', 'fork_of'].map((column) => `alter table documents drop column ${column}`),
      'alter table documents drop column head_checksum',
      'alter table checkpoints rename column chunk_offsets to cuts',
      ...recordsBefore.map((table) => `alter table ${table} drop column checksum`),
      'create table members (id text primary key, role text not null, party text, "group" text)',
      `insert into members values ('us-cochair-ai', 'cochair', 'us', 'ai'), ('secretariat', 'secretariat', null, null)`,
      `insert into sessions (token_hash, user, created_at, expires_at) values ('hash', 'us-cochair-ai', 1, 9)`,
      `delete from kysely_migration where name >= '015'`,
    ])
    const migrated = await openSqliteStorage({ file })
    const seat = { role: 'cochair', party: 'us', group: 'ai' }
    expect(await migrated.people.users()).toMatchObject([
      { id: 'secretariat', demo: true },
      { id: 'us-cochair-ai', demo: true },
    ])
    expect(await migrated.people.membershipsOf('us-cochair-ai')).toMatchObject([
      { actor: { id: 'us-cochair-ai', user: 'us-cochair-ai', name: null, ...seat }, until: null },
    ])
    expect(await migrated.sessions.get('hash')).toMatchObject({ user: 'us-cochair-ai', expiresAt: 9, device: '' })
    await migrated.close()
  })

  test('[K11] the records of an earlier version get their checksums, a checkpoint without a hash too', async () => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await fillAll(storage)
    await storage.close()
    const tables = recordsBefore.concat('users', 'memberships', 'invitations', 'passwords', 'passkeys')
    change(file, [
      ...['head_checksum', 'delegation', 'fork_of'].map((column) => `alter table documents drop column ${column}`),
      'alter table checkpoints rename column chunk_offsets to cuts',
      ...tables.map((table) => `alter table ${table} drop column checksum`),
      'update checkpoints set hash = null',
      `delete from kysely_migration where name >= '018'`,
    ])
    const migrated = await openSqliteStorage({ file })
    await expectWhole(migrated)
    await migrated.close()
  })

  test('[K10] a file that is no database, and a database of another program, are refused untouched', async () => {
    await using folder = await temporaryFolder()
    const text = join(folder.path, 'text.sqlite')
    await writeFile(text, 'Minutes of the meeting.\n'.repeat(500))
    expect(await reasonOf(text)).toBe('notAStore')
    expect(await readFile(text, 'utf8')).toBe('Minutes of the meeting.\n'.repeat(500))

    const other = join(folder.path, 'other.sqlite')
    change(other, ['create table recipes (name text)', `insert into recipes values ('soba')`])
    expect(await reasonOf(other)).toBe('notAStore')
    const database = new Database(other)
    expect(database.prepare('select name from sqlite_master').all([])).toEqual([{ name: 'recipes' }])
    database.close()
  })

  test('[K10] a folder that cannot be made or written is refused', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'file'), '')
    expect(await reasonOf(join(folder.path, 'file', 'alternat.sqlite'))).toBe('unwritable')
    expect(await reasonOf(folder.path)).toBe('unwritable')
  })

  test.each([
    ['an empty file', ['']],
    ['an empty file beside its write-ahead log', ['', '-wal']],
    ['a write-ahead log alone', ['-wal']],
    ['a file of the journal alone', ['-log-b']],
  ])('[S3] [K10] what is left of a store is refused untouched: %s', async (_, endings) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'alternat.sqlite')
    const words = (ending: string) => (ending === '' ? '' : 'rows of somebody')
    for (const ending of endings) await writeFile(`${file}${ending}`, words(ending))
    expect(await reasonOf(file)).toBe('damaged')
    for (const ending of endings) expect(await readFile(`${file}${ending}`, 'utf8')).toBe(words(ending))
    expect((await readdir(folder.path)).length).toBe(endings.length)
  })

  test('[S3] [K10] a start that was killed as it began leaves nothing that is refused', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'alternat.sqlite')
    await writeFile(`${file}.0.new`, '')
    const starts = await Promise.allSettled([openSqliteStorage({ file }), openSqliteStorage({ file })])
    const opened = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
    expect(opened).toHaveLength(1)
    for (const storage of opened) await storage.close()
    expect(starts.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { reason: 'inUse' } })
    expect((await readdir(folder.path)).toSorted()).toEqual(['alternat.sqlite', 'alternat.sqlite.0.new'])
  })

  /** A store with some edits, as a process leaves it that was killed. */
  const killedStore = async (folder: string) => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await createDocuments(storage, [newDocument()])
    for (const text of ['2', '3', '4']) await append(storage, [entry({ rows: [row(text)] })])
    const left = join(folder, 'alternat.sqlite')
    await copyFile(file, left)
    await copyFile(`${file}-wal`, `${left}-wal`)
    return left
  }
  const textsOf = async (storage: Storage) => (await storage.log.load(newDocument().id))?.updates.map(textOf)

  test('[S1] [K11] what a killed process left in the write-ahead log is taken up, also if the last commit is torn', async () => {
    await using folder = await temporaryFolder()
    const left = await killedStore(folder.path)
    const log = await readFile(`${left}-wal`)
    await writeFile(`${left}-wal`, log.fill(0xa5, log.length - 100))
    const again = await openSqliteStorage({ file: left })
    expect(await textsOf(again)).toEqual(['seed', '2', '3'])
    await again.close()
  })

  const spoilt: readonly (readonly [string, (log: Buffer) => Buffer | null])[] = [
    ['is gone', () => null],
    ['was emptied', () => Buffer.alloc(0)],
    ['was cut within its beginning', (log) => log.subarray(0, 1000)],
    ['is damaged at its beginning', (log) => Buffer.from(log).fill(0xa5, 8, 12)],
    ['is damaged in its first frame', (log) => Buffer.from(log).fill(0xa5, 100, 200)],
    ['is damaged in the middle', (log) => Buffer.from(log).fill(0xa5, 6000, 6100)],
  ]
  test.each(spoilt)(
    '[K10] [K11] a store whose write-ahead log %s is refused untouched, and goes on without it only if told to',
    async (_, spoil) => {
      await using folder = await temporaryFolder()
      const left = await killedStore(folder.path)
      const before = await readFile(left)
      const log = spoil(await readFile(`${left}-wal`))
      if (log === null) await rm(`${left}-wal`)
      else await writeFile(`${left}-wal`, log)
      expect(await reasonOf(left)).toBe('damaged')
      expect(await readFile(left)).toEqual(before)
      const again = await openSqliteStorage({ file: left, acceptLoss: true })
      expect((await textsOf(again))?.[0]).toBe('seed')
      await again.close()
      expect(await reasonOf(left)).toBe('opened')
    },
  )

  test('[K10] missing folders are made', async () => {
    await using folder = await temporaryFolder()
    expect(await reasonOf(join(folder.path, 'a', 'b', 'alternat.sqlite'))).toBe('opened')
  })

  test('[K3] a closed store is one file', async () => {
    await using temporary = await temporaryStorage()
    const { storage, file } = temporary
    await createDocuments(storage, [newDocument()])
    await storage.close()
    await expect(readFile(`${file}-wal`)).rejects.toThrow('ENOENT')
    expect((await readFile(file)).includes('semiconductors-mou')).toBe(true)
  })
})

describe('the thread', () => {
  test('[S1] a commit waits for the disk, not only for the system', async () => {
    await using folder = await temporaryFolder()
    const sqlite = connectSqlite(startSqliteWorker(), () => {})
    await sqlite.open(join(folder.path, 'alternat.sqlite'))
    const setting = async (name: string) => (await sqlite.query(`pragma ${name}`, [])).rows
    // 2 is FULL: in WAL mode anything less may lose acknowledged commits when the power fails.
    expect(await setting('synchronous')).toEqual([{ synchronous: 2 }])
    expect(await setting('journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect(await setting('locking_mode')).toEqual([{ locking_mode: 'exclusive' }])
    expect(await setting('foreign_keys')).toEqual([{ foreign_keys: 1 }])
    await sqlite.close()
  })

  const dying = (when: string) =>
    new Worker(`require('node:worker_threads').parentPort.on('message', ${when})`, { eval: true })
  const statement = [[{ sql: 'select 1', runs: [[]], single: false }]]

  test.each([
    ['exits', '() => process.exit(3)'],
    ['throws', `() => { throw new Error('boom') }`],
  ])('[K12] what is pending and what comes later is rejected when it %s', async (_, when) => {
    const failed = vi.fn<(error: Error) => void>()
    const sqlite = connectSqlite(dying(when), failed)
    const pending = [sqlite.batch(statement), sqlite.batch(statement), sqlite.query('select 1', [])]
    for (const result of await Promise.allSettled(pending)) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StorageError) })
    }
    await expect(sqlite.batch(statement)).rejects.toThrow(StorageError)
    await expect(sqlite.open('x')).rejects.toThrow(StorageError)
    expect(failed).toHaveBeenCalledTimes(1)
    await sqlite.close()
  })

  test('[K12] a value that the database cannot keep is refused before it reaches the thread', async () => {
    await using temporary = await temporaryStorage()
    const { storage } = temporary
    await expect(storage.reads.mark('us-principal', { document: 'x' }, Number.NaN)).rejects.toThrow(StorageError)
    await createDocuments(storage, [newDocument()])
    await expect(append(storage, [entry({ rows: [row('a', { at: Number.NaN })] })])).rejects.toThrow(StorageError)
    expect(await append(storage, [entry()])).toEqual([{ head: 2 }])
  })
})
