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
  /** Whether a session is too slow to be told where others are. It will be told once it is ready. */
  skips(session: Session): boolean
  stop(): void
}

/** `ready` is called for a session that has read what it had and may be caught up. */
export function createSlowReaders(clock: Clock, ready: (session: Session) => void): SlowReaders {
  const late = new Set<Session>()
  let cancel: (() => void) | null = null

  const watch = () => {
    cancel ??= clock.after(checkMs, () => {
      cancel = null
      for (const session of late) {
        if (session.open && session.channel.bufferedAmount > caughtUpBytes) continue
        late.delete(session)
        if (session.open) ready(session)
      }
      if (late.size > 0) watch()
    })
  }

  const skips = (session: Session) => {
    if (session.behind === null && session.channel.bufferedAmount <= slowBytes) return false
    late.add(session)
    watch()
    return true
  }

  return {
    leavesBehind(session, doc, update) {
      if (!skips(session)) return false
      if (session.behind === null) {
        const has = Y.decodeStateVector(Y.encodeStateVector(doc))
        for (const [clientId, from] of Y.parseUpdateMeta(update).from) has.set(clientId, from)
        session.behind = has
      }
      return true
    },
    skips,
    stop() {
      cancel?.()
    },
  }
}
