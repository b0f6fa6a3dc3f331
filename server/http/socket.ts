/** The live connection to a document: who may open it is settled here, everything after is the room's. */
import type { Duplex } from 'node:stream'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import { DocumentId } from '#shared/api/common.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { accessTo, actorIn, can } from '#shared/domain/permissions.ts'
import { closeCode, maxFrameBytes, protocolVersion, syncParameter, type CloseCode } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Expiry } from '../jobs/sessions.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Channel, Clock, Authorize, Rights, Rooms, Visitor } from '../sync/types.ts'
import type { App, AppEnv, SignedIn } from './context.ts'
import type { Gate } from './gate.ts'
import { createIntake, type Intake, type Reader } from './intake.ts'
import type { ServerMetrics } from './metrics.ts'
import { isForeign } from './origin.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { forbidden, HttpProblem } from './problems.ts'
import { tooFast } from './rate.ts'
import { createTtlCache, type TtlCache } from './ttl-cache.ts'
import { cookieToken, type Sessions } from './session.ts'
import { within } from './within.ts'

const pingEvery = 30_000
/** Between two of our own pings; no client's timer is that short. */
const maxPings = 100
/** Rights that end, end within two seconds, also while the store does not answer and the reader does not read: see `closeTimeout`. */
const authorizeWithin = 750
/** How often rights may change while they are looked up before the attempt is given up. */
const maxJudgements = 5

type Options = {
  storage: Storage
  rooms: Rooms
  cluster: Cluster
  clock: Clock
  logger: Logger
  metrics: ServerMetrics
  sessions: Sessions
  expiry: Expiry
  gate: Gate
}

type Verdict =
  | { admitted: true; document: string; visitor: Visitor; expiresAt: number }
  | { admitted: false; code: CloseCode; reason: string }

const unavailable = (reason: string): Verdict => ({ admitted: false, code: closeCode.unavailable, reason })

/**
 * `GET /sync/{documentId}`. Browsers cannot see why an upgrade was refused, so that a connection that may not stay is opened and
 * closed at once with a code that says why. A foreign page and a flood get no connection at all. Returns how to stop listening
 * for changes of rights.
 */
export function serveSync(app: App, options: Options): () => void {
  const { logger, metrics, gate, sessions, cluster } = options
  const parts = { ...options, intake: createIntake(options.clock), outbox: createOutbox() }
  const documents = createTtlCache(options.clock, (id) => options.storage.documents.get(id))
  // Who is being looked up is in no room yet, and would miss that their rights end meanwhile.
  let changes = 0
  const unsubscribe = cluster.subscribe(({ type }) => {
    if (type === 'signedOut' || type === 'rightsChanged' || type === 'documentDeleted') changes += 1
    if (
      type === 'rightsChanged' ||
      type === 'documentCreated' ||
      type === 'documentUpdated' ||
      type === 'documentDeleted'
    )
      documents.clear()
  })

  const settleVerdict = async (c: Context<AppEnv>): Promise<{ verdict: Verdict; asOf: number }> => {
    for (let judgements = 0; judgements < maxJudgements; judgements += 1) {
      const asOf = changes
      const verdict = await judge(c, sessions, documents).catch((error: unknown) => {
        logger.warn({ err: error }, 'a connection could not be judged')
        return unavailable('The store cannot be reached. Try again.')
      })
      if (asOf === changes) return { verdict, asOf }
    }
    return { verdict: unavailable('Rights are changing just now. Try again.'), asOf: changes }
  }

  app.get('/sync/:document', async (c) => {
    if (isForeign(c)) {
      metrics.refused('origin')
      throw forbidden('Live connections are accepted from this site’s own pages only.')
    }
    if (gate.isBesieged(c.get('caller').address) && !sessions.isFamiliar(tokenOf(c))) {
      metrics.refused('flood')
      throw tooFast('Too many connections without a session came from this address.', 1)
    }
    const { upgrade } = c.env
    if (upgrade === undefined) {
      throw new HttpProblem(426, 'Open this address as a WebSocket.', { headers: { Upgrade: 'websocket' } })
    }
    const { stream } = upgrade
    const { verdict, asOf } = await settleVerdict(c)
    if (!verdict.admitted && verdict.code === closeCode.unauthenticated) gate.turnedAway(c.get('caller').address)
    const place = verdict.admitted ? gate.enter(verdict.visitor.actor.user) : null
    if (place !== null && 'wait' in place) {
      metrics.refused('flood')
      throw tooFast('This user has too many live connections. Close some windows.', place.wait)
    }
    // The upgrade may yet fail: the place is given back with the connection, whatever becomes of it.
    if (place !== null) {
      if (stream.destroyed) place.leave()
      else stream.on('close', place.leave)
    }
    upgrade.accept((socket) => {
      if (!verdict.admitted) {
        metrics.refused(`close-${verdict.code}`)
        turnOut(socket, verdict.code, verdict.reason)
      } else if (asOf === changes) {
        admit(socket, stream, verdict, parts)
      } else {
        turnOut(socket, closeCode.unavailable, 'Rights are changing just now. Try again.')
      }
    })
    return c.body(null)
  })
  return unsubscribe
}

/** Without a listener an error on the socket would end the process. */
const endOnError = (socket: WebSocket) => void socket.on('error', () => socket.terminate())

function turnOut(socket: WebSocket, code: CloseCode, reason: string): void {
  endOnError(socket)
  socket.close(code, reason)
}

const tokenOf = (c: Context<AppEnv>) => c.req.query(syncParameter.token) ?? cookieToken(c)

async function judge(
  c: Context<AppEnv>,
  sessions: Sessions,
  documents: TtlCache<DocumentRecord | null>,
): Promise<Verdict> {
  const refuse = (code: CloseCode, reason: string): Verdict => ({ admitted: false, code, reason })
  const signedIn = await sessions.byToken(tokenOf(c))
  if (signedIn === null) return refuse(closeCode.unauthenticated, 'You are not signed in.')
  const id = DocumentId.safeParse(c.req.param('document'))
  const document = id.success ? await documents.get(id.data) : null
  const asked = c.req.query(syncParameter.seat)
  const rights = document && rightsOf(seatIn(signedIn, document, asked), document)
  if (document === null || rights === null) {
    return refuse(closeCode.notFound, 'There is no such document, or it is not open to your seat.')
  }
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
      // Spelled out, as it is asked at every message: what is spread is a hash table of its own to V8.
      actor: rights.actor,
      writes: rights.writes,
      canReadHistory: rights.canReadHistory,
      tokenHash: signedIn.tokenHash,
      acknowledges: c.req.query(syncParameter.version) === String(protocolVersion),
      epoch: epoch === undefined ? null : document.epoch,
    },
  }
}

/** In which seat someone is in a document: the one that their page opened it in, for as long as they hold that. */
const seatIn = ({ seats }: SignedIn, document: DocumentRecord, asked: string | undefined): Actor =>
  seats.find(({ id }) => id === asked) ?? actorIn(seats, document)

/** What someone may do in a document; null if they may not open it. */
function rightsOf(actor: Actor, document: DocumentRecord): Rights | null {
  const access = accessTo(actor, document)
  if (access === null) return null
  return { actor, writes: access === 'write', canReadHistory: can(actor, 'history.read', document) }
}

function admit(
  socket: WebSocket,
  stream: Duplex,
  { document, visitor, expiresAt }: Extract<Verdict, { admitted: true }>,
  options: Options & { intake: Intake; outbox: Outbox },
): void {
  const { rooms, clock, logger, metrics, intake, outbox, expiry } = options
  let stopWatching = expiry.watch(visitor.tokenHash, expiresAt)
  const turnOutFlooder = () => {
    metrics.refused('flood')
    channel.close(closeCode.unavailable, 'too fast')
  }
  const deliver = (message: Uint8Array) => {
    try {
      connection.receive(message)
    } catch (error) {
      // One connection's message must not end everyone's.
      logger.error({ err: error, document }, 'a message could not be dealt with')
      channel.close(closeCode.unavailable, 'The message could not be dealt with.')
    }
  }
  const reader = intake.read(visitor.actor.user, socket, deliver, turnOutFlooder)
  const channel = new SocketChannel(socket, stream, outbox, reader)
  const rights = createRights(document, visitor, options, (signedIn) => {
    if (socket.readyState !== WebSocket.OPEN) return
    stopWatching()
    stopWatching = expiry.watch(signedIn.tokenHash, signedIn.expiresAt)
  })
  const connection = rooms.join(document, visitor, channel, rights)
  const pulse = new Pulse(socket, clock, turnOutFlooder)

  endOnError(socket)
  stream.on('drain', () => reader.drained())
  socket.on('message', (data, isBinary) => {
    pulse.alive = true
    if (!isBinary) channel.close(closeCode.malformed, 'Send binary messages.')
    else if (data instanceof Uint8Array && data.byteLength <= maxFrameBytes) reader.take(data)
    else channel.close(closeCode.malformed, 'The message is too large.')
  })
  socket.on('close', () => {
    reader.stop()
    pulse.stop()
    stopWatching()
    connection.leave()
  })
}

/** A class, as are all things here that there is one of for each connection or document: as closures they take several times the memory. */
class SocketChannel implements Channel {
  readonly #socket: WebSocket
  readonly #stream: Duplex
  readonly #outbox: Outbox
  readonly #reader: Reader

  constructor(socket: WebSocket, stream: Duplex, outbox: Outbox, reader: Reader) {
    this.#socket = socket
    this.#stream = stream
    this.#outbox = outbox
    this.#reader = reader
  }

  send(message: Uint8Array): void {
    this.#outbox.send(this.#socket, this.#stream, message)
  }

  close(code: CloseCode, reason: string): void {
    // The farewell can be answered only by an end that is read.
    this.#reader.stop()
    this.#socket.close(code, reason)
  }

  get bufferedAmount(): number {
    return this.#stream.writableLength
  }

  settled(bytes: number): void {
    this.#reader.settled(bytes)
  }
}

/**
 * Asked again whenever rights change: the present word of the store, not what held at the start. One question after the other,
 * so that the last answer is the latest. `renewed` hears of a token that took the place of the one before it.
 */
function createRights(
  document: string,
  visitor: Visitor,
  { sessions, storage, clock }: Options,
  renewed: (signedIn: SignedIn) => void,
): Authorize {
  let { tokenHash } = visitor
  let lastAnswer: Promise<unknown> = Promise.resolve()
  const look = async (token: string | undefined) => {
    const record = await storage.documents.get(document)
    // Last: a session that ends while the rest is looked up is then seen to have ended.
    const signedIn = await (token === undefined ? sessions.byHash(tokenHash) : sessions.byToken(token))
    // In the seat that they came in: what they write goes on under that one's name.
    const actor = signedIn?.seats.find(({ id }) => id === visitor.actor.id)
    const rights = actor && record && rightsOf(actor, record)
    if (!signedIn || !rights) return null
    if (signedIn.tokenHash !== tokenHash) {
      tokenHash = signedIn.tokenHash
      renewed(signedIn)
    }
    return { ...rights, tokenHash }
  }
  return (token) => {
    const answer = lastAnswer.then(() => within(clock, authorizeWithin, look(token)))
    lastAnswer = answer.catch(() => undefined)
    return answer
  }
}

/** Ends a connection whose other end has silently gone, and one that does nothing but ping. */
class Pulse {
  /** Something was heard since the last ping of ours. */
  alive = true
  readonly #socket: WebSocket
  readonly #clock: Clock
  readonly #tooMany: () => void
  #pings = 0
  #unread = 0
  #cancel: () => void

  constructor(socket: WebSocket, clock: Clock, tooMany: () => void) {
    this.#socket = socket
    this.#clock = clock
    this.#tooMany = tooMany
    this.#cancel = this.#wait()
    socket.on('pong', () => (this.alive = true))
    socket.on('ping', () => this.#pinged())
  }

  stop(): void {
    this.#cancel()
  }

  #wait(): () => void {
    return this.#clock.after(pingEvery, () => this.#beat())
  }

  #beat(): void {
    const { bufferedAmount, isPaused } = this.#socket
    // An answer stands in line behind everything else: whoever takes in or says anything is there. Of one that is not read now,
    // and has taken in all there is, nothing can be heard.
    if (!this.alive && bufferedAmount >= this.#unread && !(isPaused && bufferedAmount === 0)) {
      this.#socket.terminate()
      return
    }
    this.alive = false
    this.#pings = 0
    this.#unread = bufferedAmount
    this.#socket.ping()
    this.#cancel = this.#wait()
  }

  #pinged(): void {
    this.#pings += 1
    if (this.#pings === maxPings) this.#tooMany()
  }
}
