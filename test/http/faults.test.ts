/** Faults of the disk under the real program with real connections: what people and operators see, and what is left in the end. */
import { execFileSync } from 'node:child_process'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as encoding from 'lib0/encoding'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName, messageType } from '#shared/protocol/messages.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { startEngineOn } from '#test/support/engine.ts'
import { spawnServer, type SpawnedServer } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { caretAt } from '../support/peer.ts'
import { caller, expectProblem, openSocket } from './client.ts'
import { findWords } from './text.ts'

const mou = 'semiconductors-mou'
const plan = 'semiconductors-action-plan'
const slowDisk = fileURLToPath(new URL('../support/slow-disk.mjs', import.meta.url))

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: SpawnedServer
let clients: StockClient[]
beforeEach(async () => {
  folder = await temporaryFolder()
  clients = []
})
afterEach(async () => {
  for (const client of clients) client.stop()
  server.kill('SIGKILL')
  await server.exited
  await folder.dispose()
})

const start = (more: Record<string, string> = {}) => {
  server = spawnServer({ DATA_DIR: folder.path, LOG_LEVEL: 'info', ...more }, { preload: [slowDisk] })
  return server.ready
}

async function connect(url: string, document: string, persona: string): Promise<StockClient> {
  const client = connectStock(url, document, { cookie: await server.signIn(persona), params: { v: '1' } })
  clients.push(client)
  await client.synced()
  return client
}

const type = ({ body }: StockClient, words: string, where = 'Participants') => {
  const { text, index } = findWords(body, where)
  text.insert(index, words)
}
const askToAcknowledge = (client: StockClient, number: number) =>
  client.send(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, messageType.acknowledge)
      encoding.writeVarUint(encoder, number)
    }),
  )
const acknowledged = (client: StockClient, number: number) => {
  askToAcknowledge(client, number)
  return client.until(() => client.acknowledged.includes(number))
}
const connectionEnd = ({ provider }: StockClient) =>
  new Promise<number | undefined>((resolve) => provider.once('connection-close', (event) => resolve(event?.code)))
const textOf = ({ body }: StockClient) => JSON.stringify(bodyToJson(body))

/** A metric's value. */
async function metric(name: string): Promise<number> {
  const text = await server.numbers()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1))
}

async function expectNotReady(url: string): Promise<void> {
  const reply = await caller({ url }).send('GET', '/readyz')
  // Why is for the operator's log alone.
  expect(expectProblem(reply, 503).detail).toBe('The server is not ready.')
  expect(reply.headers.get('retry-after')).toBe('2')
  expect((await caller({ url }).send('GET', '/healthz')).status).toBe(200)
}

/** A document as a new process finds it. */
async function stored(id: string): Promise<string> {
  const storage = await openSqliteStorage({ file: join(folder.path, 'alternat.sqlite') })
  const { rooms } = startEngineOn(storage)
  const found = await rooms.read(id, (doc) => JSON.stringify(bodyToJson(doc.getXmlFragment(bodyName))))
  await storage.close()
  return found ?? ''
}

/** Lets the server write nothing any more, or, with `rows`, no new rows of its tables; returns how to make room again. */
async function fillDisk(what: 'everything' | 'rows'): Promise<() => void> {
  const size = what === 'everything' ? 0 : (await stat(join(folder.path, 'alternat.sqlite-wal'))).size
  const limit = (soft: number | string) => {
    execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${soft}:`])
  }
  limit(size)
  return () => limit('unlimited')
}

/** Holds the next commit in its system call. `reached` resolves once it stands there. */
function hangDisk() {
  const pipe = join(folder.path, 'hanging')
  execFileSync('mkfifo', [pipe])
  // Opening the writing end waits for the one that reads.
  const reached = open(pipe, 'w')
  return {
    reached,
    async release() {
      await rm(pipe)
      await (await reached).close()
    },
  }
}

describe('a full disk', () => {
  test('[S2] is said aloud, loses nothing when all leave, and when there is room again the server recovers by itself', async () => {
    const url = await start()
    const us = await connect(url, mou, 'us-cochair-semiconductors')
    const jp = await connect(url, mou, 'jp-cochair-semiconductors')
    const cookie = await server.signIn('secretariat')
    type(us, 'Before. ')
    await acknowledged(us, 1)
    const makeRoom = await fillDisk('everything')
    const ends = Promise.all([connectionEnd(us), connectionEnd(jp)])
    type(us, 'Kept. '.repeat(1000))
    askToAcknowledge(us, 2)
    expect(await ends).toEqual([4503, 4503])

    await expectNotReady(url)
    expect(await metric('alternat_storage_failures_total{step="commit"}')).toBeGreaterThan(0)
    expect(await metric('alternat_unsaved_documents')).toBe(1)
    expect(server.output().stdout).toMatch(
      /"level":50.*(SQLITE_FULL|SQLITE_IOERR_WRITE|EFBIG).*could not be put on disk/,
    )
    expect(server.output().stdout).not.toContain('Kept.')
    expect((await openSocket({ url }, `/sync/${mou}`, { cookie }).closed).code).toBe(4503)
    const other = connectStock(url, plan, { cookie })
    clients.push(other)
    await other.synced()
    expect(us.acknowledged).toEqual([1])
    expect(textOf(jp)).not.toContain('Kept.')
    us.stop()
    jp.stop()

    const recovered = server.said('The store works again', 'now')
    makeRoom()
    await recovered
    expect((await caller({ url }).send('GET', '/readyz')).status).toBe(200)
    expect(await metric('alternat_unsaved_documents')).toBe(0)
    const reader = connectStock(url, mou, { cookie })
    clients.push(reader)
    await reader.synced()
    const whole = textOf(us)
    expect(whole).toContain('Kept. Kept. ')
    expect(textOf(reader)).toBe(whole)
    server.kill('SIGTERM')
    expect((await server.exited).code).toBe(0)
    expect(await stored(mou)).toBe(whole)
  })

  test('[S2] that stays full until the end is a failed end, and open pages bring back what was never saved', async () => {
    const url = await start()
    const us = await connect(url, mou, 'us-cochair-semiconductors')
    type(us, 'Before. ')
    await acknowledged(us, 1)
    const before = textOf(us)
    await fillDisk('everything')
    const end = connectionEnd(us)
    type(us, 'Kept by the page. '.repeat(500))
    expect(await end).toBe(4503)
    const asked = performance.now()
    server.kill('SIGTERM')
    expect((await server.exited).code).toBe(1)
    expect(performance.now() - asked).toBeLessThan(10_000)
    expect(server.output().stdout).toContain('stopping failed')
    expect(await stored(mou)).toBe(before)

    await start({ PORT: new URL(url).port })
    await us.synced()
    await acknowledged(us, 2)
    server.kill('SIGTERM')
    expect((await server.exited).code).toBe(0)
    expect(await stored(mou)).toBe(textOf(us))
  })
})

describe('a commit that hangs', () => {
  test('[S2] is said aloud and acknowledges nothing, other documents live on, and a stop in the middle of it saves everything', async () => {
    const url = await start({ SLOW_DISK: join(folder.path, 'hanging') })
    const us = await connect(url, mou, 'us-cochair-semiconductors')
    const reader = await connect(url, mou, 'secretariat')
    const [usElsewhere, jpElsewhere] = await Promise.all([
      connect(url, plan, 'us-drafter-semiconductors'),
      connect(url, plan, 'jp-drafter-semiconductors'),
    ])
    const before = [textOf(us), textOf(jpElsewhere)]
    const disk = hangDisk()
    type(us, 'One ')
    askToAcknowledge(us, 1)
    await disk.reached
    type(us, 'two ')
    type(usElsewhere, 'Elsewhere ', 'semiconductor')
    askToAcknowledge(usElsewhere, 1)
    await server.said('takes long over a commit')
    await expectNotReady(url)
    expect(await metric('alternat_storage_failures_total{step="overdue"}')).toBe(1)
    usElsewhere.provider.awareness.setLocalStateField('cursor', caretAt(1))
    const cursorOf = () => jpElsewhere.provider.awareness.getStates().get(usElsewhere.doc.clientID)?.['cursor']
    await jpElsewhere.until(() => cursorOf() !== undefined)
    expect([textOf(reader), textOf(jpElsewhere)]).toEqual(before)
    expect([us.acknowledged, usElsewhere.acknowledged]).toEqual([[], []])
    const whole = [textOf(us), textOf(usElsewhere)]
    us.stop()
    const end = connectionEnd(jpElsewhere)
    server.kill('SIGTERM')
    await server.said('"stopping"')
    await disk.release()
    expect(await end).toBe(4503)
    expect((await server.exited).code).toBe(0)
    expect([await stored(mou), await stored(plan)]).toEqual(whole)
  })

  test('[S2] beyond the end does not keep the process, and what was acknowledged is there', async () => {
    const url = await start({ SLOW_DISK: join(folder.path, 'hanging') })
    const us = await connect(url, mou, 'us-cochair-semiconductors')
    type(us, 'Saved. ')
    await acknowledged(us, 1)
    const before = textOf(us)
    const disk = hangDisk()
    type(us, 'Never acknowledged. ')
    await disk.reached
    us.stop()
    const asked = performance.now()
    server.kill('SIGTERM')
    await server.exited
    expect(performance.now() - asked).toBeLessThan(15_000)
    expect(server.output().stdout).toContain('stopping took too long')
    await disk.release()
    expect(us.acknowledged).toEqual([1])
    expect(await stored(mou)).toBe(before)
  })
})

describe('a damaged document', () => {
  /** One bit of all that the text is made from, as after a fault of the drive. */
  const turnBits = (database: Database.Database) => {
    for (const table of ['updates', 'checkpoints']) {
      const rows = database.prepare(`select rowid, bytes from ${table} where document = ?`).all([mou])
      for (const { rowid, bytes } of rows as { rowid: number; bytes: ArrayBuffer }[]) {
        const turned = Buffer.from(bytes)
        turned[turned.length >> 1] = (turned[turned.length >> 1] ?? 0) ^ 1
        database.prepare(`update ${table} set bytes = ? where rowid = ?`).run([turned, rowid])
      }
    }
  }
  const breakName = (database: Database.Database) => {
    database.prepare(`update clients set "user" = cast(x'75ff73' as text) where document = ?`).run([mou])
  }

  test.each([
    ['a bit of its text', turnBits],
    ['a name that is no text', breakName],
  ])('[S2][S3][K11] is said aloud and shown to nobody, and the others go on: %s', async (_, damage) => {
    await start()
    server.kill('SIGTERM')
    await server.exited
    const database = new Database(join(folder.path, 'alternat.sqlite'))
    damage(database)
    database.close()
    const url = await start()
    const cookie = await server.signIn('us-cochair-semiconductors')
    expect((await openSocket({ url }, `/sync/${mou}`, { cookie }).closed).code).toBe(4503)
    await expectNotReady(url)
    expect(await metric('alternat_storage_failures_total{step="load"}')).toBeGreaterThan(0)
    expect(server.output().stdout).toMatch(new RegExp(`"document":"${mou}".*could not be loaded`))
    const elsewhere = await connect(url, plan, 'us-cochair-semiconductors')
    type(elsewhere, 'As ever: ', 'semiconductor')
    await acknowledged(elsewhere, 1)
  })
})
