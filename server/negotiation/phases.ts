/** Which phase of a text the parties have asked for. */
import { isPhase, type Phase } from '#shared/domain/phases.ts'
import type { DocumentRecord, StanceRecord } from '../storage/storage.ts'

/** The subject of the stances on a phase; they are about the phase that was asked for. */
export const phaseSubject = 'phase'

/** What was asked for last and has not been entered, with all that are for it; null if nothing is asked for. */
export function pendingPhase(
  { phase }: Pick<DocumentRecord, 'phase'>,
  stances: readonly StanceRecord[],
): { readonly phase: Phase; readonly consents: ReadonlySet<string> } | null {
  const asked = stances.filter(({ subject, stance }) => subject === phaseSubject && stance === 'for')
  const about = asked.at(-1)?.about
  if (!isPhase(about) || about === phase) return null
  return { phase: about, consents: new Set(asked.filter((each) => each.about === about).map(({ party }) => party)) }
}
