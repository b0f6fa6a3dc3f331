/** Who suggests, and why something cannot be suggested. */
import type { Author } from './pending.ts'

/**
 * Why a change cannot be suggested: `formatting` and `level` of words that are not one's own, their `structure` (a list made of
 * lines, a block moved into another), a `lineBreak` within them, a `term` of a clause (proposed in its form), a `column` of a table.
 */
export const reasons = ['formatting', 'level', 'structure', 'lineBreak', 'term', 'column'] as const
export type Reason = (typeof reasons)[number]

/** Who suggests, when, and where new ids come from. `progress`: the fields of a clause that are open in every phase. */
export type Suggester = Author & {
  readonly at: number
  readonly newId: () => string
  readonly progress?: ReadonlySet<string>
}
