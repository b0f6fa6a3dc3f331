/** The right Node, and exactly the dependencies that the lockfile names. */
import { existsSync } from 'node:fs'
import { hashOf, inRoot, main, Problem, readJson, readStamp, run, say, writeStamp } from './common.mjs'

const stampFile = inRoot('node_modules', '.alternat-lockfile')

/** Understands what `engines` uses: `^a.b.c` and `>=a.b`, joined by `||`. */
function nodeSuits(version, range) {
  const have = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, operator, numbers] = /^\s*(\^|>=)\s*([\d.]+)\s*$/.exec(part) ?? []
    if (numbers === undefined) throw new Error(`"engines.node" holds "${part}", which this check cannot read`)
    const want = numbers.split('.').map(Number)
    const differs = want.findIndex((number, index) => have[index] !== number)
    const recent = differs === -1 || have[differs] > want[differs]
    return recent && (operator === '>=' || have[0] === want[0])
  })
}

export function checkNode() {
  const range = readJson(inRoot('package.json')).engines.node
  if (nodeSuits(process.versions.node, range)) return
  throw new Problem(
    `Alternat needs Node ${range.replace('||', 'or')}; this is Node ${process.versions.node}. Install a newer Node (https://nodejs.org) and try again.`,
  )
}

/** Installs when node_modules is missing, half made, or belongs to another lockfile. */
export async function install() {
  checkNode()
  const wanted = hashOf(['package-lock.json'])
  if (readStamp(stampFile) === wanted) return
  if (!isInstalled()) {
    const reason = existsSync(inRoot('node_modules')) ? 'they differ from the lockfile' : 'only the first time'
    say(`Installing the dependencies (${reason}; about a minute)`)
    // Building and testing need devDependencies, whatever NODE_ENV says.
    const code = await npm(['ci', '--include=dev', '--prefer-offline', '--loglevel=error'])
    if (code !== 0) {
      throw new Problem('The dependencies could not be installed: npm says why above. Nothing was started.')
    }
  }
  writeStamp(stampFile, wanted)
}

/** Whether npm's own record of the tree equals the lockfile: so that a tree somebody installed by hand is left in peace. */
function isInstalled() {
  const record = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const { '': _ourselves, ...wanted } = readJson(inRoot('package-lock.json')).packages
  const present = readJson(record).packages
  const same = (path) =>
    wanted[path]?.version === present[path]?.version && wanted[path]?.integrity === present[path]?.integrity
  // An optional package may be missing: it is for another system.
  return (
    Object.keys(present).every(same) &&
    Object.keys(wanted).every((path) => same(path) || (wanted[path].optional && !present[path]))
  )
}

function npm(args) {
  // stdout is the server's: npm's report goes to stderr with our own sentences.
  const stdio = ['inherit', process.stderr, 'inherit']
  // Inside `npm start`, npm names its own script: run through Node it needs no shell, on any system.
  const script = process.env.npm_execpath
  if (script?.endsWith('npm-cli.js')) return run(process.execPath, [script, ...args], { stdio })
  return run('npm', args, { stdio, shell: process.platform === 'win32' })
}

await main(import.meta.url, install)
