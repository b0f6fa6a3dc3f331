/**
 * The tables, as Kysely knows them. Keys of registries (groups, kinds, roles, audiences) are plain text here, booleans are 0 or
 * 1, times are milliseconds since 1970 and JSON is text: what is read is checked in records.ts before it becomes a record.
 */

export type Tables = {
  documents: {
    id: string
    group: string
    kind: string
    title: string
    panel_open: number
    frozen: number
    epoch: number
    schema_version: number
    created_at: number
    head: number
    changed_at: number
    changed_by: string | null
  }
  updates: {
    document: string
    seq: number
    user: string | null
    at: number
    bytes: Uint8Array
    checksum: number | null
  }
  segments: { document: string; first_seq: number; last_seq: number; bytes: Uint8Array; checksum: number | null }
  checkpoints: { document: string; seq: number; bytes: Uint8Array; cuts: Uint8Array | null; hash: string | null }
  clients: { document: string; client_id: number; user: string | null }
  threads: {
    id: string
    document: string
    audience: string
    party: string | null
    author: string
    anchor: string | null
    orphaned: number
    resolved: string | null
    disposition: string | null
    created_at: number
    /** How many comments it has: their places count from 1. */
    comment_count: number
  }
  comments: {
    id: string
    thread: string
    place: number
    author: string
    body: string
    proposal: string | null
    replaces: string | null
    mentions: string
    created_at: number
    edited_at: number | null
  }
  snapshots: {
    id: string
    document: string
    label: string
    note: string
    by: string
    at: number
    seq: number
    hash: string
    content: string
  }
  members: { id: string; role: string; party: string | null; group: string | null }
  sessions: { token_hash: string; user: string; created_at: number; expires_at: number }
  reads: { user: string; kind: string; subject: string; at: number }
  audit: {
    seq: number
    at: number
    actor: string | null
    action: string
    subject: string
    detail: string
    hash: string
  }
  /** One row: where the audit ends. Taking it first puts writers in line, and shows if the newest rows are missing. */
  audit_head: { id: number; seq: number; hash: string }
}
