/** How a side is drawn wherever it marks words or counts: its colour and, since no colour speaks alone, its kind of line. */
import { parties, type Party } from '#shared/domain/parties.ts'

export const sideColour = (party: Party | null): string => (party === null ? 'var(--ink-dim)' : `var(--party-${party})`)

/** `outlined`, `solid`, or `plain` for those who sit for no side. */
export const sideMark = (party: Party | null): 'solid' | 'outlined' | 'plain' =>
  party === null ? 'plain' : parties[party].mark
