/** Making, changing and removing documents as entries in the record. Apart from reading them: the first page asks for none of it. */
import { z } from 'zod'
import { DocumentId, DocumentKind, Group, Instant, Party, Person, localized, text, Uuid, verbatim } from './common.ts'
import { PendingChange } from './changes.ts'
import { DocumentDetail } from './documents.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { importFormats } from '#shared/domain/imports.ts'
import { endpoint } from './endpoint.ts'

const params = z.object({ id: DocumentId })
const title = localized(200)

/** A text that exists already, in one language or in several; see `importText`. How long it may be is said with status 413. */
const ImportedText = z.object({
  format: z.enum(importFormats),
  languages: z.strictObject(
    Object.fromEntries(languageKeys.map((language) => [language, verbatim(Number.MAX_SAFE_INTEGER).optional()])) as {
      readonly [L in Language]: z.ZodOptional<z.ZodString>
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? `Use only: ${languageKeys.join(', ')}.` : undefined) },
  ),
})

export const createDocument = endpoint({
  method: 'post',
  path: '/api/documents',
  summary:
    'Create a document in one of the reader’s own groups, with one empty clause or with the clauses of a text that exists already, whose brackets become pending changes.',
  tag: 'documents',
  body: z.object({
    group: Group,
    kind: DocumentKind,
    title,
    /** Who participates; left out: all. The party of whoever creates it always does. */
    parties: z.array(Party).min(1).optional(),
    text: ImportedText.optional(),
    /** A private draft: for everybody but the delegation of whoever creates it, it does not exist. */
    delegation: z.boolean().default(false),
    /** A joint document of the group: the private draft begins as that stands, without what is pending in it. */
    forkOf: DocumentId.optional(),
  }),
  response: DocumentDetail,
  status: 201,
})

export const tableDraft = endpoint({
  method: 'post',
  path: '/api/documents/{id}/table',
  summary:
    'Put the difference between a private draft and the joint text as it stands now into that, as pending changes of one’s party: all of it or chosen clauses.',
  tag: 'negotiation',
  params,
  body: z
    .object({
      /** Left out: all. */
      clauses: z.array(Uuid).min(1).max(2000).optional(),
      /** Said to all who read the joint text, as a thread. */
      note: text(2000).optional(),
    })
    .default({}),
  response: z.object({ document: DocumentId, changes: z.array(PendingChange) }),
})

export const updateDocument = endpoint({
  method: 'patch',
  path: '/api/documents/{id}',
  summary:
    'Open a document to the advisory panel, give it another title or handling mark, put it away, or take any of that back.',
  tag: 'documents',
  params,
  body: z
    .object({
      panelOpen: z.boolean().optional(),
      /** In every language. */
      title: title.optional(),
      /** Empty: none. */
      handling: verbatim(80).trim().optional(),
      archived: z.boolean().optional(),
    })
    .refine((body) => Object.values(body).some((part) => part !== undefined), {
      message: 'Give panelOpen, a title, a handling mark or archived.',
    }),
  response: DocumentDetail,
})

export const deleteDocument = endpoint({
  method: 'delete',
  path: '/api/documents/{id}',
  summary:
    'Delete a document that nobody wrote in, and that has no version and no thread. Any other is answered with 409: put it away instead.',
  tag: 'documents',
  params,
  response: z.object({ deleted: z.literal(true) }),
})

export const markDocumentRead = endpoint({
  method: 'put',
  path: '/api/documents/{id}/read',
  summary:
    'Note that the reader has seen the document as it is now; says what others wrote since they had last seen it.',
  tag: 'documents',
  params,
  response: z.object({
    at: Instant,
    /** Null where others wrote nothing since, on a first visit, and for whoever does not read the history. `after`: the step before. */
    missed: z.object({ after: z.int(), since: Instant, by: z.array(Person).min(1) }).nullable(),
  }),
})
