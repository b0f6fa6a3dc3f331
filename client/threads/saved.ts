/** Waiting until my words are on the server: what refers to them must not come before them. */
import { isFinal, type SaveState } from '#client/connection/state.ts'
import type { Store } from '#client/lib/store.ts'

/** Resolves when everything I wrote is saved; rejects with `because()` if the server will not take it. */
export function whenSaved(state: Store<SaveState>, because: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const now = state.get()
      if (now.name === 'saved') resolve()
      else if (isFinal(now)) reject(new Error(because()))
      else return
      stop()
    }
    const stop = state.subscribe(look)
    look()
  })
}
