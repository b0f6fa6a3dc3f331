/** What load balancers ask: is the process up, can it serve. Anyone may, so that they are told this and nothing else. */
import type { Logger } from 'pino'
import type { Clock, Rooms } from '../sync/types.ts'
import type { Storage } from '../storage/storage.ts'
import type { App } from './context.ts'
import { HttpProblem } from './problems.ts'
import { within } from './within.ts'

/** Whoever asks for readiness asks again soon, and takes no answer for a no. */
const answerWithin = 1500

/** Who meets a damaged record tells the operator, or asks again: after so long, nobody has. */
const damageForMs = 30_000

type Options = {
  storage: Storage
  rooms: Rooms
  clock: Clock
  logger: Logger
  stopping: () => boolean
}

export function serveOperations(app: App, { storage, rooms, clock, logger, stopping }: Options): void {
  // Why is in the log and in the numbers: a document that cannot be read may be one that not everyone knows of.
  const notReady = () => new HttpProblem(503, 'The server is not ready.', { headers: { 'Retry-After': '2' } })
  /** Whether somebody has met a damaged record a moment ago, and may do so again. */
  let met = { damages: storage.damages, at: Number.NEGATIVE_INFINITY }
  const isDamaged = () => {
    if (storage.damages !== met.damages) met = { damages: storage.damages, at: clock.elapsed() }
    return clock.elapsed() - met.at < damageForMs
  }
  // Probes that find the store busy wait for the same answer, however many they are.
  let asking: Promise<void> | null = null
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    if (stopping()) throw notReady()
    asking ??= storage.ping().finally(() => (asking = null))
    await within(clock, answerWithin, asking).catch((error: unknown) => {
      logger.warn({ err: error }, 'the store does not answer')
      throw notReady()
    })
    if (rooms.trouble !== null || isDamaged()) throw notReady()
    return c.json({ status: 'ready' })
  })
}
