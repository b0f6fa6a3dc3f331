/** Why a store cannot be opened at all, in words for whoever starts the server. */

type UnusableReason = 'inUse' | 'tooNew' | 'unwritable' | 'notAStore' | 'damaged'

/** The store cannot be opened and was not changed. `message` is one sentence that says what is wrong and where. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable'
  readonly reason: UnusableReason

  constructor(reason: UnusableReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
