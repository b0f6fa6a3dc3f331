/**
 * What the server keeps, as one interface with the guarantees that the rest of the house relies on. The contract suite in
 * test/storage checks each of them against every backend. All methods reject with a `StorageError` if the store cannot do what
 * was asked; none of them is done by halves.
 */
import type { Actor, Seat } from '#shared/domain/actors.ts'
import type { Definition } from '#shared/domain/definition.ts'
import type { DocumentKind } from '#shared/domain/documents.ts'
import type { Group, Party } from '#shared/domain/initiative.ts'
import type { LocalizedText } from '#shared/domain/languages.ts'
import type { Circle } from '#shared/domain/permissions.ts'
import type { Phase } from '#shared/domain/phases.ts'
import type { DispositionDecision } from '#shared/domain/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'

/** The store could not be read or written. What was asked for did not happen, or its outcome is unknown; it can be tried again. */
export class StorageError extends Error {
  override readonly name: string = 'StorageError'
}

/** A record is not what was put there: it does not come back by trying again. `message` says which, never its content. */
export class RecordDamaged extends StorageError {
  override readonly name = 'RecordDamaged'
}

export type Storage = {
  readonly log: UpdateLog
  readonly documents: Documents
  readonly initiative: Initiatives
  readonly threads: Threads
  readonly snapshots: Snapshots
  readonly stances: Stances
  readonly people: People
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly reads: Reads
  readonly audit: Audit
  /**
   * Writes changesets in one transaction, durable when it resolves (fsync). Of each all or nothing is done: the edit of a text, the
   * records that belong to it and what the audit says of it stand together. Results in the order of the changesets; a rejected one
   * leaves no trace and does not touch the others.
   */
  transact(changesets: readonly Changeset[]): Promise<readonly ChangesetResult[]>
  /** How often somebody has met a damaged record since the store was opened. */
  readonly damages: number
  /** Resolves if the store answers. */
  ping(): Promise<void>
  /**
   * Empties the store for a new start, all at once: documents with their logs, threads, snapshots, what was read, sessions.
   * People, their seats and the audit stay.
   */
  reset(): Promise<void>
  /** Writes a consistent copy of the store as of now into a new file of that name, while the store is in use. */
  backup(file: string): Promise<void>
  /** Lets what was begun finish, then lets go of the store. */
  close(): Promise<void>
}

// --- Transactions ------------------------------------------------------------------------------------------------------------

/** What stands or falls together. */
export type Changeset = {
  readonly text?: TextEntry
  readonly writes?: readonly Write[]
  readonly audit?: readonly AuditEntry[]
}

/**
 * `head`: the newest `seq` of the text that it names, or null. Why it was rejected: `gone` (no document of that id and epoch),
 * `behind` (the text has rows that it does not build on), `clientTaken` (a client id that is another user's), `conflict` (what one
 * of its writes changes is not there, or what one of them creates is there already).
 */
export type ChangesetResult = { readonly head: number | null } | { readonly rejected: Rejection }

export type Rejection = 'gone' | 'behind' | 'clientTaken' | 'conflict'

/** A change of records, by what it does. */
export type Write =
  /** With its first row. An id that is taken is a conflict. */
  | { readonly type: 'createDocument'; readonly document: NewDocument }
  | { readonly type: 'changeDocument'; readonly document: string; readonly change: DocumentChange }
  /**
   * With its threads and what was read of it. A conflict unless its log holds nothing but its first row and no snapshot of it was
   * taken.
   */
  | { readonly type: 'removeUnwrittenDocument'; readonly document: string }
  | { readonly type: 'createThread'; readonly thread: ThreadRecord }
  | { readonly type: 'changeThread'; readonly thread: string; readonly change: ThreadChange }
  /** Keeps where the passages of threads were found. */
  | { readonly type: 'placeThreads'; readonly placed: readonly Placed[] }
  | { readonly type: 'addComment'; readonly thread: string; readonly comment: CommentRecord }
  | {
      readonly type: 'editComment'
      readonly thread: string
      readonly comment: string
      readonly body: string
      readonly at: number
    }
  | { readonly type: 'takeSnapshot'; readonly snapshot: SnapshotRecord }
  | { readonly type: 'noteRestore'; readonly restore: RestoreRecord }
  /** In the place of what the party said on that subject before. */
  | { readonly type: 'takeStance'; readonly stance: StanceRecord }
  | { readonly type: 'dropStances'; readonly document: string; readonly subjects: readonly string[] }
  /** A conflict unless it is the first, of whatever revision, or follows the one that is there; and if what is to be unused is in use. */
  | { readonly type: 'putInitiative'; readonly initiative: InitiativeRecord; readonly unused?: ToBeUnused }
  /** Changes nothing: a conflict unless the definition is of that revision. */
  | { readonly type: 'checkInitiative'; readonly revision: number }
  | { readonly type: 'createUser'; readonly user: UserRecord }
  | { readonly type: 'createMembership'; readonly membership: NewMembership }
  /** A conflict if it has an end already that is no later. */
  | { readonly type: 'endMembership'; readonly membership: string; readonly until: number }
  | { readonly type: 'createInvitation'; readonly invitation: InvitationRecord }
  /** That it is used or taken back. A conflict if it is already, or if it has expired by then. */
  | { readonly type: 'closeInvitation'; readonly invitation: string; readonly at: number }
  /** A conflict if the user has one, or another user has that name to sign in with. */
  | { readonly type: 'createPassword'; readonly password: PasswordRecord }
  | { readonly type: 'createPasskey'; readonly passkey: PasskeyRecord }
  | { readonly type: 'countPasskey'; readonly passkey: string; readonly counter: number }
  /** A conflict if there is no such session. */
  | { readonly type: 'endSession'; readonly tokenHash: string }

// --- The log of a document's text -------------------------------------------------------------------------------------------

/** Edits of one user, committed as one row. `user` is null for what the server itself wrote. */
export type LogRow = { readonly user: string | null; readonly at: number; readonly bytes: Uint8Array }

/**
 * Rows for a document's log. `base`: the newest `seq` that they build on; null, for an entry without rows, is any. `clients`: Yjs
 * client ids first used in these rows, and whose they are. `seq` counts from 1 without gaps and follows commit order, so that a
 * reader may tail the log.
 */
export type TextEntry = {
  readonly document: string
  readonly epoch: number
  readonly clients: readonly ClientBinding[]
} & ({ readonly base: number; readonly rows: readonly LogRow[] } | { readonly base: null; readonly rows: readonly [] })

export type ClientBinding = { readonly clientId: number; readonly user: string | null }

/** A text's whole state as an update. `chunkOffsets`: where it may be cut into chunks, if it may at all. */
export type CheckpointState = { readonly bytes: Uint8Array; readonly chunkOffsets: Uint8Array | null }

export type StoredText = {
  readonly epoch: number
  readonly policy: DocumentPolicy
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
   * Keeps a state that holds everything up to `seq`, with its chunk offsets if it has any, unless a newer one is there. The log itself stays:
   * in the place of a state that was damaged meanwhile, a text is loaded from all of its rows.
   */
  putCheckpoint(document: string, seq: number, bytes: Uint8Array, chunkOffsets?: Uint8Array): Promise<void>
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
  /** Who participates, in the order of the initiative. */
  readonly parties: readonly Party[]
  /** Whose private draft it is; null: it is joint. */
  readonly delegation: Party | null
  /** The joint document that a private draft was forked from. */
  readonly forkOf: string | null
  readonly panelOpen: boolean
  /** When it was last opened to the panel; null if it never was. */
  readonly panelSince: number | null
  /** Its handling mark, a label; empty if it bears none. */
  readonly handling: string
  readonly phase: Phase
  readonly archived: boolean
  readonly epoch: number
  readonly schemaVersion: number
  readonly createdAt: number
  /** Null: the server itself, or nobody knows any more. */
  readonly createdBy: string | null
  readonly head: number
  /** When and by whom the newest row was written; at first the creation. */
  readonly changedAt: number
  readonly changedBy: string | null
}

/** What a document allows to be changed in its text. */
export type DocumentPolicy = Pick<DocumentRecord, 'phase' | 'archived'>

export type NewDocument = Pick<
  DocumentRecord,
  'id' | 'group' | 'kind' | 'title' | 'panelOpen' | 'schemaVersion' | 'createdAt' | 'createdBy'
> & {
  /** Left out: all. */
  readonly parties?: readonly Party[]
  /** Left out: it is joint. */
  readonly delegation?: Party | null
  readonly forkOf?: string | null
  /** Unlike that of any earlier document of the same id. */
  readonly epoch: number
  /** The first row of the log, and the client id that it was written with. */
  readonly state: Uint8Array
  readonly clientId: number
}

/** What is left out stays as it is. */
export type DocumentChange = {
  readonly [Key in 'title' | 'panelOpen' | 'panelSince' | 'handling' | 'phase' | 'archived']?:
    | DocumentRecord[Key]
    | undefined
}

export type Documents = {
  get(id: string): Promise<DocumentRecord | null>
  /** In the order of creation, then by id. */
  list(): Promise<readonly DocumentRecord[]>
}

// --- The initiative ----------------------------------------------------------------------------------------------------------

/** `revision` counts the changes of the definition. */
export type InitiativeRecord = { readonly revision: number; readonly definition: Definition }

/**
 * What no document, membership or open invitation may name; with `documents`, there must be none at all. Invitations that name it and
 * have expired by `at` are closed: nobody could read them any more.
 */
export type ToBeUnused = {
  readonly groups: readonly string[]
  readonly parties: readonly string[]
  readonly documents: boolean
  readonly at: number
}

type Initiatives = {
  /** What the store was made for; null in one that is new, or that an earlier version wrote. */
  get(): Promise<InitiativeRecord | null>
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
  readonly decision: DispositionDecision
  readonly reason: string
  readonly by: string
  readonly at: number
  /** Who agreed to it on behalf of another party. */
  readonly agreed: readonly { readonly by: string; readonly at: number }[]
}

/**
 * That someone says that a thread is resolved. `agreed`: who confirmed it on behalf of another party. `done`: it is resolved; if not, a
 * party has still to confirm it.
 */
export type ResolutionRecord = {
  readonly by: string
  readonly at: number
  readonly agreed: readonly { readonly by: string; readonly at: number }[]
  readonly done: boolean
}

type ThreadParts = {
  readonly id: string
  readonly document: string
  readonly author: string
  readonly anchor: TextAnchor | null
  readonly orphaned: boolean
  readonly resolved: ResolutionRecord | null
  readonly disposition: DispositionRecord | null
  /** The restore that took a proposed wording out of the text again, if that was the last that became of it. */
  readonly undone: { readonly label: string; readonly by: string; readonly at: number } | null
  readonly createdAt: number
}

/** A thread without what is said in it. */
export type ThreadRow = ThreadParts & Readonly<Circle>

/** `comments`: oldest first, at least one. */
export type ThreadRecord = ThreadRow & { readonly comments: readonly CommentRecord[] }

/** What tells who may know of a thread. */
export type ThreadHead = Pick<ThreadParts, 'document' | 'author'> & Readonly<Circle>

/** Where a thread's passage was found. */
export type Placed = Pick<ThreadParts, 'id' | 'anchor' | 'orphaned'>

export type ThreadChange = Partial<Pick<ThreadParts, 'anchor' | 'orphaned' | 'resolved' | 'disposition' | 'undone'>>

export type Threads = {
  head(id: string): Promise<ThreadHead | null>
  get(id: string): Promise<ThreadRecord | null>
  /** Oldest first: those of these circles, in a time that depends on them alone; or all. */
  list(document: string, circles?: readonly Circle[]): Promise<readonly ThreadRecord[]>
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
  /** Whether it is an agreed version; what is not is a draft. */
  readonly agreed: boolean
  /** SHA-256 of `content`. */
  readonly hash: string
  /** The text as canonical JSON. */
  readonly content: string
}

/** That a version was brought back, by the rows behind `after` and up to `last` that are of that user. */
export type RestoreRecord = {
  readonly document: string
  readonly snapshot: string
  readonly label: string
  readonly by: string
  readonly at: number
  readonly after: number
  readonly last: number
}

export type Snapshots = {
  /** Of which document it is. */
  documentOf(id: string): Promise<string | null>
  get(id: string): Promise<SnapshotRecord | null>
  /** Newest first, without their content. */
  list(document: string): Promise<readonly Omit<SnapshotRecord, 'content'>[]>
  /** Newest first. */
  restores(document: string): Promise<readonly RestoreRecord[]>
}

// --- Stances -----------------------------------------------------------------------------------------------------------------

/**
 * Where a party stands on a subject of a document. `subject`: `change:{id}`, `place:{id}` or `phase`; `about`: what was to be seen of
 * it then, or what is to become of it, so that a stance on something else does not count.
 */
export type StanceRecord = {
  readonly document: string
  readonly subject: string
  readonly party: string
  readonly stance: 'for' | 'against'
  readonly about: string
  readonly reason: string
  readonly by: string
  readonly at: number
}

export type Stances = {
  /** Oldest first. */
  of(document: string): Promise<readonly StanceRecord[]>
}

// --- People, sessions, what was read, audit ----------------------------------------------------------------------------------

/** `demo`: a persona of the demonstration, which has no name but that of its seat. */
export type UserRecord = {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly demo: boolean
}

/**
 * That a user holds a seat. Of what was written it tells who wrote it and as what: so it is never changed but for its end, and
 * never removed. `from`: since when it counts; `until`: from when on it does not any more; `by`: who gave it.
 */
export type MembershipRecord = {
  readonly actor: Actor
  readonly from: number
  readonly until: number | null
  readonly by: string | null
}

export type NewMembership = Seat & Omit<MembershipRecord, 'actor'> & { readonly id: string; readonly user: string }

export type People = {
  user(id: string): Promise<UserRecord | null>
  /** Every user, by id. */
  users(): Promise<readonly UserRecord[]>
  /** The memberships of a user, ended ones too, by id. */
  membershipsOf(user: string): Promise<readonly MembershipRecord[]>
  /** Every membership there ever was, by id. */
  memberships(): Promise<readonly MembershipRecord[]>
}

/** Whoever has the token may take the seat, once. `until`: when the seat ends; `replaces`: the membership that ends with its use. */
export type InvitationRecord = Seat & {
  readonly id: string
  /** SHA-256 of the token, which is never stored. */
  readonly tokenHash: string
  readonly until: number | null
  readonly replaces: string | null
  /** Null: whoever runs the server. */
  readonly by: string | null
  readonly createdAt: number
  readonly expiresAt: number
}

/** `hash` as `server/accounts/passwords.ts` writes it. */
export type PasswordRecord = { readonly user: string; readonly login: string; readonly hash: string }

export type PasskeyRecord = {
  readonly id: string
  readonly user: string
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly createdAt: number
}

export type Accounts = {
  /** An invitation that was neither used nor taken back; null otherwise. It may have expired. */
  invitation(tokenHash: string): Promise<InvitationRecord | null>
  /** All of those, oldest first. */
  invitations(): Promise<readonly InvitationRecord[]>
  password(login: string): Promise<PasswordRecord | null>
  passkey(id: string): Promise<PasskeyRecord | null>
}

/** `device`: what the browser said of itself when it signed in. */
export type SessionRecord = {
  readonly user: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly device: string
}

/** Sessions by the SHA-256 of their token: the token itself is never stored. */
export type Sessions = {
  open(tokenHash: string, session: SessionRecord): Promise<void>
  get(tokenHash: string): Promise<SessionRecord | null>
  /** The sessions of a user with the hashes of their tokens, newest first. */
  of(user: string): Promise<readonly (SessionRecord & { readonly tokenHash: string })[]>
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
  /** Checks the chain: the number of rows, or the first row that does not follow from the one before. */
  verify(): Promise<{ readonly rows: number } | { readonly brokenAt: number }>
  /**
   * Entries of these actions behind row `after`, none of before `since`, oldest first, at most `limit`; and the row up to which it has
   * looked, from which whoever follows the audit goes on.
   */
  entries(range: {
    readonly actions: readonly string[]
    readonly since: number
    readonly after: number
    readonly limit: number
  }): Promise<{ readonly entries: readonly AuditEntry[]; readonly upTo: number }>
}
