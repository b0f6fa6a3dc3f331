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
/** For all that one connection has in a batch. */
const batchMs = 1000
/** A list in a list in a table, and so on: deeper than any layout that can be read. */
const maxDepth = 100

export type Allowance = { spentMs: number }

export const newAllowance = (): Allowance => ({ spentMs: 0 })

/** Applies an update. Throws a `Violation` half-way if it costs too much or nests too deeply; the document is then spoiled. */
export function applyWithin(allowance: Allowance, doc: Y.Doc, update: Uint8Array, origin: unknown): void {
  const limit = Math.min(leastMs + update.length / bytesPerMs, mostMs, batchMs - allowance.spentMs)
  const began = performance.now()
  running = { limit, until: began + limit, before: null }
  try {
    Y.applyUpdate(doc, update, origin)
  } finally {
    running = null
    allowance.spentMs += performance.now() - began
  }
}

/** The update that is being applied, if any: applying is never interrupted by other work. */
let running: { readonly limit: number; until: number; before: NodeJS.CpuUsage | null } | null = null

// oxlint-disable-next-line typescript/unbound-method -- called with the item that they are called on
const { integrate, delete: remove } = Y.Item.prototype

Y.Item.prototype.integrate = function (transaction, offset) {
  spend()
  if (running !== null) {
    mustStandInOnePlace(this)
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
  const { user, system } = process.cpuUsage(running.before)
  const left = running.limit - (user + system) / 1000
  if (left <= 0) throw new Violation('tooLarge', 'Applying it takes too long.')
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

function mustBeShallow({ parent }: Y.Item): void {
  let depth = 0
  for (let at = parent instanceof Y.AbstractType ? parent : null; at !== null; at = at.parent) {
    depth += 1
    if (depth > maxDepth) throw new Violation('tooLarge', 'It is nested too deeply.')
  }
}
