/**
 * How nodes tell each other what happened: publish and subscribe. What is published is a hint that something is in the store; a
 * lost message loses nothing. One node uses the local bus; several will use Redis behind the same interface.
 */
import type { Audience } from '#shared/domain/permissions.ts'
import type { Party } from '#shared/domain/parties.ts'

export type ClusterMessage =
  /** Rows up to `seq` of a document are on disk. */
  | { type: 'committed'; document: string; seq: number; users: readonly string[]; at: number }
  | { type: 'documentCreated' | 'documentUpdated'; document: string; by: string | null; at: number }
  | {
      type: 'thread'
      document: string
      thread: string
      audience: Audience
      party: Party | null
      author: string
      change: 'created' | 'answered' | 'updated' | 'anchored'
      by: string | null
      mentions: readonly string[]
    }
  | { type: 'snapshot'; document: string; snapshot: string; label: string; by: string }
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
