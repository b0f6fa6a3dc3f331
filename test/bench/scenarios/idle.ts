/** What a connection costs that does nothing: memory, and the processor time to take it in. */
import { connect, connectAll } from '#test/bench/client.ts'
import type { BenchDocument, Seat } from '#test/bench/server.ts'
import { pause, round, type Outcome, type Start } from './common.ts'

const settleMs = 2000
const seats: readonly Seat[] = ['us', 'jp']

export async function idle(start: Start, size: { connections: number; documents: number }): Promise<Outcome> {
  const server = await start()
  const documents = await server.createDocuments(size.documents * 2)
  const placesIn = (some: readonly BenchDocument[]) =>
    some.flatMap((document) =>
      Array.from({ length: Math.ceil(size.connections / size.documents) }, (_, index) => ({
        document,
        seat: seats[index % seats.length] ?? 'us',
      })),
    )
  const come = (places: ReturnType<typeof placesIn>) =>
    connectAll(places, ({ document, seat }) => connect(server, document, { seat }), 50)
  const first = placesIn(documents.slice(0, size.documents))
  // Signed in beforehand: signing in is not connecting.
  for (const { document, seat } of first.slice(0, 12)) await server.address(document, seat)
  await pause(settleMs)
  const rssBefore = server.rssKiB()
  const coldBefore = server.cpuMs()
  const clients = await come(first)
  const coldMs = server.cpuMs() - coldBefore
  await pause(settleMs)
  const rss = server.rssKiB()
  for (const { close } of clients) close()
  await pause(settleMs)
  // To documents that nobody has opened yet: the server is warm, they are not.
  const warmBefore = server.cpuMs()
  const later = await come(placesIn(documents.slice(size.documents)))
  const warmMs = server.cpuMs() - warmBefore
  for (const { close } of later) close()
  return {
    metrics: {
      kibPerConnection: round((rss - rssBefore) / clients.length, 1),
      cpuMsPerConnect: round(warmMs / later.length, 3),
      coldCpuMsPerConnect: round(coldMs / clients.length, 3),
      rssMiB: round(rss / 1024, 0),
      connections: clients.length + later.length,
    },
    notes: [`${size.documents} documents, then ${size.documents} others`],
  }
}
