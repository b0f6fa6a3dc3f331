/** The history of a text: who changed what and when, who wrote which word, and the text as it stood at any moment. */
import { z } from 'zod'
import { DocumentId, Instant, LanguageKey, Localized, Party, Person } from './common.ts'
import { endpoint } from './endpoint.ts'

const params = z.object({ id: DocumentId })
/** A place in the document's log: the newest change that counts. */
const Seq = z.int().positive()

/** What was done to one text of a clause; to the clause itself where `language` is null; beside the clauses where `clause` is. */
export const HistoryChange = z.object({
  clause: z
    .object({
      id: z.string(),
      /** "Article 3", as it is numbered now. */
      label: Localized,
      title: Localized,
      /** Whether it is no longer in the text. */
      gone: z.boolean(),
    })
    .nullable(),
  language: LanguageKey.nullable(),
  /**
   * How the words that came and those that went begin; what did both is in neither. Both empty, and no fields: only the form or
   * the place changed.
   */
  inserted: z.string().max(200),
  deleted: z.string().max(200),
  fields: z.array(z.object({ field: z.string(), name: Localized })),
  /** Whether a clause was moved, or a paragraph split or joined. */
  form: z.enum(['moved', 'split']).nullable(),
})
export type HistoryChange = z.infer<typeof HistoryChange>

/** One run of changes by one person. `firstSeq` and `lastSeq` are places in the document's log. */
export const HistoryEntry = z.object({
  firstSeq: Seq,
  lastSeq: Seq,
  by: Person.nullable(),
  from: Instant,
  to: Instant,
  /** The label of a version that was brought back in it, or null. */
  restored: z.string().nullable(),
  updates: z.int(),
  /** Characters added and removed in all that came of the run. */
  inserted: z.int(),
  deleted: z.int(),
  /** What was changed, in the order of the text, and how many more texts were. */
  changes: z.array(HistoryChange),
  moreChanges: z.int(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

export const getHistory = endpoint({
  method: 'get',
  path: '/api/documents/{id}/history',
  summary: 'Who changed what and when, deletions too, newest first, runs of one person’s changes joined.',
  tag: 'history',
  params,
  query: z.object({ before: z.coerce.number().int().positive().optional() }),
  response: z.object({ entries: z.array(HistoryEntry), more: z.boolean() }),
})

/** A stretch of the log: how many of its changes were made for which party (or for none). */
export const TimelineMark = z.object({
  lastSeq: Seq,
  at: Instant,
  changes: z.array(z.object({ party: Party.nullable(), count: z.int().positive() })),
})
export type TimelineMark = z.infer<typeof TimelineMark>

export const getTimeline = endpoint({
  method: 'get',
  path: '/api/documents/{id}/timeline',
  summary: 'The whole life of a text in at most 400 stretches, oldest first: the marks of a slider.',
  tag: 'history',
  params,
  response: z.object({ marks: z.array(TimelineMark) }),
})

export const getMoment = endpoint({
  method: 'get',
  path: '/api/documents/{id}/history/{seq}',
  summary: 'The text as it stood after one change, rebuilt from the log.',
  tag: 'history',
  params: z.object({ id: DocumentId, seq: z.coerce.number().int().positive() }),
  response: z.object({
    seq: Seq,
    at: Instant,
    by: Person.nullable(),
    /** The document’s ProseMirror JSON. */
    content: z.record(z.string(), z.unknown()),
  }),
})

export const getAuthors = endpoint({
  method: 'get',
  path: '/api/documents/{id}/authors',
  summary: 'Whose each writing client is, and when it wrote: with the live text it says who wrote which word.',
  tag: 'history',
  params,
  response: z.object({
    clients: z.array(
      z.object({
        client: z.int(),
        by: Person.nullable(),
        /** When: what this client wrote below clock `upTo`, and not below that of the entry ahead, within a minute of `at`. */
        written: z.array(z.object({ upTo: z.int(), at: Instant })),
      }),
    ),
  }),
})
