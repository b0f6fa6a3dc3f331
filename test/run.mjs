/**
 * `npm test`: from a fresh clone to one line, `N passed, N failed`.
 *
 *   npm test                     everything
 *   npm test -- test/sync ...    the tests whose path contains one of the words (and the build they need)
 *   npm run check                format, lint, types, rule ids, names of the initiative
 *   npm run bench                test/bench/run.ts, with what follows
 *   npm run soak                 test/bench/soak.ts, with what follows
 *
 * A step that fails does not keep the next one from running, unless that one needs it: one run shows all there is to mend.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { inRoot, main, Problem, runTool, run, say } from '../server/launch/common.mjs'
import { install } from '../server/launch/install.mjs'
import { buildIfChanged } from '../server/launch/build.mjs'
import { chromium, firefox } from './browsers.mjs'

const programs = { '--bench': 'test/bench/run.ts', '--soak': 'test/bench/soak.ts' }
const strict = process.env.CI === 'true'

const checks = {
  format: () => runTool('oxfmt', ['--check', '.']),
  lint: () => runTool('oxlint', []),
  'types and boundaries': () => runTool('tsc', ['-b', '--pretty']),
  'rule ids': () => run(process.execPath, ['test/spec-ids.mjs']),
  'names of the initiative': () => run(process.execPath, ['test/initiative-names.mjs']),
}

await main(import.meta.url, async (args) => {
  await install()
  const [mode, ...rest] = args
  if (mode in programs) return await program(programs[mode], rest)
  const steps = []
  if (args.length === 0 || mode === '--check') {
    for (const [name, check] of Object.entries(checks)) await step(steps, name, check)
  }
  if (mode !== '--check') await tests(steps, args)
  return report(steps)
})

/** Runs a step and notes how it went: as one check, or as the tests that it counted. */
async function step(steps, name, work) {
  say(`\n=== ${name}`)
  const started = performance.now()
  let result
  try {
    result = await work()
  } catch (error) {
    say(error instanceof Problem ? error.message : error.stack)
    result = 1
  }
  const counts = typeof result === 'object' ? result : { passed: result ? 0 : 1, failed: result ? 1 : 0, notes: [] }
  steps.push({ name, seconds: (performance.now() - started) / 1000, ...counts })
  return counts.failed === 0
}

async function tests(steps, args) {
  const words = args.filter((arg) => !arg.startsWith('-'))
  const wantsBrowser = words.length === 0 || words.some((word) => word.includes('e2e'))
  const built = await step(steps, 'build', () => buildIfChanged({ stdio: 'inherit' }))
  const env = { ...process.env }
  const found =
    wantsBrowser &&
    (await step(steps, 'browsers', async () => {
      env.CHROMIUM_PATH = await chromium()
      env.FIREFOX_PATH = await firefox()
      say(`${env.CHROMIUM_PATH}\n${env.FIREFOX_PATH}`)
    }))
  const withBrowser = built && found
  if (wantsBrowser && !withBrowser) say('The browser tests are left out: they need the build and both browsers.')
  await step(steps, 'tests', () => vitest([...args, ...(wantsBrowser && !withBrowser ? ['--project=!e2e'] : [])], env))
}

async function vitest(args, env) {
  const file = inRoot('node_modules', '.cache', 'test-results.json')
  rmSync(file, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await runTool('vitest', ['run', ...reporters, ...args], { env })
  return { ...countTests(file, code), code }
}

/** Counts from vitest's own report; what ended badly without failing a test (a file that cannot be loaded) counts as one. */
function countTests(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: 1, notes: ['vitest wrote no results'] }
  const results = JSON.parse(readFileSync(file, 'utf8'))
  const states = results.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
  const passed = states.filter((state) => state === 'passed').length
  const failed = states.filter((state) => state === 'failed').length
  const skipped = states.length - passed - failed
  const broken = results.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every(({ status: state }) => state !== 'failed'),
  ).length
  const notes = []
  if (broken > 0) notes.push(`${broken} files failed outside their tests`)
  if (skipped > 0) notes.push(`${skipped} skipped or to do${strict ? ', which counts as failed here' : ''}`)
  const counted = failed + broken + (strict ? skipped : 0)
  if (code !== 0 && counted === 0) notes.push(`vitest ended with code ${code}`)
  return { passed, failed: counted === 0 && code !== 0 ? 1 : counted, notes }
}

async function program(file, args) {
  if (!existsSync(inRoot(file))) throw new Problem(`There is no ${file} yet.`)
  await buildIfChanged()
  return await runTool('tsx', [file, ...args])
}

function report(steps) {
  say('\n=== summary')
  const width = Math.max(...steps.map(({ name }) => name.length))
  for (const { name, seconds, passed, failed, notes } of steps) {
    const outcome =
      passed + failed === 1 ? (failed ? 'FAILED' : 'ok') : `${passed} passed${failed ? `, ${failed} FAILED` : ''}`
    say(`${name.padEnd(width)}  ${`${seconds.toFixed(1)} s`.padStart(8)}  ${[outcome, ...notes].join('; ')}`)
  }
  const total = (key) => steps.reduce((sum, counts) => sum + counts[key], 0)
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`)
  return total('failed') === 0 ? 0 : 1
}
