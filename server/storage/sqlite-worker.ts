/** The thread that owns the SQLite connection: it waits for the disk, so that the event loop never does. */
import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import Database from 'libsql'
import { failpoint, failpointAfter, failpointCommitted } from '../failpoints.ts'
import type { GroupOutcome, Row } from './batch.ts'
import { mark } from './wal.ts'
import { checksumOfRecord, damageOf, recordTables } from './checksum.ts'
import { sealText, type Sealing } from './sealing.ts'
import { recordDamaged, type SentStatement, type WorkerReply, type WorkerRequest } from './sqlite-protocol.ts'

/** How long a process that is just ending may still hold the file. */
const lockTimeout = 1_000
const preparedStatements = 256
/** The log is folded in when it is so long; looked at after so many transactions. */
const longLog = 4 * 1024 * 1024
const looksEvery = 32

type Prepared = {
  readonly reader: boolean
  readonly statement: Database.Statement
  /** Its columns that hold bytes; whatever else comes as bytes is a text. */
  readonly blobs: ReadonlySet<string>
}

let database: Database.Database | null = null
let logFile = ''
let sinceFold = 0
const prepared = new Map<string, Prepared>()
const texts = new Map<number, string>()

function open(file: string): void {
  if (!existsSync(file)) layOut(file)
  const opened = new Database(file, { timeout: lockTimeout })
  opened.pragma('locking_mode = EXCLUSIVE')
  opened.pragma('journal_mode = WAL')
  opened.pragma('synchronous = FULL')
  opened.pragma('foreign_keys = ON')
  opened.pragma('wal_autocheckpoint = 0')
  // Without these an fsync on macOS returns before the disk has written.
  opened.pragma('fullfsync = ON')
  opened.pragma('checkpoint_fullfsync = ON')
  database = opened
  logFile = `${file}-wal`
  fold()
}

/**
 * SQLite makes an empty file and fills it later. If the process were killed between, that would look like a store which has lost
 * all that was in it: the file gets its name with its first page. Of two processes that begin at once, one finds the other's.
 */
function layOut(file: string): void {
  const fresh = `${file}.${randomUUID()}.new`
  const laidOut = new Database(fresh)
  laidOut.pragma('user_version = 0')
  laidOut.close()
  try {
    linkSync(fresh, file)
  } catch {
    // Not every file system has a second name for a file.
    if (!existsSync(file)) renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}

/**
 * Puts everything into the database file and begins the log anew. The file then says that edits may be in the log alone, and the
 * log says that the file is complete once the log has been folded in: whoever does that, be it SQLite as the process ends, leaves
 * a file that says so. For this nothing may be folded in between, which SQLite does by itself unless it is told not to.
 */
function fold(): void {
  connection().pragma('wal_checkpoint(TRUNCATE)')
  setMark(mark.inLog)
  connection().pragma('wal_checkpoint(PASSIVE)')
  setMark(mark.complete)
  sinceFold = 0
}

/** A long log makes every read slower, and the next start too. */
function foldIfLong(): void {
  sinceFold += 1
  if (sinceFold % looksEvery !== 0 || (statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) <= longLog) return
  try {
    fold()
  } catch {
    // What was committed stands whether or not there is room to fold it in; the next look tries again.
  }
}

const setMark = (value: number) => connection().pragma(`user_version = ${value}`)

/** The copy gets its name when it is whole. */
function backUp(file: string): void {
  const fresh = `${file}.new`
  rmSync(fresh, { force: true })
  connection().prepare('vacuum into ?').run([fresh])
  linkSync(fresh, file)
  rmSync(fresh)
}

/** Leaves one plain file behind. Statements that JavaScript still holds keep the connection alive, so the lock is given up first. */
function close(): void {
  if (database === null) return
  prepared.clear()
  database.pragma('wal_checkpoint(TRUNCATE)')
  failpoint('shutdown.store')
  database.pragma('journal_mode = DELETE')
  database.pragma('locking_mode = NORMAL')
  database.prepare('select count(*) from sqlite_master').all([])
  database.close()
  database = null
}

function connection(): Database.Database {
  if (database === null) throw new Error('The store is not open')
  return database
}

function prepare(sql: string): Prepared {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  const fresh = prepareAnew(sql)
  const [oldest] = prepared.keys()
  if (oldest !== undefined && prepared.size >= preparedStatements) prepared.delete(oldest)
  prepared.set(sql, fresh)
  return fresh
}

/**
 * The driver ends the process over a text that is not UTF-8, and a damaged page may hold one: what a query finds leaves the
 * database as bytes.
 */
function prepareAnew(sql: string): Prepared {
  const statement = connection().prepare(sql)
  const { reader } = statement
  if (!reader || !/^\s*(select|with)\b/i.test(sql)) return { statement, reader, blobs: new Set() }
  const columns = statement.columns()
  const asBytes = columns.map(({ name }) => {
    const quoted = `"${name.replaceAll('"', '""')}"`
    return `iif(typeof(${quoted}) = 'text', cast(${quoted} as blob), ${quoted}) as ${quoted}`
  })
  return {
    statement: connection().prepare(`select ${asBytes.join(', ')} from (${sql})`),
    reader,
    blobs: new Set(columns.filter(({ type }) => type?.toLowerCase() === 'bytea').map(({ name }) => name)),
  }
}

function textOf(sql: string | number): string {
  const text = typeof sql === 'string' ? sql : texts.get(sql)
  if (text === undefined) throw new Error(`Statement ${sql} was never sent`)
  return text
}

/** Says what to do to the transaction under way; prepared once, as each commit says it. */
const control = (sql: string) => void prepare(sql).statement.run([])

function runStatement([sql, runs, single, sealing]: SentStatement): { rows: Row[]; changes: number } | null {
  const text = textOf(sql)
  const { reader, statement, blobs } = prepare(text)
  const rows: Row[] = []
  let changes = 0
  for (const values of runs) {
    if (reader) {
      const found = statement.all(values)
      if (single && found.length !== 1) return null
      for (const each of found) {
        const row = withValues(each, blobs)
        if (sealing !== undefined) seal(sealing, row)
        rows.push(row)
      }
    } else {
      const changed = statement.run(values).changes
      if (single && changed !== 1) return null
      changes += changed
    }
    failpointAfter(text)
  }
  return { rows, changes }
}

function seal({ table, act }: Sealing, row: Row): void {
  if (act === 'seal') {
    const key = recordTables[table].key.map((name) => row[name])
    prepare(sealText(table)).statement.run([checksumOfRecord(table, row), ...key])
    return
  }
  const damage = damageOf(table, row)
  if (damage !== null) throw Object.assign(new Error(damage), { code: recordDamaged })
}

/** The driver gives bytes as ArrayBuffers; its rows are ours to change. */
function withValues(row: unknown, blobs: ReadonlySet<string>): Row {
  if (!isRow(row)) return {}
  for (const name in row) {
    const value = row[name]
    if (value instanceof ArrayBuffer) row[name] = blobs.has(name) ? new Uint8Array(value) : decodedText(value)
  }
  return row
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodedText(bytes: ArrayBuffer): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw Object.assign(new Error('A text in the database is damaged', { cause: error }), { code: 'SQLITE_CORRUPT' })
  }
}

const isRow = (row: unknown): row is Record<string, unknown> => typeof row === 'object' && row !== null

type SentGroup = readonly SentStatement[]

function runGroup(group: SentGroup): GroupOutcome {
  const results = []
  for (const [at, statement] of group.entries()) {
    const result = runStatement(statement)
    if (result === null) return { undoneAt: at }
    results.push(result)
  }
  return { results }
}

/** Whether a group may be undone after some of it was done: only then there is something to go back to. */
function mayBeUndoneHalfway(group: SentGroup): boolean {
  let runsBefore = 0
  for (const [, runs, single] of group) {
    if (single && runs.length > 0 && runsBefore + runs.length > 1) return true
    runsBefore += runs.length
  }
  return false
}

function runTransaction(groups: readonly SentGroup[]): GroupOutcome[] {
  let outcomes: GroupOutcome[]
  try {
    control('begin immediate')
    outcomes = groups.map((group) => (mayBeUndoneHalfway(group) ? runInSavepoint(group) : runGroup(group)))
    control('commit')
    failpointCommitted()
  } catch (error) {
    rollback()
    throw error
  }
  foldIfLong()
  return outcomes
}

function runInSavepoint(group: SentGroup): GroupOutcome {
  control('savepoint one_group')
  const outcome = runGroup(group)
  if ('undoneAt' in outcome) control('rollback to one_group')
  control('release one_group')
  return outcome
}

/** SQLite ends a transaction by itself on some failures; asking again would hide the first error behind a second. */
function rollback(): void {
  if (connection().inTransaction) control('rollback')
}

function answer(request: WorkerRequest): readonly GroupOutcome[] {
  switch (request.type) {
    case 'open':
      open(request.file)
      return []
    case 'run':
      for (const [number, sql] of request.texts) texts.set(number, sql)
      if (!request.transaction) return request.groups.map(runGroup)
      return runTransaction(request.groups)
    case 'rollback':
      rollback()
      return []
    case 'fold':
      fold()
      return []
    case 'backup':
      backUp(request.file)
      return []
    case 'close':
      close()
      return []
  }
}

function reply(request: WorkerRequest): WorkerReply {
  try {
    return { outcomes: answer(request) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
    return { failure: { message, code } }
  }
}

if (parentPort === null) throw new Error('sqlite-worker runs as a worker thread')
const port = parentPort
port.on('message', (requests: readonly WorkerRequest[]) => {
  port.postMessage(requests.map(reply))
})
