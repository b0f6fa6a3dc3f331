/** The store over any SQL database that Kysely speaks to: portable queries, composed of the parts beside this file. */
import { sql, type Kysely } from 'kysely'
import { audit } from './audit.ts'
import { template, type RunBatch } from './batch.ts'
import { documents } from './documents.ts'
import { updateLog } from './log.ts'
import { members, reads, sessions } from './people.ts'
import { snapshots } from './snapshots.ts'
import { StorageError, type Storage } from './storage.ts'
import { runWhole, type Store } from './store.ts'
import type { Tables } from './tables.ts'
import { threads } from './threads.ts'

/** In this order no row is deleted while another refers to it. */
const emptiedByReset = [
  'comments',
  'threads',
  'snapshots',
  'checkpoints',
  'updates',
  'segments',
  'clients',
  'documents',
  'reads',
  'sessions',
] as const satisfies readonly (keyof Tables)[]

/** A store over a migrated database. `batch` and `read` run on the same one; `release` lets go of it, after the last call is done. */
export function kyselyStorage(
  db: Kysely<Tables>,
  { batch, read, release }: { batch: RunBatch; read: RunBatch; release: () => Promise<void> },
): Storage {
  const begun = new Set<Promise<unknown>>()
  let closed: Promise<void> | null = null

  const store: Store = {
    db,
    batch,
    read,
    async run(work) {
      if (closed !== null) throw new StorageError('The store is closed')
      try {
        // May throw as well as reject: a statement is filled in before it is asked for.
        const call = work()
        begun.add(call)
        try {
          return await call
        } finally {
          begun.delete(call)
        }
      } catch (error) {
        throw toStorageError(error)
      }
    },
  }
  const deletions = emptiedByReset.map((table) => template(() => db.deleteFrom(table), { single: false })([{}]))
  const close = async () => {
    await Promise.allSettled(begun)
    try {
      await release()
    } catch (error) {
      throw toStorageError(error)
    }
  }

  return {
    log: updateLog(store),
    documents: documents(store),
    threads: threads(store),
    snapshots: snapshots(store),
    members: members(store),
    sessions: sessions(store),
    reads: reads(store),
    audit: audit(store),
    ping: () =>
      store.run(async () => {
        await sql`select 1`.execute(db)
      }),
    reset: () => store.run(() => runWhole(store, deletions, 'The store was not emptied')),
    close: () => (closed ??= close()),
  }
}

function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(error instanceof Error ? error.message : 'The store failed', { cause: error })
}
