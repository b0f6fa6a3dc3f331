/** What the scenarios share: the form of their results, a document with its writers, and time. */
import { connect, type Client } from '#test/bench/client.ts'
import type { BenchDocument, BenchServer, Seat } from '#test/bench/server.ts'
import { clockAfter, openClause, typed, type Author } from '#test/bench/updates.ts'

/** Figures by name, and what a reader of them must know. */
export type Outcome = {
  readonly metrics: { readonly [metric: string]: number }
  readonly notes: readonly string[]
}

/** How a scenario starts its server; again in the same folder if it was stopped. `stop` ends the last one in good order. */
export type Start = () => Promise<BenchServer>

/** A server runs for weeks: before it is measured it has worked for so long, faster than while it is measured. */
export const warmUpMs = 6000

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits until `holds`, looking every few milliseconds; false if it does not within `ms`. */
export async function within(ms: number, holds: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ms
  while (!holds()) {
    if (performance.now() > deadline) return false
    await pause(5)
  }
  return true
}

export type Writer = { readonly client: Client; readonly author: Author }

/** Connects writers, the two sides in turn, each with a clause of their own in the document. */
export async function openWriters(
  server: BenchServer,
  document: BenchDocument,
  count: number,
  acknowledged = false,
): Promise<Writer[]> {
  const writers: Writer[] = []
  for (let index = 0; index < count; index += 1) {
    const seat: Seat = index % 2 === 0 ? 'us' : 'jp'
    const client = await connect(server, document, { seat, acknowledged })
    const author = openClause(client.state, freshClientId())
    client.send(author.opening)
    writers.push({ client, author })
  }
  // The openings have arrived before anything is measured.
  await pause(300)
  return writers
}

let lastClientId = 1_000_000_000

/** A client id that no other of this run has. */
export const freshClientId = (): number => (lastClientId += 1)

/** The one document of a scenario. */
export async function oneDocument(server: BenchServer): Promise<BenchDocument> {
  const [document] = await server.createDocuments(1)
  if (document === undefined) throw new Error('No document was made')
  return document
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

/** Sends characters at a steady rate from all writers in turn, `perSecond` each, until `ms` have passed. */
export async function typeSteadily(
  writers: readonly Writer[],
  clocks: number[],
  perSecond: number,
  ms: number,
  type: (writer: Writer, clock: number) => void,
): Promise<void> {
  const apart = 1000 / perSecond / writers.length
  const began = performance.now()
  for (let sent = 0; ;) {
    const now = performance.now()
    if (now - began >= ms) return
    for (; began + sent * apart <= now; sent += 1) {
      const index = sent % writers.length
      const writer = writers[index]
      const clock = clocks[index]
      if (writer === undefined || clock === undefined) throw new Error('A writer without a clock')
      type(writer, clock)
      clocks[index] = clock + 1
    }
    await pause(Math.max(0, began + sent * apart - performance.now()))
  }
}

/** Two others type in another document meanwhile; gives how to stop, and how long one of their keystrokes took at most. */
export async function watchAnotherRoom(server: BenchServer): Promise<() => Promise<number>> {
  const [, another] = await server.createDocuments(2)
  if (another === undefined) throw new Error('No document was made')
  const [writer] = await openWriters(server, another, 1)
  if (writer === undefined) throw new Error('There is no writer')
  const { client, author } = writer
  const sentAt = new Map<number, number>()
  let longest = 0
  let typing = true
  const reader = await connect(server, another, {
    seat: 'reader',
    hear: (update, at) => {
      const clock = clockAfter(update, author.clientId) ?? 0
      for (const [sent, when] of sentAt) {
        if (sent >= clock) continue
        longest = Math.max(longest, at - when)
        sentAt.delete(sent)
      }
    },
  })
  const type = async () => {
    for (let clock = author.first; typing; clock += 1) {
      sentAt.set(clock, performance.now())
      client.send(typed(author, clock))
      await pause(10)
    }
  }
  // The first keystrokes are slower, whatever else goes on.
  const typist = type()
  await pause(500)
  longest = 0
  return async () => {
    typing = false
    await typist
    await within(5000, () => sentAt.size === 0)
    client.close()
    reader.close()
    return sentAt.size === 0 ? longest : Number.POSITIVE_INFINITY
  }
}
