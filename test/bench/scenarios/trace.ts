/** Two authors in a live conversation: whoever takes a turn has seen the other's, so that each waits for what it answers. */
import { connect, type Client } from '#test/bench/client.ts'
import { clockAfter, differing, liveTrace, openClause, textIn } from '#test/bench/updates.ts'
import { oneDocument, pause, round, within, type Outcome, type Start } from './common.ts'

const endWithin = 120_000
const authorIds = [31, 32] as const

export async function trace(start: Start, size: { updates: number }): Promise<Outcome> {
  const server = await start()
  const document = await oneDocument(server)
  const other: { hear: (update: Uint8Array) => void } = { hear: () => {} }
  const own: { hear: (update: Uint8Array) => void } = { hear: () => {} }
  const clients: readonly [Client, Client] = [
    await connect(server, document, { seat: 'us', hear: (update) => own.hear(update) }),
    await connect(server, document, { seat: 'jp', hear: (update) => other.hear(update) }),
  ]
  const opening = openClause(clients[0].state, authorIds[0])
  // What is typed in a clause refers to that clause alone: it is the same whatever stands before it.
  const { steps, text } = liveTrace(openClause(null, authorIds[0]), authorIds[1], size.updates)
  const frames = steps.map(({ author, update }) => clients[author].frame(update))
  // By the clock that a turn ends with the other side knows that it has all of it.
  const ends = steps.map(({ author, update, lastOfTurn }) =>
    lastOfTurn ? (clockAfter(update, authorIds[author]) ?? null) : null,
  )
  clients[0].send(opening.opening)
  await pause(500)

  let at = 0
  let lastHeard = 0
  /** Sends the rest of the turn that the conversation has come to. */
  const takeTurn = () => {
    const turn: Buffer[] = []
    const client = clients[steps[at]?.author ?? 0]
    for (;;) {
      const frame = frames[at]
      if (frame === undefined) break
      turn.push(frame)
      at += 1
      if (steps[at - 1]?.lastOfTurn === true) break
    }
    // Each keystroke is a write of its own, as an editor's are.
    for (const frame of turn) client.wire.write(frame)
  }
  const listen = (me: 0 | 1) => (update: Uint8Array) => {
    const last = steps[at - 1]
    const end = ends[at - 1]
    if (last === undefined || last.author === me || end == null) return
    const clock = clockAfter(update, authorIds[last.author])
    if (clock === undefined || clock < end) return
    lastHeard = at
    if (at < steps.length) takeTurn()
  }
  own.hear = listen(0)
  other.hear = listen(1)

  await server.loopDelayP99Ms()
  const cpuBefore = server.cpuMs()
  const began = performance.now()
  takeTurn()
  const ended = await within(endWithin, () => lastHeard === steps.length)
  const seconds = (performance.now() - began) / 1000
  const cpuMs = server.cpuMs() - cpuBefore
  const loopDelay = await server.loopDelayP99Ms()
  let wrong = 0
  if (server.name !== 'relay') {
    const { state, close } = await connect(server, document, { seat: 'reader' })
    wrong = differing(textIn(state ?? new Uint8Array([0, 0]), opening.clauseId), text)
    close()
  }
  for (const { close } of clients) close()
  return {
    metrics: {
      updatesPerSecond: Math.round(lastHeard / seconds),
      cpuMsPer1000: round((cpuMs / lastHeard) * 1000),
      lost: steps.length - lastHeard,
      wrongCharacters: wrong,
      ...(loopDelay === null ? {} : { loopDelayP99Ms: round(loopDelay) }),
    },
    notes: ended ? [] : [`it stood still after ${lastHeard} of ${steps.length} updates`],
  }
}
