/** The HTTP side as a whole: what every request passes through, and who answers which. */
import type { IncomingMessage } from 'node:http'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { compress } from 'hono/compress'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { routePath } from 'hono/route'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { watchSeats } from '../accounts/seats.ts'
import { createAccounts } from '../accounts/service.ts'
import { createDocument } from '#shared/api/document-changes.ts'
import { languageKeys } from '#shared/domain/languages.ts'
import { mostImportBytes } from '#shared/domain/imports.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { startSessionExpiry } from '../jobs/sessions.ts'
import type { Storage } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { createThreads } from '../threads/service.ts'
import { createPool, type Pool } from '../work/pool.ts'
import { createActivity } from '../projections/activity.ts'
import { serveAccounts } from './accounts.ts'
import { serveBurnDown } from './burn-down.ts'
import { nobody, type Callers } from './callers.ts'
import type { App, AppEnv } from './context.ts'
import { serveComparing } from './comparing.ts'
import { serveChanges } from './changes.ts'
import { createCosts } from './costs.ts'
import { createSummaries, serveDocuments } from './documents.ts'
import { createEvents, serveEvents } from './events.ts'
import type { Gate } from './gate.ts'
import { createMoments, serveHistory } from './history.ts'
import { serveText } from './text.ts'
import { serveInitiative } from './initiative.ts'
import type { ServerMetrics } from './metrics.ts'
import { serveNumbers } from './numbers.ts'
import { serveOpenApi } from './openapi.ts'
import { serveOperations } from './operations.ts'
import { loopbackNamesOnly, ownOriginOnly } from './origin.ts'
import { createOpenIn } from '../negotiation/open.ts'
import { createOverviews } from '../projections/overviews.ts'
import { createSettlements } from '../projections/settlements.ts'
import { createPeople } from './people.ts'
import { answerProblem, HttpProblem, notFound, nothingHere } from './problems.ts'
import { defaultQuotas, type Quotas } from './quotas.ts'
import { limitChanges } from './rate.ts'
import { createSessions, identify, identifyOnceArrived, serveSession, tokenIn } from './session.ts'
import { serveSnapshots } from './snapshots.ts'
import { serveClient } from './static.ts'
import { serveSync } from './socket.ts'
import { serveThreads } from './threads.ts'

const maxBodyBytes = 256 * 1024
/** A document may be made from a text in each language, in JSON: in that, some letters take twice the room. */
const maxTextBytes = maxBodyBytes + 2 * languageKeys.length * mostImportBytes

export type AppOptions = {
  readonly storage: Storage
  readonly rooms: Rooms
  readonly cluster: Cluster
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ServerMetrics
  /** What opens the operator's numbers on the public port; null: nothing does. */
  readonly metricsToken: string | null
  /** Whether anyone may take a persona's seat. */
  readonly demo: boolean
  readonly quotas?: Quotas
  /** Where what takes long is done; one of its own if none is given. */
  readonly pool?: Pool
  /** Where the built client lies, or null. */
  readonly clientDirectory: string | null
}

/** Builds the app over its parts. `isFamiliar`: whether a request comes with a session that is known here. `stop` ends its event streams and jobs, not the parts. Rejects if the store cannot be read. */
export async function createApp(
  options: AppOptions & {
    readonly callers: Callers
    readonly gate: Gate
    /** Whether requests for another host than this machine are turned away. */
    readonly loopbackOnly: boolean
  },
): Promise<{ app: App; isFamiliar: (request: IncomingMessage) => boolean; stop: () => void }> {
  const { storage, rooms, cluster, clock, logger, metrics, clientDirectory, callers } = options
  const people = await createPeople(storage, cluster, clock)
  const sessions = createSessions(options)
  const expiry = startSessionExpiry(options)
  const stopWatchingSeats = watchSeats(options)
  const threads = createThreads(options)
  const events = createEvents({ ...options, people, sessions })
  const activity = createActivity(options)
  const pool = options.pool ?? createPool(clock)
  const costs = createCosts(clock)
  const moments = createMoments({ storage, pool })
  const overviews = createOverviews(rooms)
  const openIn = createOpenIn({ storage, overviews })
  const settlements = createSettlements(options)
  const projections = { activity, overviews, openIn, settlements }
  const parts = { ...options, people, sessions, expiry, threads, events, ...projections, pool, costs, moments }
  const summaries = createSummaries(parts)
  let stopping = false

  const app: App = new OpenAPIHono<AppEnv>()
  app.onError((error, c) => answerProblem(error, c, logger))
  app.notFound((c) => answerProblem(nothingHere(), c, logger))

  app.use((c, next) => {
    c.set('caller', c.env?.incoming === undefined ? nobody : callers.of(c.env.incoming))
    return next()
  })
  app.use(requestId({ limitLength: 64 }))
  app.use(async (c, next) => {
    const started = performance.now()
    await next()
    const seconds = (performance.now() - started) / 1000
    // The pattern, never the path: a path can name a thread that the reader of the log must not know of.
    const route = routePath(c)
    metrics.answered(c.req.method, route, c.res.status, seconds)
    const line = { requestId: c.get('requestId'), method: c.req.method, route, status: c.res.status }
    logger[levelOf(c)]({ ...line, ms: Math.round(seconds * 1000), user: c.get('signedIn')?.user.id }, 'answered')
  })
  const nameMethods = methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      answerProblem(
        new HttpProblem(405, `This address answers to ${methods.join(', ')}.`, {
          headers: { Allow: methods.join(', ') },
        }),
        c,
        logger,
      ),
  })
  const compressed = compress({ threshold: 1024, contentTypeFilter: isWorthCompressing })
  app.use(except(opensWebSocket, securityHeaders, compressed, nameMethods))
  if (options.loopbackOnly) app.use(loopbackNamesOnly)
  // What answers there has no end of the connection to watch: an event stream would go on for nobody.
  app.use(async (c, next) => {
    if (c.env?.upgrade !== undefined && !opensWebSocket(c)) throw notFound('Live connections are at /sync/{document}.')
    await next()
  })
  serveOperations(app, { storage, rooms, clock, logger, stopping: () => stopping })
  serveNumbers(app, { metrics, token: options.metricsToken })
  const stopSync = serveSync(app, parts)

  app.use('/api/*', ownOriginOnly)
  const limitBody = atMost(maxBodyBytes)
  const limitText = atMost(maxTextBytes)
  app.use('/api/*', (c, next) => (c.req.path === createDocument.path ? limitText : limitBody)(c, next))
  app.use('/api/*', identify(sessions))
  app.use('/api/*', limitChanges(clock, { burst: 600, perSecond: 50 }))
  app.use('/api/*', identifyOnceArrived(sessions))
  serveSession(app, parts)
  serveAccounts(app, { ...parts, accounts: createAccounts(options) })
  serveInitiative(app, { ...parts, summaries })
  serveBurnDown(app, parts)
  serveDocuments(app, { ...parts, summaries, quotas: options.quotas ?? defaultQuotas })
  serveText(app, parts)
  serveChanges(app, parts)
  serveHistory(app, parts)
  serveThreads(app, parts)
  serveSnapshots(app, parts)
  serveComparing(app, parts)
  serveEvents(app, parts)
  serveOpenApi(app)
  serveClient(app, clientDirectory)

  return {
    app,
    isFamiliar: ({ headers }) => sessions.isFamiliar(tokenIn(headers.cookie)),
    stop() {
      stopping = true
      stopSync()
      events.stop()
      threads.stop()
      expiry.stop()
      stopWatchingSeats()
      sessions.stop()
      people.stop()
      pool.stop()
    },
  }
}

const atMost = (bytes: number) =>
  bodyLimit({
    maxSize: bytes,
    onError: () => {
      // The rest of the body stays unread, so that nothing else can follow on this connection.
      throw new HttpProblem(413, `Send at most ${bytes / 1024} KiB.`, { headers: { Connection: 'close' } })
    },
  })

const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    // The component library sets sizes and colours on elements.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'", (c: Context<AppEnv>) => ownSockets(c.get('caller').host)],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  // Whether the host is reached over https for good is for the proxy in front to say.
  strictTransportSecurity: false,
})

/** What follows is no page and no answer: to prepare for one would take a tenth of what a connection costs. */
const opensWebSocket = (c: Context<AppEnv>) =>
  c.req.path.startsWith('/sync/') && c.req.header('upgrade')?.toLowerCase() === 'websocket'

/** A connection that is let in is counted, not noted down: a line for each would cost as much as the connection's greeting. */
const levelOf = (c: Context<AppEnv>) => (opensWebSocket(c) && c.res.ok ? 'debug' : 'info')

/** Older browsers do not count a WebSocket to the same host as 'self'. */
const ownSockets = (host: string | undefined) =>
  host !== undefined && /^[\w.:[\]-]+$/.test(host) ? `ws://${host} wss://${host}` : ''

/** Not event streams: they must leave at once. */
const isWorthCompressing = (type: string) =>
  /^(text\/(?!event-stream)|application\/(json|problem\+json|javascript)|image\/svg)/.test(type)
