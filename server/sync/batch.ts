/** The first half of the pipeline: which of a batch's writes may be applied, and what they change once they are. */
import * as Y from 'yjs'
import { admit, type RefusalReason } from './admission.ts'
import { applyWithin, charge, isSpent, newAllowance, type Allowance } from './bounds.ts'
import type { Author, Check } from './checks.ts'
import type { ClientIds } from './client-ids.ts'
import { doublesSince, lookBefore } from './moves.ts'
import type { Session } from './session.ts'
import type { SessionWrite, Task } from './tasks.ts'
import { applyWrites, type LiveText } from './text.ts'
import { Violation } from './violation.ts'

/** A text in memory, whose the client ids are that have written in it, and what those who write may cost. */
export type Live = {
  text: LiveText
  readonly clients: ClientIds
  readonly allowances: Map<string, Allowance>
}

/** What one author changed in a batch, as one update; `alteredByServer` as in `applyWrites`. */
export type Row = {
  readonly user: string
  readonly bytes: Uint8Array
  readonly alteredByServer: boolean
}

/**
 * The writes among a batch's tasks that may be applied, in their order; `now` by the room's clock. `refuse` turns a session out,
 * and `askToReconnect` has it connect again; both also drop what it sent before in the same batch.
 */
export function admitBatch(
  live: Live,
  batch: readonly Task[],
  now: number,
  refuse: (session: Session, reason: RefusalReason, sentence?: string) => void,
  askToReconnect: (session: Session) => void,
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
      claimed.set(client, task.author.id)
      writes.push(task.write(client))
      continue
    }
    if (task.type !== 'message' || task.message.type !== 'update' || task.session.state.type === 'dropped') continue
    const { session, message } = task
    const author = session.visitor.actor
    const user = author.id
    const admission = admit(room, message.bytes, user, session.visitor.writes)
    if (message.answer && admission.verdict !== 'gap') session.answered = true
    if (admission.verdict === 'refused') refuse(session, admission.reason)
    if (admission.verdict === 'gap') {
      if (!session.answered && !message.answer) session.gap ??= { waiting: null }
      else if (room.ownerOf(admission.client) === user) askToReconnect(session)
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
      author,
      settlement: false,
      session,
      clientIds: [...admission.reach.keys()],
      apply: ({ doc: present, body }) => {
        const { bytes } = message
        const news = admission.overlaps ? Y.diffUpdate(bytes, Y.encodeStateVector(present)) : bytes
        const glance = lookBefore(present, admission.deletions)
        applyWithin(allowance, now, present, news, session)
        return glance === null ? [] : doublesSince(body, glance)
      },
      failed: (violation) => refuse(session, violation.reason, violation.message),
    })
  }
  return writes.filter(({ session }) => session === null || session.state.type !== 'dropped')
}

/**
 * Applies what was admitted; `accepted` are the writes that hold. A write that must not stand costs a reload of the text and the
 * other writes of its session, and nothing of anyone else's.
 */
export async function applyBatch(
  live: Live,
  writes: readonly SessionWrite[],
  checks: readonly Check[],
  reload: () => Promise<void>,
): Promise<{ rows: readonly Row[]; accepted: readonly SessionWrite[] }> {
  let accepted = writes
  let together = true
  for (;;) {
    let culprit: SessionWrite | undefined
    try {
      const mends: SessionWrite[] = []
      const apply: Apply = (group) => applyGroup(live, group, checks, mends)
      const rows = together ? applyByAuthor(accepted, apply) : accepted.flatMap((write) => apply([write]))
      return { rows, accepted: [...accepted, ...mends] }
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      culprit = accepted.find((write) => write === error.write)
      // One at a time it will be known whose it is.
      if (culprit === undefined) together = false
      else {
        culprit.failed(error)
        const { session } = culprit
        accepted = accepted.filter(
          (write) => write !== culprit && (write.session === null || write.session !== session),
        )
      }
    }
    const began = performance.now()
    await reload()
    const allowance = culprit === undefined ? undefined : live.allowances.get(culprit.author.id)
    if (allowance !== undefined) charge(allowance, performance.now() - began)
    accepted = accepted.filter(({ session }) => session === null || session.state.type !== 'dropped')
  }
}

type Apply = (writes: readonly SessionWrite[]) => Row[]

/** Authors in one batch cannot build on each other's edits, since none of these were shown yet: their order is free. */
function applyByAuthor(writes: readonly SessionWrite[], apply: Apply): Row[] {
  const byUser = new Map<string, SessionWrite[][]>()
  for (const write of writes) {
    const known = byUser.get(write.author.id)
    const own = known?.find(([first]) => first !== undefined && isSameAuthor(first.author, write.author))
    if (own !== undefined) own.push(write)
    else if (known !== undefined) known.push([write])
    else byUser.set(write.author.id, [[write]])
  }
  return [...byUser.values()].flat().flatMap((own) => {
    const updates = own.filter(({ session }) => session !== null)
    const edits = own.filter(({ session }) => session === null)
    return [...apply(updates), ...edits.flatMap((edit) => apply([edit]))]
  })
}

/** Whoever has changed seats meanwhile is judged in each of them. */
const isSameAuthor = (a: Author, b: Author) => a.id === b.id && a.party === b.party && a.role === b.role

/**
 * Applies writes of one author. What is mended behind them is theirs too, under a client id that no editor uses; it is added to
 * `mends`.
 */
function applyGroup(
  live: Live,
  writes: readonly SessionWrite[],
  checks: readonly Check[],
  mends: SessionWrite[],
): Row[] {
  const [first] = writes
  if (first === undefined) return []
  const { author } = first
  const newClient = () => freshClient((id) => live.clients.ownerOf(id))
  const change = applyWrites(live.text, writes, checks, {
    loose: writes.every(({ session }) => session === null),
    healAs: newClient,
  })
  for (const { applied } of writes) applied?.(change !== null)
  if (change === null) return []
  const { bytes, alteredByServer, healedAs, mendings } = change
  const row = { user: author.id, bytes, alteredByServer }
  const mendAs = (client: number, apply: SessionWrite['apply']): SessionWrite => {
    const mend = { author, settlement: first.settlement, session: null, clientIds: [client], failed: () => {}, apply }
    mends.push(mend)
    return mend
  }
  if (healedAs !== null) mendAs(healedAs, () => {})
  if (mendings.length === 0) return [row]
  const client = newClient()
  const mend = mendAs(client, ({ doc }) => {
    doc.clientID = client
    for (const mending of mendings) mending()
  })
  try {
    return [row, ...applyGroup(live, [mend], checks, mends)]
  } catch (error) {
    // What has to be mended and may not be is the fault of the write behind which it was to be mended.
    if (error instanceof Violation) error.write = writes.length === 1 ? first : null
    throw error
  }
}

/** A client id that nobody has. */
export function freshClient(ownerOf: (clientId: number) => string | null | undefined): number {
  for (;;) {
    const client = Math.floor(Math.random() * 0xffffffff)
    if (client > 0 && ownerOf(client) === undefined) return client
  }
}
