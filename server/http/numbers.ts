/**
 * Who is given the operator's numbers: they move with everything that happens here, a delegation's own remarks included, so that
 * no party may read them. They have a listener of their own, and on the public port they are for whoever bears the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import type { Logger } from 'pino'
import { createCallers, isLoopback } from './callers.ts'
import type { App, AppEnv } from './context.ts'
import { listen } from './listen.ts'
import type { ServerMetrics } from './metrics.ts'
import { loopbackNamesOnly } from './origin.ts'
import { answerProblem, nothingHere } from './problems.ts'

type Numbers = { readonly metrics: ServerMetrics; readonly token: string | null }

const path = '/metrics'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whether the request presents the token. Compared as digests: how long it takes tells nothing of how much was right. */
function bears(c: Context<AppEnv>, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

const isRead = ({ req: { method } }: Context<AppEnv>) => method === 'GET' || method === 'HEAD'

const answer = async (c: Context<AppEnv>, metrics: ServerMetrics) =>
  c.body(await metrics.exposition(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' })

/** Answers on the public port to the token alone; to everyone else, and without a token to anyone, there is nothing. */
export function serveNumbers(app: App, { metrics, token }: Numbers): void {
  // As `use`, not `get`: that an address answers to GET says that it is there.
  app.use(path, async (c) => {
    if (token === null || !isRead(c) || !bears(c, token)) throw nothingHere()
    return await answer(c, metrics)
  })
}

/** A listener for the numbers alone. If there is a token, it is asked for here too. Rejects as `listen` does. */
export async function listenForNumbers({
  host,
  port,
  metrics,
  token,
  logger,
}: Numbers & { host: string; port: number; logger: Logger }): Promise<{ url: string; close: () => Promise<void> }> {
  const callers = createCallers([])
  const app = new Hono<AppEnv>()
  app.onError((error, c) => answerProblem(error, c, logger))
  app.notFound((c) => answerProblem(nothingHere(), c, logger))
  app.use((c, next) => {
    if (c.env.incoming !== undefined) c.set('caller', callers.of(c.env.incoming))
    return next()
  })
  if (isLoopback(host)) app.use(loopbackNamesOnly)
  app.get(path, async (c) => {
    if (token !== null && !bears(c, token)) throw nothingHere()
    return await answer(c, metrics)
  })
  const respond = getRequestListener(app.fetch, { hostname: host })
  const server = createServer((request, response) => void respond(request, response))
  const url = await listen(server, { host, port })
  return {
    url: url + path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
