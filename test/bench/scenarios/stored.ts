/** A long edit as fast as the server takes it; then the server is killed and its document opened cold. */
import * as Y from 'yjs'
import { connect } from '#test/bench/client.ts'
import { speechOf } from '#test/bench/dialect.ts'
import type { BenchDocument, BenchServer } from '#test/bench/server.ts'
import { clockAfter, differing, longEdit, openClause, textIn } from '#test/bench/updates.ts'
import { clientFrame, openWire } from '#test/bench/wire.ts'
import { oneDocument, pause, round, watchAnotherRoom, within, type Outcome, type Start } from './common.ts'

const endWithin = 120_000
const openWithin = 60_000
const chunkFrames = 1000
const authorId = 41
/** Longer than a debounced store waits: only then a server that does nothing has nothing left to do. */
const quietForMs = 3000

export async function stored(start: Start, size: { edits: number; quietSeconds: number }): Promise<Outcome> {
  let server = await start()
  const document = await oneDocument(server)
  const acknowledged = server.name === 'alternat'
  const writer = await connect(server, document, { seat: 'us', acknowledged })
  const opening = openClause(writer.state, authorId)
  // What is typed in a clause refers to that clause alone: it is the same whatever stands before it.
  const { edits, text } = longEdit(openClause(null, authorId), size.edits)
  const end = clockAfter(edits.at(-1) ?? opening.opening, authorId) ?? 0
  let reached = 0
  const reader = await connect(server, document, {
    seat: 'reader',
    hear: (update) => (reached = Math.max(reached, clockAfter(update, authorId) ?? 0)),
  })
  writer.send(opening.opening)
  await pause(500)
  const chunks: Buffer[] = []
  for (let from = 0; from < edits.length; from += chunkFrames) {
    chunks.push(Buffer.concat(edits.slice(from, from + chunkFrames).map((update) => writer.frame(update))))
  }

  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  const began = performance.now()
  for (const chunk of chunks) {
    if (!writer.wire.write(chunk)) await writer.wire.drained()
  }
  // Alternat says when everything is on disk; a peer has at least taken everything once a reader has seen it.
  const notes: string[] = []
  if (acknowledged) await Promise.race([writer.saved(), pause(endWithin)])
  if (!(await within(acknowledged ? 5000 : endWithin, () => reached >= end))) {
    notes.push(`a reader saw it only up to ${reached} of ${end}`)
  }
  const seconds = (performance.now() - began) / 1000
  const loopDelay = await server.loopDelayP99Ms()
  const backlogSeconds = await untilQuiet(server, size.quietSeconds)
  if (backlogSeconds === null) notes.push(`still busy after ${size.quietSeconds} s`)
  const cpuMs = server.cpuMs() - cpuBefore
  const rssPeakMiB = server.rssPeakKiB() / 1024
  writer.close()
  reader.close()

  await server.stop('SIGKILL')
  server = await start()
  const first = opened(await coldOpen(server, document, (update) => (clockAfter(update, authorId) ?? 0) >= end), end)
  await server.stop('SIGTERM')
  server = await start()
  const stopWatching = await watchAnotherRoom(server)
  const wholeLength = (first.state?.length ?? Number.POSITIVE_INFINITY) * 0.9
  const heard = await coldOpen(server, document, (update) => update.length >= wholeLength)
  const othersBlockedMs = await stopWatching()
  const next = opened(heard, end)
  const bareMs = next.state === null ? Number.NaN : bareYjs(next.state)
  return {
    metrics: {
      editsPerSecond: Math.round(edits.length / seconds),
      backlogSeconds: backlogSeconds ?? size.quietSeconds,
      firstOpenMs: round(first.ms, 0),
      nextOpenMs: round(next.ms, 0),
      copiesSent: round(Math.max(first.copies, next.copies)),
      othersBlockedMs: round(othersBlockedMs),
      openPerBareYjs: round(first.ms / bareMs),
      bareYjsMs: round(bareMs, 0),
      rssPeakMiB: round(rssPeakMiB, 0),
      cpuMsPer1000: round((cpuMs / edits.length) * 1000),
      lostEdits: end - first.reached,
      wrongCharacters: differing(first.state === null ? '' : textIn(first.state, opening.clauseId), text),
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes: [...notes, `${edits.length} edits, ${next.state?.length ?? 0} bytes of state`],
  }
}

/** How long a server goes on working after it took everything, in seconds; null if it does not stop within `most`. */
async function untilQuiet(server: BenchServer, most: number): Promise<number | null> {
  const began = performance.now()
  let busyAt = began
  let cpu = server.cpuMs()
  while (performance.now() - busyAt < quietForMs) {
    await pause(250)
    const now = server.cpuMs()
    if (now - cpu > 25) busyAt = performance.now()
    cpu = now
    if (performance.now() - began > most * 1000) return null
  }
  return round((busyAt - began) / 1000, 1)
}

type Heard = { readonly update: Uint8Array; readonly afterMs: number }

/**
 * Connects as a stock client does and gives what it is sent, up to a second after the update that `isWhole`. Reading an update of
 * this length takes tens of milliseconds: who measures something else meanwhile judges by its length, and reads it afterwards.
 */
async function coldOpen(
  server: BenchServer,
  document: BenchDocument,
  isWhole: (update: Uint8Array) => boolean,
): Promise<readonly Heard[]> {
  const speech = speechOf(server.dialect, document.id)
  const { path, headers } = await server.address(document, 'reader')
  const heard: Heard[] = []
  const began = performance.now()
  const wire = await openWire({ host: server.host, port: server.port, path, headers }, (message, at) => {
    const incoming = speech.read(message)
    if (incoming.type === 'answer' || incoming.type === 'update')
      heard.push({ update: incoming.update, afterMs: at - began })
  })
  if (speech.hello !== null) wire.write(clientFrame(speech.hello))
  wire.write(clientFrame(speech.stateVector(Y.encodeStateVector(new Y.Doc()))))
  let looked = 0
  await within(openWithin, () => {
    const news = heard.slice(looked)
    looked = heard.length
    return news.some(({ update }) => isWhole(update))
  })
  // What comes twice comes soon after.
  await pause(1000)
  wire.close()
  return heard
}

type Opened = {
  readonly ms: number
  readonly copies: number
  readonly reached: number
  readonly state: Uint8Array | null
}

/** When the whole document had come, and how often. */
function opened(heard: readonly Heard[], end: number): Opened {
  const clocks = heard.map(({ update }) => clockAfter(update, authorId) ?? 0)
  const complete = heard[clocks.findIndex((clock) => clock >= end)]
  if (complete === undefined) return { ms: openWithin, copies: 0, reached: Math.max(0, ...clocks), state: null }
  const bytes = heard.reduce((sum, { update }) => sum + update.length, 0)
  return {
    ms: complete.afterMs,
    copies: bytes / complete.update.length,
    reached: end,
    state: Uint8Array.from(complete.update),
  }
}

/** What Yjs alone needs to load and encode a state: the median of five. */
function bareYjs(state: Uint8Array): number {
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    const doc = new Y.Doc({ gc: false })
    Y.applyUpdate(doc, state)
    Y.encodeStateAsUpdate(doc)
    doc.destroy()
    return performance.now() - began
  })
  return times.toSorted((a, b) => a - b)[2] ?? Number.NaN
}
