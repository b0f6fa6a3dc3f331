/** Snapshots: immutable, labelled, hashed versions that the secretariat takes. */
import { z } from 'zod'
import { ClauseKind, DocumentId, Instant, LanguageKey, Localized, Person, Uuid, text, verbatim } from './common.ts'
import { views } from '#shared/domain/views.ts'
import { endpoint } from './endpoint.ts'

export const SnapshotSummary = z.object({
  id: Uuid,
  document: DocumentId,
  label: z.string(),
  note: z.string(),
  by: Person,
  at: Instant,
  /** Whether it is an agreed version, which principals read; any other is a draft. */
  agreed: z.boolean(),
  /** SHA-256 of the canonical JSON of the text, in lower-case hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type SnapshotSummary = z.infer<typeof SnapshotSummary>

/** `content` is the document's ProseMirror JSON in canonical form: the text that the hash was taken of. */
export const Snapshot = SnapshotSummary.extend({ content: z.record(z.string(), z.unknown()) })
export type Snapshot = z.infer<typeof Snapshot>

const params = z.object({ id: Uuid })
const documentParams = z.object({ id: DocumentId })

export const listSnapshots = endpoint({
  method: 'get',
  path: '/api/documents/{id}/snapshots',
  summary: 'The snapshots of a document, newest first.',
  tag: 'snapshots',
  params: documentParams,
  response: z.object({ snapshots: z.array(SnapshotSummary) }),
})

export const takeSnapshot = endpoint({
  method: 'post',
  path: '/api/documents/{id}/snapshots',
  summary: 'Take a snapshot of the text as it is on disk now.',
  tag: 'snapshots',
  params: documentParams,
  body: z.object({ label: text(200), note: verbatim(2000).trim().default(''), agreed: z.boolean().default(false) }),
  response: SnapshotSummary,
  status: 201,
})

export const getSnapshot = endpoint({
  method: 'get',
  path: '/api/snapshots/{id}',
  summary: 'One snapshot with its text.',
  tag: 'snapshots',
  params,
  response: Snapshot,
})

export const restoreSnapshot = endpoint({
  method: 'post',
  path: '/api/snapshots/{id}/restore',
  summary: 'Bring the text back to a snapshot, as an edit on top of what is there: nothing of the history is lost.',
  tag: 'snapshots',
  params,
  response: z.object({ changed: z.boolean() }),
})

const ExportFormat = z.enum(['html', 'markdown'])

/** Answers a file, not JSON: `text/html` or `text/markdown`. */
export const exportSnapshot = endpoint({
  method: 'get',
  path: '/api/snapshots/{id}/export',
  summary: 'The text of a snapshot as a file, in one language or both.',
  tag: 'snapshots',
  params,
  query: z.object({
    format: ExportFormat,
    language: LanguageKey.optional(),
    /** How pending changes are shown; `ours`: those of the reader's party applied, `theirs`: those of all others. */
    view: z.enum(views).default('brackets'),
  }),
  response: z.string(),
})

/** A stretch of text that stands in both versions, only in the later one, or only in the earlier one. */
const DiffPart = z.object({ type: z.enum(['same', 'added', 'removed']), text: z.string() })

/**
 * One thing about how words stand: `bold`, `link.href` with where it leads, `bulletList`, `paragraph.level`. The value "continued"
 * says that a line stands in the same list, item or cell as the one before it.
 */
export const FormPart = z.object({ name: z.string(), value: z.string().nullable() })
export type FormPart = z.infer<typeof FormPart>

export const ClauseDiff = z.object({
  /** Null for what stands between clauses; its words are given as English. */
  clause: Uuid.nullable(),
  /** 1, but for clauses that bear the id of one before them. */
  copy: z.int(),
  kind: ClauseKind.nullable(),
  number: z.object({ before: z.string().nullable(), after: z.string().nullable() }),
  title: Localized,
  change: z.enum(['added', 'removed', 'changed', 'moved', 'same']),
  /** Per language, the wording part by part; empty where that language's text did not change. */
  text: z.object({ en: z.array(DiffPart), ja: z.array(DiffPart) }),
  fields: z.array(z.object({ attribute: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Where the same words stand in another form; no words: an empty line. */
  form: z.array(
    z.object({ language: LanguageKey, words: z.string(), before: z.array(FormPart), after: z.array(FormPart) }),
  ),
})
export type ClauseDiff = z.infer<typeof ClauseDiff>

export const diffSnapshots = endpoint({
  method: 'get',
  path: '/api/snapshots/{a}/diff/{b}',
  summary: 'What changed from snapshot a to snapshot b of the same document, clause by clause.',
  tag: 'snapshots',
  params: z.object({ a: Uuid, b: Uuid }),
  response: z.object({ before: SnapshotSummary, after: SnapshotSummary, clauses: z.array(ClauseDiff) }),
})
