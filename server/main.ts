/** The program: reads the environment once, puts the parts together, starts, and ends in good order. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { localCluster } from './cluster/local.ts'
import { createLogger } from './http/logger.ts'
import { createMetrics } from './http/metrics.ts'
import { startServer } from './http/serve.ts'
import { systemClock } from './jobs/clock.ts'
import { startPacking } from './jobs/packing.ts'
import { seedDemo } from './seed/index.ts'
import { readSettings, type Settings } from './settings.ts'
import { openSqliteStorage } from './storage/sqlite.ts'
import { StorageError, type Storage } from './storage/storage.ts'
import { StoreUnusable } from './storage/unusable.ts'
import { createRooms } from './sync/rooms.ts'
import type { Rooms } from './sync/types.ts'

const drainWithin = 9000
const lastAttempt = 3000
const lastLogLinesWithin = 100

/** A reason not to start that whoever starts the server can do something about. */
class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

const say = (words: string) => process.stderr.write(`${words}\n`)

async function main(args: readonly string[]): Promise<void> {
  const settings = readSettings(process.env)
  if ('problem' in settings) throw new CannotStart(settings.problem)
  const logger = createLogger(settings.logLevel)
  if (args.length === 0) return await serve(settings, logger)
  if (args[0] === 'demo' && args[1] === 'reset') return await resetDemo(settings, logger, args.includes('--yes'))
  throw new CannotStart(`“${args.join(' ')}” is no command: there is “demo reset”, and without one the server starts.`)
}

const openStorage = async (settings: Settings, logger: Logger): Promise<Storage> =>
  await openSqliteStorage({ file: resolve(settings.dataDirectory, 'alternat.sqlite'), logger })

async function serve(settings: Settings, logger: Logger): Promise<void> {
  const storage = await openStorage(settings, logger)
  try {
    const started = performance.now()
    if (await seedDemo(storage, systemClock.now())) {
      logger.info({ ms: Math.round(performance.now() - started) }, 'seeded the demo initiative')
    }
    const cluster = localCluster()
    const metrics = createMetrics()
    const rooms = createRooms({ log: storage.log, cluster, clock: systemClock, logger, metrics })
    const { host, port, demo, trustedProxies, limits } = settings
    const parts = {
      storage,
      rooms,
      cluster,
      clock: systemClock,
      logger,
      metrics,
      demo,
      clientDirectory: clientDirectory(),
    }
    const server = await startServer({ ...parts, host, port, trustedProxies, limits })
    const stopPacking = startPacking({ storage, clock: systemClock, logger })
    endInGoodOrder([stopPacking, () => server.close(), () => storage.close()], rooms, logger)
    logger.info({ url: server.url, demo }, 'listening')
    say(welcome(server.url))
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** The built client, seen from the sources or from the bundle. */
function clientDirectory(): string | null {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return (
    [join(here, '../client'), join(here, '../dist/client')].find((path) =>
      existsSync(join(path, '.vite', 'manifest.json')),
    ) ?? null
  )
}

const welcome = (url: string) => `
  Alternat is ready:  ${url}

  Sign in: open that address and choose a seat, for instance the US co-chair of Semiconductor
  technologies, and in a second, private window the Japanese co-chair beside them.
  Stop with Ctrl-C: everything that was shown as saved is on disk.
`

/** An orderly exit waits for the thread that keeps the store, and that one for the disk. A moment, for the log to get out. */
const endAtOnce = () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), lastLogLinesWithin)

/** On a signal, takes `steps` one after the other and ends; on an error that nothing expected, saves what can be saved. */
function endInGoodOrder(steps: readonly (() => Promise<void> | void)[], rooms: Rooms, logger: Logger): void {
  let ending = false
  const end = async (signal: string) => {
    if (ending) return
    ending = true
    logger.info({ signal }, 'stopping')
    const deadline = setTimeout(() => {
      logger.error('stopping took too long: what is not on disk was never shown as saved')
      endAtOnce()
    }, drainWithin)
    let failed = false
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        failed = true
        logger.error({ err: error }, 'stopping failed')
      }
    }
    clearTimeout(deadline)
    if (!failed) logger.info('stopped')
    process.exit(failed ? 1 : 0)
  }
  process.on('SIGTERM', () => void end('SIGTERM'))
  process.on('SIGINT', () => void end('SIGINT'))

  const die = async (reason: unknown) => {
    logger.fatal({ err: reason }, 'an error that nothing expected: the process ends')
    // What was received but is not on disk gets one more chance; what was shown as saved is there already.
    setTimeout(endAtOnce, lastAttempt)
    try {
      await rooms.close()
    } finally {
      process.exit(1)
    }
  }
  process.on('uncaughtException', (reason) => void die(reason))
  process.on('unhandledRejection', (reason) => void die(reason))
}

async function resetDemo(settings: Settings, logger: Logger, agreed: boolean): Promise<void> {
  const storage = await openStorage(settings, logger)
  try {
    if (!agreed && !(await agrees(settings))) {
      say('Nothing was changed.')
      process.exitCode = 1
      return
    }
    await storage.reset()
    await seedDemo(storage, systemClock.now())
    say('The demo is as it was first seeded.')
  } finally {
    await storage.close()
  }
}

async function agrees({ dataDirectory }: Settings): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = `This deletes every document, thread and version in ${resolve(dataDirectory)} and seeds the demo anew. Type “yes” to go on: `
    const answer = await Promise.race([
      terminal.question(question),
      new Promise<string>((give) => terminal.once('close', () => give(''))),
    ])
    return answer.trim().toLowerCase() === 'yes'
  } finally {
    terminal.close()
  }
}

/** What went wrong, in one sentence, where it is something that the reader can mend. */
function sentenceFor(error: unknown): string | null {
  if (error instanceof CannotStart || error instanceof StoreUnusable) return error.message
  if (error instanceof StorageError) return `The store cannot be used: ${error.message}`
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'The port is taken by another program: stop it, or choose another PORT.'
  if (code === 'EADDRNOTAVAIL') return 'HOST is no address of this machine: choose another one.'
  if (code === 'EACCES') return 'The port may not be opened by this user: choose a PORT above 1023.'
  return null
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const sentence = sentenceFor(error)
  if (sentence === null) createLogger('info').fatal({ err: error }, 'the server could not start')
  say(sentence ?? 'The server could not start: the reason is in the log line above.')
  process.exitCode = 1
}
