/** The initiative and its working groups, as overviews: what is on track, what is late, who is here, what changed. */
import { z } from 'zod'
import { Day, DocumentId, DocumentKind, Group, Instant, Localized, Person } from './common.ts'
import { DocumentSummary } from './documents.ts'
import { endpoint } from './endpoint.ts'

const Count = z.int().min(0)

export const StatusCounts = z.object({ onTrack: Count, atRisk: Count, blocked: Count, done: Count })

/**
 * A working group at a glance. `targets` and `lateActions` are null where the reader may not see the drafts, and where a draft
 * cannot be read just now: then they are named in `unreadable`.
 */
export const GroupOverview = z.object({
  id: Group,
  name: Localized,
  purpose: Localized,
  links: z.array(Group),
  seats: z.array(Person),
  online: z.array(Person),
  targets: StatusCounts.nullable(),
  lateActions: Count.nullable(),
  unreadable: z.array(z.enum(['targets', 'lateActions'])),
})
export type GroupOverview = z.infer<typeof GroupOverview>

/** Something that others did since the reader last had that document open. */
export const Change = z.object({
  document: DocumentId,
  title: Localized,
  group: Group,
  kind: DocumentKind,
  type: z.enum(['edited', 'commented', 'snapshot']),
  by: z.array(Person),
  at: Instant,
  count: Count,
})
export type Change = z.infer<typeof Change>

export const Initiative = z.object({
  name: Localized,
  purpose: Localized,
  starts: Day,
  ends: Day,
  /** The server's day, by which things are late. */
  today: Day,
  meetings: z.array(z.object({ body: z.enum(['committee', 'cabinet']), date: Day })),
  groups: z.array(GroupOverview),
  changes: z.array(Change),
})
export type Initiative = z.infer<typeof Initiative>

export const getInitiative = endpoint({
  method: 'get',
  path: '/api/initiative',
  summary: 'The initiative: its window and meetings, the six groups at a glance, and what changed for the reader.',
  tag: 'initiative',
  response: Initiative,
})

export const GroupDetail = GroupOverview.extend({ documents: z.array(DocumentSummary), people: z.array(Person) })
export type GroupDetail = z.infer<typeof GroupDetail>

export const getGroup = endpoint({
  method: 'get',
  path: '/api/groups/{group}',
  summary: 'A working group: its documents, its people and the groups it is linked to.',
  tag: 'initiative',
  params: z.object({ group: Group }),
  response: GroupDetail,
})
