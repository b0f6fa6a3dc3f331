/**
 * What the server keeps, as one interface with the guarantees that the rest of the house relies on. The contract suite in
 * test/storage checks each of them against every backend. All methods reject with a `StorageError` if the store cannot do what
 * was asked (to change what is not there is such a case); none of them is done by halves.
 */
import type { Actor } from '#shared/domain/actors.ts'
import type { DocumentKind } from '#shared/domain/documents.ts'
import type { Group } from '#shared/domain/groups.ts'
import type { LocalizedText } from '#shared/domain/languages.ts'
import type { Party } from '#shared/domain/parties.ts'
import type { Audience } from '#shared/domain/permissions.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type { JsonNode } from '#shared/editor/text.ts'

/** The store could not be read or written. What was asked for did not happen, or its outcome is unknown; it can be tried again. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}

export type Storage = {
  readonly log: UpdateLog
  readonly documents: Documents
  readonly threads: Threads
  readonly snapshots: Snapshots
  readonly members: Members
  readonly sessions: Sessions
  readonly reads: Reads
  readonly audit: Audit
  /** Resolves if the store answers. */
  ping(): Promise<void>
  /**
   * Empties the store for a new start, all at once: documents with their logs, threads, snapshots, what was read, sessions.
   * Members and the audit stay.
   */
  reset(): Promise<void>
  /** Lets what was begun finish, then lets go of the store. */
  close(): Promise<void>
}

// --- The log of a document's text -------------------------------------------------------------------------------------------

/** Edits of one user, committed as one row. `user` is null for what the server itself wrote. */
export type LogRow = { readonly user: string | null; readonly at: number; readonly bytes: Uint8Array }

/** The rows of one document in one commit. `clients`: Yjs client ids first used in these rows, and whose they are. */
export type AppendEntry = {
  readonly document: string
  readonly epoch: number
  readonly rows: readonly LogRow[]
  readonly clients: readonly ClientBinding[]
}

export type ClientBinding = { readonly clientId: number; readonly user: string | null }

/** The `seq` of the last row appended, or why the entry was not: no document of that id and epoch, or a client id that is another's. */
export type AppendResult = { readonly lastSeq: number } | { readonly rejected: 'gone' | 'clientTaken' }

/** A text's whole state as an update. `cuts`: where it may be cut, if it was cut at all. */
export type CheckpointState = { readonly bytes: Uint8Array; readonly cuts: Uint8Array | null }

export type StoredText = {
  readonly epoch: number
  /** A state that holds everything up to `seq`, or null. */
  readonly checkpoint: (CheckpointState & { readonly seq: number }) | null
  /** Everything after the checkpoint, in commit order. */
  readonly updates: readonly Uint8Array[]
  /** The newest `seq`; 0 if nothing was ever written. */
  readonly head: number
  readonly clients: readonly ClientBinding[]
}

export type HistoryRow = LogRow & { readonly seq: number }

export type UpdateLog = {
  /** The whole text of a document as of one moment, or null if there is no such document. */
  load(document: string): Promise<StoredText | null>
  /** Whose the client ids are that have written in a document. */
  clients(document: string): Promise<readonly ClientBinding[]>
  /**
   * Appends entries of any number of documents at once, durable when it resolves (fsync), all or none. Results in the order of the
   * entries; a rejected entry leaves no trace and does not touch the others. `seq` counts from 1 without gaps and follows commit
   * order, so that a reader may tail the log. At most one entry per document.
   */
  append(entries: readonly AppendEntry[]): Promise<readonly AppendResult[]>
  /**
   * Keeps a state that holds everything up to `seq`, with its cuts if it has any, unless a newer one is there. The log itself stays. One that was damaged
   * meanwhile is an error when it is loaded, never another text.
   */
  putCheckpoint(document: string, seq: number, bytes: Uint8Array, cuts?: Uint8Array): Promise<void>
  /**
   * Packs the oldest rows that are not packed yet, a few thousand at most, if the checkpoint holds at least `least` of them; says
   * whether it did. No row is lost or changed by it: `history` gives the same as before.
   */
  pack(document: string, least: number): Promise<boolean>
  /** Rows with `after < seq <= upTo`, oldest first, at most `limit`. */
  history(document: string, range: { after: number; upTo: number; limit: number }): Promise<readonly HistoryRow[]>
}

// --- Documents ---------------------------------------------------------------------------------------------------------------

export type DocumentRecord = {
  readonly id: string
  readonly group: Group
  readonly kind: DocumentKind
  readonly title: LocalizedText
  readonly panelOpen: boolean
  readonly frozen: boolean
  readonly epoch: number
  readonly schemaVersion: number
  readonly createdAt: number
  readonly head: number
  /** When and by whom the newest row was written; at first the creation. */
  readonly changedAt: number
  readonly changedBy: string | null
}

export type NewDocument = Pick<
  DocumentRecord,
  'id' | 'group' | 'kind' | 'title' | 'panelOpen' | 'schemaVersion' | 'createdAt'
> & {
  readonly createdBy: string | null
  /** Unlike that of any earlier document of the same id. */
  readonly epoch: number
  /** The first row of the log, and the client id that it was written with. */
  readonly state: Uint8Array
  readonly clientId: number
}

/** Threads and versions that documents come with. */
export type DocumentParts = { readonly threads: readonly ThreadRecord[]; readonly snapshots: readonly SnapshotRecord[] }

export type Documents = {
  /** Creates documents with their first text and what goes with them, all or none. False (and nothing done) if an id is taken. */
  create(documents: readonly NewDocument[], and?: DocumentParts): Promise<boolean>
  get(id: string): Promise<DocumentRecord | null>
  /** In the order of creation, then by id. */
  list(): Promise<readonly DocumentRecord[]>
  setPanelOpen(id: string, panelOpen: boolean): Promise<void>
}

// --- Threads -----------------------------------------------------------------------------------------------------------------

export type CommentRecord = {
  readonly id: string
  readonly author: string
  readonly body: string
  readonly proposal: string | null
  /** How the passage read when the wording was proposed. */
  readonly replaces: string | null
  readonly mentions: readonly string[]
  readonly createdAt: number
  readonly editedAt: number | null
}

export type DispositionRecord = {
  readonly decision: 'accepted' | 'partly' | 'notAccepted'
  readonly reason: string
  readonly by: string
  readonly at: number
}

export type ThreadRecord = {
  readonly id: string
  readonly document: string
  readonly audience: Audience
  readonly party: Party | null
  readonly author: string
  readonly anchor: TextAnchor | null
  readonly orphaned: boolean
  readonly resolved: { readonly by: string; readonly at: number } | null
  readonly disposition: DispositionRecord | null
  readonly createdAt: number
  /** Oldest first, at least one. */
  readonly comments: readonly CommentRecord[]
}

export type ThreadChange = Partial<Pick<ThreadRecord, 'anchor' | 'orphaned' | 'resolved' | 'disposition'>>

export type Threads = {
  create(thread: ThreadRecord): Promise<void>
  get(id: string): Promise<ThreadRecord | null>
  /** Oldest first. */
  list(document: string): Promise<readonly ThreadRecord[]>
  update(id: string, change: ThreadChange): Promise<void>
  addComment(thread: string, comment: CommentRecord): Promise<void>
  editComment(thread: string, comment: string, body: string, at: number): Promise<void>
  /** Threads of all documents with a comment after `since`, for "what changed". */
  commentedSince(since: number): Promise<readonly ThreadRecord[]>
}

// --- Snapshots ---------------------------------------------------------------------------------------------------------------

export type SnapshotRecord = {
  readonly id: string
  readonly document: string
  readonly label: string
  readonly note: string
  readonly by: string
  readonly at: number
  /** The place in the log that it was taken at. */
  readonly seq: number
  /** SHA-256 of the canonical JSON of `content`. */
  readonly hash: string
  readonly content: JsonNode
}

export type Snapshots = {
  take(snapshot: SnapshotRecord): Promise<void>
  get(id: string): Promise<SnapshotRecord | null>
  /** Newest first, without their content. */
  list(document: string): Promise<readonly Omit<SnapshotRecord, 'content'>[]>
}

// --- Members, sessions, what was read, audit ---------------------------------------------------------------------------------

export type Members = {
  /** Seats these actors, replacing a seat that the same user had. */
  put(actors: readonly Actor[]): Promise<void>
  get(user: string): Promise<Actor | null>
  list(): Promise<readonly Actor[]>
}

export type SessionRecord = { readonly user: string; readonly createdAt: number; readonly expiresAt: number }

/** Sessions by the SHA-256 of their token: the token itself is never stored. */
export type Sessions = {
  open(tokenHash: string, session: SessionRecord): Promise<void>
  get(tokenHash: string): Promise<SessionRecord | null>
  close(tokenHash: string): Promise<void>
  deleteExpired(now: number): Promise<void>
}

/** Up to when a user has seen a document or a thread. Times in milliseconds since 1970. */
export type Reads = {
  mark(user: string, subject: { document: string } | { thread: string }, at: number): Promise<void>
  documents(user: string): Promise<ReadonlyMap<string, number>>
  threads(user: string): Promise<ReadonlyMap<string, number>>
}

export type AuditEntry = {
  readonly at: number
  readonly actor: string | null
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** Append-only; each row carries the hash of the one before it, so that a change of the past shows. */
export type Audit = {
  append(entry: AuditEntry): Promise<void>
  /** Checks the chain: the number of rows, or the first row that does not follow from the one before. */
  verify(): Promise<{ readonly rows: number } | { readonly brokenAt: number }>
}
