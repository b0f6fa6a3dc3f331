/** The two commands' first half, on a copy of the tree that has never been installed: `npm start`, and `npm start` again. */
import { spawn } from 'node:child_process'
import { cp, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/storage.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const leftBehind = new Set(['node_modules', 'dist', 'data', '.git', 'coverage'])

type Sizes = { readonly firstPaint: { readonly total: number }; readonly editor: { readonly total: number } }

/** Runs `npm start` in a folder until it serves; says where, what it reported, and how it ended after SIGTERM. */
async function start(folder: string) {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data'), CI: '', NODE_ENV: '' },
    // A group of its own, so that the signal reaches the server behind npm.
    detached: true,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const began = performance.now()
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"url":"([^"]+)".*"msg":"listening"/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then((code) => reject(new Error(`npm start ended with ${code}: ${said}`)))
  })
  const seconds = (performance.now() - began) / 1000
  return {
    url,
    seconds,
    said: () => said,
    stop: async () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      return await ended
    },
  }
}

describe('npm start', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    await cp(root, folder.path, {
      recursive: true,
      filter: (source) => !leftBehind.has(relative(root, source).split('/')[0] ?? '') && !source.includes('.peers'),
    })
  }, 60_000)
  afterAll(() => rm(folder.path, { recursive: true, force: true }))

  test('[P1] [P5] installs, builds, seeds and serves from nothing, saying what it does and how to sign in', async () => {
    const run = await start(folder.path)
    const page = await fetch(run.url)
    const { personas } = (await (await fetch(`${run.url}/api/personas`)).json()) as { personas: unknown[] }
    await run.stop()
    expect(run.said()).toMatch(/Installing/)
    expect(run.said()).toMatch(/Building the client/)
    expect(run.said()).toMatch(/Building the server/)
    expect(run.said()).toContain(run.url)
    expect(run.said()).toMatch(/[Ss]ign in/)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<div id="root">')
    expect(personas).toHaveLength(35)
  }, 300_000)

  test('[U3] the first paint is within its budget and holds no editor, and the README says how large it is', async () => {
    const sizes = JSON.parse(await readFile(join(folder.path, 'dist/bundle-sizes.json'), 'utf8')) as Sizes
    const readme = await readFile(join(folder.path, 'README.md'), 'utf8')
    const [shell, editor] = [...readme.matchAll(/\| (\d+) kB \|/g)].map(([, kilobytes]) => Number(kilobytes))
    expect(sizes.firstPaint.total).toBeLessThanOrEqual(220_000)
    expect(Math.abs((shell ?? 0) - sizes.firstPaint.total / 1000)).toBeLessThanOrEqual(2)
    expect(Math.abs((editor ?? 0) - sizes.editor.total / 1000)).toBeLessThanOrEqual(3)
  })

  test('[P2] starts again within three seconds, installing and building nothing', async () => {
    const run = await start(folder.path)
    const response = await fetch(`${run.url}/readyz`)
    await run.stop()
    expect(response.status).toBe(200)
    expect(run.said()).not.toMatch(/Installing|Building/)
    expect(run.seconds).toBeLessThan(3)
  }, 60_000)
})
