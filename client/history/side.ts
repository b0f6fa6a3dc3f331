/** How a side is drawn wherever it marks words or counts: its colour and, since no colour speaks alone, its kind of line. */
import { initiative, type Party } from '#shared/domain/initiative.ts'
import type { PartyMark } from '#shared/domain/party-signs.ts'
import { partyColour } from '#client/lib/party-colour.ts'

export const sideColour = (party: Party | null): string => (party === null ? 'var(--ink-dim)' : partyColour(party))

/** The party's mark, or `plain` for those who sit for no side. */
export const sideMark = (party: Party | null): PartyMark | 'plain' =>
  party === null ? 'plain' : initiative().party(party).mark
