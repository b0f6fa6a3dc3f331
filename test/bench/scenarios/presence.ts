/** Many readers, each with a caret that moves once a second, beside two who write: what becomes of edits and of carets. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { connect, connectAll, type Client } from '#test/bench/client.ts'
import { createLedger } from '#test/bench/ledger.ts'
import { typed } from '#test/bench/updates.ts'
import {
  freshClientId,
  oneDocument,
  openWriters,
  pause,
  round,
  typeSteadily,
  within,
  type Outcome,
  type Start,
} from './common.ts'

const drainMs = 3000
const warmMs = 3000
/** So many of the readers look at the carets that they hear: all of them would keep the load's own core busy. */
const observers = 4

type Mover = { readonly client: Client; readonly clientId: number; clock: number }

/** A caret that hangs on a character of a writer. Its place in the text is the number of the move, by which it is known again. */
const caretUpdate = (clientId: number, clock: number, writer: number, move: number) =>
  encoding.encode((encoder) => {
    const position = { item: { client: writer, clock: move } }
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, clientId)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, JSON.stringify({ cursor: { anchor: position, head: position } }))
  })

/** The moves that a frame of carets tells of. */
function* movesIn(frame: Uint8Array): Generator<number> {
  const decoder = decoding.createDecoder(frame)
  for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
    decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
    const move = /"clock":(\d+)/.exec(decoding.readVarString(decoder))?.[1]
    if (move !== undefined) yield Number(move)
  }
}

export async function presence(
  start: Start,
  size: { readers: number; writers: number; perSecond: number; seconds: number },
): Promise<Outcome> {
  const server = await start()
  const document = await oneDocument(server)
  const writers = await openWriters(server, document, size.writers)
  const authors = writers.map(({ author }) => author)
  const writer = authors[0]?.clientId ?? 0
  const ledger = createLedger()
  const sentAt = new Map<number, number>()
  const latencies: number[] = []
  let measuring = false
  const hearCarets = (frame: Uint8Array, at: number) => {
    for (const move of movesIn(frame)) {
      const sent = sentAt.get(move)
      if (measuring && sent !== undefined) latencies.push(at - sent)
    }
  }
  const clients = await connectAll(Array.from({ length: size.readers }), (_, index) =>
    connect(server, document, {
      seat: 'reader',
      hear: ledger.reader(authors).hear,
      ...(index < observers ? { hearPresence: hearCarets } : {}),
    }),
  )
  const movers: Mover[] = clients.map((client) => ({ client, clientId: freshClientId(), clock: 0 }))
  let moves = 0
  let moving = true
  const move = async () => {
    const apart = 1000 / movers.length
    const began = performance.now()
    for (let sent = 0; moving;) {
      for (const now = performance.now(); began + sent * apart <= now; sent += 1) {
        const mover = movers[sent % movers.length]
        if (mover === undefined) return
        moves += 1
        mover.clock += 1
        sentAt.set(moves, performance.now())
        mover.client.sendPresence(caretUpdate(mover.clientId, mover.clock, writer, moves))
      }
      await pause(Math.max(1, began + sent * apart - performance.now()))
    }
  }
  const walking = move()
  const clocks = authors.map(({ first }) => first)
  const type = ({ client, author }: (typeof writers)[number], clock: number) => {
    ledger.wrote(author, clock, performance.now())
    client.send(typed(author, clock))
  }
  await typeSteadily(writers, clocks, size.perSecond, warmMs, type)
  await within(drainMs, () => ledger.missing() === 0)
  ledger.begin()
  measuring = true
  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  await typeSteadily(writers, clocks, size.perSecond, size.seconds * 1000, type)
  const cpuMs = server.cpuMs() - cpuBefore
  const loopDelay = await server.loopDelayP99Ms()
  await within(drainMs, () => ledger.missing() === 0)
  measuring = false
  moving = false
  await walking
  for (const { close } of [...clients, ...writers.map(({ client }) => client)]) close()
  latencies.sort((a, b) => a - b)
  const caret = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN
  return {
    metrics: {
      p50Ms: round(ledger.percentile(0.5)),
      p99Ms: round(ledger.percentile(0.99)),
      caretP50Ms: round(caret(0.5)),
      caretP99Ms: round(caret(0.99)),
      cpuMsPerSecond: round(cpuMs / size.seconds, 0),
      lost: ledger.missing(),
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes: [`${size.readers} carets, one move a second each; ${latencies.length} moves heard by ${observers}`],
  }
}
