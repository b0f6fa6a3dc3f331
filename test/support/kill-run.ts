/**
 * Two sides write into a real server that is killed again and again, at any moment and at each of its failpoints, and a third one
 * watches. After each restart the store must hold everything that was acknowledged to its author and everything that anyone else
 * was shown; and the log, replayed, must say the same. The writers stay away until that is known: they could mend what was lost.
 */
import { execFile } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual, promisify } from 'node:util'
import * as Y from 'yjs'
import { getMoment, getTimeline } from '#shared/api/history.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { failpoints, type Failpoint } from '#server/failpoints.ts'
import { caller } from '../http/client.ts'
import { reachedPoint } from './armed-failpoints.ts'
import { gatherCompany, mou, type Company, type Writer } from './kill-company.ts'
import { wordsIn } from './kill-ledger.ts'
import { random, type Random } from './random.ts'
import { spawnServer, type SpawnedServer } from './server.ts'
import { connectStock } from './stock.ts'
import { temporaryFolder } from './storage.ts'

/** How a server dies. Moments without a name are chosen by the clock; the shipped program has no others. */
export const ways = ['any moment', 'any moment, as shipped', 'while stopping', ...failpoints] as const
export type Way = (typeof ways)[number]

/** Each failpoint once, and as many moments without a name as make twenty kills. */
const round: readonly Way[] = [
  ...failpoints,
  ...(['while stopping', 'any moment, as shipped'] as const),
  ...Array.from({ length: 18 - failpoints.length }, () => 'any moment' as const),
]
export const killsPerRound = round.length

/** How long a server may take to come to its failpoint, while two sides write as fast as they can. */
const reachWithin = 20_000

export type KillReport = {
  readonly kills: ReadonlyMap<Way, number>
  readonly edits: number
  readonly acknowledged: number
  readonly shown: number
  /** What was gone, or had come from nowhere, and after which kill. */
  readonly losses: readonly string[]
  /** Servers that did not die as planned. */
  readonly strays: readonly string[]
}

/** Builds the server whose failpoints are armed, unless it is there. */
export async function buildArmedServer(): Promise<void> {
  await promisify(execFile)(process.execPath, ['test/test-server.mjs'], { cwd: new URL('../../', import.meta.url) })
}

/** Kills a server on a store of its own `kills` times, with randomness from `seed`. `killed` hears of each kill. */
export async function killRun(
  seed: number,
  kills: number,
  { killed, signal }: { killed?: (way: Way) => void; signal?: AbortSignal } = {},
): Promise<KillReport> {
  await using folder = await temporaryFolder()
  const moments = random(seed)
  const planned = plan(moments, kills)
  const counts = new Map<Way, number>()
  const losses: string[] = []
  const strays: string[] = []
  let server = start(folder.path, planned[0] ?? null, moments)
  const giveUp = () => server.kill('SIGKILL')
  signal?.addEventListener('abort', giveUp)
  const killAll = async (company: Company) => {
    for (let index = 0; index < planned.length; index += 1) {
      const way = planned[index] ?? 'any moment'
      const opened = await unlessKilled(server, () => resume(server, company))
      if (opened) await writeUntilKilled(server, way, company, moments)
      await company.leave()
      const { code } = await server.exited
      signal?.throwIfAborted()
      const kill = `seed ${seed}, kill ${index + 1} (${way})`
      if (diedAsPlanned(server, way, code)) {
        counts.set(way, (counts.get(way) ?? 0) + 1)
        killed?.(way)
      } else if (way === 'while stopping' && code === 0) {
        // It was quicker than the clock: another kill makes up for it.
        planned.push('any moment')
      } else strays.push(`${kill}: ended with ${code}, ${server.output().stderr.trim()}`)
      server = start(folder.path, planned[index + 1] ?? null, moments)
      // If this server dies too soon, the next one is held against the same promises: nobody has written meanwhile.
      const faults: string[] = []
      await unlessKilled(server, async () => void faults.push(...(await faultsOf(await server.ready, company))))
      losses.push(...faults.map((fault) => `${kill}: ${fault}`))
    }
    await resume(server, company)
    const lost = await lostInTheEnd(await server.ready, company)
    losses.push(...lost.map((fault) => `seed ${seed}, in the end: ${fault}`))
  }
  try {
    await using company = await gatherCompany(server, seed)
    await killAll(company).catch((error: unknown) => {
      // Who builds on what was shown and then lost is disconnected for it: the loss is what has to be told.
      if (losses.length === 0) throw error
      losses.push(`seed ${seed}: ${String(error)}`)
    })
    return { kills: counts, ...company.ledger.counts(), losses, strays }
  } finally {
    signal?.removeEventListener('abort', giveUp)
    giveUp()
    await server.exited
  }
}

/** So many kills, every failpoint once in each round; the first finds the store just seeded and is at no point of that. */
function plan(moments: Random, kills: number): Way[] {
  const planned: Way[] = []
  while (planned.length < kills) {
    const left = [...round]
    if (planned.length === 0) planned.push(...left.splice(left.indexOf('any moment'), 1))
    while (left.length > 0) planned.push(...left.splice(moments.int(0, left.length - 1), 1))
  }
  return planned.slice(0, kills)
}

const isFailpoint = (way: Way | null): way is Failpoint => failpoints.some((point) => point === way)

function start(dataDirectory: string, way: Way | null, moments: Random): SpawnedServer {
  const environment = { DATA_DIR: dataDirectory, LOG_LEVEL: 'info' }
  const program = way === 'any moment, as shipped' ? 'shipped' : 'armed'
  if (!isFailpoint(way)) return spawnServer(environment, { program })
  const rare = /^(checkpoint|packing)/.test(way)
  const times = way.startsWith('shutdown') ? 1 : moments.int(1, rare ? 2 : 40)
  return spawnServer({ ...environment, FAILPOINT: `${way}:${times}` }, { program })
}

/** Whether `work` was done before the server died. Rejects as the work does, if the server lives. */
async function unlessKilled(server: SpawnedServer, work: () => Promise<void>): Promise<boolean> {
  const died = server.exited.then(() => false)
  const failed = async (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error('The work failed', { cause: reason })
    // Connections break a moment before the end of the process is known.
    return await Promise.race([died, new Promise<never>((_, reject) => setTimeout(reject, 5_000, error))])
  }
  return await Promise.race([work().then(() => true, failed), died])
}

/** Lets everyone in again: what they had not yet been told was saved, they send once more. */
async function resume(server: SpawnedServer, company: Company): Promise<void> {
  await company.enter(await server.ready)
}

async function writeUntilKilled(server: SpawnedServer, way: Way, company: Company, moments: Random): Promise<void> {
  let alive = true
  const typing = company.writers.map((writer) => write(writer, () => alive))
  const stopping = way === 'while stopping' || way.startsWith('shutdown')
  const lifetime = moments.int(20, 300)
  const patience = moments.int(0, 40)
  const timers = [
    setTimeout(() => {
      if (stopping) server.kill('SIGTERM')
      else if (!isFailpoint(way)) server.kill('SIGKILL')
    }, lifetime),
    setTimeout(() => server.kill('SIGKILL'), isFailpoint(way) ? reachWithin : lifetime + patience),
  ]
  await server.exited
  alive = false
  for (const timer of timers) clearTimeout(timer)
  await Promise.all(typing)
}

async function write(writer: Writer, alive: () => boolean): Promise<void> {
  while (alive()) {
    writer.edit()
    if (writer.chance.int(0, 2) === 0) writer.ask()
    await setImmediate()
    if (writer.chance.int(0, 3) === 0) await new Promise((resolve) => setTimeout(resolve, writer.chance.int(0, 8)))
  }
}

function diedAsPlanned(server: SpawnedServer, way: Way, code: number | null): boolean {
  if (code !== null) return false
  return !isFailpoint(way) || server.output().stderr.includes(reachedPoint(way))
}

/** What the store that was just opened does not hold as it must. */
async function faultsOf(url: string, company: Company): Promise<string[]> {
  await using visitor = connectStock(url, mou, { cookie: company.cookie })
  await visitor.synced()
  const content = bodyToJson(visitor.body)
  const faults = company.ledger.faults(JSON.stringify(content))
  if (!holds(Y.encodeStateAsUpdate(visitor.doc), Y.encodeStateAsUpdate(company.reader.doc))) {
    faults.push('the text is not built on what was shown')
  }
  const api = caller({ url }, company.cookie)
  const { marks } = await api.call(getTimeline, { params: { id: mou } })
  const head = marks.at(-1)?.lastSeq ?? 0
  const replayed = await api.call(getMoment, { params: { id: mou, seq: String(head) } })
  if (!isDeepStrictEqual(replayed.content, content)) faults.push('the log, replayed, says something else')
  return faults
}

/** Once everyone has sent what they had, the store must hold each edit that was ever made: nobody lost their work by a kill. */
async function lostInTheEnd(url: string, company: Company): Promise<string[]> {
  await Promise.all(company.writers.map(({ flush }) => flush()))
  await using visitor = connectStock(url, mou, { cookie: company.cookie })
  await visitor.synced()
  const text = JSON.stringify(bodyToJson(visitor.body))
  const present = new Set(wordsIn(text))
  const missing = [...company.ledger.whole()].filter((word) => !present.has(word))
  return [...company.ledger.faults(text), ...missing.map((word) => `${word}, never deleted, is not there`)]
}

/** Whether a state holds everything, insertions and deletions, that another one does. */
function holds(state: Uint8Array, other: Uint8Array): boolean {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, state)
  let changed = false
  doc.on('update', () => {
    changed = true
  })
  Y.applyUpdate(doc, other)
  return !changed && doc.store.pendingStructs === null
}
