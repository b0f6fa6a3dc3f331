/** The event loop's end of the SQLite thread: requests in order, replies as promises, a lock for transactions of many steps. */
import { Worker } from 'node:worker_threads'
import { toSqlValue, type Group, type GroupOutcome, type RunBatch, type SqlValue } from './batch.ts'
import type { WorkerReply, WorkerRequest } from './sqlite-protocol.ts'
import { StorageError } from './storage.ts'

type Ask = WorkerRequest extends infer Request ? (Request extends { id: number } ? Omit<Request, 'id'> : never) : never

export type SqliteConnection = {
  /** Opens the file. Rejects with a `StorageError` whose cause carries SQLite's `code`. */
  open(file: string): Promise<void>
  /** Runs one statement within the transaction under way, if there is one. Only under the lock. */
  query(sql: string, parameters: readonly unknown[]): Promise<{ rows: readonly unknown[]; changes: number }>
  /** Only under the lock. */
  rollback(): Promise<void>
  readonly batch: RunBatch
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

/** Speaks to the thread. `failed` hears of its death, once; everything asked of it then and later is rejected. */
export function connectSqlite(worker: Worker, failed: (error: Error) => void): SqliteConnection {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let ended: StorageError | null = null
  let tail: Promise<void> = Promise.resolve()

  const end = (error: StorageError) => {
    ended ??= error
    for (const { reject } of pending.values()) reject(ended)
    pending.clear()
  }
  const crash = (error: Error) => {
    if (ended !== null) return
    end(new StorageError('The thread that keeps the store has died', { cause: error }))
    failed(error)
  }
  worker.on('message', (reply: WorkerReply) => {
    const waiting = pending.get(reply.id)
    pending.delete(reply.id)
    if ('outcomes' in reply) waiting?.resolve(reply.outcomes)
    else {
      const cause = new SqliteFailure(reply.failure.message, reply.failure.code)
      waiting?.reject(new StorageError(`The store failed: ${cause.message}`, { cause }))
    }
  })
  worker.on('messageerror', crash)
  worker.on('error', crash)
  worker.on('exit', (code) => {
    crash(new Error(`It ended with code ${code}`))
  })

  const ask = async (request: Ask): Promise<readonly GroupOutcome[]> => {
    if (ended !== null) throw ended
    lastId += 1
    const id = lastId
    return await new Promise((resolve, reject) => {
      worker.postMessage({ ...request, id } satisfies WorkerRequest)
      pending.set(id, { resolve, reject })
    })
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
      const group: Group = [{ sql, runs: [parameters.map((value) => detached(toSqlValue(value)))], single: false }]
      const [outcome] = await ask({ type: 'run', groups: [group], transaction: false })
      const result = outcome !== undefined && 'results' in outcome ? outcome.results[0] : undefined
      return result ?? { rows: [], changes: 0 }
    },
    async rollback() {
      await ask({ type: 'rollback' })
    },
    async batch(groups) {
      const request: Ask = {
        type: 'run',
        transaction: true,
        groups: groups.map((group) =>
          group.map((statement) => ({ ...statement, runs: statement.runs.map((values) => values.map(detached)) })),
        ),
      }
      // The thread works in order, so the lock can be passed on as soon as the request is on its way.
      const release = await lock()
      const done = ask(request)
      release()
      return await done
    },
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
  return new Worker(new URL(file, import.meta.url))
}
