/** What a connection costs that does nothing: memory, and the processor time to take it in. */
import { connect, connectAll } from '#test/bench/client.ts'
import type { Seat } from '#test/bench/server.ts'
import { pause, round, type Outcome, type Start } from './common.ts'

const settleMs = 2000
const seats: readonly Seat[] = ['us', 'jp']

export async function idle(start: Start, size: { connections: number; documents: number }): Promise<Outcome> {
  const server = await start()
  const documents = await server.createDocuments(size.documents)
  const places = documents.flatMap((document) =>
    Array.from({ length: Math.ceil(size.connections / size.documents) }, (_, index) => ({
      document,
      seat: seats[index % seats.length] ?? 'us',
    })),
  )
  // Signed in beforehand: signing in is not connecting.
  for (const { document, seat } of places.slice(0, 12)) await server.address(document, seat)
  await pause(settleMs)
  const rssBefore = server.rssKiB()
  const cpuBefore = server.cpuMs()
  const clients = await connectAll(places, ({ document, seat }) => connect(server, document, { seat }), 50)
  const cpuMs = server.cpuMs() - cpuBefore
  await pause(settleMs)
  const rss = server.rssKiB()
  for (const { close } of clients) close()
  return {
    metrics: {
      kibPerConnection: round((rss - rssBefore) / clients.length, 1),
      cpuMsPerConnect: round(cpuMs / clients.length, 3),
      rssMiB: round(rss / 1024, 0),
      connections: clients.length,
    },
    notes: [`${documents.length} documents`],
  }
}
