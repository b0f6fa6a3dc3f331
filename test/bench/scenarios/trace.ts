/** Two authors in a live conversation: each types as soon as they have what it answers. */
import { connect, type Client } from '#test/bench/client.ts'
import { servers } from '#test/bench/config.ts'
import type { BenchDocument, BenchServer } from '#test/bench/server.ts'
import { clockAfter, differing, liveTrace, openClause, textIn, type LiveTrace } from '#test/bench/updates.ts'
import { pause, round, within, type Outcome, type Start } from './common.ts'

const endWithin = 120_000
const authorIds = [31, 32] as const

export async function trace(start: Start, size: { updates: number }): Promise<Outcome> {
  const server = await start()
  const [rehearsal, document] = await server.createDocuments(2)
  if (rehearsal === undefined || document === undefined) throw new Error('No documents were made')
  // What is typed in a clause refers to that clause alone: it is the same whatever stands before it.
  const script = liveTrace(openClause(null, authorIds[0]), authorIds[1], size.updates)
  // A server runs for weeks: before it is measured it has done the same once.
  await converse(server, rehearsal, script)
  return await converse(server, document, script)
}

async function converse(server: BenchServer, document: BenchDocument, { steps, text }: LiveTrace): Promise<Outcome> {
  const other: { hear: (update: Uint8Array) => void } = { hear: () => {} }
  const own: { hear: (update: Uint8Array) => void } = { hear: () => {} }
  const clients: readonly [Client, Client] = [
    await connect(server, document, { seat: 'us', hear: (update) => own.hear(update) }),
    await connect(server, document, { seat: 'jp', hear: (update) => other.hear(update) }),
  ]
  const opening = openClause(clients[0].state, authorIds[0])
  const desks = clients.map((client, author) => ({
    client,
    /** What this author types, in order, and the clock of the other that it answers. */
    keystrokes: steps
      .filter((step) => step.author === author)
      .map(({ update, answers }) => ({
        frame: client.frame(update),
        answers,
        end: clockAfter(update, authorIds[author] ?? 0) ?? 0,
      })),
    typed: 0,
    heard: author === 0 ? 0 : opening.first,
  }))
  clients[0].send(opening.opening)
  await pause(500)

  /** Types all that answers what was heard by now. */
  const type = (desk: (typeof desks)[number]) => {
    for (;;) {
      const next = desk.keystrokes[desk.typed]
      if (next === undefined || next.answers > desk.heard) return
      desk.typed += 1
      // Each keystroke is a write of its own, as an editor's are.
      desk.client.wire.write(next.frame)
    }
  }
  const listen = (author: 0 | 1) => (update: Uint8Array) => {
    const desk = desks[author]
    const clock = clockAfter(update, authorIds[1 - author] ?? 0)
    if (desk === undefined || clock === undefined || clock <= desk.heard) return
    desk.heard = clock
    type(desk)
  }
  own.hear = listen(0)
  other.hear = listen(1)
  const ends = desks.map(({ keystrokes }) => keystrokes.at(-1)?.end ?? 0)

  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  const began = performance.now()
  for (const desk of desks) type(desk)
  const ended = await within(endWithin, () => desks.every(({ heard }, author) => heard >= (ends[1 - author] ?? 0)))
  const seconds = (performance.now() - began) / 1000
  const cpuMs = server.cpuMs() - cpuBefore
  const loopDelay = await server.loopDelayP99Ms()
  const delivered = desks.reduce((sum, { keystrokes }, author) => {
    const heard = desks[1 - author]?.heard ?? 0
    return sum + keystrokes.findLastIndex(({ end }) => end > 0 && end <= heard) + 1
  }, 0)
  let wrong = 0
  if (!servers[server.name].relays) {
    const { state, close } = await connect(server, document, { seat: 'reader' })
    wrong = differing(textIn(state ?? new Uint8Array([0, 0]), opening.clauseId), text)
    close()
  }
  for (const { close } of clients) close()
  return {
    metrics: {
      updatesPerSecond: Math.round(delivered / seconds),
      cpuMsPer1000: round((cpuMs / delivered) * 1000),
      lost: steps.length - delivered,
      wrongCharacters: wrong,
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes: ended ? [] : [`it stood still after ${delivered} of ${steps.length} updates`],
  }
}
