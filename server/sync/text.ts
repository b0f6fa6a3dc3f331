/** A document's text in memory: loaded from the store, and changed one author at a time. */
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import type { StoredText, UpdateLog } from '../storage/storage.ts'
import { findMisfit, touchedElements } from './content.ts'
import type { RefusalReason } from './admission.ts'
import type { Check } from './types.ts'

export type LiveText = {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly epoch: number
  /** The newest row of the log that is in it. */
  seq: number
  /** What the log holds beyond the newest checkpoint. */
  readonly sinceCheckpoint: { rows: number; bytes: number }
}

/** Something to be done to a text on behalf of a user. */
export type Write = {
  readonly user: string
  readonly apply: (text: LiveText) => void
}

/** A change that must not stand. The text it was applied to is spoiled: drop it. */
export class Violation extends Error {
  override readonly name = 'Violation'
  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/**
 * Loads a document's text and whose client ids it knows; null if there is no such document. Rejects if the store cannot be read
 * or what it holds is not whole: a text that is not there must never look like an empty one.
 */
export async function loadText(
  log: UpdateLog,
  document: string,
): Promise<{ text: LiveText; clients: Map<number, string | null> } | null> {
  const stored = await log.load(document)
  if (stored === null) return null
  return {
    text: buildText(document, stored),
    clients: new Map(stored.clients.map(({ clientId, user }) => [clientId, user])),
  }
}

function buildText(document: string, stored: StoredText): LiveText {
  // Deleted content stays: the log is the record, and any version of it can be shown again.
  const doc = new Y.Doc({ gc: false })
  const body = doc.getXmlFragment(bodyName)
  doc.transact(() => {
    if (stored.checkpoint !== null) Y.applyUpdate(doc, stored.checkpoint.bytes)
    for (const update of stored.updates) Y.applyUpdate(doc, update)
  })
  if (hasPending(doc)) {
    doc.destroy()
    throw new Error(`The stored text of ${document} has gaps`)
  }
  const bytes = stored.updates.reduce((sum, update) => sum + update.length, 0)
  return {
    doc,
    body,
    epoch: stored.epoch,
    seq: stored.head,
    sinceCheckpoint: { rows: stored.updates.length, bytes },
  }
}

/**
 * Applies one author's writes in a single transaction and returns what they changed as one update, or null if nothing. Throws a
 * `Violation` if one of them cannot be applied or what they touched must not stand.
 */
export function applyWrites(
  text: LiveText,
  user: string,
  writes: readonly Write[],
  checks: readonly Check[],
): Uint8Array | null {
  const { doc, body } = text
  const updates: Uint8Array[] = []
  const gather = (update: Uint8Array) => updates.push(update)
  const transactions: Y.Transaction[] = []
  doc.on('update', gather)
  try {
    // As a local transaction: for a remote one Yjs would tidy formatting up in edits of its own that no one wrote.
    doc.transact((transaction) => {
      transactions.push(transaction)
      for (const { apply } of writes) apply(text)
    })
  } catch (error) {
    throw error instanceof Violation ? error : new Violation('unreadable', 'It could not be applied.', { cause: error })
  } finally {
    doc.off('update', gather)
  }
  if (hasPending(doc)) throw new Violation('gap', 'It continues something that never arrived.')
  for (const transaction of transactions) {
    const misfit = findMisfit(body, transaction)
    if (misfit !== null) throw new Violation('schema', misfit)
    if (checks.length === 0) continue
    const touched = touchedElements(body, transaction)
    for (const check of checks) {
      const objection = check({ doc, body, touched, user })
      if (objection !== null) throw new Violation('check', objection)
    }
  }
  const [first, ...more] = updates
  return first === undefined ? null : more.length === 0 ? first : Y.mergeUpdates(updates)
}

const hasPending = ({ store }: Y.Doc) => store.pendingStructs !== null || store.pendingDs !== null
