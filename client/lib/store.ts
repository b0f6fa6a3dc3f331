/** A value that changes over time and can be watched, in the form that `useSyncExternalStore` takes. */

export type Store<T> = {
  readonly get: () => T
  /** Calls `watcher` after every change; returns how to stop. */
  readonly subscribe: (watcher: () => void) => () => void
}

export type WritableStore<T> = Store<T> & { readonly set: (value: T) => void }

/** A store that holds `first`; setting a value that `same` finds equal to the present one tells nobody. */
export function createStore<T>(first: T, same: (a: T, b: T) => boolean = Object.is): WritableStore<T> {
  let value = first
  const watchers = new Set<() => void>()
  return {
    get: () => value,
    subscribe: (watcher) => {
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
      }
    },
    set: (next) => {
      if (same(value, next)) return
      value = next
      for (const watcher of watchers) watcher()
    },
  }
}
