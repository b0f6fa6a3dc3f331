/** A meeting begins: many open the same long document within seconds, while two type in another one. */
import { connect, type Client } from '#test/bench/client.ts'
import { fill } from '#test/bench/lengthen.ts'
import { oneDocument, pause, round, watchAnotherRoom, type Outcome, type Start } from './common.ts'

export async function joins(start: Start, size: { joiners: number; bytes: number; seconds: number }): Promise<Outcome> {
  const server = await start()
  const document = await oneDocument(server)
  await fill(server, document, size.bytes)
  const stopWatching = await watchAnotherRoom(server)
  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  const began = performance.now()
  const apart = (size.seconds * 1000) / size.joiners
  const waits: number[] = []
  const coming: Promise<Client>[] = []
  for (let index = 0; index < size.joiners; index += 1) {
    await pause(Math.max(0, began + index * apart - performance.now()))
    const came = performance.now()
    coming.push(
      connect(server, document, { seat: 'reader' }).then((client) => {
        waits.push(performance.now() - came)
        return client
      }),
    )
  }
  const clients = await Promise.all(coming)
  const allMs = performance.now() - began
  const cpuMs = server.cpuMs() - cpuBefore
  const loopDelay = await server.loopDelayP99Ms()
  const othersBlockedMs = await stopWatching()
  const bytes = clients[0]?.state?.length ?? 0
  for (const { close } of clients) close()
  waits.sort((a, b) => a - b)
  const wait = (share: number) => waits[Math.floor((waits.length - 1) * share)] ?? Number.NaN
  return {
    metrics: {
      lastHasAllMs: round(allMs, 0),
      joinP50Ms: round(wait(0.5)),
      joinP99Ms: round(wait(0.99)),
      othersBlockedMs: round(othersBlockedMs),
      cpuMsPerJoin: round(cpuMs / size.joiners),
      rssPeakMiB: round(server.rssPeakKiB() / 1024, 0),
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes: [`${size.joiners} within ${size.seconds} s, ${(bytes / 2 ** 20).toFixed(1)} MiB of state each`],
  }
}
