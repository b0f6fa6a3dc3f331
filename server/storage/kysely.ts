/** The store over any SQL database that Kysely speaks to: portable queries, composed of the parts beside this file. */
import { sql, type Kysely } from 'kysely'
import { accounts } from './accounts.ts'
import { audit } from './audit.ts'
import { template, type RunBatch } from './batch.ts'
import { documents } from './documents.ts'
import { initiativeOf } from './initiative.ts'
import { updateLog } from './log.ts'
import { people } from './people.ts'
import { reads, sessions } from './sessions.ts'
import { snapshots } from './snapshots.ts'
import { RecordDamaged, StorageError, type Storage } from './storage.ts'
import { runWhole, type Store } from './store.ts'
import type { Tables } from './tables.ts'
import { stances } from './stances.ts'
import { threads } from './threads.ts'
import { transactions } from './transact.ts'

/** In this order no row is deleted while another refers to it. */
const emptiedByReset = [
  'comments',
  'threads',
  'snapshots',
  'restores',
  'stances',
  'checkpoints',
  'updates',
  'segments',
  'clients',
  'documents',
  'reads',
  'sessions',
] as const satisfies readonly (keyof Tables)[]

/** A store over a migrated database. `batch`, `read` and `copy` work on the same one; `release` lets go of it, after the last call is done. */
export function kyselyStorage(
  db: Kysely<Tables>,
  {
    batch,
    read,
    copy,
    release,
  }: {
    batch: RunBatch
    read: RunBatch
    copy: (file: string) => Promise<void>
    release: () => Promise<void>
  },
): Storage {
  const begun = new Set<Promise<unknown>>()
  let closed: Promise<void> | null = null
  let damages = 0

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
        if (error instanceof RecordDamaged) damages += 1
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
    initiative: initiativeOf(store),
    threads: threads(store),
    snapshots: snapshots(store),
    stances: stances(store),
    people: people(store),
    accounts: accounts(store),
    sessions: sessions(store),
    reads: reads(store),
    audit: audit(store),
    transact: transactions(store),
    get damages() {
      return damages
    },
    ping: () =>
      store.run(async () => {
        await sql`select 1`.execute(db)
      }),
    reset: () => store.run(() => runWhole(store, deletions, 'The store was not emptied')),
    backup: (file) => store.run(() => copy(file)),
    close: () => (closed ??= close()),
  }
}

function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(error instanceof Error ? error.message : 'The store failed', { cause: error })
}
