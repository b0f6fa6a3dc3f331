/** Pending changes of a text, what the parties make of them, and the phase of the text. */
import { z } from 'zod'
import { DocumentId, Instant, LanguageKey, Party, PendingPhase, PhaseKey, text, Uuid, verbatim } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Which change or place it is: the document that it stands in, and its id there. */
const InDocument = z.string().regex(/^[a-z0-9-]{1,100}\.[\w-]{1,64}$/)

export const PendingChange = z.object({
  id: InDocument,
  /** Changes that answer one another share a place. */
  place: InDocument,
  clause: z.string().nullable(),
  language: LanguageKey.nullable(),
  /** `block`: of whole lines, items or rows; `move`: of a block that is taken out here and put in there. */
  kind: z.enum(['inline', 'block', 'move']),
  party: Party.nullable(),
  user: z.string(),
  at: Instant,
  deletes: z.string(),
  inserts: z.string(),
  /** The parties that have accepted it as it is now. */
  accepted: z.array(Party),
  declined: z.array(z.object({ party: Party, reason: z.string() })),
})
export type PendingChange = z.infer<typeof PendingChange>

const documentParams = z.object({ id: DocumentId })
const params = z.object({ id: InDocument })

export const listChanges = endpoint({
  method: 'get',
  path: '/api/documents/{id}/changes',
  summary: 'The pending changes of a text, in their order, and where the parties stand on them.',
  tag: 'negotiation',
  params: documentParams,
  response: z.object({
    changes: z.array(PendingChange),
    /** Where some parties, not yet all, have asked for a place to be settled on a change, or on the base text. */
    settling: z.array(z.object({ place: InDocument, change: InDocument.nullable(), consents: z.array(Party) })),
  }),
})

export const proposeChange = endpoint({
  method: 'post',
  path: '/api/documents/{id}/changes',
  summary: 'Propose other words for some of a clause, as a pending change of one’s party; no words: their deletion.',
  tag: 'negotiation',
  params: documentParams,
  body: z.object({
    clause: Uuid,
    language: LanguageKey,
    /** Words of one line of the clause, as they stand there. */
    exact: verbatim(4000).min(1),
    /** What stands right before and behind them, where they occur more than once. */
    prefix: verbatim(400).default(''),
    suffix: verbatim(400).default(''),
    with: verbatim(4000).regex(/^[^\n\r]*$/, 'Propose words of one line.'),
  }),
  response: z.object({ changes: z.array(PendingChange) }),
})

/** What was read of a change: if it is another by now, nothing is done. */
const asRead = { deletes: z.string().optional(), inserts: z.string().optional() }

/**
 * `together`: other changes that the same act is about, such as the words struck beside those put in for them. All of it is done, or
 * nothing.
 */
const together = z
  .array(z.object({ id: InDocument, ...asRead }))
  .max(100)
  .default([])
const AsRead = z.object({ ...asRead, together }).prefault({})

/** `settled`: the text has changed by it. */
const Settled = z.object({ settled: z.boolean() })

export const acceptChange = endpoint({
  method: 'post',
  path: '/api/changes/{id}/accept',
  summary: 'Accept a change of another party; once every other party has accepted it, it becomes part of the text.',
  tag: 'negotiation',
  params,
  body: AsRead,
  response: Settled,
})

export const declineChange = endpoint({
  method: 'post',
  path: '/api/changes/{id}/decline',
  summary: 'Decline a change of another party, with a reason or without; it stays in brackets.',
  tag: 'negotiation',
  params,
  body: z.object({ reason: text(2000).optional(), together }).prefault({}),
  response: Settled,
})

export const withdrawChange = endpoint({
  method: 'post',
  path: '/api/changes/{id}/withdraw',
  summary: 'Withdraw a change of one’s own party.',
  tag: 'negotiation',
  params,
  body: z.object({ together }).prefault({}),
  response: Settled,
})

export const settlePlace = endpoint({
  method: 'post',
  path: '/api/places/{id}/settle',
  summary:
    'Settle a place on one of its changes, or on the base text: done once the co-chairs of all parties have asked for it.',
  tag: 'negotiation',
  params,
  body: z.object({ change: InDocument.nullable() }),
  response: Settled,
})

export const changePhase = endpoint({
  method: 'post',
  path: '/api/documents/{id}/phase',
  summary:
    'Ask for another phase of a text, or consent to it: entered once the co-chairs of all parties have. The present phase: decline what is asked for, or take it back.',
  tag: 'negotiation',
  params: documentParams,
  body: z.object({ phase: PhaseKey, reason: text(2000).optional() }),
  response: z.object({
    phase: PhaseKey,
    pending: PendingPhase.nullable(),
  }),
})
