/**
 * Changes of threads that are on their way to the server: each is laid over what the server last said, and goes by itself, once it
 * is done or has failed. So one that fails takes nothing else back, and one that succeeds does not hide what still waits.
 */
import type { Thread } from '#shared/api/threads.ts'
import { createStore, type Store, type WritableStore } from '#client/lib/store.ts'

export type Change = (threads: readonly Thread[]) => readonly Thread[]

const none: readonly Change[] = []
const byDocument = new Map<string, WritableStore<readonly Change[]>>()

function storeOf(document: string): WritableStore<readonly Change[]> {
  const known = byDocument.get(document)
  if (known) return known
  const made = createStore(none)
  byDocument.set(document, made)
  return made
}

/** The changes of a document's threads that are on their way, in the order in which they were made. */
export const expectedOf = (document: string): Store<readonly Change[]> => storeOf(document)

/** Shows a change from now on; returns how to stop. */
export function expect(document: string, change: Change): () => void {
  const store = storeOf(document)
  store.set([...store.get(), change])
  return () => store.set(store.get().filter((each) => each !== change))
}
