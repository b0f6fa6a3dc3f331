/** Any two states of a document's text beside each other. */
import { z } from 'zod'
import { DocumentId, Instant } from './common.ts'
import { endpoint } from './endpoint.ts'
import { ClauseDiff } from './snapshots.ts'

/** `snapshot:{id}`, `moment:{seq}` (the text after that step of its history), or `live` (as it stands on disk now). */
const State = z.string().regex(/^(live|snapshot:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|moment:[1-9]\d{0,14})$/, {
  message: 'Give live, snapshot:{id} or moment:{seq}.',
})

export const ComparedSide = z.object({
  type: z.enum(['live', 'snapshot', 'moment']),
  at: Instant,
  /** A snapshot's. */
  label: z.string().nullable(),
  seq: z.int(),
})
export type ComparedSide = z.infer<typeof ComparedSide>

export const compareDocument = endpoint({
  method: 'get',
  path: '/api/documents/{id}/compare',
  summary:
    'What changed from one state of the text to another, clause by clause: a snapshot, a moment, or the text of now.',
  tag: 'snapshots',
  params: z.object({ id: DocumentId }),
  query: z.object({ from: State, to: State }),
  response: z.object({ before: ComparedSide, after: ComparedSide, clauses: z.array(ClauseDiff) }),
})
