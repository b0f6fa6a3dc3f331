/** Gathers a document's commits, so that a room in full swing tells its readers of the initiative page once a second. */
import type { Clock } from '../sync/types.ts'

export type Edit = { readonly users: readonly string[]; readonly at: number }

const pause = 1000

/** Passes on the first commit of a document at once and then at most one gathered edit a second. */
export function gatherEdits(clock: Clock, tell: (document: string, edit: Edit) => void) {
  const quiet = new Map<string, { cancel: () => void; users: Set<string>; at: number | null }>()

  function open(document: string): void {
    const cancel = clock.after(pause, () => {
      const gathered = quiet.get(document)
      quiet.delete(document)
      if (gathered === undefined || gathered.at === null) return
      tell(document, { users: [...gathered.users], at: gathered.at })
      open(document)
    })
    quiet.set(document, { cancel, users: new Set(), at: null })
  }

  return {
    note({ document, users, at }: { document: string; users: readonly string[]; at: number }): void {
      const gathered = quiet.get(document)
      if (gathered === undefined) {
        tell(document, { users: [...new Set(users)], at })
        open(document)
        return
      }
      for (const user of users) gathered.users.add(user)
      gathered.at = at
    },
    stop(): void {
      for (const { cancel } of quiet.values()) cancel()
      quiet.clear()
    },
  }
}
