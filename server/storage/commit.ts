/** One changeset in a transaction of its own. */
import { StorageError, type Changeset, type ChangesetResult, type Rejection, type Storage } from './storage.ts'

/** Writes a changeset that nothing should stand against. Rejects with a `StorageError`, and nothing was done, if something does. */
export async function commit(storage: Pick<Storage, 'transact'>, changeset: Changeset): Promise<void> {
  const result = await tryCommit(storage, changeset)
  if ('rejected' in result) throw new StorageError(`The store did not take it: ${sentences[result.rejected]}`)
}

/** Writes a changeset, or says why it was rejected. */
export async function tryCommit(storage: Pick<Storage, 'transact'>, changeset: Changeset): Promise<ChangesetResult> {
  const [result] = await storage.transact([changeset])
  if (result === undefined) throw new StorageError('The store gave no answer')
  return result
}

const sentences: { readonly [R in Rejection]: string } = {
  gone: 'there is no such text',
  behind: 'the text has moved on',
  clientTaken: 'a client id is another user’s',
  conflict: 'what it changes is not there, or what it creates is there already',
}
