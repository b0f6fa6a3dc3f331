/** Connections that do not read what they are sent: nothing more is queued for them; once they have read it, they are caught up. */
import * as Y from 'yjs'
import type { Session } from './session.ts'
import type { Clock } from './types.ts'

/** Past so many unsent bytes a connection counts as slow, and as caught up below so many. */
const slowBytes = 1024 * 1024
const caughtUpBytes = 64 * 1024
const checkMs = 100

export class SlowReaders {
  readonly #clock: Clock
  readonly #ready: (session: Session) => void
  readonly #late = new Set<Session>()
  #cancel: (() => void) | null = null

  /** `ready` is called for a session that has read what it had and may be caught up. */
  constructor(clock: Clock, ready: (session: Session) => void) {
    this.#clock = clock
    this.#ready = ready
  }

  /** Whether a session is too slow to be sent updates that `doc` already holds. It is then left behind at the state before them. */
  leavesBehind(session: Session, doc: Y.Doc, updates: readonly Uint8Array[]): boolean {
    if (!this.skips(session)) return false
    if (session.behind === null) {
      const has = Y.decodeStateVector(Y.encodeStateVector(doc))
      for (const update of updates) {
        for (const [clientId, from] of Y.parseUpdateMeta(update).from) {
          has.set(clientId, Math.min(from, has.get(clientId) ?? from))
        }
      }
      session.behind = has
    }
    return true
  }

  /** Whether a session is too slow to be told where others are. It will be told once it is ready. */
  skips(session: Session): boolean {
    if (session.behind === null && session.channel.bufferedAmount <= slowBytes) return false
    this.#late.add(session)
    this.#watch()
    return true
  }

  stop(): void {
    this.#cancel?.()
  }

  #watch(): void {
    this.#cancel ??= this.#clock.after(checkMs, () => {
      this.#cancel = null
      for (const session of this.#late) {
        if (session.state.type === 'open' && session.channel.bufferedAmount > caughtUpBytes) continue
        this.#late.delete(session)
        if (session.state.type === 'open') this.#ready(session)
      }
      if (this.#late.size > 0) this.#watch()
    })
  }
}
