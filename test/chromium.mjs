/** A real Chromium for the browser tests: the one that is there, or on Debian as root the distribution's own. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Problem, run, say } from '../server/launch/common.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const packages = ['chromium', 'fonts-noto-cjk']

export async function chromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (isProgram(named)) return named
    throw new Problem(`CHROMIUM_PATH names ${named}, which is not a program that can be run.`)
  }
  const found = onPath()
  if (found !== undefined) return found
  if (isDebian() && process.getuid?.() === 0) {
    say(`Installing ${packages.join(' and ')} for the browser tests (a few minutes, only the first time)`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const code =
      (await run('apt-get', ['update', '-q'], { env })) ||
      (await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env }))
    const installed = onPath()
    if (code === 0 && installed !== undefined) return installed
  }
  throw new Problem(
    'The browser tests need Chromium or Chrome. ' +
      (isDebian() ? `Install it with: sudo apt-get install ${packages.join(' ')}` : 'Install it and put it on PATH') +
      ', or name the program in CHROMIUM_PATH.',
  )
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=["']?debian/m.test(readFileSync('/etc/os-release', 'utf8'))
}
