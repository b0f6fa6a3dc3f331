/** The connections of a room. */
import type { RefusalReason } from './admission.ts'
import type { Channel, Authorize, Visitor } from './types.ts'

/** Why a connection was refused. */
export type Refusal = RefusalReason | 'presence' | 'malformed'

/** One connection in a room. */
export type Session = {
  visitor: Visitor
  readonly channel: Channel
  readonly authorize: Authorize
  open: boolean
  /** How many questions for their rights have no answer yet. */
  authorizing: number
  /** Their rights were taken away: what they sent and is not on disk yet is dropped. */
  revoked: boolean
  /** Whether they have answered our state vector. Until then a gap is no fault: the answer will hold what is missing. */
  answered: boolean
  /** An update was left out for a gap, and an acknowledgement that must wait until the answer has closed it. */
  gap: { waiting: number | null } | null
  acknowledged: number
  /** What a slow reader has, from the moment on that it is not sent updates. */
  behind: Map<number, number> | null
}

/** A connection as it begins. */
export const openSession = (visitor: Visitor, channel: Channel, authorize: Authorize): Session => ({
  visitor,
  channel,
  authorize,
  open: true,
  authorizing: 0,
  revoked: false,
  answered: false,
  gap: null,
  acknowledged: 0,
  behind: null,
})

/** Why a connection was refused, as its close frame says it. */
export const refusalSentences: Record<Refusal, string> = {
  unreadable: 'The update could not be read.',
  tooLarge: 'The update is too large for one piece: paste long texts in parts.',
  foreignAuthor: 'The update writes under another author.',
  futureDelete: 'The update deletes what is not there.',
  content: 'The update holds what is not part of a text.',
  readOnly: 'This text is open to you for reading only.',
  gap: 'The update continues something that never arrived.',
  schema: 'The update does not fit the form of a document.',
  check: 'The update changes what may not be changed.',
  presence: 'The presence state cannot be read.',
  malformed: 'The message could not be read.',
}
