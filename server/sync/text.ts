/** A document's text in memory: loaded from the store, and changed one author at a time. */
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import type { StoredText } from '../storage/storage.ts'
import { concernedClauses } from './clause-changes.ts'
import { findMisfit, touchedElements } from './content.ts'
import type { RefusalReason } from './admission.ts'
import { applyAsStored, partsOf } from './state.ts'
import { inSteps } from './steps.ts'
import type { Check } from './types.ts'

/** A step of a load ends after so many bytes, a few milliseconds' worth, where each update counts for some more. */
const stepSize = 1024
const updateSize = 20

export type LiveText = {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly epoch: number
  /** The newest row of the log that is in it. */
  seq: number
  /** What the log holds beyond the newest checkpoint. */
  readonly sinceCheckpoint: { rows: number; bytes: number }
  /** How large that checkpoint is. */
  checkpointBytes: number
  /** What transactions changed and nobody has taken yet. */
  readonly changes: Uint8Array[]
}

/** Something to be done to a text on behalf of a user. */
export type Write = {
  readonly user: string
  readonly apply: (text: LiveText) => void
}

/** A change that must not stand. The text it was applied to is spoiled: drop it. */
export class Violation extends Error {
  override readonly name = 'Violation'
  /** Which write it is, unless it was met only once several had been applied. */
  write: Write | null = null
  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
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
    const { bytes, cuts } = checkpoint
    if (cuts === null) yield bytes
    else yield* partsOf({ bytes, cuts })
  }
  yield* updates
}

const sumOf = (updates: readonly Uint8Array[]) => updates.reduce((sum, { length }) => sum + length, 0)

/**
 * Applies one author's writes in a single transaction and returns what they changed as one update, or null if nothing. `tidied`:
 * with them Yjs removed formatting that has become void, of which the author does not know. Throws a `Violation` if one of them
 * cannot be applied or what they touched must not stand.
 */
export function applyWrites(
  text: LiveText,
  user: string,
  writes: readonly Write[],
  checks: readonly Check[],
): { bytes: Uint8Array; tidied: boolean } | null {
  const { doc, body } = text
  const transactions: Y.Transaction[] = []
  let current: Write | null = null
  try {
    doc.transact((transaction) => {
      transactions.push(transaction)
      for (const write of writes) {
        current = write
        write.apply(text)
      }
      current = null
    })
    if (hasPending(doc)) throw new Violation('gap', 'It continues something that never arrived.')
    for (const transaction of transactions) {
      const misfit = findMisfit(body, transaction)
      if (misfit !== null) throw new Violation('schema', misfit)
      if (checks.length === 0) continue
      const touched = touchedElements(body, transaction)
      const clauses = concernedClauses(body, transaction, touched)
      for (const check of checks) {
        const objection = check({ doc, body, touched, clauses, user })
        if (objection !== null) throw new Violation('check', objection)
      }
    }
  } catch (error) {
    // Whatever goes wrong here is this author's: the text is loaded anew, and nobody else's connection ends for it.
    const violation =
      error instanceof Violation ? error : new Violation('unreadable', 'It could not be applied.', { cause: error })
    violation.write = writes.length === 1 ? (writes[0] ?? null) : current
    throw violation
  }
  const updates = text.changes.splice(0)
  // The transaction is one update; what Yjs does of its own accord comes behind it.
  return updates.length === 0 ? null : { bytes: Y.mergeUpdates(updates), tidied: updates.length > 1 }
}

const hasPending = ({ store }: Y.Doc) => store.pendingStructs !== null || store.pendingDs !== null
