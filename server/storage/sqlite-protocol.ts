/** What passes between the event loop and the thread that owns the SQLite connection. */
import type { Group, GroupOutcome } from './batch.ts'

export type WorkerRequest = { readonly id: number } & (
  | { readonly type: 'open'; readonly file: string }
  /** With `transaction`, all or nothing and fsynced; without, each statement within whatever transaction is under way. */
  | { readonly type: 'run'; readonly groups: readonly Group[]; readonly transaction: boolean }
  | { readonly type: 'rollback' }
  | { readonly type: 'close' }
)

export type WorkerReply = { readonly id: number } & (
  | { readonly outcomes: readonly GroupOutcome[] }
  /** `code`: SQLite's name for what went wrong, such as SQLITE_BUSY. */
  | { readonly failure: { readonly message: string; readonly code: string | null } }
)
