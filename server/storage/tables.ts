/**
 * The tables, as Kysely knows them. Keys of registries (groups, kinds, roles, audiences) are plain text here, booleans are 0 or
 * 1, times are milliseconds since 1970 and JSON is text: what is read is checked in records.ts before it becomes a record.
 * `checksum` covers all other columns of its row, see checksum.ts.
 */

export type Tables = {
  documents: {
    id: string
    group: string
    kind: string
    title: string
    parties: string | null
    delegation: string | null
    fork_of: string | null
    panel_open: number
    panel_since: number | null
    handling: string
    phase: string
    archived: number
    created_by: string | null
    epoch: number
    schema_version: number
    created_at: number
    head: number
    changed_at: number
    changed_by: string | null
    checksum: number
    head_checksum: number
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
  checkpoints: {
    document: string
    seq: number
    bytes: Uint8Array
    chunk_offsets: Uint8Array | null
    hash: string | null
    checksum: number
  }
  clients: { document: string; client_id: number; user: string | null; checksum: number }
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
    undone: string | null
    created_at: number
    /** How many comments it has: their places count from 1. */
    comment_count: number
    checksum: number
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
    checksum: number
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
    agreed: number
    content: string
    checksum: number
  }
  restores: {
    document: string
    snapshot: string
    label: string
    by: string
    at: number
    after: number
    last: number
    checksum: number
  }
  stances: {
    document: string
    subject: string
    party: string
    stance: string
    about: string
    reason: string
    by: string
    at: number
    checksum: number
  }
  /** One row: the definition of the initiative that the store is for. */
  initiative: { id: number; revision: number; definition: string; checksum: number }
  /** `demo`: a persona, who is called by its seat alone. */
  users: { id: string; name: string; created_at: number; demo: number; checksum: number }
  /** `from` and `until` bound the time in which it counts; `by`: who gave it. */
  memberships: {
    id: string
    user: string
    role: string
    party: string | null
    group: string | null
    from: number
    until: number | null
    by: string | null
    checksum: number
  }
  sessions: {
    token_hash: string
    user: string
    created_at: number
    expires_at: number
    device: string
    checksum: number
  }
  /** `closed_at`: when it was used or taken back. */
  invitations: {
    id: string
    token_hash: string
    role: string
    party: string | null
    group: string | null
    until: number | null
    replaces: string | null
    by: string | null
    created_at: number
    expires_at: number
    closed_at: number | null
    checksum: number
  }
  passwords: { user: string; login: string; hash: string; checksum: number }
  passkeys: { id: string; user: string; public_key: Uint8Array; counter: number; created_at: number; checksum: number }
  reads: { user: string; kind: string; subject: string; at: number; checksum: number }
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
