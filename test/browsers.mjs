/** Real browsers for the browser tests: those that are there, or on Debian as root the distribution's own. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Problem, run, say } from '../server/launch/common.mjs'

/** The path of a Chromium or Chrome: the one that CHROMIUM_PATH names, one on PATH, or one installed now. */
export const chromium = () =>
  browser({
    title: 'Chromium or Chrome',
    variable: 'CHROMIUM_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    packages: ['chromium', 'fonts-noto-cjk'],
  })

/** The path of a Firefox: the one that FIREFOX_PATH names, one on PATH, or one installed now. */
export const firefox = () =>
  browser({
    title: 'Firefox',
    variable: 'FIREFOX_PATH',
    names: ['firefox-esr', 'firefox'],
    packages: ['firefox-esr', 'fonts-noto-cjk'],
  })

async function browser({ title, variable, names, packages }) {
  const named = process.env[variable]
  if (named) {
    if (isProgram(named)) return named
    throw new Problem(`${variable} names ${named}, which is not a program that can be run.`)
  }
  const found = onPath(names)
  if (found !== undefined) return found
  if (isDebian() && process.getuid?.() === 0) {
    say(`Installing ${packages.join(' and ')} for the browser tests (a few minutes, only the first time)`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const code =
      (await run('apt-get', ['update', '-q'], { env })) ||
      (await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env }))
    const installed = onPath(names)
    if (code === 0 && installed !== undefined) return installed
  }
  throw new Problem(
    `The browser tests need ${title}. ` +
      (isDebian() ? `Install it with: sudo apt-get install ${packages.join(' ')}` : 'Install it and put it on PATH') +
      `, or name the program in ${variable}.`,
  )
}

function onPath(names) {
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
