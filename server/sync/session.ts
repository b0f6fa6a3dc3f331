/** The connections of a room. */
import { closeCode, type CloseCode } from '#shared/protocol/messages.ts'
import type { RefusalReason } from './admission.ts'
import type { Channel, Authorize, Visitor } from './types.ts'

/** Why a connection was refused. */
export type Refusal = RefusalReason | 'presence' | 'malformed'

/** `left`: what it sent is still taken. `dropped`: what it sent and is not on disk yet is not. */
export type SessionState = { readonly type: 'open' } | { readonly type: 'left' } | { readonly type: 'dropped' }

/** One connection in a room. */
export type Session = {
  visitor: Visitor
  readonly channel: Channel
  readonly authorize: Authorize
  state: SessionState
  /** How many questions for their rights have no answer yet. */
  authorizing: number
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
  state: { type: 'open' },
  authorizing: 0,
  answered: false,
  gap: null,
  acknowledged: 0,
  behind: null,
})

/** Why a connection was refused, as its close frame says it. */
const refusalSentences: Record<Refusal, string> = {
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

/** How the server ends a connection. */
export type Disconnection = {
  readonly code: CloseCode
  readonly sentence: string
  /** Whether what it sent is still taken. */
  readonly keepsEdits: boolean
  /** As what it is counted among the refusals; null if it is none. */
  readonly counted: string | null
  /** Whether it is told up to where its edits were saved. */
  readonly tellsSaved: boolean
}

const dropping = { keepsEdits: false, counted: null, tellsSaved: false }

/** What it sent does not fit. Of what does not suit the text the sentence is said: whoever wrote it may never have seen that it is there. */
export const refused = (reason: Refusal, sentence: string = refusalSentences[reason]): Disconnection => ({
  code: reason === 'malformed' || reason === 'presence' ? closeCode.malformed : closeCode.forbidden,
  sentence: reason === 'schema' || reason === 'check' ? sentence : refusalSentences[reason],
  keepsEdits: false,
  counted: reason,
  tellsSaved: true,
})

/** Its rights were taken away. */
export const revoked = (code: CloseCode, sentence: string): Disconnection => ({
  ...dropping,
  code,
  sentence,
  counted: 'revoked',
})

/** The room has ended. */
export const roomEnded = (code: CloseCode, sentence: string): Disconnection => ({
  ...dropping,
  code,
  sentence,
  keepsEdits: true,
})

/** Its edits wait for the store. */
export const unsaved: Disconnection = roomEnded(
  closeCode.unavailable,
  'The edits could not be saved; they will be tried again.',
)

/** Its copy is of another epoch. */
export const outdated: Disconnection = {
  ...dropping,
  code: closeCode.wrongEpoch,
  sentence: 'The text was replaced since this copy was made.',
  counted: 'wrongEpoch',
}

/** It builds on what another page of the same user has not sent yet: whoever connects again sends all that they have. */
export const incomplete: Disconnection = {
  ...dropping,
  code: closeCode.unavailable,
  sentence: 'Something that this continues has not arrived. Connect again.',
}

/** Its rights may be gone, so that nothing more is taken; they may stand, so that whoever has them may come back. */
export const rightsUnknown: Disconnection = {
  ...dropping,
  code: closeCode.unavailable,
  sentence: 'Your rights cannot be checked just now.',
}
