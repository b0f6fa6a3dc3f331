/** The initiative and its working groups, as overviews: what is on track, what is late, who is here, what changed. */
import { z } from 'zod'
import { Day, DocumentId, DocumentKind, Group, Instant, Localized, OpenCounts, Person, Uuid } from './common.ts'
import { Definition, DefinitionParts } from '#shared/domain/definition.ts'
import { DocumentSummary } from './documents.ts'
import { endpoint } from './endpoint.ts'

const Count = z.int().min(0)

export const StatusCounts = z.object({ onTrack: Count, atRisk: Count, blocked: Count, done: Count })

/** What is open, and how many places were settled in the last seven days. */
const OpenOverview = OpenCounts.extend({ settled: Count })

/**
 * A working group at a glance. `targets` and `lateActions` are null where the reader may not see how it stands, `open` where they may
 * open none of its texts; all of them where a draft cannot be read just now: then they are named in `unreadable`.
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
  open: OpenOverview.nullable(),
  unreadable: z.array(z.enum(['targets', 'lateActions', 'open'])),
})
export type GroupOverview = z.infer<typeof GroupOverview>

/** Something that others did since the reader last had that document open. */
export const Change = z.object({
  document: DocumentId,
  title: Localized,
  group: Group,
  kind: DocumentKind,
  type: z.enum(['edited', 'commented', 'snapshot', 'restored']),
  by: z.array(Person),
  at: Instant,
  count: Count,
})
export type Change = z.infer<typeof Change>

/**
 * Something that waits for the reader, by their role: an agreed version to read, a target or action that is blocked or late, a
 * panel thread to answer, a draft to read, one to take a snapshot of, a panel comment without a disposition.
 */
export const Waiting = z.object({
  type: z.enum(['agreedVersion', 'blocked', 'late', 'answer', 'unread', 'snapshot', 'disposition']),
  document: DocumentId,
  title: Localized,
  group: Group,
  kind: DocumentKind,
  clause: z.object({ id: z.string(), label: Localized, title: Localized }).nullable(),
  thread: Uuid.nullable(),
  /** A version's label, a status's reason, how a comment begins. */
  words: Localized.nullable(),
  due: Day.nullable(),
  /** Since when it waits; of a draft, when its last snapshot was taken. */
  since: Instant.nullable(),
})
export type Waiting = z.infer<typeof Waiting>

export const Initiative = z.object({
  name: Localized,
  purpose: Localized,
  starts: Day,
  ends: Day,
  /** The day in UTC. What is late goes by the day of its owner's party. */
  today: Day,
  languages: Definition.shape.languages,
  parties: Definition.shape.parties,
  agencies: Definition.shape.agencies,
  bodies: Definition.shape.bodies,
  meetings: Definition.shape.meetings,
  groups: z.array(GroupOverview),
  /** Over all groups; null where that is of none of them, or cannot be read of one just now. */
  open: OpenOverview.nullable(),
  /** What waits for the reader, the first thing first. */
  waiting: z.array(Waiting),
  changes: z.array(Change),
})
export type Initiative = z.infer<typeof Initiative>

export const getInitiative = endpoint({
  method: 'get',
  path: '/api/initiative',
  summary:
    'The initiative: its window and meetings, its parties, agencies and bodies, its groups at a glance, and what changed for the reader.',
  tag: 'initiative',
  response: Initiative,
})

export const getDefinition = endpoint({
  method: 'get',
  path: '/api/initiative/definition',
  summary:
    'What the initiative is made of: what a page needs before it can be drawn. Outside of demo mode only for those who are signed in.',
  tag: 'initiative',
  public: true,
  response: Definition,
})

export const changeInitiative = endpoint({
  method: 'patch',
  path: '/api/initiative',
  summary:
    'Change parts of the definition, each given as a whole; for the secretariat. What is in use cannot be removed (409): a party with seats, a group with documents or seats, an agency that owns something.',
  tag: 'initiative',
  body: DefinitionParts.refine((body) => Object.values(body).some((part) => part !== undefined), {
    message: 'Give a part of the definition.',
  }),
  response: Definition,
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

/** How many places were open, summed over the joint texts whose history the reader may read and that are not put away. */
export const BurnDown = z.object({
  /** One for each day in UTC since the first of these texts was begun: at its end, and today as of now. At most three years. */
  days: z.array(z.object({ day: Day, places: Count })),
  /** The initiative’s meetings in these days, and the one after them. */
  meetings: Definition.shape.meetings,
})
export type BurnDown = z.infer<typeof BurnDown>

export const getBurnDown = endpoint({
  method: 'get',
  path: '/api/groups/{group}/burn-down',
  summary:
    'How many places were open in the texts of a working group, day by day, with the meetings of the initiative.',
  tag: 'initiative',
  params: z.object({ group: Group }),
  response: BurnDown,
})
