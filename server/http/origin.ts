/** Keeps other sites from acting with the reader's cookie, or in the reader's place. */
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'
import { isLoopback } from './callers.ts'
import { forbidden, HttpProblem } from './problems.ts'

/**
 * Whether a request comes from a page of another site. Browsers say so in `Origin` (and `Sec-Fetch-Site`, which a page cannot set);
 * whoever sends neither is no browser and is judged by what it presents.
 */
export function isForeign(c: Context<AppEnv>): boolean {
  const origin = c.req.header('origin')
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'cross-site'
  const { host, protocol } = c.get('caller')
  try {
    const page = new URL(origin)
    if (page.origin !== origin || !/^https?:$/.test(page.protocol)) return true
    // Read with the page's protocol, so that its usual port may be written or left out.
    if (host === undefined || page.host !== new URL(`${page.protocol}//${host}`).host) return true
    return protocol !== null && page.protocol !== `${protocol}:`
  } catch {
    return true
  }
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Refuses changes that come from a page of another site. */
export const ownOriginOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!safe.has(c.req.method) && isForeign(c)) throw forbidden('Changes are accepted from this site’s own pages only.')
  await next()
}

/**
 * Answers only to names of the machine itself. A page of another site can have its own name resolve to this machine and is then
 * of the same origin in the browser's eyes: where no sign-in asks for a secret, it would have every seat.
 */
export const loopbackNamesOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { host } = c.get('caller')
  if (host !== undefined && !isLoopbackName(host)) {
    throw new HttpProblem(
      421,
      'This server answers to localhost and 127.0.0.1 only. If a proxy passes requests on to it, name the proxy in TRUSTED_PROXIES.',
    )
  }
  await next()
}

function isLoopbackName(host: string): boolean {
  try {
    const { hostname } = new URL(`http://${host}`)
    return isLoopback(hostname.replace(/^\[|\]$/g, ''))
  } catch {
    return false
  }
}
