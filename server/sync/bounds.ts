/**
 * Bounds on what one update may make Yjs do. Its cost cannot be told from its bytes: where an item goes is found by walking past
 * those that others put there, and everything is told to all its ancestors, so that a small update can hold the process for minutes.
 */
import * as Y from 'yjs'
import { guarded, msSince, tooLong } from './yjs-guards.ts'

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
  try {
    guarded(limit, () => Y.applyUpdate(doc, update, origin))
  } finally {
    if (before === null) suspect(allowance, performance.now() - began - explained)
    else allowance.spentMs += Math.max(0, msSince(before) - explained)
  }
}

/** Small excesses add up: two thousand of them in one batch would hold the process as one large one does. */
function suspect(allowance: Allowance, excessMs: number): void {
  allowance.suspectedMs += Math.max(0, excessMs)
  if (allowance.suspectedMs <= suspiciousMs) return
  allowance.suspectedMs = 0
  allowance.measuredUntil = allowance.at + measuredForMs
}
