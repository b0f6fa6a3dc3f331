/** The colour of a party in the page's theme. */
import { initiative, type Party } from '#shared/domain/initiative.ts'

/** As a value of CSS: `partyColour(party)` is "var(--party-1)" for the first party of the initiative. */
export const partyColour = (party: Party): string => `var(--party-${initiative().parties.indexOf(party) + 1})`
