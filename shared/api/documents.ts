/** Documents as entries in the record; their text is edited over the live connection, never here. */
import { z } from 'zod'
import { accesses } from '#shared/domain/permissions.ts'
import {
  DocumentId,
  DocumentKind,
  Group,
  Instant,
  Localized,
  OpenCounts,
  Party,
  PendingPhase,
  Person,
  PhaseKey,
} from './common.ts'
import { endpoint } from './endpoint.ts'

export const Access = z.enum(accesses)

/** A document as everything on its own page knows it. */
export const DocumentEntry = z.object({
  id: DocumentId,
  group: Group,
  kind: DocumentKind,
  title: Localized,
  /** Who participates, in the order of the initiative: their delegations write it and consent to it, others of the group read it. */
  parties: z.array(Party),
  /** Whose private draft it is; null: it is joint. */
  delegation: Party.nullable(),
  /** Whether the group's advisory panel may read it. */
  panelOpen: z.boolean(),
  /** Its handling mark, such as “TLP:AMBER”: a label, which protects nothing by itself. Empty if it bears none. */
  handling: z.string(),
  /** Agreed: nothing in its text changes any more. */
  phase: PhaseKey,
  /** Put away: read as before, changed by nobody, and in no list unless it is asked for. */
  archived: z.boolean(),
  /** What the reader may do; null: they see that it exists, and may open its agreed versions only. */
  access: Access.nullable(),
  lastChange: z.object({ at: Instant, by: Person.nullable() }),
  /** Changed by others since the reader last had it open. */
  changed: z.boolean(),
  unreadThreads: z.int().min(0),
})
export type DocumentEntry = z.infer<typeof DocumentEntry>

export const DocumentSummary = DocumentEntry.extend({
  /** Null where the reader may not open the text, and where it cannot be read just now. */
  open: OpenCounts.nullable(),
})
export type DocumentSummary = z.infer<typeof DocumentSummary>

/** What is open in it is told by its text, which opening it may not wait for. */
export const DocumentDetail = DocumentEntry.extend({
  access: Access,
  /** Rises when the stored text is replaced as a whole; copies of an older epoch must not be merged. */
  epoch: z.int(),
  schemaVersion: z.int(),
  /** The joint document that a private draft was forked from, and into which it is tabled; null for any other. */
  forkOf: DocumentId.nullable(),
  createdAt: Instant,
  /** Null if no other phase is asked for. */
  pending: PendingPhase.nullable(),
  /** The parties that have declined it, with a reason or an empty one. */
  pendingDeclined: z.array(z.object({ party: Party, reason: z.string() })),
})
export type DocumentDetail = z.infer<typeof DocumentDetail>

const params = z.object({ id: DocumentId })

export const listDocuments = endpoint({
  method: 'get',
  path: '/api/documents',
  summary: 'The documents that the reader knows of, oldest first, a page at a time; those put away only if asked for.',
  tag: 'documents',
  query: z.object({
    group: Group.optional(),
    /** `true`: those that were put away, and no others. */
    archived: z.enum(['true', 'false']).default('false'),
    limit: z.coerce.number().int().min(1).max(200).default(100),
    /** The `next` of the page before. */
    after: z
      .string()
      .regex(/^\d{1,15}\.[a-z0-9-]{1,100}$/, 'Give the “next” of the page before.')
      .optional(),
  }),
  /** `next`: what to give as `after` for the following page; null on the last. */
  response: z.object({ documents: z.array(DocumentSummary), next: z.string().nullable() }),
})

export const getDocument = endpoint({
  method: 'get',
  path: '/api/documents/{id}',
  summary: 'One document and what the reader may do in it.',
  tag: 'documents',
  params,
  response: DocumentDetail,
})
