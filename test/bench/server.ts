/** One server under test: the real program in a process of its own, pinned to one core, with the system's accounts of it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { loopDelaySampleMs } from '#server/http/metrics.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { signIn } from '#test/support/server.ts'
import { serverCore, type ServerName } from './config.ts'
import { relayScript, scriptOf } from './peers.ts'
import { groupId } from '#test/support/initiative.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Jiffies a second: the same on every Linux that Node runs on. */
const ticksPerSecond = 100
/** Opens the numbers of the server under test. */
const metricsToken = 'bench'
const startWithin = 20_000
const stopWithin = 15_000

export type Dialect = 'plain' | 'hocuspocus'
/** `reader` is any seat that only reads. */
export type Seat = 'us' | 'jp' | 'reader' | 'secretariat'
export type BenchDocument = { readonly id: string; readonly group: Group }

export type BenchServer = {
  readonly name: ServerName
  readonly dialect: Dialect
  readonly host: string
  readonly port: number
  readonly pid: number
  /** Where a client connects, and what it sends along to be let in. `acknowledged`: with Alternat's own messages. */
  address(
    document: BenchDocument,
    seat: Seat,
    acknowledged?: boolean,
  ): Promise<{ path: string; headers: Record<string, string> }>
  /** New documents. Peers make theirs when first asked for. */
  createDocuments(count: number): Promise<BenchDocument[]>
  cpuMs(): number
  rssKiB(): number
  /** The highest that RSS was so far. */
  rssPeakKiB(): number
  /** The p99 event-loop delay since it was last asked, in ms; null for peers, which do not say. */
  loopDelayP99Ms(): Promise<number | null>
  /** Ends the process; resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** The bench makes more documents than people do. */
const unbounded = { DOCUMENTS_PER_GROUP: '1000000', DOCUMENTS_PER_USER: '1000000' }

const running = new Set<ChildProcess>()

/** Ends every server that this process started, at once. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL')
}

const Package = z.object({ scripts: z.object({ start: z.string() }) })

/** The arguments that `npm start` gives to Node. */
const startArgs = () =>
  Package.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    .scripts.start.split(' ')
    .filter((word) => word.startsWith('--'))

type Program = {
  readonly script: () => string
  readonly keeps: boolean
  readonly dialect: Dialect
  /** What the server is started with by its own start script. */
  readonly ownArgs?: readonly string[]
}

const programs: { readonly [S in ServerName]: Program } = {
  relay: { script: () => relayScript, keeps: false, dialect: 'plain' },
  relayUws: { script: () => scriptOf('relay-uws'), keeps: false, dialect: 'plain' },
  yWebsocket: { script: () => scriptOf('y-websocket'), keeps: false, dialect: 'plain' },
  yWebsocketLevel: { script: () => scriptOf('y-websocket'), keeps: true, dialect: 'plain' },
  hocuspocus: { script: () => scriptOf('hocuspocus'), keeps: false, dialect: 'hocuspocus' },
  hocuspocusSqlite: { script: () => scriptOf('hocuspocus'), keeps: true, dialect: 'hocuspocus' },
  // Another build can be put beside the peers to compare two of ours.
  alternat: {
    script: () => process.env['BENCH_PROGRAM'] ?? join(root, 'dist', 'server', 'main.js'),
    keeps: true,
    dialect: 'plain',
    ownArgs: startArgs(),
  },
}

/** Starts a server on a free port of 127.0.0.1 with its data in `folder`. `nodeArgs` go to Node. Rejects if it does not answer. */
export async function startServer(
  name: ServerName,
  folder: string,
  nodeArgs: readonly string[] = [],
): Promise<BenchServer> {
  const { script, keeps, dialect, ownArgs = [] } = programs[name]
  const host = '127.0.0.1'
  const port = await freePort()
  const data = join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const log = openSync(join(folder, 'server.log'), 'a')
  const child = spawn('taskset', ['-c', String(serverCore), process.execPath, ...ownArgs, ...nodeArgs, script()], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOST: host,
      PORT: String(port),
      ...unbounded,
      ...(keeps ? { DATA_DIR: data } : {}),
      METRICS_TOKEN: metricsToken,
    },
    stdio: ['ignore', log, log],
  })
  running.add(child)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child)
      resolve()
    })
  })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    void exited.then(() => reject(new Error(`${name} ended; see ${folder}/server.log`)))
  })
  failed.catch(() => undefined)
  await Promise.race([answering(`http://${host}:${port}${name === 'alternat' ? '/readyz' : '/'}`), failed])
  const { pid } = child
  if (pid === undefined) throw new Error(`${name} has no process`)
  const url = `http://${host}:${port}`
  const cookies = new Map<string, Promise<string>>()
  const cookieOf = (persona: string): Promise<string> => {
    const known = cookies.get(persona) ?? signIn(url, persona)
    cookies.set(persona, known)
    return known
  }
  let readers = 0

  return {
    name,
    dialect,
    host,
    port,
    pid,
    async address({ id, group }, seat, acknowledged = false) {
      if (name !== 'alternat') return { path: dialect === 'hocuspocus' ? '/' : `/${id}`, headers: {} }
      const persona =
        seat === 'reader'
          ? readingPersonas[(readers += 1) % readingPersonas.length]
          : seat === 'secretariat'
            ? seat
            : `${seat}-cochair-${group}`
      const cookie = await cookieOf(persona ?? 'secretariat')
      return { path: `/sync/${id}${acknowledged ? '?v=1' : ''}`, headers: { cookie } }
    },
    async createDocuments(count) {
      const documents: BenchDocument[] = []
      for (let index = 0; index < count; index += 1) {
        const group = initiative().groups[index % initiative().groups.length] ?? groupId('semiconductors')
        if (name !== 'alternat') {
          documents.push({ id: `bench-${index}`, group })
          continue
        }
        const seat = index % (2 * initiative().groups.length) < initiative().groups.length ? 'us' : 'jp'
        const cookie = await cookieOf(`${seat}-cochair-${group}`)
        documents.push({ id: await createDocument(url, cookie, group, index), group })
      }
      return documents
    },
    cpuMs() {
      // The name of a process, in brackets, may hold anything: count from behind it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
    },
    rssKiB: () => statusKiB(pid, 'VmRSS'),
    rssPeakKiB: () => statusKiB(pid, 'VmHWM'),
    async loopDelayP99Ms() {
      if (name !== 'alternat') return null
      const metrics = await (
        await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })
      ).text()
      const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]
      return seconds === undefined ? null : Math.max(0, Number(seconds) * 1000 - loopDelaySampleMs)
    },
    async stop(signal) {
      child.kill(signal)
      const giveUp = setTimeout(() => child.kill('SIGKILL'), stopWithin)
      await exited
      clearTimeout(giveUp)
    },
  }
}

const readingPersonas = ['secretariat', 'us-committee', 'jp-committee'] as const

function statusKiB(pid: number, field: string): number {
  const value = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
  if (value === undefined) throw new Error(`The system does not say ${field}`)
  return Number(value)
}

async function answering(url: string): Promise<void> {
  const deadline = performance.now() + startWithin
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    // A bare websocket server answers 426: it is there.
    if (status === 426 || (status >= 200 && status < 300)) return
    if (performance.now() > deadline) throw new Error(`${url} does not answer`)
    await new Promise<void>((resolve) => setTimeout(resolve, 20))
  }
}

const Created = z.object({ id: z.string() })

async function createDocument(url: string, cookie: string, group: Group, index: number): Promise<string> {
  const title = { en: `Bench ${index}`, ja: `計測 ${index}` }
  const response = await fetch(`${url}/api/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ group, kind: 'mou', title }),
  })
  if (response.status !== 201) throw new Error(`No document was created: ${response.status} ${await response.text()}`)
  return Created.parse(await response.json()).id
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', resolve)
  })
  const address = probe.address()
  await new Promise<void>((resolve) => probe.close(() => resolve()))
  if (address === null || typeof address === 'string') throw new Error('There is no free port')
  return address.port
}
