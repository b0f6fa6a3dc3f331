/** What the parts of the store share: the database and how every call to it runs. */
import type { Kysely } from 'kysely'
import type { GroupOutcome, Group, Row, RunBatch } from './batch.ts'
import { StorageError } from './storage.ts'
import type { Tables } from './tables.ts'

export type Store = {
  readonly db: Kysely<Tables>
  readonly batch: RunBatch
  /** Runs statements that only read, all as of one moment. */
  readonly read: RunBatch
  /** Runs one call: refused once the store is closing, awaited before it closes, every failure a `StorageError`. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
}

/** Runs one group in a transaction of its own. */
export async function runGroup(store: Store, group: Group): Promise<GroupOutcome> {
  const [outcome] = await store.batch([group])
  if (outcome === undefined) throw new StorageError('The store gave no answer')
  return outcome
}

/** What each of these statements finds, all as of one moment. */
export async function readAll(store: Store, group: Group): Promise<readonly (readonly Row[])[]> {
  const [outcome] = await store.read([group])
  if (outcome === undefined || 'undoneAt' in outcome) throw new StorageError('The store gave no answer')
  return outcome.results.map(({ rows }) => rows)
}

/** Runs one group that must go through; rejects with a `StorageError` that says `otherwise`. */
export async function runWhole(store: Store, group: Group, otherwise: string): Promise<void> {
  const outcome = await runGroup(store, group)
  if ('undoneAt' in outcome) throw new StorageError(otherwise)
}
