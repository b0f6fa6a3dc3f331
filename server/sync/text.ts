/** A document's text in memory: loaded from the store, and changed one author at a time. */
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import type { DocumentPolicy, StoredText } from '../storage/storage.ts'
import { runChecks, type Author, type Check } from './checks.ts'
import { judgeClauses, separateTwins } from './clause-shape.ts'
import { findSchemaViolation, touchedElements } from './content.ts'
import { applyAsStored, partsOf } from './state.ts'
import { inSteps } from './steps.ts'
import { mendingOf, type Mending } from './tables.ts'
import { Violation } from './violation.ts'

/** A step of a load ends after so many bytes, a few milliseconds' worth, where each update counts for some more. */
const stepSize = 1024
const updateSize = 20

export type LiveText = {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly epoch: number
  /** What its document allows to be changed. */
  policy: DocumentPolicy
  /** The newest row of the log that is in it. */
  seq: number
  /** What the log holds beyond the newest checkpoint. */
  readonly sinceCheckpoint: { rows: number; bytes: number }
  /** How large that checkpoint is. */
  checkpointBytes: number
  /** What transactions changed and nobody has taken yet. */
  readonly changes: Uint8Array[]
}

/** Something to be done to a text on behalf of someone. */
export type Write = {
  readonly author: Author
  /** It carries out what the parties have decided together, see `TextChange`. */
  readonly settlement: boolean
  /** May give what is to be mended behind it. */
  readonly apply: (text: LiveText) => readonly Mending[] | void
}

/**
 * Builds the text that the store holds, in steps between which others get their turn. Rejects if what is stored is not whole: a
 * text that is not there must never look like an empty one.
 */
export async function buildText(document: string, stored: StoredText): Promise<LiveText> {
  // Deleted content stays: the log is the record, and any version of it can be shown again.
  // Its own id for it: Yjs would make one up, which takes longer than to fill a short text.
  const doc = new Y.Doc({ gc: false, guid: document })
  try {
    await inSteps(applyAll(doc, stored))
    if (hasPending(doc)) throw new Error(`The stored text of ${document} has gaps`)
  } catch (error) {
    doc.destroy()
    throw error
  }
  const changes: Uint8Array[] = []
  // Once for all, and not anew with each write.
  doc.on('update', (update: Uint8Array) => changes.push(update))
  // Yjs keeps an empty list for the next transaction. Where that comes a moment later the list has grown old, and all that it
  // refers to would stay in memory until the next full collection: a third of what an edit takes.
  doc.on('afterAllTransactions', (_, transactions) => {
    transactions.length = 0
  })
  return {
    doc,
    changes,
    body: doc.getXmlFragment(bodyName),
    epoch: stored.epoch,
    policy: stored.policy,
    seq: stored.head,
    sinceCheckpoint: { rows: stored.updates.length, bytes: sumOf(stored.updates) },
    checkpointBytes: stored.checkpoint?.bytes.length ?? 0,
  }
}

function* applyAll(doc: Y.Doc, stored: StoredText): Generator<void, void> {
  let inStep = 0
  for (const update of updatesOf(stored)) {
    if (inStep >= stepSize) {
      yield
      inStep = 0
    }
    applyAsStored(doc, update)
    inStep += update.length + updateSize
  }
}

function* updatesOf({ checkpoint, updates }: StoredText): Generator<Uint8Array> {
  if (checkpoint !== null) {
    const { bytes, chunkOffsets } = checkpoint
    if (chunkOffsets === null) yield bytes
    else yield* partsOf({ bytes, chunkOffsets })
  }
  yield* updates
}

const sumOf = (updates: readonly Uint8Array[]) => updates.reduce((sum, { length }) => sum + length, 0)

/** What one author's writes changed of a text. */
export type Applied = {
  readonly bytes: Uint8Array
  /** With them the text was put right, by Yjs or by a check, in a way of which the author does not know. */
  readonly alteredByServer: boolean
  /** The client id under which a check healed, or null. */
  readonly healedAs: number | null
  /**
   * What makes the tables whole that they left with gaps, takes away words that they doubled, and tells apart the clauses that two have
   * moved at once.
   */
  readonly mendings: readonly Mending[]
}

/**
 * Applies one author's writes in a single transaction and returns what they changed, or null if nothing. `loose` as in
 * `findSchemaViolation`; `healAs` as in `runChecks`. Throws a `Violation` if one of them cannot be applied or what they touched must not
 * stand.
 */
export function applyWrites(
  text: LiveText,
  writes: readonly Write[],
  checks: readonly Check[],
  { loose, healAs }: { readonly loose: boolean; readonly healAs: () => number },
): Applied | null {
  const { doc, body, policy } = text
  const transactions: Y.Transaction[] = []
  const mendings: Mending[] = []
  let current: Write | null = null
  let healedAs: number | null = null
  const newHealer = () => (healedAs = healAs())
  let healed = false
  try {
    doc.transact((transaction) => {
      transactions.push(transaction)
      for (const write of writes) {
        current = write
        mendings.push(...(write.apply(text) ?? []))
      }
      current = null
      const [first] = writes
      if (first === undefined || hasPending(doc)) return
      const { author, settlement } = first
      const verdict = runChecks(checks, { author, settlement, policy, body, transaction }, newHealer)
      if (verdict.objection !== null) throw new Violation('check', verdict.objection)
      healed = verdict.healed
    })
    if (hasPending(doc)) throw new Violation('gap', 'It continues something that never arrived.')
    for (const transaction of transactions) {
      const tables = new Set<Y.XmlElement>()
      const violation = findSchemaViolation(body, transaction, { loose, tables })
      if (violation !== null) throw new Violation('schema', violation)
      mendings.push(...[...tables].flatMap((table) => mendingOf(table, transaction) ?? []))
      const verdict = judgeClauses(body, transaction, touchedElements(body, transaction))
      if (verdict.objection !== null) throw new Violation('schema', verdict.objection)
      if (verdict.doubled) mendings.push(() => separateTwins(body))
    }
  } catch (error) {
    // Whatever goes wrong here is this author's: the text is loaded anew, and nobody else's connection ends for it.
    const violation =
      error instanceof Violation ? error : new Violation('unreadable', 'It could not be applied.', { cause: error })
    violation.write = writes.length === 1 ? (writes[0] ?? null) : current
    throw violation
  }
  const updates = text.changes.splice(0)
  if (updates.length === 0) return null
  // The transaction is one update; what Yjs does of its own accord comes behind it.
  const alteredByServer = updates.length > 1 || healed
  return { bytes: Y.mergeUpdates(updates), alteredByServer, healedAs: healed ? healedAs : null, mendings }
}

const hasPending = ({ store }: Y.Doc) => store.pendingStructs !== null || store.pendingDs !== null
