/** What operators and their tools ask: is the process up, can it serve, how is it doing. */
import type { Clock, Rooms } from '../sync/types.ts'
import { StorageError, type Storage } from '../storage/storage.ts'
import type { App } from './context.ts'
import type { ServerMetrics } from './metrics.ts'
import { HttpProblem } from './problems.ts'
import { within } from './within.ts'

/** Whoever asks for readiness asks again soon, and takes no answer for a no. */
const answerWithin = 1500

const troubles = {
  unsaved: 'Edits cannot be put on disk at the moment.',
  unread: 'A document cannot be read at the moment.',
} as const satisfies Record<NonNullable<Rooms['trouble']>, string>

type Options = {
  storage: Storage
  rooms: Rooms
  clock: Clock
  metrics: ServerMetrics
  stopping: () => boolean
}

export function serveOperations(app: App, { storage, rooms, clock, metrics, stopping }: Options): void {
  const notReady = (detail: string) => new HttpProblem(503, detail, { headers: { 'Retry-After': '2' } })
  // Probes that find the store busy wait for the same answer, however many they are.
  let asking: Promise<void> | null = null
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    if (stopping()) throw notReady('The server is stopping.')
    asking ??= storage.ping().finally(() => (asking = null))
    await within(clock, answerWithin, asking).catch((error: unknown) => {
      throw error instanceof StorageError ? error : notReady('The store does not answer in time.')
    })
    if (rooms.trouble !== null) throw notReady(troubles[rooms.trouble])
    return c.json({ status: 'ready' })
  })
  app.get('/metrics', async (c) =>
    c.body(await metrics.exposition(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }),
  )
}
