/** Keeps other sites from acting with the reader's cookie. */
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'
import { forbidden } from './problems.ts'

/**
 * Whether a request comes from a page of another site. Browsers say so in `Origin` (and `Sec-Fetch-Site`, which a page cannot set);
 * whoever sends neither is no browser and is judged by what it presents.
 */
export function isForeign(c: Context): boolean {
  const origin = c.req.header('origin')
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'cross-site'
  try {
    const { host } = new URL(origin)
    // A proxy in front may have put its own name into `Host`; no page can set the other header without our consent.
    return host !== c.req.header('host') && host !== c.req.header('x-forwarded-host')
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
