/** Comment threads: kept apart from the text, so that a private one can be kept from the other side entirely. */
import { z } from 'zod'
import { keysOf } from '#shared/domain/languages.ts'
import { audiences, type Circle } from '#shared/domain/permissions.ts'
import { dispositions, maxQuotation } from '#shared/domain/threads.ts'
import { DocumentId, Instant, LanguageKey, Party, Person, Uuid, text, verbatim } from './common.ts'
import { endpoint } from './endpoint.ts'

const AudienceKey = z.enum(keysOf(audiences))

/** `party`: the delegation whose thread it is. */
export const CircleSchema = z.discriminatedUnion('audience', [
  z.object({ audience: AudienceKey.exclude(['delegation']), party: z.null() }),
  z.object({ audience: AudienceKey.extract(['delegation']), party: Party }),
]) satisfies z.ZodType<Circle>

/** A place in the text: a Yjs relative position in the encoding of `Y.encodeRelativePosition`, as base64. */
export const Position = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .max(400)

/** What was selected, or its beginning, with up to 32 characters of what stood around it, so that it can be found again. */
const Quote = z.object({
  exact: verbatim(maxQuotation).min(1),
  prefix: verbatim(64).default(''),
  suffix: verbatim(64).default(''),
})

/** Where a thread stands: a clause, a language, and a passage in it by live positions and by quotation. */
export const Anchor = z.object({
  clause: Uuid,
  language: LanguageKey,
  start: Position,
  end: Position,
  quote: Quote,
})
export type Anchor = z.infer<typeof Anchor>

/** An anchor as it is kept: older ones quote passages in full, however long. */
const KeptAnchor = Anchor.extend({ quote: z.object({ exact: z.string(), prefix: z.string(), suffix: z.string() }) })

export const Comment = z.object({
  id: Uuid,
  author: Person,
  body: z.string(),
  /** Wording that the author proposes for the passage. */
  proposal: z.string().nullable(),
  /** How the passage read when the wording was proposed; null where there was none to replace. */
  replaces: z.string().nullable(),
  mentions: z.array(z.string()),
  createdAt: Instant,
  editedAt: Instant.nullable(),
})
export type Comment = z.infer<typeof Comment>

export const DispositionKey = z.enum(dispositions)

export const Disposition = z.object({
  decision: DispositionKey,
  reason: z.string(),
  by: Person,
  at: Instant,
  /** Co-chairs of the other parties who agreed to it as it stands. */
  agreed: z.array(z.object({ by: Person, at: Instant })),
})

/** Who says that a thread is resolved, and who of the other parties confirmed it. */
const Resolution = z.object({ by: Person, at: Instant, agreed: z.array(z.object({ by: Person, at: Instant })) })

const ThreadParts = z.object({
  id: Uuid,
  document: DocumentId,
  /** Null for a thread about the whole document. */
  anchor: KeptAnchor.nullable(),
  /** The passage is gone from the text; the quote says what it was. */
  orphaned: z.boolean(),
  status: z.enum(['open', 'resolved']),
  resolved: Resolution.nullable(),
  /** Of an open joint thread: who says that it is resolved, while a party that takes part has still to confirm it. */
  resolving: Resolution.nullable(),
  disposition: Disposition.nullable(),
  /** The version whose restore took a proposed wording out of the text again. */
  undone: z.object({ label: z.string(), by: Person, at: Instant }).nullable(),
  comments: z.array(Comment).min(1),
  createdAt: Instant,
  /** Comments by others that the reader has not seen. */
  unread: z.int().min(0),
})
export const Thread = z.intersection(ThreadParts, CircleSchema)
export type Thread = z.infer<typeof Thread>

const params = z.object({ id: Uuid })
const documentParams = z.object({ id: DocumentId })

const newComment = {
  body: text(10_000),
  proposal: verbatim(10_000).nullable().default(null),
  mentions: z.array(z.string().max(100)).max(50).default([]),
}

export const listReaders = endpoint({
  method: 'get',
  path: '/api/documents/{id}/people',
  summary: 'Everyone who may open the document. Who of them may read a thread follows from its audience.',
  tag: 'threads',
  params: documentParams,
  response: z.object({ people: z.array(Person) }),
})

export const listThreads = endpoint({
  method: 'get',
  path: '/api/documents/{id}/threads',
  summary: 'The threads of a document that the reader may see.',
  tag: 'threads',
  params: documentParams,
  response: z.object({ threads: z.array(Thread) }),
})

export const createThread = endpoint({
  method: 'post',
  path: '/api/documents/{id}/threads',
  summary: 'Start a thread on a passage, or on the whole document where no anchor is given.',
  tag: 'threads',
  params: documentParams,
  body: z.object({ audience: AudienceKey, anchor: Anchor.nullable().default(null), ...newComment }),
  response: Thread,
  status: 201,
})

export const publishThread = endpoint({
  method: 'post',
  path: '/api/threads/{id}/publication',
  summary:
    'Show comments of one delegation’s thread to all delegations, as a new joint thread in the publisher’s name. The thread itself stays as it is.',
  tag: 'threads',
  params,
  body: z.object({
    comments: z.array(Uuid).min(1).max(50),
    /** Whether the new thread is to stand on the passage; 409 if that is gone from the text. */
    passage: z.boolean(),
  }),
  response: Thread,
  status: 201,
})

export const createComment = endpoint({
  method: 'post',
  path: '/api/threads/{id}/comments',
  summary: 'Answer in a thread.',
  tag: 'threads',
  params,
  body: z.object(newComment),
  response: Thread,
  status: 201,
})

export const updateThread = endpoint({
  method: 'patch',
  path: '/api/threads/{id}',
  summary:
    'Resolve or reopen a thread (a joint one is resolved once a person of each party that takes part has said so), record the disposition of a panel comment or agree to it, or move the anchor onto what replaced its words.',
  tag: 'threads',
  params,
  body: z
    .object({
      status: z.enum(['open', 'resolved']).optional(),
      disposition: z
        .object({ decision: DispositionKey, reason: text(2000) })
        .nullable()
        .optional(),
      /** Agrees to what another party recorded; refused where it reads otherwise by now. */
      agree: z.object({ decision: DispositionKey, reason: z.string() }).optional(),
      /** The passage that took the place of the thread's own, in the same text of the same clause. */
      anchor: Anchor.optional(),
    })
    .refine((change) => Object.values(change).some((part) => part !== undefined), {
      message: 'Give a status, a disposition, an agreement to one, or an anchor.',
    }),
  response: Thread,
})

export const updateComment = endpoint({
  method: 'patch',
  path: '/api/threads/{id}/comments/{comment}',
  summary: 'Edit one’s own comment.',
  tag: 'threads',
  params: z.object({ id: Uuid, comment: Uuid }),
  body: z.object({ body: text(10_000) }),
  response: Thread,
})

export const markThreadRead = endpoint({
  method: 'put',
  path: '/api/threads/{id}/read',
  summary: 'Note that the reader has seen all comments of a thread.',
  tag: 'threads',
  params,
  response: z.object({ at: Instant }),
})
