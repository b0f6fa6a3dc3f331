/** Many small documents: two clients in each, one edit a second from everyone. */
import { connect, connectAll } from '#test/bench/client.ts'
import { createLedger, type Reader } from '#test/bench/ledger.ts'
import type { Seat } from '#test/bench/server.ts'
import { openClause, typed } from '#test/bench/updates.ts'
import { freshClientId, pause, round, typeSteadily, warmUpMs, within, type Outcome, type Start } from './common.ts'

const warmMs = 1500
const drainMs = 3000
const seats: readonly Seat[] = ['us', 'jp']

export async function documents(
  start: Start,
  size: { documents: number; perSecond: number; seconds: number },
): Promise<Outcome> {
  const server = await start()
  const places = (await server.createDocuments(size.documents)).flatMap((document) =>
    seats.map((seat) => ({ document, seat })),
  )
  const ledger = createLedger()
  const ears: (Reader | undefined)[] = []
  const clients = await connectAll(places, ({ document, seat }, index) =>
    connect(server, document, { seat, hear: (update, at) => ears[index]?.hear(update, at) }),
  )
  const writers = clients.map((client) => ({ client, author: openClause(client.state, freshClientId()) }))
  for (const [index, { client, author }] of writers.entries()) {
    client.send(author.opening)
    if (index % 100 === 99) await pause(20)
  }
  await pause(1000)
  for (const index of writers.keys()) {
    const partner = writers[index % 2 === 0 ? index + 1 : index - 1]
    if (partner !== undefined) ears[index] = ledger.reader([partner.author])
  }
  const clocks = writers.map(({ author }) => author.first)
  const type = ({ client, author }: (typeof writers)[number], clock: number) => {
    ledger.wrote(author, clock, performance.now())
    client.send(typed(author, clock))
  }
  await typeSteadily(writers, clocks, size.perSecond * 2, warmUpMs, type)
  await within(drainMs, () => ledger.missing() === 0)
  await typeSteadily(writers, clocks, size.perSecond, warmMs, type)
  await pause(200)
  ledger.begin()
  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  await typeSteadily(writers, clocks, size.perSecond, size.seconds * 1000, type)
  await within(drainMs, () => ledger.missing() === 0)
  const cpuMs = server.cpuMs() - cpuBefore
  const rssMiB = server.rssKiB() / 1024
  const loopDelay = await server.loopDelayP99Ms()
  for (const { close } of clients) close()
  return {
    metrics: {
      p50Ms: round(ledger.percentile(0.5)),
      p99Ms: round(ledger.percentile(0.99)),
      cpuMsPer1000: round((cpuMs / ledger.deliveries()) * 1000),
      rssMiB: round(rssMiB, 0),
      deliveries: ledger.deliveries(),
      lost: ledger.missing(),
      gaps: ledger.gaps(),
      repeats: ledger.repeats(),
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes: [`${size.documents} documents`],
  }
}
