/** The program: reads the environment once, puts the parts together, starts, and ends in good order. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { initiative } from '#shared/domain/initiative.ts'
import { BackupProblem, backUp, listenForBackups, restore } from './backup.ts'
import { inviteSecretariat, kindOf } from './accounts/beginning.ts'
import { createAccounts } from './accounts/service.ts'
import { localCluster } from './cluster/local.ts'
import { createLogger } from './http/logger.ts'
import { createMetrics } from './http/metrics.ts'
import { listenForNumbers } from './http/numbers.ts'
import { startServer } from './http/serve.ts'
import { systemClock } from './jobs/clock.ts'
import { startPacking } from './jobs/packing.ts'
import { DefinitionUnusable, openInitiative } from './initiative/open.ts'
import { textChecks } from './negotiation/checks.ts'
import { seedDemo } from './demo/index.ts'
import { readSettings, type Settings } from './settings.ts'
import { openSqliteStorage, storeName } from './storage/sqlite.ts'
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
  const [command, folder] = args
  if (command === 'backup' && folder !== undefined) {
    return void say(`  The store is backed up in ${await backUp(settings.dataDirectory, folder, logger)}.`)
  }
  if (command === 'restore' && folder !== undefined) {
    const { kept } = await restore(settings.dataDirectory, folder, new Date(), logger)
    return void say(`  The backup is the store now${kept === null ? '' : `; what was there is in ${kept}`}.`)
  }
  if (command === 'accept-loss') {
    await (await openStorage(settings, logger, true)).close()
    return void say('  The store goes on without what was in its damaged log.')
  }
  throw new CannotStart(
    `“${args.join(' ')}” is no command: there are “demo reset”, “backup FOLDER”, “restore FOLDER” and “accept-loss”, and without one the server starts.`,
  )
}

const openStorage = async (settings: Settings, logger: Logger, acceptLoss = false): Promise<Storage> =>
  await openSqliteStorage({ file: resolve(settings.dataDirectory, storeName), logger, acceptLoss })

async function serve(settings: Settings, logger: Logger): Promise<void> {
  const storage = await openStorage(settings, logger)
  try {
    await checkKind(storage, settings)
    await openInitiative(storage, settings.initiative, systemClock.now())
    const started = performance.now()
    if (settings.demo && (await seedDemo(storage, systemClock.now()))) {
      logger.info({ ms: Math.round(performance.now() - started) }, 'seeded the demo initiative')
    }
    const cluster = localCluster()
    const metrics = createMetrics()
    const rooms = createRooms({
      store: storage,
      cluster,
      clock: systemClock,
      logger,
      metrics,
      checks: textChecks(systemClock),
    })
    const { host, port, demo, trustedProxies, limits, quotas, metricsAt, metricsToken } = settings
    const parts = {
      storage,
      rooms,
      cluster,
      clock: systemClock,
      logger,
      metrics,
      metricsToken,
      demo,
      quotas,
      clientDirectory: clientDirectory(),
    }
    const numbers =
      metricsAt === null
        ? null
        : await listenForNumbers({ ...metricsAt, metrics, token: metricsToken, logger }).catch((error: unknown) => {
            throw portTrouble(error, 'METRICS_HOST', 'METRICS_PORT')
          })
    const server = await startServer({ ...parts, host, port, trustedProxies, limits }).catch(async (error: unknown) => {
      await numbers?.close()
      throw portTrouble(error, 'HOST', 'PORT')
    })
    const stopBackups = await listenForBackups(storage, settings.dataDirectory, logger)
    const stopPacking = startPacking({ storage, clock: systemClock, logger })
    endInGoodOrder(
      [stopBackups, stopPacking, () => server.close(), () => numbers?.close(), () => storage.close()],
      rooms,
      logger,
    )
    logger.info({ url: server.url, ...(numbers === null ? {} : { metrics: numbers.url }), demo }, 'listening')
    const accounts = createAccounts({ storage, cluster, clock: systemClock })
    const token = demo ? null : await inviteSecretariat(storage, systemClock, accounts)
    say(demo ? welcomeToDemo(server.url) : welcome(server.url, token))
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

/** A store is one of the demonstration or one with accounts, for good: else anyone could take a seat among the people who have one. */
async function checkKind(storage: Storage, { demo, dataDirectory }: Settings): Promise<void> {
  const kind = await kindOf(storage)
  if (kind === null || kind === (demo ? 'demo' : 'accounts')) return
  throw new CannotStart(
    kind === 'demo'
      ? `The store in ${dataDirectory} is one of the demonstration, where anyone may take any seat: choose another DATA_DIR for one with accounts, or set DEMO=1.`
      : `The store in ${dataDirectory} has accounts, and is never opened as a demonstration: set DEMO=0, or choose another DATA_DIR.`,
  )
}

/** For the console alone: whoever reads the link may take the seat of the secretariat, once. */
const welcome = (url: string, token: string | null) => `
  Alternat is ready:  ${url}
${
  token === null
    ? ''
    : `
  Nobody holds the seat of the secretariat yet. Whoever opens this link first takes it; it serves once, for seven days
  (in the place of the address before /join goes the one at which people reach this server):
  ${url}/join#${token}
`
}
  Stop with Ctrl-C: everything that was shown as saved is on disk.
`

function welcomeToDemo(url: string): string {
  const { parties, groups, party, group } = initiative()
  const [first, ...others] = parties.map((each) => party(each).prefix)
  const name = groups[0] === undefined ? '' : group(groups[0]).name.en
  return `
  Alternat is ready:  ${url}

  Sign in: open that address and choose a seat, for instance the ${first} co-chair of ${name},
  and in a second, private window the ${others[0]} co-chair beside them.
  Stop with Ctrl-C: everything that was shown as saved is on disk.
`
}

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
    await checkKind(storage, { ...settings, demo: true })
    if (!agreed && !(await agrees(settings))) {
      say('Nothing was changed.')
      process.exitCode = 1
      return
    }
    await storage.reset()
    await openInitiative(storage, settings.initiative, systemClock.now())
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
  const kinds = [CannotStart, StoreUnusable, BackupProblem, DefinitionUnusable]
  if (error instanceof Error && kinds.some((kind) => error instanceof kind)) return error.message
  if (error instanceof StorageError) return `The store cannot be used: ${error.message}`
  return null
}

/** Why a port could not be had, in words that name what to set; anything else as it is. */
function portTrouble(error: unknown, host: string, port: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new CannotStart(`The port is taken by another program: stop it, or choose another ${port}.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new CannotStart(`${host} is no address of this machine: choose another one.`)
  if (code === 'EACCES') return new CannotStart(`The port may not be opened by this user: choose a ${port} above 1023.`)
  return error
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const sentence = sentenceFor(error)
  if (sentence === null) createLogger('info').fatal({ err: error }, 'the server could not start')
  say(sentence ?? 'The server could not start: the reason is in the log line above.')
  process.exitCode = 1
}
