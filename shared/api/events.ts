/** What the server tells a signed-in browser as it happens: server-sent events, each only to those who may know. */
import { z } from 'zod'
import { threadNews } from '#shared/domain/threads.ts'
import { DocumentId, Group, Instant, Person, Uuid } from './common.ts'

export const ServerEvent = z.discriminatedUnion('type', [
  /** First on every connection, so that the client knows that from here on it misses nothing. */
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('thread'),
    document: DocumentId,
    thread: Uuid,
    /** `anchored`: the passages of this thread, and perhaps of others of its readers in the document, were found in other places. */
    change: z.enum(threadNews),
    by: Person.nullable(),
    /** Persons the new comment mentions. */
    mentions: z.array(z.string()),
  }),
  z.object({
    type: z.literal('document'),
    document: DocumentId,
    group: Group,
    change: z.enum(['created', 'edited', 'updated', 'deleted']),
    by: z.array(Person),
    at: Instant,
  }),
  z.object({ type: z.literal('snapshot'), document: DocumentId, snapshot: Uuid, label: z.string(), by: Person }),
  /**
   * A version was brought back, as an edit of the text. `label` is null for who may not read that version; `after`: the step of the
   * history before it.
   */
  z.object({
    type: z.literal('restored'),
    document: DocumentId,
    label: z.string().nullable(),
    after: z.int(),
    by: Person,
  }),
  /** The definition of the initiative changed: fetch it again. */
  z.object({ type: z.literal('initiative') }),
  /** Who is online changed: fetch what shows it again. */
  z.object({ type: z.literal('presence') }),
  /** The reader's session ended elsewhere. */
  z.object({ type: z.literal('signedOut') }),
])
export type ServerEvent = z.infer<typeof ServerEvent>

/** The path of the event stream. */
export const eventsPath = '/api/events'

/** `user`: for whom the stream is; it is refused where someone else is signed in. */
export const EventsQuery = z.object({ user: z.string().optional() })
