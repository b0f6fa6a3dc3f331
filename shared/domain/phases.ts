/** The phases of a document's text, in the order in which it goes through them. */
import { isKeyOf, keysOf, type LocalizedText } from './languages.ts'

type PhaseEntry = { name: LocalizedText }

/**
 * `drafting`: the delegations edit the text directly. `negotiating`: every edit is a suggestion. `agreed`: nothing in the text
 * changes any more.
 */
export const phases = {
  drafting: { name: { en: 'Drafting', ja: '起草中' } },
  negotiating: { name: { en: 'Negotiating', ja: '交渉中' } },
  agreed: { name: { en: 'Agreed', ja: '合意済み' } },
} as const satisfies Record<string, PhaseEntry>

export type Phase = keyof typeof phases
export const phaseKeys = keysOf(phases)
export const isPhase = (value: unknown): value is Phase => isKeyOf(phases, value)
