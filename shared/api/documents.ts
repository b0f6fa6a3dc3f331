/** Documents as entries in the record; their text is edited over the live connection, never here. */
import { z } from 'zod'
import { DocumentId, DocumentKind, Group, Instant, Localized, Person, localized } from './common.ts'
import { endpoint } from './endpoint.ts'

export const Access = z.enum(['write', 'comment', 'read'])

export const DocumentSummary = z.object({
  id: DocumentId,
  group: Group,
  kind: DocumentKind,
  title: Localized,
  /** Whether the group's advisory panel may read it. */
  panelOpen: z.boolean(),
  frozen: z.boolean(),
  /** What the reader may do; null: they see that it exists, and may open its agreed versions only. */
  access: Access.nullable(),
  lastChange: z.object({ at: Instant, by: Person.nullable() }),
  /** Changed by others since the reader last had it open. */
  changed: z.boolean(),
  unreadThreads: z.int().min(0),
})
export type DocumentSummary = z.infer<typeof DocumentSummary>

export const DocumentDetail = DocumentSummary.extend({
  access: Access,
  /** Rises when the stored text is replaced as a whole; copies of an older epoch must not be merged. */
  epoch: z.int(),
  schemaVersion: z.int(),
  createdAt: Instant,
})
export type DocumentDetail = z.infer<typeof DocumentDetail>

const params = z.object({ id: DocumentId })

export const listDocuments = endpoint({
  method: 'get',
  path: '/api/documents',
  summary: 'The documents that the reader may open.',
  tag: 'documents',
  query: z.object({ group: Group.optional() }),
  response: z.object({ documents: z.array(DocumentSummary) }),
})

export const createDocument = endpoint({
  method: 'post',
  path: '/api/documents',
  summary: 'Create a document in one of the reader’s own groups, with one empty clause.',
  tag: 'documents',
  body: z.object({ group: Group, kind: DocumentKind, title: localized(200) }),
  response: DocumentDetail,
  status: 201,
})

export const getDocument = endpoint({
  method: 'get',
  path: '/api/documents/{id}',
  summary: 'One document and what the reader may do in it.',
  tag: 'documents',
  params,
  response: DocumentDetail,
})

export const updateDocument = endpoint({
  method: 'patch',
  path: '/api/documents/{id}',
  summary: 'Open a document to the advisory panel, or close it again.',
  tag: 'documents',
  params,
  body: z.object({ panelOpen: z.boolean() }),
  response: DocumentDetail,
})

export const markDocumentRead = endpoint({
  method: 'put',
  path: '/api/documents/{id}/read',
  summary: 'Note that the reader has seen the document as it is now.',
  tag: 'documents',
  params,
  response: z.object({ at: Instant }),
})
