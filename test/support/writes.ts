/** Single writes to a store, as tests put them: each a transaction of its own. */
import { SeatSchema } from '#shared/api/common.ts'
import type { Seat } from '#shared/domain/actors.ts'
import { commit, tryCommit } from '#server/storage/commit.ts'
import {
  StorageError,
  type AuditEntry,
  type ChangesetResult,
  type CommentRecord,
  type DocumentChange,
  type NewDocument,
  type RestoreRecord,
  type SnapshotRecord,
  type Storage,
  type TextEntry,
  type ThreadChange,
  type ThreadRecord,
} from '#server/storage/storage.ts'

/** An entry for a log; without a `base` it goes behind what is there. */
export type LogEntry = Omit<TextEntry, 'base' | 'rows'> & {
  readonly base?: number
  readonly rows: TextEntry['rows']
}

type Writes = Pick<Storage, 'transact'>

/** Appends entries to any number of logs in one transaction. */
export async function append(
  store: Writes & { readonly log: Pick<Storage['log'], 'load'> },
  entries: readonly LogEntry[],
): Promise<readonly ChangesetResult[]> {
  const given = entries.flatMap(({ base, ...entry }) => (base === undefined ? [] : [{ text: { ...entry, base } }]))
  // At once: what follows the call in a test comes after it in the store too.
  if (given.length === entries.length) return await store.transact(given)
  const placed = await Promise.all(
    entries.map(async (entry) => {
      const base = entry.base ?? (await store.log.load(entry.document))?.head ?? 0
      return { text: { ...entry, base } }
    }),
  )
  return await store.transact(placed)
}

/** Creates documents and what goes with them, all or none; false if an id is taken. */
export async function createDocuments(
  store: Writes,
  documents: readonly NewDocument[],
  and: { readonly threads?: readonly ThreadRecord[]; readonly snapshots?: readonly SnapshotRecord[] } = {},
): Promise<boolean> {
  const { threads = [], snapshots = [] } = and
  const result = await tryCommit(store, {
    writes: [
      ...documents.map((document) => ({ type: 'createDocument' as const, document })),
      ...threads.map((thread) => ({ type: 'createThread' as const, thread })),
      ...snapshots.map((snapshot) => ({ type: 'takeSnapshot' as const, snapshot })),
    ],
  })
  return !('rejected' in result)
}

export const changeDocument = (store: Writes, document: string, change: DocumentChange) =>
  commit(store, { writes: [{ type: 'changeDocument', document, change }] })

/** False if anything was written in it, or there is no such document. */
export const removeUnwritten = async (store: Writes, document: string): Promise<boolean> =>
  !('rejected' in (await tryCommit(store, { writes: [{ type: 'removeUnwrittenDocument', document }] })))

export const createThread = (store: Writes, thread: ThreadRecord) =>
  commit(store, { writes: [{ type: 'createThread', thread }] })

export const changeThread = (store: Writes, thread: string, change: ThreadChange) =>
  commit(store, { writes: [{ type: 'changeThread', thread, change }] })

export const addComment = (store: Writes, thread: string, comment: CommentRecord) =>
  commit(store, { writes: [{ type: 'addComment', thread, comment }] })

export const editComment = (store: Writes, thread: string, comment: string, body: string, at: number) =>
  commit(store, { writes: [{ type: 'editComment', thread, comment, body, at }] })

export const takeSnapshot = (store: Writes, snapshot: SnapshotRecord) =>
  commit(store, { writes: [{ type: 'takeSnapshot', snapshot }] })

export const noteRestore = (store: Writes, restore: RestoreRecord) =>
  commit(store, { writes: [{ type: 'noteRestore', restore }] })

export const noteInAudit = (store: Writes, entry: AuditEntry) => commit(store, { audit: [entry] })

/** The newest `seq` behind an append. Throws if it was rejected. */
export function headOf(results: readonly ChangesetResult[]): number {
  const [result] = results
  if (result === undefined || 'rejected' in result || result.head === null) {
    throw new StorageError('Nothing was appended')
  }
  return result.head
}

/** Ends the seats that a user holds and gives them another one, as a handing-over does. */
export async function reseat(store: Writes & Pick<Storage, 'people'>, user: string, seat: Seat): Promise<void> {
  const now = Date.now()
  const held = await store.people.membershipsOf(user)
  await commit(store, {
    writes: [
      ...held.map(({ actor }) => ({ type: 'endMembership' as const, membership: actor.id, until: now })),
      {
        type: 'createMembership',
        membership: { ...SeatSchema.parse(seat), id: `${user}-moved`, user, from: now, until: null, by: null },
      },
    ],
  })
}
