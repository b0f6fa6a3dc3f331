/**
 * How nodes tell each other what happened: publish and subscribe. What is published is a hint that something is in the store; a
 * lost message loses nothing. One node uses the local bus; several will use Redis behind the same interface.
 */
import type { Circle, DocumentSubject } from '#shared/domain/permissions.ts'
import type { ThreadNews } from '#shared/domain/threads.ts'

export type ClusterMessage =
  /** Rows up to `seq` of a document are on disk. */
  | { type: 'committed'; document: string; seq: number; users: readonly string[]; at: number }
  | { type: 'documentCreated' | 'documentUpdated'; document: string; by: string | null; at: number }
  /** `subject`: what it was, as nobody can look it up any more. */
  | { type: 'documentDeleted'; document: string; subject: DocumentSubject; by: string; at: number }
  | (Circle & {
      type: 'thread'
      document: string
      thread: string
      author: string
      change: ThreadNews
      by: string | null
      mentions: readonly string[]
    })
  | {
      type: 'snapshot'
      document: string
      snapshot: string
      label: string
      agreed: boolean
      at: number
      by: string
    }
  /** A version was brought back. `taken`: when it had been taken; `after`: the last row before. */
  | {
      type: 'restored'
      document: string
      label: string
      agreed: boolean
      taken: number
      after: number
      by: string
    }
  /** The definition of the initiative is another one. */
  | { type: 'initiativeChanged' }
  | { type: 'presence' }
  /** A session ended: its live connections must close. `tokenHash` as in the store. */
  | { type: 'signedOut'; tokenHash: string }
  /** What a user may do changed: connections are judged again. Null: everyone's. */
  | { type: 'rightsChanged'; user: string | null; document: string | null }

export type Cluster = {
  publish(message: ClusterMessage): void
  /** Calls `receive` for every message from now on, those of this node included; returns how to stop. */
  subscribe(receive: (message: ClusterMessage) => void): () => void
  close(): Promise<void>
}
