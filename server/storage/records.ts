/** From rows to records: nothing that was read is believed before it has been checked, so that a damaged row is an error. */
import { z } from 'zod'
import { DocumentKind, Group, LanguageKey, Localized, Party, PhaseKey, SeatSchema } from '#shared/api/common.ts'
import { CircleSchema, DispositionKey } from '#shared/api/threads.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import type { Row } from './batch.ts'
import { checksumOf, checksumOfRow, damageOf, isRecordTable, type RecordTable } from './checksum.ts'
import {
  RecordDamaged,
  type ClientBinding,
  type CommentRecord,
  type DispositionRecord,
  type DocumentRecord,
  type HistoryRow,
  type InvitationRecord,
  type NewMembership,
  type PasskeyRecord,
  type PasswordRecord,
  type ResolutionRecord,
  type RestoreRecord,
  type SessionRecord,
  type SnapshotRecord,
  type StanceRecord,
  type ThreadHead as ThreadHeadRecord,
  type ThreadRow,
  type UserRecord,
} from './storage.ts'
import type { Tables } from './tables.ts'

/**
 * Reads rows with a schema; those of a table with checksums must be whole rows. Throws a `RecordDamaged` that names the record, never
 * its content, if one is not what was written or does not fit.
 */
export function readRows<Record>(schema: z.ZodType<Record>, table: keyof Tables, rows: readonly Row[]): Record[] {
  return rows.map((row) => {
    if (isRecordTable(table)) compare(table, row)
    const result = schema.safeParse(row)
    if (result.success) return result.data
    const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.')))].join(', ')
    throw new RecordDamaged(`A row of ${table} is damaged: ${fields}`, { cause: result.error })
  })
}

/** Throws a `RecordDamaged` for a row that is not what was written. */
export function compare(table: RecordTable, row: Row): void {
  const damage = damageOf(table, row)
  if (damage !== null) throw new RecordDamaged(damage)
}

/** The one row that may be there, or null. */
export function readRow<Record>(schema: z.ZodType<Record>, table: keyof Tables, row: Row | undefined): Record | null {
  return row === undefined ? null : (readRows(schema, table, [row])[0] ?? null)
}

const flag = z.literal([0, 1]).transform((value) => value === 1)
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
/** JSON or null in a column that may be empty. */
const optionalJson = <Schema extends z.ZodType>(schema: Schema) => json(schema).nullable()

/** SQLite keeps blobs; what a driver hands over may be a Buffer, which is a Uint8Array too. */
export const Bytes = z.instanceof(Uint8Array)
export const Checkpoint = z
  .object({ seq: z.int(), bytes: Bytes, chunk_offsets: Bytes.nullable(), hash: z.string() })
  .transform(({ chunk_offsets: chunkOffsets, ...same }) => ({ ...same, chunkOffsets }))

/** Null in a row that an earlier version wrote. */
const checksum = z.int().nullable()

export const Segment = z
  .object({ first_seq: z.int(), last_seq: z.int(), bytes: Bytes, checksum })
  .refine((row) => row.checksum === null || row.checksum === checksumOf(row.bytes), { path: ['bytes'] })

export const Client: z.ZodType<ClientBinding> = z
  .object({ client_id: z.int(), user: z.string().nullable() })
  .transform(({ client_id: clientId, user }) => ({ clientId, user }))

export const History: z.ZodType<HistoryRow> = z
  .object({ seq: z.int(), user: z.string().nullable(), at: z.int(), bytes: Bytes, checksum })
  .refine((row) => row.checksum === null || row.checksum === checksumOfRow(row), { path: ['bytes'] })
  .transform(({ seq, user, at, bytes }) => ({ seq, user, at, bytes }))

/** What concerns the text of a document. */
export const DocumentOfText = z.object({ epoch: z.int(), head: z.int(), phase: PhaseKey, archived: flag })

export const Document: z.ZodType<DocumentRecord> = z
  .object({
    id: z.string(),
    group: Group,
    kind: DocumentKind,
    title: json(Localized),
    // All, in a row that names none.
    parties: optionalJson(z.array(Party)).transform((named) =>
      initiative().parties.filter((party) => named?.includes(party) ?? true),
    ),
    delegation: Party.nullable(),
    fork_of: z.string().nullable(),
    panel_open: flag,
    panel_since: z.int().nullable(),
    handling: z.string(),
    phase: PhaseKey,
    archived: flag,
    created_by: z.string().nullable(),
    epoch: z.int(),
    schema_version: z.int(),
    created_at: z.int(),
    head: z.int(),
    changed_at: z.int(),
    changed_by: z.string().nullable(),
  })
  .transform(
    ({
      fork_of,
      panel_open,
      panel_since,
      schema_version,
      created_at,
      created_by,
      changed_at,
      changed_by,
      ...same
    }) => ({
      ...same,
      forkOf: fork_of,
      panelOpen: panel_open,
      panelSince: panel_since,
      schemaVersion: schema_version,
      createdAt: created_at,
      createdBy: created_by,
      changedAt: changed_at,
      changedBy: changed_by,
    }),
  )

// Without the limits of the API: an anchor that has grown with its passage must stay readable.
const Anchor: z.ZodType<TextAnchor> = z.object({
  clause: z.string(),
  language: LanguageKey,
  start: z.string(),
  end: z.string(),
  quote: z.object({ exact: z.string(), prefix: z.string(), suffix: z.string() }),
})
/** Where one person was enough, as in earlier versions, nothing more was written. */
const Resolved: z.ZodType<ResolutionRecord> = z.object({
  by: z.string(),
  at: z.int(),
  agreed: z.array(z.object({ by: z.string(), at: z.int() })).default([]),
  done: z.boolean().default(true),
})
const Undone = z.object({ label: z.string(), by: z.string(), at: z.int() })
const Disposition: z.ZodType<DispositionRecord> = z.object({
  decision: DispositionKey,
  reason: z.string(),
  by: z.string(),
  at: z.int(),
  // Earlier versions knew of no agreement.
  agreed: z.array(z.object({ by: z.string(), at: z.int() })).default([]),
})

export const ThreadHead: z.ZodType<ThreadHeadRecord> = z.intersection(
  z.object({ document: z.string(), author: z.string() }),
  CircleSchema,
)

const ThreadParts = z
  .object({
    id: z.string(),
    document: z.string(),
    author: z.string(),
    anchor: optionalJson(Anchor),
    orphaned: flag,
    resolved: optionalJson(Resolved),
    disposition: optionalJson(Disposition),
    undone: optionalJson(Undone),
    created_at: z.int(),
    comment_count: z.int(),
  })
  .transform(({ created_at: createdAt, comment_count: commentCount, ...same }) => ({
    ...same,
    createdAt,
    commentCount,
  }))
export const Thread: z.ZodType<ThreadRow & { readonly commentCount: number }> = z.intersection(
  ThreadParts,
  CircleSchema,
)

export const Comment: z.ZodType<CommentRecord & { readonly thread: string }> = z
  .object({
    id: z.string(),
    thread: z.string(),
    author: z.string(),
    body: z.string(),
    proposal: z.string().nullable(),
    replaces: z.string().nullable(),
    mentions: json(z.array(z.string())),
    created_at: z.int(),
    edited_at: z.int().nullable(),
  })
  .transform(({ created_at: createdAt, edited_at: editedAt, ...same }) => ({ ...same, createdAt, editedAt }))

// The keys stand in the order of the canonical form, so that what comes out has the very JSON that was hashed.
const Node: z.ZodType<JsonNode> = z.lazy(() =>
  z.strictObject({
    attrs: z.record(z.string(), z.json()).exactOptional(),
    content: z.array(Node).exactOptional(),
    marks: z
      .array(z.strictObject({ attrs: z.record(z.string(), z.json()).exactOptional(), type: z.string() }))
      .exactOptional(),
    text: z.string().exactOptional(),
    type: z.string(),
  }),
)

const snapshot = {
  id: z.string(),
  document: z.string(),
  label: z.string(),
  note: z.string(),
  by: z.string(),
  at: z.int(),
  seq: z.int(),
  hash: z.string(),
  agreed: flag,
}
export const Snapshot: z.ZodType<SnapshotRecord> = z.object({ ...snapshot, content: z.string() })
export const SnapshotSummary: z.ZodType<Omit<SnapshotRecord, 'content'>> = z.object(snapshot)

export const Restore: z.ZodType<RestoreRecord> = z.object({
  document: z.string(),
  snapshot: z.string(),
  label: z.string(),
  by: z.string(),
  at: z.int(),
  after: z.int(),
  last: z.int(),
})

export const Stance: z.ZodType<StanceRecord> = z.object({
  document: z.string(),
  subject: z.string(),
  party: z.string(),
  stance: z.enum(['for', 'against']),
  about: z.string(),
  reason: z.string(),
  by: z.string(),
  at: z.int(),
})

export const User: z.ZodType<UserRecord> = z
  .object({ id: z.string(), name: z.string(), created_at: z.int(), demo: flag })
  .transform(({ created_at: createdAt, ...same }) => ({ ...same, createdAt }))

const MembershipParts = z.object({
  id: z.string(),
  user: z.string(),
  from: z.int(),
  until: z.int().nullable(),
  by: z.string().nullable(),
})
export const Membership: z.ZodType<NewMembership> = z.intersection(SeatSchema, MembershipParts)

const session = { user: z.string(), created_at: z.int(), expires_at: z.int(), device: z.string() }
export const Session: z.ZodType<SessionRecord> = z
  .object(session)
  .transform(({ created_at: createdAt, expires_at: expiresAt, ...same }) => ({ ...same, createdAt, expiresAt }))
export const SessionOfUser: z.ZodType<SessionRecord & { tokenHash: string }> = z
  .object({ ...session, token_hash: z.string() })
  .transform(({ token_hash: tokenHash, created_at: createdAt, expires_at: expiresAt, ...same }) => ({
    ...same,
    tokenHash,
    createdAt,
    expiresAt,
  }))

const InvitationParts = z
  .object({
    id: z.string(),
    token_hash: z.string(),
    until: z.int().nullable(),
    replaces: z.string().nullable(),
    by: z.string().nullable(),
    created_at: z.int(),
    expires_at: z.int(),
  })
  .transform(({ token_hash: tokenHash, created_at: createdAt, expires_at: expiresAt, ...same }) => ({
    ...same,
    tokenHash,
    createdAt,
    expiresAt,
  }))
export const Invitation: z.ZodType<InvitationRecord> = z.intersection(SeatSchema, InvitationParts)

export const Password: z.ZodType<PasswordRecord> = z.object({ user: z.string(), login: z.string(), hash: z.string() })

export const Passkey: z.ZodType<PasskeyRecord> = z
  .object({ id: z.string(), user: z.string(), public_key: Bytes, counter: z.int(), created_at: z.int() })
  .transform(({ public_key: publicKey, created_at: createdAt, ...same }) => ({ ...same, publicKey, createdAt }))

export const Read = z.object({ kind: z.string(), subject: z.string(), at: z.int() })
