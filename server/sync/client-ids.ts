/** Whose the client ids of a document are: an id belongs to one user for good, so that it tells who wrote what. */
import type { ChangesetResult, ClientBinding } from '../storage/storage.ts'

/**
 * How many client ids one user may have in one document. Every page load takes a new one: 20,000 are 27 loads a day for two years.
 * Without a bound one user could make more of them than a state vector may name, and nobody could connect to the document again.
 */
const maxClientsPerUser = 20_000

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

  /** Those of the ids that were written under which the store does not know. */
  newAmong(
    writes: readonly { readonly author: { readonly id: string }; readonly clientIds: readonly number[] }[],
  ): ClientBinding[] {
    const found = new Map<number, ClientBinding>()
    for (const { author, clientIds } of writes) {
      for (const clientId of clientIds) {
        if (!this.#owners.has(clientId)) found.set(clientId, { clientId, user: author.id })
      }
    }
    return [...found.values()]
  }

  bind({ clientId, user }: ClientBinding): void {
    if (!this.#owners.has(clientId) && user !== null) this.#counts.set(user, this.#countOf(user) + 1)
    this.#owners.set(clientId, user)
    this.#shown.delete(clientId)
  }

  /**
   * Someone shows an id as theirs; false if it is another's. From then on nobody else, who may see it there, writes under it first.
   * `keep` puts that on disk: what its user writes while away comes under that id, be it after the server has started anew.
   */
  show(clientId: number, user: string, keep: ((binding: ClientBinding) => Promise<ChangesetResult>) | null): boolean {
    const owner = this.ownerOf(clientId)
    if (owner !== undefined) return owner === user
    this.#shown.set(clientId, user)
    if (keep !== null && this.mayAdd(user, 1)) {
      const binding = { clientId, user }
      // A store that fails says so where words wait for it. With the first word that is written the id is kept again.
      keep(binding).then(
        (result) => 'head' in result && this.bind(binding),
        () => {},
      )
    }
    return true
  }

  /** Whether a user may have so many more. */
  mayAdd(user: string, count: number): boolean {
    return this.#countOf(user) + count <= maxClientsPerUser
  }

  #countOf(user: string): number {
    return this.#counts.get(user) ?? 0
  }
}
