/** Group commit: one transaction at a time serves all rooms; what comes while it is under way goes into the next. */
import type { Changeset, ChangesetResult, Storage } from '../storage/storage.ts'
import type { Clock } from './types.ts'

export type Committer = {
  /** Resolves when all of it is on disk, or with why it was rejected. Rejects if the store failed: nothing of it may be shown. */
  commit(changeset: Changeset): Promise<ChangesetResult>
  /**
   * While transactions are kept apart, resolves when the next one is formed: a room that waits for it takes what comes until then into
   * the same batch. Null if there is nothing to wait for.
   */
  nextTransaction(): Promise<void> | null
  /** A transaction has been under way for too long. */
  readonly overdue: boolean
}

/** Who hears of transactions: their rows and seconds when they are over, and when one takes too long. */
type Listener = {
  readonly committed: (rows: number, seconds: number) => void
  readonly overdue: (afterMs: number) => void
  readonly caughtUp: (seconds: number) => void
}

type Waiting = {
  changeset: Changeset
  resolve: (result: ChangesetResult) => void
  reject: (error: unknown) => void
}

/** When so many documents are being written, transactions are so far apart: a hundred a second serve them all, at less CPU. */
const manyDocuments = 20
const apartMs = 10
/** How long a document counts as being written. */
const windowMs = 250
/** A disk that takes longer than this over a commit is in trouble. */
const overdueMs = 2000

/** A committer over a store. */
export function createCommitter(store: Pick<Storage, 'transact'>, clock: Clock, listener: Listener): Committer {
  let waiting: Waiting[] = []
  let running = false
  let overdue = false
  let lastAt = 0
  let next: Promise<void> | null = null
  const window = { since: 0, documents: new Set<string>(), many: false }

  const note = (document: string) => {
    const now = clock.elapsed()
    if (now - window.since > windowMs) {
      window.many = window.documents.size >= manyDocuments
      window.since = now
      window.documents.clear()
    }
    window.documents.add(document)
  }

  const nextTransaction = (): Promise<void> | null => {
    const wait = window.many ? lastAt + apartMs - clock.elapsed() : 0
    // Whoever comes when its time is over goes with those who have waited for it.
    if (next !== null || wait <= 0) return next
    next = new Promise((resolve) => {
      clock.after(wait, () => {
        next = null
        resolve()
      })
    })
    return next
  }

  /** Puts a batch on disk and tells those who wait for it; what went wrong instead, or null. */
  const transact = async (batch: readonly Waiting[]): Promise<{ error: unknown } | null> => {
    const began = performance.now()
    const seconds = () => (performance.now() - began) / 1000
    const cancel = clock.after(overdueMs, () => {
      overdue = true
      listener.overdue(overdueMs)
    })
    try {
      const results = await store.transact(batch.map(({ changeset }) => changeset))
      const rows = batch.reduce((sum, { changeset: { text } }) => sum + (text?.rows.length ?? 0), 0)
      listener.committed(rows, seconds())
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index]
        if (result === undefined) reject(new Error('The store answered for fewer changesets than it was given'))
        else resolve(result)
      }
      return null
    } catch (error) {
      return { error }
    } finally {
      cancel()
      if (overdue) listener.caughtUp(seconds())
      overdue = false
    }
  }

  const transactAlone = async (one: Waiting) => {
    const failure = await transact([one])
    if (failure !== null) one.reject(failure.error)
  }

  const run = async () => {
    running = true
    // Rooms whose messages arrived in the same turn of the event loop share the first transaction too.
    await Promise.resolve()
    while (waiting.length > 0) {
      lastAt = clock.elapsed()
      const batch = waiting
      waiting = []
      const failure = await transact(batch)
      // One document's damaged page fails the transaction of all: on its own, each of the others is saved.
      if (failure !== null && batch.length > 1) for (const one of batch) await transactAlone(one)
      else if (failure !== null) for (const { reject } of batch) reject(failure.error)
      // Each room goes on with its next batch before the next transaction is formed, so that it can be part of it.
      await Promise.resolve()
    }
    running = false
  }

  return {
    commit(changeset) {
      return new Promise((resolve, reject) => {
        waiting.push({ changeset, resolve, reject })
        if (changeset.text !== undefined) note(changeset.text.document)
        if (!running) void run()
      })
    },
    nextTransaction,
    get overdue() {
      return overdue
    },
  }
}
