/** The real program: how it starts, why it does not, how it ends, and the demo's way back. */
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { createThread, listThreads } from '#shared/api/threads.ts'
import { readSettings } from '#server/settings.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { spawnServer, type SpawnedServer } from '#test/support/server.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { caller } from './client.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.dispose())

/** That it ended with one sentence and code 1, and with nothing else for the reader. */
async function expectOneSentence(server: SpawnedServer, words: RegExp): Promise<void> {
  const { code } = await server.exited
  const { stderr, stdout } = server.output()
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toMatch(words)
  expect(stderr).toMatch(/\.\n$/)
  expect(stderr + stdout).not.toMatch(/\bat .*:\d+/)
  expect(code).toBe(1)
}

describe('a life', () => {
  test('[P4][P5][P6] it seeds once, serves, refuses a second start on its store, drains on SIGTERM, and resets when told to', async () => {
    const data = join(folder.path, 'life')
    const first = spawnServer({ DATA_DIR: data })
    const url = await first.ready
    const seeding = /"ms":(\d+),"msg":"seeded the demo initiative"/.exec(first.output().stdout)
    expect(Number(seeding?.[1])).toBeLessThan(2000)
    const us = caller({ url }, await first.signIn('us-cochair-semiconductors'))
    const params = { id: 'semiconductors-mou' }
    const { id } = await us.call(createThread, { params, body: { audience: 'joint', body: 'Before the restart' } })
    const { epoch } = await us.call(getDocument, { params })

    await expectOneSentence(spawnServer({ DATA_DIR: data }), /in use by another/)

    const socket = new WebSocket(`${url.replace('http', 'ws')}/sync/semiconductors-mou`, {
      headers: { cookie: us.cookie },
    })
    await new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)))
    const asked = performance.now()
    first.kill('SIGTERM')
    expect(await closed).toBe(4503)
    expect(await first.exited).toEqual({ code: 0, signal: null })
    expect(first.output().stderr).toContain(url)
    expect(first.output().stderr).toContain('Sign in')
    expect(performance.now() - asked).toBeLessThan(10_000)

    const second = spawnServer({ DATA_DIR: data })
    const again = caller({ url: await second.ready }, us.cookie)
    expect(second.output().stdout).not.toContain('seeded')
    const { threads } = await again.call(listThreads, { params })
    expect(threads.some((thread) => thread.id === id)).toBe(true)
    second.kill('SIGINT')
    expect((await second.exited).code).toBe(0)

    const declined = spawnServer({ DATA_DIR: data }, { args: ['demo', 'reset'], input: 'no\n' })
    expect((await declined.exited).code).toBe(1)
    expect(declined.output().stderr).toContain('Nothing was changed')
    const silent = spawnServer({ DATA_DIR: data }, { args: ['demo', 'reset'] })
    expect((await silent.exited).code).toBe(1)
    const agreed = spawnServer({ DATA_DIR: data }, { args: ['demo', 'reset'], input: 'yes\n' })
    expect((await agreed.exited).code).toBe(0)
    expect(agreed.output().stderr).toContain('as it was first seeded')

    const third = spawnServer({ DATA_DIR: data })
    const after = caller({ url: await third.ready }, await third.signIn('us-cochair-semiconductors'))
    const { threads: seeded } = await after.call(listThreads, { params })
    expect(seeded.some((thread) => thread.id === id)).toBe(false)
    expect(seeded).toHaveLength(3)
    expect((await after.call(listDocuments)).documents.length).toBeGreaterThanOrEqual(3)
    // Copies that browsers kept from before must not be merged into the new text.
    expect((await after.call(getDocument, { params })).epoch).not.toBe(epoch)
    third.kill('SIGKILL')
    expect((await third.exited).signal).toBe('SIGKILL')
  }, 120_000)
})

describe('starts that fail', () => {
  test('[P3] a busy port', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    await expectOneSentence(spawnServer({ DATA_DIR: join(folder.path, 'busy'), PORT: port }), /port/i)
    other.close()
  })

  test('[P3] a data directory that cannot be written', async () => {
    const file = join(folder.path, 'a-file')
    await writeFile(file, 'not a folder')
    await expectOneSentence(spawnServer({ DATA_DIR: join(file, 'data') }), /cannot be written/)
    expect(await readFile(file, 'utf8')).toBe('not a folder')
    const locked = join(folder.path, 'locked')
    await mkdir(locked)
    await chmod(locked, 0o500)
    // Root may write anywhere.
    if (process.getuid?.() !== 0) {
      await expectOneSentence(spawnServer({ DATA_DIR: locked }), /cannot be written/)
      expect(await readdir(locked)).toEqual([])
    }
  })

  test('[P3] a file that is no store', async () => {
    const data = join(folder.path, 'foreign')
    await mkdir(data)
    const words = 'A letter to somebody, and certainly no database. '.repeat(100)
    await writeFile(join(data, 'alternat.sqlite'), words)
    await expectOneSentence(spawnServer({ DATA_DIR: data }), /is not a database/)
    expect(await readFile(join(data, 'alternat.sqlite'), 'utf8')).toBe(words)
  })

  test('[P3] a store from a newer version', async () => {
    const file = join(folder.path, 'newer', 'alternat.sqlite')
    await (await openSqliteStorage({ file })).close()
    const database = new Database(file)
    database.exec("insert into kysely_migration (name, timestamp) values ('999-future', '2099-01-01')")
    database.close()
    await expectOneSentence(spawnServer({ DATA_DIR: join(folder.path, 'newer') }), /newer version/)
  })

  test('[P3] an unknown command', async () => {
    const server = spawnServer({ DATA_DIR: join(folder.path, 'command') }, { args: ['demo', 'burn'] })
    await expectOneSentence(server, /demo burn/)
  })

  test.each([
    ['[P3] a port that is none', { PORT: 'eighty' }, /^PORT must be a port number/],
    ['[P3] a level that is none', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of/],
    ['[P3] a database that this version does not serve from', { DATABASE_URL: 'postgres://db' }, /DATABASE_URL/],
    ['[P3] a broker that this version does not use', { REDIS_URL: 'redis://cache' }, /REDIS_URL/],
  ] as const)('%s', async (_, environment, words) => {
    const data = join(folder.path, 'settings')
    await expectOneSentence(spawnServer({ DATA_DIR: data, ...environment }), words)
    await expect(readdir(data)).rejects.toThrow('ENOENT')
  })
})

describe('settings', () => {
  test('[P7] demo mode is on by itself on loopback addresses only, elsewhere by order', () => {
    for (const HOST of ['127.0.0.1', '127.8.8.8', 'localhost', '::1']) {
      expect(readSettings({ HOST })).toMatchObject({ host: HOST, demo: true })
      expect(readSettings({ HOST, DEMO: '0' })).toMatchObject({ host: HOST, demo: false })
    }
    for (const HOST of ['0.0.0.0', '::', '192.168.1.4', '127.0.0.1.example.org', 'alternat.example']) {
      expect(readSettings({ HOST })).toMatchObject({ host: HOST, demo: false })
      expect(readSettings({ HOST, DEMO: '1' })).toMatchObject({ demo: true })
    }
  })

  test('[P3] what is unset or empty has its default', () => {
    const settings = {
      host: '127.0.0.1',
      port: 4000,
      dataDirectory: './data',
      initiative: null,
      logLevel: 'info',
      demo: true,
      trustedProxies: [],
      limits: { perUser: 200, perAddress: 4000 },
      metricsAt: null,
      metricsToken: null,
      quotas: { documentsPerGroup: 100, documentsPerUser: 200 },
    }
    expect(readSettings({})).toEqual(settings)
    expect(
      readSettings({ HOST: '', PORT: '', DATABASE_URL: '', DEMO: '', INITIATIVE: '', TRUSTED_PROXIES: '' }),
    ).toEqual(settings)
  })

  test('[P11] the numbers’ own listener is on loopback unless told otherwise, and a refused token is not repeated', () => {
    const onLoopback = { metricsAt: { host: '127.0.0.1', port: 9464 }, metricsToken: null }
    expect(readSettings({ METRICS_PORT: '9464' })).toMatchObject(onLoopback)
    const elsewhere = { METRICS_PORT: '9464', METRICS_HOST: '10.0.0.5', METRICS_TOKEN: 'a+b/c=' }
    expect(readSettings(elsewhere)).toMatchObject({
      metricsAt: { host: '10.0.0.5', port: 9464 },
      metricsToken: 'a+b/c=',
    })
    expect(JSON.stringify(readSettings({ METRICS_TOKEN: 'two words' }))).toMatch(/METRICS_TOKEN must be [^“]*$/)
  })

  test('[S11] proxies are addresses and networks, limits are counts, and anything else is refused', () => {
    expect(readSettings({ TRUSTED_PROXIES: ' 10.0.0.1, fd00::/8 ,', CONNECTIONS_PER_USER: '7' })).toMatchObject({
      trustedProxies: ['10.0.0.1', 'fd00::/8'],
      limits: { perUser: 7, perAddress: 4000 },
    })
    for (const TRUSTED_PROXIES of ['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '*', '::/129']) {
      expect(readSettings({ TRUSTED_PROXIES })).toHaveProperty('problem')
    }
    const few = readSettings({ DOCUMENTS_PER_GROUP: '3', DOCUMENTS_PER_USER: '4' })
    expect(few).toMatchObject({ quotas: { documentsPerGroup: 3, documentsPerUser: 4 } })
    for (const limit of ['0', '-1', 'many', '1.5']) {
      expect(readSettings({ DOCUMENTS_PER_GROUP: limit })).toHaveProperty('problem')
      expect(readSettings({ CONNECTIONS_PER_USER: limit })).toHaveProperty('problem')
      expect(readSettings({ CONNECTIONS_PER_ADDRESS: limit })).toHaveProperty('problem')
    }
  })
})

test('[P6] a reset leaves members and audit as they are', async () => {
  const file = join(folder.path, 'reset', 'alternat.sqlite')
  const reset = spawnServer({ DATA_DIR: join(folder.path, 'reset') }, { args: ['demo', 'reset', '--yes'] })
  expect((await reset.exited).code).toBe(0)
  const storage = await openSqliteStorage({ file })
  expect((await storage.documents.list()).length).toBe(18)
  expect((await storage.people.memberships()).length).toBeGreaterThan(30)
  // The definition of the initiative, and the demo.
  expect(await storage.audit.verify()).toEqual({ rows: 2 })
  await storage.close()
})

test('[P7][P12] without the demo nobody is seated, the console gets a link for the secretariat until it is used, and the store is never a demo', async () => {
  const data = join(folder.path, 'accounts')
  const linkIn = ({ stderr }: { readonly stderr: string }) => /\/join#([\w-]{43})\n/.exec(stderr)?.[1] ?? ''
  const run = async (work: (url: string, token: string) => Promise<void>) => {
    const server = spawnServer({ DATA_DIR: data, DEMO: '0' })
    const url = await server.ready
    await server.welcomed
    const token = linkIn(server.output())
    await work(url, token)
    server.kill('SIGTERM')
    await server.exited
    if (token !== '') expect(server.output().stdout).not.toContain(token)
  }
  const ask = async (url: string, path: string, body: object) =>
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const person = { name: 'First', login: 'first', password: 'a password that is long' }
  let earlier = ''
  await run(async (url, token) => {
    earlier = token
    expect((await fetch(`${url}/api/personas`)).status).toBe(403)
    expect((await ask(url, '/api/session', { persona: 'secretariat' })).status).toBe(403)
    expect((await ask(url, '/api/invitations/read', { token })).status).toBe(200)
  })
  await run(async (url, token) => {
    expect((await ask(url, '/api/invitations/read', { token: earlier })).status).toBe(404)
    expect((await ask(url, '/api/invitations/password', { token, ...person })).status).toBe(200)
  })
  await run(async (_, token) => expect(token).toBe(''))
  await expectOneSentence(spawnServer({ DATA_DIR: data }), /has accounts/)
  await expectOneSentence(spawnServer({ DATA_DIR: data }, { args: ['demo', 'reset', '--yes'] }), /has accounts/)
  const demo = join(folder.path, 'demonstration')
  const reset = spawnServer({ DATA_DIR: demo }, { args: ['demo', 'reset', '--yes'] })
  expect((await reset.exited).code).toBe(0)
  await expectOneSentence(spawnServer({ DATA_DIR: demo, DEMO: '0' }), /the demonstration/)
}, 240_000)
