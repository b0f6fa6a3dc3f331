/** Connections that do not read what they are sent: nothing more is queued for them; once they have read it, they are caught up. */
import * as Y from 'yjs'
import type { Session } from './session.ts'
import type { Clock } from './types.ts'

/** Past so many unsent bytes a connection counts as slow, and as caught up below so many. */
const slowBytes = 1024 * 1024
const caughtUpBytes = 64 * 1024
const checkMs = 100

export type SlowReaders = {
  /** Whether a session is too slow to be sent `update`, which `doc` already holds. It is then left behind at the state before it. */
  leavesBehind(session: Session, doc: Y.Doc, update: Uint8Array): boolean
  stop(): void
}

/** `ready` is called for a session that has read what it had and may be caught up. */
export function createSlowReaders(
  clock: Clock,
  sessions: Iterable<Session>,
  ready: (session: Session) => void,
): SlowReaders {
  let cancel: (() => void) | null = null

  const watch = () => {
    cancel ??= clock.after(checkMs, () => {
      cancel = null
      for (const session of sessions) {
        if (session.behind === null) continue
        if (session.channel.bufferedAmount <= caughtUpBytes) ready(session)
        else watch()
      }
    })
  }

  return {
    leavesBehind(session, doc, update) {
      if (session.behind !== null) return true
      if (session.channel.bufferedAmount <= slowBytes) return false
      const has = Y.decodeStateVector(Y.encodeStateVector(doc))
      for (const [clientId, from] of Y.parseUpdateMeta(update).from) has.set(clientId, from)
      session.behind = has
      watch()
      return true
    },
    stop() {
      cancel?.()
    },
  }
}
