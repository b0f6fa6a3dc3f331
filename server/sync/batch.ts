/** The first half of the pipeline: which of a batch's writes may be applied, and what they change once they are. */
import * as Y from 'yjs'
import { admit, type RefusalReason } from './admission.ts'
import { applyWithin, charge, isSpent, newAllowance, type Allowance } from './bounds.ts'
import type { ClientIds } from './client-ids.ts'
import type { Session } from './session.ts'
import type { SessionWrite, Task } from './tasks.ts'
import { applyWrites, Violation, type LiveText } from './text.ts'
import type { Check } from './types.ts'

/** A text in memory, whose the client ids are that have written in it, and what those who write may cost. */
export type Live = {
  text: LiveText
  readonly clients: ClientIds
  readonly allowances: Map<string, Allowance>
}

/** What one author changed in a batch, as one update; `tidied` as in `applyWrites`. */
export type Row = { readonly user: string; readonly bytes: Uint8Array; readonly tidied: boolean }

/**
 * The writes among a batch's tasks that may be applied, in their order; `now` by the room's clock. `refuse` turns a session out,
 * and `askAgain` has it connect again; both also drop what it sent before in the same batch.
 */
export function admitBatch(
  live: Live,
  batch: readonly Task[],
  now: number,
  refuse: (session: Session, reason: RefusalReason, sentence?: string) => void,
  askAgain: (session: Session) => void,
): SessionWrite[] {
  const { doc } = live.text
  const writes: SessionWrite[] = []
  const reached = new Map<number, number>()
  const claimed = new Map<number, string>()
  const room = {
    doc,
    clockOf: (clientId: number) => reached.get(clientId) ?? Y.getState(doc.store, clientId),
    ownerOf: (clientId: number) => {
      const owner = live.clients.ownerOf(clientId)
      return owner === undefined ? claimed.get(clientId) : owner
    },
    mayAdd: (user: string, count: number) => live.clients.mayAdd(user, count),
  }
  for (const task of batch) {
    if (task.type === 'edit') {
      const client = freshClient(room.ownerOf)
      claimed.set(client, task.user)
      writes.push(task.write(client))
      continue
    }
    if (task.type !== 'message' || task.message.type !== 'update' || task.session.revoked) continue
    const { session, message } = task
    const user = session.visitor.actor.id
    const admission = admit(room, message.bytes, user, session.visitor.writes)
    if (message.answer && admission.verdict !== 'gap') session.answered = true
    if (admission.verdict === 'refused') refuse(session, admission.reason)
    if (admission.verdict === 'gap') {
      if (!session.answered && !message.answer) session.gap ??= { waiting: null }
      else if (room.ownerOf(admission.client) === user) askAgain(session)
      else refuse(session, admission.reason)
    }
    if (admission.verdict !== 'admitted') continue
    const allowance = live.allowances.get(user) ?? newAllowance(now)
    live.allowances.set(user, allowance)
    if (isSpent(allowance, now)) {
      refuse(session, 'tooLarge')
      continue
    }
    for (const [clientId, clockEnd] of admission.reach) {
      reached.set(clientId, clockEnd)
      claimed.set(clientId, user)
    }
    writes.push({
      user,
      session,
      clientIds: [...admission.reach.keys()],
      apply: ({ doc: present }) => {
        const { bytes } = message
        const news = admission.overlaps ? Y.diffUpdate(bytes, Y.encodeStateVector(present)) : bytes
        applyWithin(allowance, now, present, news, session)
      },
      failed: (violation) => refuse(session, violation.reason, violation.message),
    })
  }
  return writes.filter(({ session }) => session === null || !session.revoked)
}

/**
 * Applies what was admitted; `standing` are the writes that hold. A write that must not stand costs a reload of the text and the
 * other writes of its session, and nothing of anyone else's.
 */
export async function applyBatch(
  live: Live,
  writes: readonly SessionWrite[],
  checks: readonly Check[],
  reload: () => Promise<void>,
): Promise<{ rows: readonly Row[]; standing: readonly SessionWrite[] }> {
  let standing = writes
  let together = true
  for (;;) {
    let culprit: SessionWrite | undefined
    try {
      const rows = together
        ? applyByAuthor(live.text, standing, checks)
        : standing.flatMap((write) => applyGroup(live.text, write.user, [write], checks))
      return { rows, standing }
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      culprit = standing.find((write) => write === error.write)
      // One at a time it will be known whose it is.
      if (culprit === undefined) together = false
      else {
        culprit.failed(error)
        const { session } = culprit
        standing = standing.filter(
          (write) => write !== culprit && (write.session === null || write.session !== session),
        )
      }
    }
    const began = performance.now()
    await reload()
    const allowance = culprit === undefined ? undefined : live.allowances.get(culprit.user)
    if (allowance !== undefined) charge(allowance, performance.now() - began)
    standing = standing.filter(({ session }) => session === null || !session.revoked)
  }
}

/** Authors in one batch cannot build on each other's edits, since none of these were shown yet: their order is free. */
function applyByAuthor(text: LiveText, writes: readonly SessionWrite[], checks: readonly Check[]): Row[] {
  const byUser = new Map<string, SessionWrite[]>()
  for (const write of writes) {
    const own = byUser.get(write.user)
    if (own === undefined) byUser.set(write.user, [write])
    else own.push(write)
  }
  return [...byUser].flatMap(([user, own]) => {
    const updates = own.filter(({ session }) => session !== null)
    const edits = own.filter(({ session }) => session === null)
    return [
      ...applyGroup(text, user, updates, checks),
      ...edits.flatMap((edit) => applyGroup(text, user, [edit], checks)),
    ]
  })
}

function applyGroup(text: LiveText, user: string, writes: readonly SessionWrite[], checks: readonly Check[]): Row[] {
  if (writes.length === 0) return []
  const change = applyWrites(text, user, writes, checks)
  for (const { applied } of writes) applied?.(change !== null)
  return change === null ? [] : [{ user, bytes: change.bytes, tidied: change.tidied }]
}

function freshClient(ownerOf: (clientId: number) => string | null | undefined): number {
  for (;;) {
    const client = Math.floor(Math.random() * 0xffffffff)
    if (client > 0 && ownerOf(client) === undefined) return client
  }
}
