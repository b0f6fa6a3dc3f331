/** A phase that is asked for, as the API tells it. */
import type { PendingPhase } from '#shared/api/common.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { z } from 'zod'
import type { Asked } from '../negotiation/phases.ts'

/** Parties that are none of the initiative's any more are left out. */
export const describePending = ({ phase, consents }: Asked): z.infer<typeof PendingPhase> => ({
  phase,
  consents: initiative().parties.filter((party) => consents.includes(party)),
})

/** Who has declined a phase, or a change. */
export const describeDeclined = ({ declined }: Pick<Asked, 'declined'>) =>
  declined.flatMap(({ party, reason }) => (initiative().isParty(party) ? [{ party, reason }] : []))
