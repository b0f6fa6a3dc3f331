/** A store of texts in memory whose every step a test can hold up or make fail, and a clock that only the test moves. */
import type {
  ChangesetResult,
  ClientBinding,
  DocumentPolicy,
  LogRow,
  Storage,
  TextEntry,
  UpdateLog,
} from '#server/storage/storage.ts'
import type { Clock } from '#server/sync/types.ts'

type Stored = {
  epoch: number
  policy: DocumentPolicy
  rows: LogRow[]
  checkpoint: { seq: number; bytes: Uint8Array; chunkOffsets: Uint8Array | null } | null
  clients: Map<number, string | null>
}

export type MemoryLog = UpdateLog &
  Pick<Storage, 'transact'> & {
    /** Itself: with that it is the store that the engine wants. */
    readonly log: MemoryLog
    readonly documents: Map<string, Stored>
    /** Called before each step; a step goes on when what it returns resolves, and fails when it rejects. */
    before: {
      load: () => Promise<void> | void
      append: (entries: readonly TextEntry[]) => Promise<void> | void
      checkpoint: () => Promise<void> | void
    }
    /** Called when an append is on disk and nobody knows it yet. */
    after: { append: () => Promise<void> | void }
    create(document: string, state?: Uint8Array, clients?: readonly ClientBinding[]): void
  }

export function memoryLog(): MemoryLog {
  const documents = new Map<string, Stored>()
  const appendOne = ({ document, epoch, base, rows, clients }: TextEntry): ChangesetResult => {
    const stored = documents.get(document)
    if (stored === undefined || stored.epoch !== epoch) return { rejected: 'gone' }
    if (base !== null && base !== stored.rows.length) return { rejected: 'behind' }
    const taken = clients.some(({ clientId, user }) => (stored.clients.get(clientId) ?? user) !== user)
    if (taken) return { rejected: 'clientTaken' }
    stored.rows.push(...rows.map((row) => ({ ...row, bytes: row.bytes.slice() })))
    for (const { clientId, user } of clients) stored.clients.set(clientId, user)
    return { head: stored.rows.length }
  }
  const log: MemoryLog = {
    get log() {
      return log
    },
    documents,
    before: { load: () => {}, append: () => {}, checkpoint: () => {} },
    after: { append: () => {} },
    create(document, state, clients = []) {
      documents.set(document, {
        epoch: 1,
        policy: { phase: 'drafting', archived: false },
        rows: state === undefined ? [] : [{ user: null, at: 0, bytes: state }],
        checkpoint: null,
        clients: new Map(clients.map(({ clientId, user }) => [clientId, user])),
      })
    },
    async load(document) {
      await log.before.load()
      const stored = documents.get(document)
      if (stored === undefined) return null
      return {
        epoch: stored.epoch,
        policy: stored.policy,
        checkpoint: stored.checkpoint,
        updates: stored.rows.slice(stored.checkpoint?.seq ?? 0).map(({ bytes }) => bytes),
        head: stored.rows.length,
        clients: [...stored.clients].map(([clientId, user]) => ({ clientId, user })),
      }
    },
    async transact(changesets) {
      const entries = changesets.flatMap(({ text }) => text ?? [])
      await log.before.append(entries)
      const results = entries.map(appendOne)
      await log.after.append()
      return results
    },
    async putCheckpoint(document, seq, bytes, chunkOffsets) {
      await log.before.checkpoint()
      const stored = documents.get(document)
      if (stored !== undefined && (stored.checkpoint?.seq ?? 0) < seq)
        stored.checkpoint = { seq, bytes, chunkOffsets: chunkOffsets ?? null }
    },
    async clients(document) {
      return [...(documents.get(document)?.clients ?? [])].map(([clientId, user]) => ({ clientId, user }))
    },
    async pack() {
      return false
    },
    async history(document, { after, upTo, limit }) {
      const rows = documents.get(document)?.rows ?? []
      return rows.map((row, index) => ({ ...row, seq: index + 1 })).slice(after, Math.min(upTo, after + limit))
    },
  }
  return log
}

export type ManualClock = Clock & {
  /** Moves time on, running what falls due in its order. */
  advance(ms: number): void
  /** Sets the world's time back, as an administrator or a time server may; what waits waits no longer for it. */
  setBack(ms: number): void
}

export function manualClock(start = 1_800_000_000_000): ManualClock {
  let passed = 0
  let begun = start
  let tasks: { at: number; run: () => void }[] = []
  return {
    now: () => begun + passed,
    elapsed: () => passed,
    after(ms, run) {
      const task = { at: passed + ms, run }
      tasks.push(task)
      return () => {
        tasks = tasks.filter((other) => other !== task)
      }
    },
    advance(ms) {
      const end = passed + ms
      for (;;) {
        const next = tasks.toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > end) break
        tasks = tasks.filter((task) => task !== next)
        passed = next.at
        next.run()
      }
      passed = end
    },
    setBack(ms) {
      begun -= ms
    },
  }
}

/** Lets everything that waits only for promises go on: no timer, no I/O. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A promise that the test settles. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
