/** The event loop's end of the SQLite thread: requests in order, replies as promises, a lock for transactions of many steps. */
import { Worker } from 'node:worker_threads'
import { toSqlValue, type Group, type GroupOutcome, type RunBatch, type SqlValue } from './batch.ts'
import { recordDamaged, type SentStatement, type WorkerReply, type WorkerRequest } from './sqlite-protocol.ts'
import { RecordDamaged, StorageError } from './storage.ts'

export type SqliteConnection = {
  /** Opens the file. Rejects with a `StorageError` whose cause carries SQLite's `code`. */
  open(file: string): Promise<void>
  /** Runs one statement within the transaction under way, if there is one. Only under the lock. */
  query(sql: string, parameters: readonly unknown[]): Promise<{ rows: readonly unknown[]; changes: number }>
  /** Only under the lock. */
  rollback(): Promise<void>
  /** Puts everything that was committed into the database file itself. */
  fold(): Promise<void>
  /** Writes a consistent copy of the store as of now into `file`, which must not be there. */
  backup(file: string): Promise<void>
  readonly batch: RunBatch
  /** Runs statements that only read; as nothing can come between them, all see the same moment. */
  readonly read: RunBatch
  /** Waits until no one else has the connection to themselves; returns how to give it up. First come, first served. */
  lock(): Promise<() => void>
  /** Ends the thread once everything asked for is done. If the file cannot be left tidy, rejects; what was committed is safe. */
  readonly close: () => Promise<void>
}

/** What SQLite said, as the cause of a `StorageError`. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure'
  readonly code: string | null

  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

type Pending = {
  readonly resolve: (outcomes: readonly GroupOutcome[]) => void
  readonly reject: (error: StorageError) => void
}

/** Texts that are sent once; queries put together on the fly must not fill the thread's memory. */
const maxNumbers = 512

/** Speaks to the thread. `failed` hears of its death, once; everything asked of it then and later is rejected. */
export function connectSqlite(worker: Worker, failed: (error: Error) => void): SqliteConnection {
  // The thread answers in order.
  const pending: Pending[] = []
  // What is asked in one turn of the event loop is sent together: a message costs more than most questions.
  let outgoing: WorkerRequest[] = []
  let ended: StorageError | null = null
  let tail: Promise<void> = Promise.resolve()
  const numbers = new Map<string, number>()

  const end = (error: StorageError) => {
    ended ??= error
    for (const { reject } of pending.splice(0)) reject(ended)
  }
  const crash = (error: Error) => {
    if (ended !== null) return
    end(new StorageError('The thread that keeps the store has died', { cause: error }))
    failed(error)
  }
  const send = () => {
    worker.postMessage(outgoing)
    outgoing = []
  }
  worker.on('message', (replies: readonly WorkerReply[]) => {
    const asked = pending.splice(0, replies.length)
    for (const [index, reply] of replies.entries()) {
      const waiting = asked[index]
      if ('outcomes' in reply) waiting?.resolve(reply.outcomes)
      else {
        const { message, code } = reply.failure
        const cause = new SqliteFailure(code === null ? message : `${message} (${code})`, code)
        waiting?.reject(
          code === recordDamaged
            ? new RecordDamaged(message)
            : new StorageError(`The store failed: ${cause.message}`, { cause }),
        )
      }
    }
  })
  worker.on('messageerror', crash)
  worker.on('error', crash)
  worker.on('exit', (code) => {
    crash(new Error(`It ended with code ${code}`))
  })

  const ask = async (request: WorkerRequest): Promise<readonly GroupOutcome[]> => {
    if (ended !== null) throw ended
    return await new Promise((resolve, reject) => {
      if (outgoing.length === 0) setImmediate(send)
      outgoing.push(request)
      pending.push({ resolve, reject })
    })
  }

  const run = async (groups: readonly Group[], transaction: boolean) => {
    const texts: (readonly [number, string])[] = []
    const numberOf = (sql: string) => {
      const known = numbers.get(sql)
      if (known !== undefined || numbers.size >= maxNumbers) return known ?? sql
      const fresh = numbers.size
      numbers.set(sql, fresh)
      texts.push([fresh, sql])
      return fresh
    }
    const sent = ({ sql, runs, single, sealing }: Group[number]): SentStatement => [
      numberOf(sql),
      runs.map((values) => values.map(detached)),
      single,
      sealing,
    ]
    return await ask({ type: 'run', groups: groups.map((group) => group.map(sent)), texts, transaction })
  }

  /** The thread works in order, so the lock can be passed on as soon as the request is on its way. */
  const inTurn = async <T>(request: () => Promise<T>): Promise<T> => {
    const release = await lock()
    const done = request()
    release()
    return await done
  }

  const lock = async () => {
    const before = tail
    let release = () => {}
    tail = new Promise((resolve) => {
      release = resolve
    })
    await before
    return release
  }

  return {
    async open(file) {
      await ask({ type: 'open', file })
    },
    async query(sql, parameters) {
      const values = parameters.map(toSqlValue)
      const [outcome] = await run([[{ sql, runs: [values], single: false }]], false)
      const result = outcome !== undefined && 'results' in outcome ? outcome.results[0] : undefined
      return result ?? { rows: [], changes: 0 }
    },
    async rollback() {
      await ask({ type: 'rollback' })
    },
    async fold() {
      await inTurn(() => ask({ type: 'fold' }))
    },
    async backup(file) {
      await inTurn(() => ask({ type: 'backup', file }))
    },
    batch: (groups) => inTurn(() => run(groups, true)),
    read: (groups) => inTurn(() => run(groups, false)),
    lock,
    async close() {
      try {
        if (ended === null) await ask({ type: 'close' })
      } finally {
        end(new StorageError('The store is closed'))
        await worker.terminate()
      }
    },
  }
}

/** A part of a larger buffer would be posted with the whole of it. */
function detached(value: SqlValue): SqlValue {
  return value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? Uint8Array.from(value) : value
}

/** In dist/ the thread lies beside us as JavaScript; the sources need a loader, which a thread does not inherit. */
export function startSqliteWorker(): Worker {
  const file = import.meta.url.endsWith('.ts') ? './sqlite-worker-source.mjs' : './sqlite-worker.js'
  // What it holds for a moment is small: more room for that would only be memory that lies idle.
  return new Worker(new URL(file, import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 4 } })
}
