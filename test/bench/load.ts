/**
 * One run: `load.ts <scenario> <server> <full|quick> <folder> [profile]`. It starts the server on its core, makes the load on its
 * own, and prints one line of JSON: the outcome. Ended early, it ends its server first.
 */
import { servers, sizes, type ScenarioName, type ServerName, isScenarioName, isServerName } from './config.ts'
import { documents } from './scenarios/documents.ts'
import { fanout } from './scenarios/fanout.ts'
import { growth } from './scenarios/growth.ts'
import { idle } from './scenarios/idle.ts'
import { joins } from './scenarios/joins.ts'
import { kill } from './scenarios/kill.ts'
import { presence } from './scenarios/presence.ts'
import { saturation } from './scenarios/saturation.ts'
import { stored } from './scenarios/stored.ts'
import { trace } from './scenarios/trace.ts'
import type { Outcome, Start } from './scenarios/common.ts'
import { work } from './scenarios/work.ts'
import { killServers, startServer, type BenchServer } from './server.ts'
import { checkTyped } from './updates.ts'

type Run = (start: Start, size: 'full' | 'quick') => Promise<Outcome>

const runs: { readonly [S in ScenarioName]: Run } = {
  saturation: (start, size) => saturation(start, sizes[size].saturation),
  fanout200: (start, size) => fanout(start, sizes[size].fanout200),
  fanout10: (start, size) => fanout(start, sizes[size].fanout10),
  documents500: (start, size) => documents(start, sizes[size].documents500),
  trace: (start, size) => trace(start, sizes[size].trace),
  idle2000: (start, size) => idle(start, sizes[size].idle2000),
  stored260k: (start, size) => stored(start, sizes[size].stored260k),
  kill: (start, size) => kill(start, sizes[size].kill),
  growth: (start, size) => growth(start, sizes[size].growth),
  presence200: (start, size) => presence(start, sizes[size].presence200),
  joins: (start, size) => joins(start, sizes[size].joins),
  work: (start, size) => work(start, sizes[size].work),
}

async function main([scenario = '', name = '', size, folder, profile]: readonly string[]): Promise<void> {
  if (
    !isScenarioName(scenario) ||
    !isServerName(name) ||
    (size !== 'full' && size !== 'quick') ||
    folder === undefined
  ) {
    throw new Error('load.ts <scenario> <server> <full|quick> <folder> [profile]')
  }
  checkTyped()
  const outcome = await run(scenario, name, size, folder, profile)
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}

async function run(
  scenario: ScenarioName,
  name: ServerName,
  size: 'full' | 'quick',
  folder: string,
  profile: string | undefined,
): Promise<Outcome> {
  const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const current: { server: BenchServer | null } = { server: null }
  const start = async () => {
    const server = await startServer(name, folder, nodeArgs)
    current.server = server
    return server
  }
  const outcome = await runs[scenario](start, size)
  // In good order, so that a profile is written.
  await current.server?.stop(servers[name].keeps ? 'SIGTERM' : 'SIGKILL')
  return outcome
}

const endNow = () => {
  killServers()
  process.exit(1)
}
process.on('SIGTERM', endNow)
process.on('SIGINT', endNow)
try {
  await main(process.argv.slice(2))
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  endNow()
}
