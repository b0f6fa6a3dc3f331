/** A whole server for a test: in this process with a store of its own, or as the real program in a process of its own. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { localCluster } from '#server/cluster/local.ts'
import type { Cluster } from '#server/cluster/cluster.ts'
import { createLogger } from '#server/http/logger.ts'
import { createMetrics } from '#server/http/metrics.ts'
import type { ConnectionLimits } from '#server/http/gate.ts'
import type { Quotas } from '#server/http/quotas.ts'
import { startServer } from '#server/http/serve.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { seedDemo } from '#server/demo/index.ts'
import type { Storage } from '#server/storage/storage.ts'
import { textChecks } from '#server/negotiation/checks.ts'
import { createRooms } from '#server/sync/rooms.ts'
import type { Pool } from '#server/work/pool.ts'
import type { Clock, Rooms } from '#server/sync/types.ts'
import { temporaryStorage } from './storage.ts'

export type TestServer = AsyncDisposable & {
  readonly url: string
  readonly storage: Storage
  readonly rooms: Rooms
  readonly cluster: Cluster
  /** The operator's numbers as they are now. */
  numbers(): Promise<string>
  /** Signs in and returns the value for a `Cookie` header. */
  signIn(persona: string): Promise<string>
  stop(): Promise<void>
}

export type TestServerOptions = {
  readonly clock?: Clock
  readonly logger?: Logger
  readonly demo?: boolean
  /** Whether the store holds the demo; otherwise it is empty, and nobody is seated. */
  readonly seeded?: boolean
  readonly clientDirectory?: string
  readonly trustedProxies?: readonly string[]
  readonly limits?: ConnectionLimits
  readonly quotas?: Quotas
  readonly metricsToken?: string
  readonly pool?: Pool
  /** Wraps the store, for instance to make it fail. */
  readonly wrap?: (storage: Storage) => Storage
}

/** Starts a seeded server on a free port. `stop` (or `await using`) ends it and removes its store. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const temporary = await temporaryStorage()
  const storage = options.wrap?.(temporary.storage) ?? temporary.storage
  const clock = options.clock ?? systemClock
  const logger = options.logger ?? createLogger('silent')
  const cluster = localCluster()
  const metrics = createMetrics()
  if (options.seeded !== false) await seedDemo(temporary.storage, clock.now())
  const rooms = createRooms({ store: storage, cluster, clock, logger, metrics, checks: textChecks(clock) })
  const server = await startServer({
    storage,
    rooms,
    cluster,
    clock,
    logger,
    metrics,
    metricsToken: options.metricsToken ?? null,
    demo: options.demo ?? true,
    clientDirectory: options.clientDirectory ?? null,
    ...(options.trustedProxies ? { trustedProxies: options.trustedProxies } : {}),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.quotas ? { quotas: options.quotas } : {}),
    ...(options.pool ? { pool: options.pool } : {}),
    host: '127.0.0.1',
    port: 0,
  })
  const stop = async () => {
    await server.close()
    await temporary.dispose()
  }
  return {
    url: server.url,
    storage,
    rooms,
    cluster,
    numbers: () => metrics.exposition(),
    signIn: (persona) => signIn(server.url, persona),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Takes a persona's seat at any server and returns the value for a `Cookie` header. */
export async function signIn(url: string, persona: string): Promise<string> {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ persona }),
  })
  const cookie = response.headers.get('set-cookie')?.split(';')[0]
  if (response.status !== 200 || cookie === undefined) {
    throw new Error(`Signing in as ${persona} failed: ${response.status} ${await response.text()}`)
  }
  return cookie
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type SpawnedServer = {
  /** Resolves with the address once the server listens; rejects with what it said if it ends instead. */
  readonly ready: Promise<string>
  readonly exited: Promise<Exit>
  /** Resolves once it has told its console how to go on. */
  readonly welcomed: Promise<void>
  /** The operator's numbers as they are now, from the listener that each program gets for them. */
  numbers(): Promise<string>
  readonly pid: number | undefined
  /** What it wrote so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  /** Resolves once it has written that to its log, from the beginning or from now on. */
  said(words: string, from?: 'now'): Promise<void>
  /** Sends a signal to the server's own process. */
  kill(signal: NodeJS.Signals): void
  signIn(persona: string): Promise<string>
}

const root = fileURLToPath(new URL('../../', import.meta.url))

const programs = {
  sources: ['--import', 'tsx', 'server/main.ts'],
  shipped: ['dist/server/main.js'],
  armed: ['dist/test-server/main.js'],
} as const

/**
 * Starts the real program with that environment (and no other settings), so that it can be killed: from the sources, as it is
 * shipped (dist/server), or with its failpoints armed (dist/test-server). `preload`: modules loaded into each of its threads first.
 * `input` is what its standard input holds.
 */
export function spawnServer(
  environment: Readonly<Record<string, string>>,
  {
    args = [],
    preload = [],
    program = 'sources',
    input = '',
  }: {
    args?: readonly string[]
    preload?: readonly string[]
    program?: keyof typeof programs
    input?: string
  } = {},
): SpawnedServer {
  const settings = ['HOST', 'PORT', 'DATA_DIR', 'DATABASE_URL', 'REDIS_URL', 'LOG_LEVEL', 'DEMO', 'INITIATIVE']
  settings.push('TRUSTED_PROXIES', 'CONNECTIONS_PER_USER', 'CONNECTIONS_PER_ADDRESS', 'FAILPOINT')
  settings.push('METRICS_PORT', 'METRICS_HOST', 'METRICS_TOKEN')
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)))
  const preloads = preload.flatMap((file) => ['--import', file])
  const child = spawn(process.execPath, [...preloads, ...programs[program], ...args], {
    cwd: root,
    env: { ...inherited, PORT: '0', METRICS_PORT: '0', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const listeners = new Set<(line: string) => void>()
  const welcomed = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk.toString()
      if (output.stderr.includes('Stop with Ctrl-C')) resolve()
    })
  })
  child.stdin.end(input)
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  let metrics: string | undefined
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.stdout += `${line}\n`
      for (const listen of listeners) listen(line)
      const url = /"url":"([^"]+)".*"msg":"listening"/.exec(line)?.[1]
      metrics ??= /"metrics":"([^"]+)".*"msg":"listening"/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
    void exited.then(({ code }) => reject(new Error(`The server ended with ${code}: ${output.stderr}`)))
  })
  // Tests of a failing start look at `exited` alone.
  ready.catch(() => undefined)
  return {
    ready,
    exited,
    welcomed,
    async numbers() {
      await ready
      return await (await fetch(metrics ?? 'about:blank')).text()
    },
    pid: child.pid,
    output: () => ({ ...output }),
    said: (words, from) =>
      new Promise((resolve, reject) => {
        if (from !== 'now' && output.stdout.includes(words)) return resolve()
        const listen = (line: string) => {
          if (!line.includes(words)) return
          listeners.delete(listen)
          resolve()
        }
        listeners.add(listen)
        void exited.then(() => reject(new Error(`The server ended without saying “${words}”: ${output.stdout}`)))
      }),
    kill: (signal) => child.kill(signal),
    signIn: async (persona) => await signIn(await ready, persona),
  }
}
