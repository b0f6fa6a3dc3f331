/** What the scripts share that must run before anything is installed: plain Node, no dependencies. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const inRoot = (...parts) => join(root, ...parts)

/** A sentence for a person, where a stack trace would help nobody. */
export class Problem extends Error {}

/** On stderr: stdout belongs to the server's log, one JSON object a line. */
export const say = (sentence) => process.stderr.write(`${sentence}\n`)

/** Runs `start` if this module is the script that Node was given, and turns its result into the exit code. */
export async function main(moduleUrl, start) {
  const script = process.argv[1]
  if (script === undefined || realpathSync(script) !== fileURLToPath(moduleUrl)) return
  try {
    process.exitCode = (await start(process.argv.slice(2))) ?? process.exitCode
  } catch (error) {
    say(error instanceof Problem ? error.message : error.stack)
    process.exit(1)
  }
}

/** Runs a command to its end and gives its exit code. A signal that arrives meanwhile goes to the command, then ends us too. */
export function run(command, args, { env = process.env, stdio = 'inherit', shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio, shell })
    const forward = (signal) => {
      child.kill(signal)
      child.once('exit', () => process.exit(signal === 'SIGINT' ? 130 : 143))
    }
    const finish = (code) => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
      resolve(code)
    }
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    child.on('error', (error) => {
      say(`${command}: ${error.message}`)
      finish(127)
    })
    child.on('exit', (code) => finish(code ?? 1))
  })
}

/** Runs a tool that our dependencies brought along. */
export const runTool = (name, args, options = {}) =>
  run(name, args, { ...options, env: withOwnTools(options.env ?? process.env), shell: process.platform === 'win32' })

export const withOwnTools = (env) => ({
  ...env,
  PATH: `${inRoot('node_modules', '.bin')}${delimiter}${env.PATH ?? ''}`,
})

function filesUnder(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .flatMap((entry) => filesUnder(join(path, entry.name)))
}

/** One hash over names and contents: file times differ from checkout to checkout and say nothing. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesUnder(inRoot(path))).toSorted()) {
    hash
      .update(`${relative(root, file).replaceAll('\\', '/')}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

export const readStamp = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined)

export function writeStamp(path, value) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${value}\n`)
}

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
