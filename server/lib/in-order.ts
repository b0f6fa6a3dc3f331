/** Work that must be done one piece after the other, for each key by itself. */

/** Does `work` once all that was asked for under the same key before is done, or has failed; gives what it gives. */
type InOrder<Key> = <T>(key: Key, work: () => Promise<T>) => Promise<T>

/** Makes a line for each key. Of one that is empty nothing is kept. */
export function createInOrder<Key>(): InOrder<Key> {
  const lines = new Map<Key, Promise<unknown>>()
  return (key, work) => {
    const own = (lines.get(key) ?? Promise.resolve()).then(work)
    const over = own.catch(() => undefined)
    lines.set(key, over)
    void over.then(() => {
      if (lines.get(key) === over) lines.delete(key)
    })
    return own
  }
}
