/** What passes between the event loop and the thread that owns the SQLite connection. */
import type { GroupOutcome, SqlValue } from './batch.ts'
import type { Sealing } from './sealing.ts'

/**
 * A statement as it travels. Every append would carry the same texts, so that a text goes with its number the first time and is
 * only a number from then on; one without a number is not remembered. The other parts as in `Statement`.
 */
export type SentStatement = readonly [
  sql: string | number,
  runs: readonly (readonly SqlValue[])[],
  single: boolean,
  sealing: Sealing | undefined,
]

/** The code of a failure that a damaged record is the reason of. */
export const recordDamaged = 'RECORD_DAMAGED'

/** Each is answered, in their order. */
export type WorkerRequest =
  | { readonly type: 'open'; readonly file: string }
  | {
      readonly type: 'run'
      /** Texts that are meant by these numbers from now on. */
      readonly texts: readonly (readonly [number: number, sql: string])[]
      readonly groups: readonly (readonly SentStatement[])[]
      /** With `transaction`, all or nothing and fsynced; without, each statement within whatever transaction is under way. */
      readonly transaction: boolean
    }
  | { readonly type: 'rollback' }
  /** Everything is in the database file itself when it is answered. */
  | { readonly type: 'fold' }
  /** Writes a copy of the store as of now into a file that must not be there. */
  | { readonly type: 'backup'; readonly file: string }
  | { readonly type: 'close' }

export type WorkerReply =
  | { readonly outcomes: readonly GroupOutcome[] }
  /** `code`: SQLite's name for what went wrong, such as SQLITE_BUSY; RECORD_DAMAGED for a record that is not what was written. */
  | { readonly failure: { readonly message: string; readonly code: string | null } }
