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
import { startServer } from '#server/http/serve.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { seedDemo } from '#server/seed/index.ts'
import type { Storage } from '#server/storage/storage.ts'
import { createRooms } from '#server/sync/rooms.ts'
import type { Clock, Rooms } from '#server/sync/types.ts'
import { temporaryStorage } from './storage.ts'

export type TestServer = AsyncDisposable & {
  readonly url: string
  readonly storage: Storage
  readonly rooms: Rooms
  readonly cluster: Cluster
  /** Signs in and returns the value for a `Cookie` header. */
  signIn(persona: string): Promise<string>
  stop(): Promise<void>
}

export type TestServerOptions = {
  readonly clock?: Clock
  readonly logger?: Logger
  readonly demo?: boolean
  readonly clientDirectory?: string
  readonly trustedProxies?: readonly string[]
  readonly limits?: ConnectionLimits
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
  await seedDemo(temporary.storage, clock.now())
  const rooms = createRooms({ log: storage.log, cluster, clock, logger, metrics })
  const server = await startServer({
    storage,
    rooms,
    cluster,
    clock,
    logger,
    metrics,
    demo: options.demo ?? true,
    clientDirectory: options.clientDirectory ?? null,
    ...(options.trustedProxies ? { trustedProxies: options.trustedProxies } : {}),
    ...(options.limits ? { limits: options.limits } : {}),
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
  const settings = ['HOST', 'PORT', 'DATA_DIR', 'DATABASE_URL', 'REDIS_URL', 'LOG_LEVEL', 'DEMO']
  settings.push('TRUSTED_PROXIES', 'CONNECTIONS_PER_USER', 'CONNECTIONS_PER_ADDRESS', 'FAILPOINT')
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)))
  const preloads = preload.flatMap((file) => ['--import', file])
  const child = spawn(process.execPath, [...preloads, ...programs[program], ...args], {
    cwd: root,
    env: { ...inherited, PORT: '0', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const listeners = new Set<(line: string) => void>()
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  child.stdin.end(input)
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.stdout += `${line}\n`
      for (const listen of listeners) listen(line)
      const url = /"url":"([^"]+)".*"msg":"listening"/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
    void exited.then(({ code }) => reject(new Error(`The server ended with ${code}: ${output.stderr}`)))
  })
  // Tests of a failing start look at `exited` alone.
  ready.catch(() => undefined)
  return {
    ready,
    exited,
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
