/** What the sync engine needs from the outside and what it shows of itself. */
import type { Logger } from 'pino'
import type * as Y from 'yjs'
import type { Actor } from '#shared/domain/actors.ts'
import type { CloseCode } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { AuditEntry, Storage, Write } from '../storage/storage.ts'
import type { Author, Check } from './checks.ts'

/** A two-way channel of whole binary messages: a websocket, or one end of an in-memory pair in a test. */
export type Channel = {
  send(message: Uint8Array): void
  /** Closes once what was sent has left. */
  close(code: CloseCode, reason: string): void
  /** Bytes sent that have not yet left this process. */
  readonly bufferedAmount: number
  /** A received message of so many bytes has been dealt with, so that more may be received. */
  settled?(bytes: number): void
}

/** Who someone is in a document, and what they may do there. */
export type Rights = {
  readonly actor: Actor
  /** Whether they may change the text. */
  readonly writes: boolean
  /** Whether they may know what was struck from the text. */
  readonly canReadHistory: boolean
}

/** Who joins a document and with what rights, as the HTTP side found out before the upgrade. */
export type Visitor = Rights & {
  readonly tokenHash: string
  /** Whether they asked for Alternat's own messages. */
  readonly acknowledges: boolean
  /** The epoch that their copy of the text belongs to, if they say. */
  readonly epoch: number | null
}

/**
 * The visitor's present rights, or null if they may not stay. With a token: the rights that it gives, and its hash; null if it
 * is not a valid token of the same user.
 */
export type Authorize = (token?: string) => Promise<(Rights & { readonly tokenHash?: string }) | null>

export type Clock = {
  /** Milliseconds since 1970, as the world has them: they may jump, also backwards. */
  now(): number
  /** Milliseconds since some moment: they never go back, and only differences mean anything. */
  elapsed(): number
  /** Runs `task` after `ms`; returns how to call it off. */
  after(ms: number, task: () => void): () => void
}

export type EngineMetrics = {
  rooms(delta: 1 | -1): void
  sessions(delta: 1 | -1): void
  committed(seconds: number, batchRows: number): void
  sent(frames: number, bytes: number): void
  refused(reason: string): void
  /** An attempt failed, or (`overdue`) takes so long that nobody should count on it. */
  storageFailed(step: StorageStep): void
  /** One document more, or less, whose edits wait for a store that fails. */
  unsaved(delta: 1 | -1): void
}

export type StorageStep = 'load' | 'commit' | 'checkpoint' | 'overdue'

export type EngineOptions = {
  readonly store: Pick<Storage, 'log' | 'transact'>
  readonly cluster: Cluster
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: EngineMetrics
  readonly checks: readonly Check[]
}

/** A change of the server's on someone's behalf: what makes it, or the update that it is and the client id that it is written under. */
export type Change =
  | ((body: Y.XmlFragment, doc: Y.Doc) => void)
  | { readonly update: Uint8Array; readonly client: number }

/**
 * What a command comes to once it has seen the text: an edit of it, records and what the audit says of them, all written in one
 * transaction; and its answer.
 */
export type Decision<T> = {
  readonly edit?: Change
  /** The edit carries out what the parties have decided together, see `TextChange`. */
  readonly settlement?: boolean
  readonly writes?: readonly Write[]
  readonly audit?: readonly AuditEntry[]
  readonly answer: T
}

/** `changed`: whether the text is another than before. */
export type CommandOutcome<T> = { readonly answer: T; readonly changed: boolean }

/** The face of the engine. */
export type Rooms = {
  /**
   * Lets a visitor into a document. The connection is live at once: messages may be received while the document still loads.
   * `authorize` is asked again when rights change, and when the client presents a fresh token.
   */
  join(document: string, visitor: Visitor, channel: Channel, authorize: Authorize): Connection
  /** Reads the committed state of a document without opening it to anyone. Null if there is no such document. */
  read<T>(document: string, view: (doc: Y.Doc, seq: number) => T): Promise<T | null>
  /**
   * What `view` makes of a text that is in memory and at rest; null otherwise, and where there is nothing to be seen just now. For
   * work that nobody waits for: it stands in no queue, opens no document and keeps none open.
   */
  glance<T>(document: string, view: (doc: Y.Doc, seq: number) => T): T | null
  /**
   * Changes a document on behalf of `author`, through the same pipeline as everyone's edits; resolves when it is on disk.
   * Returns whether anything changed; null if there is no such document. Rejects with an `EditRefused` if the change must not stand.
   */
  edit(document: string, author: Author, change: Change): Promise<boolean | null>
  /**
   * Has `decide` look at the committed text between two batches, and writes what it decides: the edit on behalf of `author`, the
   * records and the audit in one transaction, or nothing of it. It is asked again if the text turns out to have moved on. Null if
   * there is no such document. Rejects with what `decide` throws, with an `EditRefused` as `edit` does, and with a
   * `CommandConflict` if a record that is to be changed is not there, or one that is to be created is.
   */
  command<T>(
    document: string,
    author: Author,
    decide: (text: { readonly doc: Y.Doc; readonly body: Y.XmlFragment; readonly seq: number }) => Decision<T>,
  ): Promise<CommandOutcome<T> | null>
  /** Who has which document open now, and whether others see it: `shown` is false for who reads unseen. */
  present(): readonly { readonly document: string; readonly actor: Actor; readonly shown: boolean }[]
  /** Whether what is taken does not get on disk, or not in time; or whether somebody is kept out of a document that cannot be loaded. */
  readonly trouble: 'unsaved' | 'unread' | null
  /**
   * Stops taking anything new, puts everything taken on disk, closes every connection as transient. Rejects, with all closed, if
   * the store did not take everything.
   */
  close(): Promise<void>
}

export type Connection = {
  receive(message: Uint8Array): void
  /** The channel has closed. */
  leave(): void
}

/** A server-side change was refused; `message` says why. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused'
}

/** What a command was to change is not there any more, or what it was to create is there already: nothing was done. */
export class CommandConflict extends Error {
  override readonly name = 'CommandConflict'
}
