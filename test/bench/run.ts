/**
 * `npm run bench -- [options] [scenarios]`: Alternat beside its peers, on this machine, in one run.
 *
 *   --quick              small sizes, one round: under four minutes, for a first look
 *   --rounds <n>         so many rounds of every scenario
 *   --servers <a,b>      only these servers
 *   --update             install the newest peers again
 *   --report             runs nothing: writes RESULTS.md anew from results.jsonl
 *   --profile <folder>   a CPU profile of every server run, and where its time went
 *
 * Each round starts with another server. Every run appends a line to results.jsonl. Where all servers took part at full size,
 * RESULTS.md is written anew, with the newest such call of each scenario; any other call only prints the same tables.
 */
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createHash } from 'node:crypto'
import {
  isScenarioName,
  isServerName,
  loadCore,
  runTimeoutMs,
  scenarioNames,
  scenarios,
  serverNames,
  servers,
  type ScenarioName,
  type ServerName,
} from './config.ts'
import { installPeers, peersFolder, versions } from './peers.ts'
import { hotFunctions } from './profile.ts'
import { report, type Call, type Line, type Setting } from './report.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..', '..')
const say = (words: string) => process.stderr.write(`${words}\n`)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    servers: { type: 'string' },
    update: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})

const OutcomeLine = z.object({
  metrics: z.record(z.string(), z.number().nullable()),
  notes: z.array(z.string()),
})

const Recorded = z.object({
  scenario: z.enum(scenarioNames),
  server: z.enum(serverNames),
  round: z.number(),
  seconds: z.number(),
  busyBefore: z.number(),
  metrics: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
  failure: z.string().optional(),
  at: z.string(),
  size: z.enum(['full', 'quick']),
  machine: z.string(),
  syncMs: z.number(),
  commit: z.string(),
  program: z.string(),
  versions: z.record(z.string(), z.string()),
})

/** The names given, checked; all there are if none is. */
function chosen<Name extends string>(
  given: readonly string[],
  all: readonly Name[],
  isName: (name: string) => name is Name,
): readonly Name[] {
  for (const name of given) if (!isName(name)) throw new Error(`“${name}” is none of ${all.join(', ')}`)
  return given.length === 0 ? all : all.filter((name) => given.includes(name))
}

async function main(): Promise<void> {
  const size = values.quick ? 'quick' : 'full'
  const wantedScenarios = chosen(positionals, scenarioNames, isScenarioName)
  const wantedServers = chosen(values.servers?.split(',') ?? [], serverNames, isServerName)
  if (values.report) return writeResults()
  await installPeers(values.update)
  const setting = describe(size)
  const lines: Line[] = []
  for (const scenario of wantedScenarios) {
    const { title, rounds } = scenarios[scenario]
    const taking = takingPart(scenario, wantedServers)
    const wanted = values.rounds === undefined ? rounds[size] : Number(values.rounds)
    say(`\n${title}`)
    for (let round = 0; round < wanted; round += 1) {
      const turn = (round + scenarioNames.indexOf(scenario)) % taking.length
      for (const server of [...taking.slice(turn), ...taking.slice(0, turn)]) {
        const line = await runOnce(setting, scenario, server, round)
        lines.push(line)
        appendFileSync(join(here, 'results.jsonl'), `${JSON.stringify({ ...line, ...setting })}\n`)
        say(summary(line))
      }
    }
  }
  process.stdout.write(`${report([{ setting, lines }])}\n`)
  if (size !== 'full' || wantedServers.length !== serverNames.length) return
  writeResults()
}

function writeResults(): void {
  writeFileSync(join(here, 'RESULTS.md'), report(newestCalls()))
  process.stdout.write('Written: test/bench/RESULTS.md\n')
}

/** For each scenario the runs of the newest call at full size in which every server took part that can. */
function newestCalls(): Call[] {
  const runs = readFileSync(join(here, 'results.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    // A line of an earlier form is not of the newest call.
    .flatMap((line) => Recorded.safeParse(JSON.parse(line)).data ?? [])
    .filter((run) => run.size === 'full')
  return scenarioNames.flatMap((scenario) => {
    const own = runs.filter((run) => run.scenario === scenario)
    const calls = [...new Set(own.map(({ at }) => at))].toSorted().toReversed()
    const lines = calls
      .map((at) => own.filter((run) => run.at === at))
      .find((call) => takingPart(scenario, serverNames).every((name) => call.some(({ server }) => server === name)))
    const [first] = lines ?? []
    return lines === undefined || first === undefined ? [] : [{ setting: first, lines }]
  })
}

/** Which of these servers a scenario is for. */
function takingPart(scenario: ScenarioName, names: readonly ServerName[]): readonly ServerName[] {
  const { only } = scenarios[scenario]
  return names.filter((name) => {
    if (only === 'keeping') return servers[name].keeps
    if (only === 'syncing') return !servers[name].relays
    return only === undefined || name === only
  })
}

const summary = ({ server, metrics, notes, failure, seconds }: Line) =>
  `  ${servers[server].title.padEnd(22)} ${seconds.toFixed(0).padStart(3)} s  ${
    failure ??
    Object.entries(metrics)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  }${notes.map((note) => `\n      ${note}`).join('')}`

/** Starts one run in a process of its own on the load's core, and waits for its outcome. */
async function runOnce({ size }: Setting, scenario: ScenarioName, server: ServerName, round: number): Promise<Line> {
  mkdirSync(join(peersFolder, 'runs'), { recursive: true })
  const folder = mkdtempSync(join(peersFolder, 'runs', `${scenario}-${server}-`))
  const profile = values.profile
  const busyBefore = await busyShare()
  const began = performance.now()
  const result = await load([scenario, server, size, folder, ...(profile === undefined ? [] : [profile])])
  const seconds = (performance.now() - began) / 1000
  const common = { scenario, server, round, seconds: Number(seconds.toFixed(1)), busyBefore }
  if ('failure' in result) {
    // What the server said stays there to be read.
    return { ...common, metrics: {}, notes: [`see ${folder}/server.log`], failure: result.failure }
  }
  rmSync(folder, { recursive: true, force: true })
  if (profile !== undefined) say(hotFunctions(profile, server))
  const metrics: Record<string, number> = {}
  for (const [name, value] of Object.entries(result.metrics)) if (value !== null) metrics[name] = value
  return { ...common, metrics, notes: result.notes }
}

type Result = z.infer<typeof OutcomeLine> | { readonly failure: string }

async function load(args: readonly string[]): Promise<Result> {
  const child = spawn(
    'taskset',
    ['-c', String(loadCore), process.execPath, '--import', 'tsx', join(here, 'load.ts'), ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  // It ends its server before it goes.
  const end = () => void child.kill('SIGTERM')
  const stop = () => {
    end()
    child.once('close', () => process.exit(130))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const timer = setTimeout(end, runTimeoutMs)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  process.off('SIGINT', stop)
  process.off('SIGTERM', stop)
  if (code !== 0) return { failure: errors.trim().split('\n')[0] ?? `ended with ${code}` }
  return OutcomeLine.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''))
}

/** How busy the machine is with other things, from 0 to 1: nothing of ours runs now. */
async function busyShare(): Promise<number> {
  const times = () => {
    const fields =
      readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? []
    const total = fields.slice(0, 8).reduce((sum, value) => sum + value, 0)
    return { total, idle: (fields[3] ?? 0) + (fields[4] ?? 0) }
  }
  const before = times()
  await new Promise<void>((resolve) => setTimeout(resolve, 500))
  const after = times()
  return Number((1 - (after.idle - before.idle) / Math.max(1, after.total - before.total)).toFixed(2))
}

function describe(size: 'full' | 'quick'): Setting {
  const [first] = cpus()
  return {
    at: new Date().toISOString(),
    size,
    machine: `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}`,
    syncMs: syncMs(),
    commit: commit(),
    program: createHash('sha256')
      .update(readFileSync(process.env['BENCH_PROGRAM'] ?? join(root, 'dist', 'server', 'main.js')))
      .digest('hex')
      .slice(0, 12),
    versions: versions(),
  }
}

/** What the disk takes to make 4 KiB durable, in ms at the median: a durable server waits for it once a commit. */
function syncMs(): number {
  const file = join(peersFolder, 'sync.tmp')
  const handle = openSync(file, 'w')
  const page = Buffer.alloc(4096, 1)
  const once = () => {
    const began = performance.now()
    writeSync(handle, page, 0, page.length, 0)
    fdatasyncSync(handle)
    return performance.now() - began
  }
  once()
  const times = Array.from({ length: 201 }, once).toSorted((a, b) => a - b)
  closeSync(handle)
  rmSync(file)
  return Number((times[100] ?? Number.NaN).toFixed(2))
}

/** The commit that is checked out, read where git keeps it; the built program's hash tells what really ran. */
function commit(): string {
  const head = join(root, '.git', 'HEAD')
  if (!existsSync(head)) return 'unknown'
  const name = /^ref: (.+)$/m.exec(readFileSync(head, 'utf8'))?.[1]
  if (name === undefined) return readFileSync(head, 'utf8').trim().slice(0, 12)
  const loose = join(root, '.git', name)
  if (existsSync(loose)) return readFileSync(loose, 'utf8').trim().slice(0, 12)
  const packed = join(root, '.git', 'packed-refs')
  const lines = existsSync(packed) ? readFileSync(packed, 'utf8').split('\n') : []
  return lines.find((line) => line.endsWith(` ${name}`))?.slice(0, 12) ?? 'unknown'
}

await main()
