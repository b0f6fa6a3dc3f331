/** `npm run dev`: the client with hot reloading, and the server that restarts when its sources change. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { inRoot, main, say, withOwnTools } from './common.mjs'
import { install } from './install.mjs'

const parts = [
  { name: 'server', tool: 'tsx', args: ['watch', '--clear-screen=false', 'server/main.ts'] },
  { name: 'client', tool: 'vite', args: ['--config', 'client/vite.config.ts', '--clearScreen', 'false'] },
]

await main(import.meta.url, async () => {
  await install()
  // The client's development server forwards to this port.
  const env = { ...withOwnTools(process.env), PORT: '4000' }
  say('Open http://127.0.0.1:5173 (Ctrl-C ends both)')
  const running = parts.map(({ name, tool, args }) => {
    const child = spawn(tool, args, {
      cwd: inRoot(),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    const exited = new Promise((resolve) => {
      child.on('exit', (code) => resolve(code ?? 1))
      child.on('error', (error) => {
        say(`${name}  ${error.message}`)
        resolve(1)
      })
    })
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() !== '') process.stdout.write(`${name}  ${line}\n`)
      })
    }
    return { child, exited }
  })
  let stopping = false
  const stop = () => {
    stopping = true
    for (const { child } of running) child.kill('SIGTERM')
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const code = await Promise.race(running.map(({ exited }) => exited))
  const asked = stopping
  stop()
  await Promise.all(running.map(({ exited }) => exited))
  return asked ? 0 : code
})
