/** Keeps other sites from acting with the reader's cookie. */
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'
import { forbidden } from './problems.ts'

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
