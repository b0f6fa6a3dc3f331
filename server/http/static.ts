/** Serves the built client: files by their hashed names for good, and its page for every address within the app. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { App } from './context.ts'
import { HttpProblem } from './problems.ts'

/** `directory` holds `index.html` and `assets/`; null where the client was not built. */
export function serveClient(app: App, directory: string | null): void {
  // As `use`, not `get`: a route for every address would make each address look as if it answered to GET.
  app.use('*', async (c, next) => {
    // The build's own notes are nobody's business.
    if (isServersOwn(c.req.path) || c.req.path.startsWith('/.')) return await c.notFound()
    if (!isRead(c.req.method)) {
      throw new HttpProblem(405, 'This address answers to GET, HEAD.', { headers: { Allow: 'GET, HEAD' } })
    }
    await next()
  })
  if (directory === null || !existsSync(join(directory, 'index.html'))) {
    app.use('*', async (c) =>
      c.text('The client is not built. Run `npm start`, or `npm run dev` and open http://127.0.0.1:5173.\n', 404),
    )
    return
  }
  app.use(
    '/assets/*',
    serveStatic({
      root: directory,
      // Scripts and styles as the build compressed them: a slow line would wait three times as long for them.
      precompressed: true,
      onFound: (_, c) => c.header('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  )
  app.use('*', serveStatic({ root: directory, onFound: (_, c) => c.header('Cache-Control', 'no-cache') }))
  const page = serveStatic({
    root: directory,
    path: 'index.html',
    onFound: (_, c) => c.header('Cache-Control', 'no-cache'),
  })
  app.use('*', async (c, next) => {
    const last = c.req.path.split('/').at(-1) ?? ''
    if (last.includes('.')) return await c.notFound()
    return await page(c, next)
  })
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD'
const isServersOwn = (path: string) => /^\/(api|sync)(\/|$)/.test(path)
