/** The servers beside us, the newest of each, installed at run time into a folder that is not part of the checkout. */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const here = fileURLToPath(new URL('.', import.meta.url))
export const peersFolder = join(here, '.peers')

type Peer = {
  readonly script: string
  readonly packages: readonly string[]
  /** Versions that the newest release needs to start at all. */
  readonly overrides: { readonly [name: string]: string }
}

const peers = {
  'y-websocket': {
    script: 'y-websocket.mjs',
    packages: ['@y/websocket-server@latest', 'y-leveldb@latest'],
    // Its newest release asks for a range whose newest version wants another package than the yjs that it brings along.
    overrides: { '@y/protocols': '1.0.6-1' },
  },
  'relay-uws': { script: 'relay-uws.mjs', packages: ['uwebsockets@3.0.6'], overrides: {} },
  hocuspocus: {
    script: 'hocuspocus.mjs',
    packages: ['@hocuspocus/server@latest', '@hocuspocus/extension-sqlite@latest', 'yjs@13', 'y-protocols@1'],
    overrides: {},
  },
} as const satisfies Record<string, Peer>

export type PeerName = keyof typeof peers
const peerNames = ['y-websocket', 'relay-uws', 'hocuspocus'] as const satisfies readonly PeerName[]

/** Where a peer's server script stands once it is installed. */
export const scriptOf = (name: PeerName) => join(peersFolder, name, peers[name].script)
export const relayScript = join(here, 'servers', 'relay.mjs')

/** Installs those that are not there yet; `again` fetches the newest of all. Throws if npm fails. */
export async function installPeers(again: boolean): Promise<void> {
  for (const name of peerNames) {
    const { script, packages, overrides } = peers[name]
    const folder = join(peersFolder, name)
    mkdirSync(folder, { recursive: true })
    if (again || !existsSync(join(folder, 'package-lock.json'))) {
      process.stderr.write(`Installing ${packages.join(', ')}\n`)
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', overrides }))
      // Hocuspocus asks for a newer Node than we do and runs on ours all the same; all servers must run on the same one.
      const quietly = ['--no-audit', '--no-fund', '--legacy-peer-deps', '--engine-strict=false', '--loglevel=error']
      await npm(folder, ['install', ...quietly, ...packages])
    }
    // Beside its packages, so that it finds them.
    copyFileSync(join(here, 'servers', script), join(folder, script))
  }
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const child = spawn('npm', args, { cwd, stdio: ['ignore', process.stderr, 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}`)
}

const Manifest = z.object({ version: z.string() })

/** Which versions run, ours of ws and yjs included. */
export function versions(): Record<string, string> {
  const own = join(here, '..', '..', 'node_modules')
  const found: Record<string, string> = { node: process.version }
  const note = (label: string, modules: string, name: string) => {
    const file = join(modules, name, 'package.json')
    if (existsSync(file)) found[label] = Manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).version
  }
  const inPeer = (peer: PeerName) => join(peersFolder, peer, 'node_modules')
  for (const name of ['yjs', 'ws', 'libsql']) note(name, own, name)
  for (const name of ['@y/websocket-server', 'y-leveldb']) note(name, inPeer('y-websocket'), name)
  note('uwebsockets', inPeer('relay-uws'), 'uwebsockets')
  note('yjs (of @y/websocket-server)', inPeer('y-websocket'), 'yjs')
  note('ws (of @y/websocket-server)', inPeer('y-websocket'), 'ws')
  for (const name of ['@hocuspocus/server', '@hocuspocus/extension-sqlite']) note(name, inPeer('hocuspocus'), name)
  note('ws (of Hocuspocus)', inPeer('hocuspocus'), 'ws')
  return found
}
