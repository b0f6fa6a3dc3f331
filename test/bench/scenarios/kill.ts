/** The server is killed while two clients type: how much of what it had delivered, or said to be saved, is gone afterwards? */
import * as Y from 'yjs'
import { connect } from '#test/bench/client.ts'
import type { BenchDocument, BenchServer } from '#test/bench/server.ts'
import { random } from '#test/support/random.ts'
import { typed, type Author } from '#test/bench/updates.ts'
import { oneDocument, openWriters, pause, typeSteadily, type Outcome, type Start } from './common.ts'

const shortestMs = 400
const longestMs = 1600
/** So many characters a writer types between two questions whether all of it is saved. */
const askEvery = 20
/** Some servers answer before they have loaded, and send what they have when they do. */
const loadMs = 1500

/** How far the server knows each client after a restart. */
async function clocksOf(server: BenchServer, document: BenchDocument): Promise<ReadonlyMap<number, number>> {
  const clocks = new Map<number, number>()
  const note = (update: Uint8Array) => {
    for (const [clientId, clock] of Y.parseUpdateMeta(update).to) {
      clocks.set(clientId, Math.max(clock, clocks.get(clientId) ?? 0))
    }
  }
  const { state, close } = await connect(server, document, { seat: 'reader', hear: note })
  if (state !== null) note(state)
  await pause(loadMs)
  close()
  return clocks
}

export async function kill(
  start: Start,
  size: { readonly perSecond: readonly number[]; readonly kills: number },
): Promise<Outcome> {
  const chance = random(9)
  const metrics: Record<string, number> = {}
  const notes: string[] = []
  let server = await start()
  const document = await oneDocument(server)
  const acknowledging = server.name === 'alternat'
  let acknowledged = 0
  let lostAcknowledged = 0
  for (const rate of size.perSecond) {
    let delivered = 0
    let lost = 0
    for (let round = 0; round < size.kills; round += 1) {
      const writers = await openWriters(server, document, 2, acknowledging)
      const authors = writers.map(({ author }) => author)
      const seen = new Map(authors.map(({ clientId, first }) => [clientId, first]))
      const saved = new Map(authors.map(({ clientId, first }) => [clientId, first]))
      const reader = await connect(server, document, {
        seat: 'reader',
        hear: (update) => {
          for (const [clientId, clock] of Y.parseUpdateMeta(update).to) {
            if (clock > (seen.get(clientId) ?? clock)) seen.set(clientId, clock)
          }
        },
      })
      const killed = pause(chance.int(shortestMs, longestMs)).then(async () => await server.stop('SIGKILL'))
      await typeSteadily(
        writers,
        authors.map(({ first }) => first),
        rate / writers.length,
        longestMs,
        ({ client, author }, clock) => {
          client.send(typed(author, clock))
          if (!acknowledging || (clock - author.first) % askEvery !== 0) return
          void client
            .saved()
            .then(() => saved.set(author.clientId, Math.max(saved.get(author.clientId) ?? 0, clock + 1)))
        },
      )
      await killed
      for (const { client } of writers) client.close()
      reader.close()
      server = await start()
      const kept = await clocksOf(server, document)
      const countLost = (author: Author, upTo: number) =>
        Math.max(0, upTo - Math.max(author.first, kept.get(author.clientId) ?? 0))
      for (const author of authors) {
        const upTo = seen.get(author.clientId) ?? author.first
        delivered += upTo - author.first
        lost += countLost(author, upTo)
        const savedUpTo = saved.get(author.clientId) ?? author.first
        acknowledged += savedUpTo - author.first
        lostAcknowledged += countLost(author, savedUpTo)
      }
    }
    metrics[`deliveredAt${rate}`] = delivered
    metrics[`lostAt${rate}`] = lost
    notes.push(`${size.kills} kills at ${rate}/s`)
  }
  if (acknowledging) {
    metrics['lostAcknowledged'] = lostAcknowledged
    metrics['acknowledged'] = acknowledged
  }
  await server.stop('SIGTERM')
  return { metrics, notes }
}
