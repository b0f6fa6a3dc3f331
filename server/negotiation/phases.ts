/** Which phase of a text the parties have asked for. */
import { isPhase, type Phase } from '#shared/domain/phases.ts'
import type { DocumentRecord, StanceRecord } from '../storage/storage.ts'

/** The subject of the stances on a phase; they are about the phase that was asked for. */
export const phaseSubject = 'phase'

/** A phase that is asked for: who is for it, and who has declined it, with a reason or an empty one. */
export type Asked = {
  readonly phase: Phase
  readonly consents: readonly string[]
  readonly declined: readonly { readonly party: string; readonly reason: string }[]
}

/** What was asked for last and has not been entered, with all that are for it; null if nothing is asked for. */
export function pendingPhase({ phase }: Pick<DocumentRecord, 'phase'>, stances: readonly StanceRecord[]): Asked | null {
  const said = stances.filter(({ subject }) => subject === phaseSubject)
  const about = said.findLast(({ stance }) => stance === 'for')?.about
  if (!isPhase(about) || about === phase) return null
  const here = said.filter((each) => each.about === about)
  return {
    phase: about,
    consents: here.filter(({ stance }) => stance === 'for').map(({ party }) => party),
    declined: here.filter(({ stance }) => stance === 'against').map(({ party, reason }) => ({ party, reason })),
  }
}
