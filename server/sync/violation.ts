/** Why a change must not stand. */
import type { RefusalReason } from './admission.ts'

/** A change that must not stand. The text it was applied to is spoiled: drop it. */
export class Violation extends Error {
  override readonly name = 'Violation'
  /** Which write it is, unless it was met only once several had been applied. */
  write: object | null = null
  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
