/** Many readers of a document in which two write at the pace of quick typing. */
import { connect, connectAll } from '#test/bench/client.ts'
import { createLedger } from '#test/bench/ledger.ts'
import { joinAsRealClient } from '#test/bench/real-client.ts'
import { typed } from '#test/bench/updates.ts'
import type { BenchDocument, BenchServer } from '#test/bench/server.ts'
import {
  oneDocument,
  openWriters,
  pause,
  round,
  typeSteadily,
  warmUpMs,
  within,
  type Outcome,
  type Start,
} from './common.ts'

const drainMs = 3000
const warmMs = 1000

/** As fast as every server can follow. */
const warmPerSecond = (readers: number, writers: number) => Math.min(2000, 40_000 / readers) / writers

/** Many keystrokes with few readers: what is done once for each edit is warm as well, not only what is done for each reader. */
async function workElsewhere(server: BenchServer): Promise<void> {
  const [, document] = await server.createDocuments(2)
  if (document === undefined) throw new Error('No document was made')
  const writers = await openWriters(server, document, 2)
  const clocks = writers.map(({ author }) => author.first)
  await typeSteadily(writers, clocks, warmPerSecond(writers.length, writers.length), warmUpMs, (writer, clock) => {
    writer.client.send(typed(writer.author, clock))
  })
  await pause(warmMs)
  for (const { client } of writers) client.close()
}

export async function fanout(
  start: Start,
  size: { readers: number; writers: number; perSecond: number; seconds: number },
  prepare?: (server: BenchServer, document: BenchDocument) => Promise<void>,
): Promise<Outcome> {
  const server = await start()
  await workElsewhere(server)
  const document = await oneDocument(server)
  await prepare?.(server, document)
  const real = await joinAsRealClient(server, document)
  const writers = await openWriters(server, document, size.writers)
  const authors = writers.map(({ author }) => author)
  const ledger = createLedger()
  const readers = await connectAll(Array.from({ length: size.readers }), () =>
    connect(server, document, { seat: 'reader', hear: ledger.reader(authors).hear }),
  )
  const clocks = authors.map(({ first }) => first)
  const type = ({ client, author }: (typeof writers)[number], clock: number) => {
    ledger.wrote(author, clock, performance.now())
    client.send(typed(author, clock))
  }
  await typeSteadily(writers, clocks, warmPerSecond(size.readers, writers.length), warmUpMs, type)
  await within(drainMs, () => ledger.missing() === 0)
  await typeSteadily(writers, clocks, size.perSecond, warmMs, type)
  await pause(200)
  ledger.begin()
  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  await typeSteadily(writers, clocks, size.perSecond, size.seconds * 1000, type)
  await within(drainMs, () => ledger.missing() === 0)
  const cpuMs = server.cpuMs() - cpuBefore
  const loopDelay = await server.loopDelayP99Ms()
  const deliveries = ledger.deliveries()

  const notes: string[] = []
  if (real !== null) {
    const expected = authors.reduce((sum, { first }, index) => sum + (clocks[index] ?? first) - first, 0)
    const seen = real.charactersOf(authors)
    notes.push(`a real client saw ${seen} of ${expected} characters${real.whole() ? '' : ', with gaps'}`)
    real.stop()
  }
  for (const { close } of [...readers, ...writers.map(({ client }) => client)]) close()
  return {
    metrics: {
      cpuMsPer1000: round((cpuMs / deliveries) * 1000),
      p50Ms: round(ledger.percentile(0.5)),
      p99Ms: round(ledger.percentile(0.99)),
      deliveries,
      lost: ledger.missing(),
      gaps: ledger.gaps(),
      repeats: ledger.repeats(),
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes,
  }
}
