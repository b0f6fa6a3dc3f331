/** The live connection to a document: who may open it is settled here, everything after is the room's. */
import { upgradeWebSocket } from '@hono/node-server'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import { DocumentId } from '#shared/api/common.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { accessTo } from '#shared/domain/permissions.ts'
import { closeCode, maxFrameBytes, protocolVersion, syncParameter, type CloseCode } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Expiry } from '../jobs/sessions.ts'
import type { Storage } from '../storage/storage.ts'
import type { Channel, Clock, Rooms, Visitor } from '../sync/types.ts'
import type { App, AppEnv } from './context.ts'
import type { ServerMetrics } from './metrics.ts'
import { isForeign } from './origin.ts'
import { forbidden, HttpProblem } from './problems.ts'
import { sessionCookie, type Sessions } from './session.ts'

const pingEvery = 30_000

type Options = {
  storage: Storage
  rooms: Rooms
  cluster: Cluster
  clock: Clock
  logger: Logger
  metrics: ServerMetrics
  sessions: Sessions
  expiry: Expiry
}

type Verdict =
  | { admitted: true; document: string; visitor: Visitor; expiresAt: number }
  | { admitted: false; code: CloseCode; reason: string }

/**
 * `GET /sync/{documentId}`. Browsers cannot see why an upgrade was refused, so that a connection that may not stay is opened and
 * closed at once with a code that says why. A foreign page gets no connection at all.
 */
export function serveSync(app: App, options: Options): void {
  const { logger, metrics } = options
  app.get(
    '/sync/:document',
    async (c, next) => {
      if (isForeign(c)) {
        metrics.refused('origin')
        throw forbidden('Live connections are accepted from this site’s own pages only.')
      }
      await next()
    },
    upgradeWebSocket(async (c: Context<AppEnv>) => {
      const verdict = await judge(c, options).catch((error: unknown): Verdict => {
        logger.warn({ err: error }, 'a connection could not be judged')
        return { admitted: false, code: closeCode.unavailable, reason: 'The store cannot be reached. Try again.' }
      })
      return {
        onOpen(_, { raw }) {
          if (!(raw instanceof WebSocket)) return
          // Without a listener an error on the socket would end the process.
          raw.on('error', () => raw.terminate())
          if (verdict.admitted) {
            admit(raw, verdict, options)
          } else {
            metrics.refused(`close-${verdict.code}`)
            raw.close(verdict.code, verdict.reason)
          }
        },
      }
    }),
    () => {
      throw new HttpProblem(426, 'Open this address as a WebSocket.', { headers: { Upgrade: 'websocket' } })
    },
  )
}

async function judge(c: Context<AppEnv>, { sessions, storage }: Options): Promise<Verdict> {
  const refuse = (code: CloseCode, reason: string): Verdict => ({ admitted: false, code, reason })
  const token = c.req.query(syncParameter.token) ?? getCookie(c, sessionCookie)
  const signedIn = await sessions.byToken(token)
  if (signedIn === null) return refuse(closeCode.unauthenticated, 'You are not signed in.')
  const id = DocumentId.safeParse(c.req.param('document'))
  const document = id.success ? await storage.documents.get(id.data) : null
  if (document === null) return refuse(closeCode.notFound, 'There is no such document.')
  const access = accessTo(signedIn.actor, document)
  if (access === null) return refuse(closeCode.forbidden, 'Your role may not open this document.')
  const schema = c.req.query(syncParameter.schemaVersion)
  if (schema !== undefined && !(Number(schema) >= schemaVersion)) {
    return refuse(closeCode.clientTooOld, 'This page is out of date. Reload it.')
  }
  const epoch = c.req.query(syncParameter.epoch)
  if (epoch !== undefined && Number(epoch) !== document.epoch) {
    return refuse(closeCode.wrongEpoch, 'The document was replaced. Open it anew.')
  }
  return {
    admitted: true,
    document: document.id,
    expiresAt: signedIn.expiresAt,
    visitor: {
      actor: signedIn.actor,
      tokenHash: signedIn.tokenHash,
      writes: access === 'write',
      acknowledges: c.req.query(syncParameter.version) === String(protocolVersion),
      epoch: epoch === undefined ? null : document.epoch,
    },
  }
}

function admit(
  socket: WebSocket,
  { document, visitor, expiresAt }: Extract<Verdict, { admitted: true }>,
  { rooms, sessions, storage, cluster, clock, expiry }: Options,
): void {
  const channel: Channel = {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message)
    },
    close: (code, reason) => socket.close(code, reason),
    get bufferedAmount() {
      return socket.bufferedAmount
    },
  }
  let { tokenHash } = visitor
  let stopWatching = expiry.watch(tokenHash, expiresAt)
  // Asked again whenever rights change: the present word of the store, not what held at the start.
  const connection = rooms.join(document, visitor, channel, async (token) => {
    const [signedIn, record] = await Promise.all([
      token === undefined ? sessions.byHash(tokenHash) : sessions.byToken(token),
      storage.documents.get(document),
    ])
    const access = signedIn && record && accessTo(signedIn.actor, record)
    if (!signedIn || !access || signedIn.actor.id !== visitor.actor.id) return null
    if (signedIn.tokenHash !== tokenHash && socket.readyState === WebSocket.OPEN) {
      tokenHash = signedIn.tokenHash
      stopWatching()
      stopWatching = expiry.watch(tokenHash, signedIn.expiresAt)
    }
    return { actor: signedIn.actor, writes: access === 'write', tokenHash }
  })
  const stopPinging = keepAlive(socket, clock)
  cluster.publish({ type: 'presence' })

  socket.on('message', (data, isBinary) => {
    if (!isBinary) socket.close(closeCode.malformed, 'Send binary messages.')
    else if (data instanceof Uint8Array && data.byteLength <= maxFrameBytes) connection.receive(data)
    else socket.close(closeCode.malformed, 'The message is too large.')
  })
  socket.once('close', () => {
    stopPinging()
    stopWatching()
    connection.leave()
    cluster.publish({ type: 'presence' })
  })
}

/** Ends a connection whose other end has silently gone. */
function keepAlive(socket: WebSocket, clock: Clock): () => void {
  let alive = true
  let cancel = () => {}
  const beat = () => {
    if (!alive) {
      socket.terminate()
      return
    }
    alive = false
    socket.ping()
    cancel = clock.after(pingEvery, beat)
  }
  socket.on('pong', () => (alive = true))
  cancel = clock.after(pingEvery, beat)
  return () => cancel()
}
