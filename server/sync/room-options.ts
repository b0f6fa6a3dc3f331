/** What all rooms of a node share. */
import type { CheckpointSlots } from './checkpoints.ts'
import type { Committer } from './committer.ts'
import type { EngineOptions } from './types.ts'

export type RoomOptions<Room> = EngineOptions & {
  readonly committer: Committer
  readonly checkpointSlots: CheckpointSlots
  readonly idleMs: number
  /** Hears what kept a document's text from being read, or null. */
  readonly loaded: (document: string, error: unknown) => void
  /** Hears that a room can no longer be joined: it is out of memory again, or could not be served. */
  readonly closed: (document: string, room: Room) => void
}
