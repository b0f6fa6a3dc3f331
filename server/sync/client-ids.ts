/** Whose the client ids of a document are: an id belongs to one user for good, so that it tells who wrote what. */
import type { ClientBinding } from '../storage/storage.ts'

/**
 * A page that is opened takes an id. So many are thirty a day and more for two years; without a bound one user could make more of
 * them than a state vector may name, and nobody could come back.
 */
const mostOfOne = 20_000

export class ClientIds {
  readonly #owners = new Map<number, string | null>()
  /** Shown as theirs by users who have not written under them. */
  readonly #shown = new Map<number, string>()
  readonly #counts = new Map<string, number>()

  /** Takes those that are on disk. */
  constructor(bindings: readonly ClientBinding[]) {
    for (const binding of bindings) this.bind(binding)
  }

  /** Whose an id is; undefined if nobody's yet, null if the server's own. */
  ownerOf(clientId: number): string | null | undefined {
    return this.#owners.has(clientId) ? this.#owners.get(clientId) : this.#shown.get(clientId)
  }

  /** Whether the store knows whose it is. */
  isBound(clientId: number): boolean {
    return this.#owners.has(clientId)
  }

  bind({ clientId, user }: ClientBinding): void {
    if (!this.#owners.has(clientId) && user !== null) this.#counts.set(user, this.#countOf(user) + 1)
    this.#owners.set(clientId, user)
    this.#shown.delete(clientId)
  }

  show(clientId: number, user: string): void {
    this.#shown.set(clientId, user)
  }

  /** Whether a user may have so many more. */
  mayAdd(user: string, count: number): boolean {
    return this.#countOf(user) + count <= mostOfOne
  }

  #countOf(user: string): number {
    return this.#counts.get(user) ?? 0
  }
}
