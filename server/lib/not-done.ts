/** A command that was not carried out: nothing was changed, and `message` says why, as a sentence for whoever asked. */
export class NotDone extends Error {
  override readonly name = 'NotDone'
  /** `missing`: what it is about is not there (any more); `conflict`: as things stand; `forbidden`: to whoever asked. */
  readonly reason: 'missing' | 'conflict' | 'forbidden'

  constructor(reason: NotDone['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
