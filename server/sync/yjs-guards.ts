/**
 * What the server adds to Yjs: while an update is applied, each of its items is looked at as it goes in, and the time that it takes
 * is bounded. There is no other place from which an update can be stopped half-way.
 */
import { createRequire } from 'node:module'
import * as Y from 'yjs'
import { z } from 'zod'
import { Violation } from './violation.ts'

/** The version whose inside these lines rely on. */
const knownVersion = '13.6.33'

/** A list in a list in a table, and so on: deeper than any layout that can be read. */
const maxDepth = 100

let installed = false

/**
 * Puts the guards in. Asked again, it does nothing. Throws where Yjs is of another version than the one that they were written for:
 * compare `Item.integrate` and `Item.delete` of the two, then name the new one in `knownVersion`.
 */
export function installYjsGuards(version = versionOfYjs()): void {
  if (version !== knownVersion) {
    throw new Error(
      `The guards in server/sync/yjs-guards.ts were written for Yjs ${knownVersion}, and this is ${version}.`,
    )
  }
  if (installed) return
  installed = true
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
}

const versionOfYjs = (): string =>
  z.object({ version: z.string() }).parse(createRequire(import.meta.url)('yjs/package.json')).version

/** The update that is being applied, if any: applying is never interrupted by other work. */
let running: { readonly limit: number; until: number; before: NodeJS.CpuUsage | null } | null = null

/**
 * Applies an update, which may take `limitMs` of the processor. Throws a `Violation` half-way if it takes longer, nests too deeply,
 * or puts something where nobody could have put it; the document is then spoiled.
 */
export function guarded(limitMs: number, apply: () => void): void {
  running = { limit: limitMs, until: performance.now() + limitMs, before: null }
  try {
    apply()
  } finally {
    running = null
  }
}

export const tooLong = () => new Violation('tooLarge', 'Applying it takes too long.')

/** The milliseconds that this process has had of the processor since then. */
export const msSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
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
