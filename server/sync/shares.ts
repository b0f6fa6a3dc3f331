/** What each connection is sent of a batch: one frame, in which those who wrote need not read again what is their own. */
import * as Y from 'yjs'
import type { Row } from './batch.ts'
import { updateFrame } from './frames.ts'
import type { Session } from './session.ts'
import type { SessionWrite } from './tasks.ts'

/**
 * The frame for a connection, or null if there is nothing that it does not know. Who wrote alone for their user gets what one
 * other author wrote; anything else is merged, once for all. Whose text was alteredByServer up is told of that like everyone else.
 */
export function framesOfBatch(
  rows: readonly Row[],
  accepted: readonly SessionWrite[],
): (session: Session) => Uint8Array | null {
  const authors = new Map<Session, Uint8Array | null>()
  for (const { user, alteredByServer } of rows) {
    if (alteredByServer) continue
    const own = accepted.filter((write) => write.author.id === user)
    const session = own[0]?.session ?? null
    if (session === null || own.some((write) => write.session !== session)) continue
    const [other, ...more] = rows.filter((row) => row.user !== user)
    if (other === undefined) authors.set(session, null)
    else if (more.length === 0) authors.set(session, updateFrame(other.bytes))
  }
  let whole: Uint8Array | null = null
  return (session) => {
    const share = authors.get(session)
    return share === undefined ? (whole ??= updateFrame(Y.mergeUpdates(rows.map(({ bytes }) => bytes)))) : share
  }
}
