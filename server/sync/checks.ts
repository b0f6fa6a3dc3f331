/**
 * Checks: rules of other parts of the server on what a change makes of a text. They are asked inside the transaction that applied
 * the change, before anything of it is on disk or shown; see ARCHITECTURE.md for how to add one.
 */
import type * as Y from 'yjs'
import type { Actor } from '#shared/domain/actors.ts'
import type { Visible } from '#shared/editor/changes/nodes.ts'
import type { DocumentPolicy } from '../storage/storage.ts'
import { touchedClauses, visibleBefore, type TouchedClause } from './clause-states.ts'

/** For whom a change is made, in the seat in which they act in the document. */
export type Author = Pick<Actor, 'id' | 'party' | 'role'>

/** A change of a text while it is being made: both states of the text can be read. */
export type Changing = {
  readonly body: Y.XmlFragment
  /**
   * It is still under way, and its delete set not in order: Yjs joins items when it ends, and of two that were joined the state before
   * can no longer be read.
   */
  readonly transaction: Y.Transaction
  /** Whether an item stood in the text before. */
  readonly wasVisible: Visible
}

/** What an author changed in a text. */
export type TextChange = Changing & {
  readonly author: Author
  readonly policy: DocumentPolicy
  /** It carries out what the parties have decided together, and is not judged as one of its author's own. */
  readonly settlement: boolean
  /** The clauses that the change touched, by id. Nothing is read of them before this is called. */
  readonly clauses: () => ReadonlyMap<string, TouchedClause>
}

/** A rule on changes of texts. */
export type Check = {
  /** Whether it has anything to say of texts under that policy. Where it has not, it costs nothing. */
  readonly concerns: (policy: DocumentPolicy) => boolean
  /** Why the change must not stand, as a sentence of at most 120 bytes in UTF-8, or null. Changes nothing. */
  readonly judge: (change: TextChange) => string | null
  /**
   * Puts right what the change did without anyone meaning it, by writing into the text; says whether it wrote. It is asked once, after a
   * refusal; then all checks judge anew. What it wrote is the author's, and everyone is sent it, the author too.
   */
  readonly heal?: (change: TextChange) => boolean
}

export type Verdict = { readonly objection: string | null; readonly healed: boolean }

/**
 * Asks the checks about a change. `healAs`: the client id under which they may heal. Call it inside the transaction, when all of
 * the change has been applied.
 */
export function runChecks(
  checks: readonly Check[],
  about: Omit<TextChange, 'wasVisible' | 'clauses'>,
  healAs: () => number,
): Verdict {
  const concerned = checks.filter((check) => check.concerns(about.policy))
  const judge = (change: TextChange) => {
    for (const check of concerned) {
      const objection = check.judge(change)
      if (objection !== null) return objection
    }
    return null
  }
  if (concerned.length === 0) return { objection: null, healed: false }
  const change = withStates(about)
  const objection = judge(change)
  const healers = concerned.filter((check) => check.heal !== undefined)
  if (objection === null || healers.length === 0) return { objection, healed: false }
  about.transaction.doc.clientID = healAs()
  const healed = healers.filter((check) => check.heal?.(change)).length > 0
  return healed ? { objection: judge(withStates(about)), healed } : { objection, healed }
}

/** What can be read of the change as it is now. */
function withStates(about: Omit<TextChange, 'wasVisible' | 'clauses'>): TextChange {
  const { body, transaction } = about
  const wasVisible = visibleBefore(transaction)
  let clauses: ReadonlyMap<string, TouchedClause> | null = null
  return { ...about, wasVisible, clauses: () => (clauses ??= touchedClauses(body, transaction, wasVisible)) }
}
