/** What operators and their tools ask: is the process up, can it serve, how is it doing. */
import type { Rooms } from '../sync/types.ts'
import type { Storage } from '../storage/storage.ts'
import type { App } from './context.ts'
import type { ServerMetrics } from './metrics.ts'
import { HttpProblem } from './problems.ts'

type Options = { storage: Storage; rooms: Rooms; metrics: ServerMetrics; stopping: () => boolean }

export function serveOperations(app: App, { storage, rooms, metrics, stopping }: Options): void {
  const notReady = (detail: string) => new HttpProblem(503, detail, { headers: { 'Retry-After': '2' } })
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    if (stopping()) throw notReady('The server is stopping.')
    await storage.ping()
    if (!rooms.healthy) throw notReady('Edits cannot be put on disk at the moment.')
    return c.json({ status: 'ready' })
  })
  app.get('/metrics', async (c) =>
    c.body(await metrics.exposition(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }),
  )
}
