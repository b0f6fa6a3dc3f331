/**
 * Bounds on what one update may make Yjs do. Its cost cannot be told from its bytes: where an item goes is found by walking past
 * those that others put there, and everything is told to all its ancestors, so that a small update can hold the process for minutes.
 */
import * as Y from 'yjs'
import { Violation } from './text.ts'

/** Several times what the largest paste takes. In ms of the processor, so that a busy machine refuses nobody. */
const leastMs = 100
const mostMs = 1000
const bytesPerMs = 1000
/**
 * What the updates of one user in one room may cost beyond what their bytes explain: so much at once, and so large a part of the
 * time from then on. An honest text costs next to nothing of it.
 */
const atOnceMs = 1000
const share = 0.1
const explainedMs = 0.2
/**
 * Whoever's updates took this much longer by the clock is measured by the processor's account for so long. That account is dear, and
 * a collection of garbage or the turn of another thread takes some ms of anyone's.
 */
const suspiciousMs = 50
const measuredForMs = 10_000
/** A list in a list in a table, and so on: deeper than any layout that can be read. */
const maxDepth = 100

/** What a user has spent, as of a moment; what their updates seem to have taken too long; and until when they are measured. */
export type Allowance = { spentMs: number; at: number; suspectedMs: number; measuredUntil: number }

export const newAllowance = (now: number): Allowance => ({ spentMs: 0, at: now, suspectedMs: 0, measuredUntil: now })

const regained = ({ at }: Allowance, now: number) => (now - at) * share

/** Whether a user may cost nothing more for now. */
export const isSpent = (allowance: Allowance, now: number): boolean =>
  allowance.spentMs - regained(allowance, now) >= atOnceMs

function regain(allowance: Allowance, now: number): void {
  const ms = regained(allowance, now)
  allowance.spentMs = Math.max(0, allowance.spentMs - ms)
  allowance.suspectedMs = Math.max(0, allowance.suspectedMs - ms)
  allowance.at = now
}

/** Counts against a user what was done on their account: `ms` of everyone's time. */
export function charge(allowance: Allowance, ms: number): void {
  allowance.spentMs += ms
}

/**
 * Applies an update, at `now` by the room's clock. Throws a `Violation` half-way if it costs too much or nests too deeply; the
 * document is then spoiled.
 */
export function applyWithin(allowance: Allowance, now: number, doc: Y.Doc, update: Uint8Array, origin: unknown): void {
  // Where each of many updates is one item, none of them is met half-way.
  if (isSpent(allowance, now)) throw tooLong()
  regain(allowance, now)
  const explained = explainedMs + update.length / bytesPerMs
  const limit = Math.min(leastMs + explained, mostMs, atOnceMs - allowance.spentMs + explained)
  const before = now < allowance.measuredUntil ? process.cpuUsage() : null
  const began = performance.now()
  running = { limit, until: began + limit, before: null }
  try {
    Y.applyUpdate(doc, update, origin)
  } finally {
    running = null
    if (before === null) suspect(allowance, performance.now() - began - explained)
    else allowance.spentMs += Math.max(0, msSince(before) - explained)
  }
}

const tooLong = () => new Violation('tooLarge', 'Applying it takes too long.')

/** Small excesses add up: two thousand of them in one batch would hold the process as one large one does. */
function suspect(allowance: Allowance, excessMs: number): void {
  allowance.suspectedMs += Math.max(0, excessMs)
  if (allowance.suspectedMs <= suspiciousMs) return
  allowance.suspectedMs = 0
  allowance.measuredUntil = allowance.at + measuredForMs
}

const msSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The update that is being applied, if any: applying is never interrupted by other work. */
let running: { readonly limit: number; until: number; before: NodeJS.CpuUsage | null } | null = null

// oxlint-disable-next-line typescript/unbound-method -- called with the item that they are called on
const { integrate, delete: remove } = Y.Item.prototype

Y.Item.prototype.integrate = function (transaction, offset) {
  spend()
  if (running !== null) {
    mustStandInOnePlace(this)
    mustStandBetweenNeighbours(this)
    if (this.content instanceof Y.ContentType) mustBeShallow(this)
  }
  integrate.call(this, transaction, offset)
}

Y.Item.prototype.delete = function (transaction) {
  spend()
  remove.call(this, transaction)
}

function spend(): void {
  if (running === null) return
  const now = performance.now()
  if (now < running.until) return
  if (running.before === null) {
    // The clock may have run while others had the processor. Only now it is worth asking; from here on that is what counts.
    running.before = process.cpuUsage()
    running.until = now + running.limit
    return
  }
  const left = running.limit - msSince(running.before)
  if (left <= 0) throw tooLong()
  running.until = now + left
}

/**
 * Who gathers garbage knows less of a deleted element than we do, and drops what stands beside something of it: an item whose
 * neighbours are of two parents would be in our text and not in theirs.
 */
function mustStandInOnePlace({ left, right }: Y.Item): void {
  if (left === null || right === null) return
  if (left instanceof Y.Item && right instanceof Y.Item) {
    if (left.parent === right.parent && left.parentSub === right.parentSub) return
  } else if (!(left instanceof Y.Item) && !(right instanceof Y.Item)) return
  throw new Violation('content', 'It stands in two places at once.')
}

/**
 * Where an item stands must not depend on the order in which a text is put together. Yjs sees to that (YATA, Nicolaescu et al.,
 * 2016) for whatever was put between two that were neighbours, as everything that is typed is: nothing that either of them descends
 * from can stand between them. As that holds for all that is in the text, the nearest such thing would be what the right one was
 * put behind, or the left one before. Values of an attribute only ever follow one another.
 */
function mustStandBetweenNeighbours({ left, right, origin, parentSub }: Y.Item): void {
  if (left instanceof Y.GC || right instanceof Y.GC) return
  // The right one begins within the left one, which was cut there: the part that is meant stands behind the right one.
  if (left !== null && origin?.clock !== left.id.clock + left.length - 1) throw displaced()
  if (parentSub !== null) {
    if (right !== null) throw displaced()
    return
  }
  if (left === null || right === null) {
    if ((left?.rightOrigin ?? right?.origin ?? null) !== null) throw displaced()
    return
  }
  for (let at = left.right; at !== right; at = at.right) {
    if (at === null || holds(at, left.rightOrigin) || holds(at, right.origin)) throw displaced()
    spend()
  }
}

const displaced = () => new Violation('content', 'It stands between two that were never beside each other.')

const holds = ({ id, length }: Y.Item, other: Y.ID | null): boolean =>
  other !== null && other.client === id.client && other.clock >= id.clock && other.clock < id.clock + length

function mustBeShallow({ parent }: Y.Item): void {
  let depth = 0
  for (let at = parent instanceof Y.AbstractType ? parent : null; at !== null; at = at.parent) {
    depth += 1
    if (depth > maxDepth) throw new Violation('tooLarge', 'It is nested too deeply.')
  }
}
