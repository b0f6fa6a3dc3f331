/** How much a document with 50 readers carries: the rate is doubled until it is no longer carried, then narrowed down. */
import { connect, connectAll } from '#test/bench/client.ts'
import { servers } from '#test/bench/config.ts'
import { createLedger, type Ledger } from '#test/bench/ledger.ts'
import { joinAsRealClient } from '#test/bench/real-client.ts'
import type { BenchServer } from '#test/bench/server.ts'
import { typed } from '#test/bench/updates.ts'
import { oneDocument, openWriters, pause, round, within, type Outcome, type Start, type Writer } from './common.ts'

const mostPerSecond = 512_000
const drainMs = 3000
const verifyMs = 20_000
/** A generator that gets fewer frames off than this share of what was asked measures itself. */
const keptUp = 0.9

type Step = {
  readonly perSecond: number
  readonly written: number
  readonly perSecondSent: number
  readonly deliveriesPerSecond: number
  readonly p99Ms: number
  readonly cpuMsPer1000: number
  readonly holds: boolean
  readonly drained: boolean
}

type Size = {
  readers: number
  writers: number
  firstPerSecond: number
  stepSeconds: number
  refinements: number
  limitMs: number
}

export async function saturation(start: Start, size: Size): Promise<Outcome> {
  const server = await start()
  const document = await oneDocument(server)
  const writers = await openWriters(server, document, size.writers)
  const authors = writers.map(({ author }) => author)
  const ledger = createLedger()
  const readers = await connectAll(Array.from({ length: size.readers }), (_, index) =>
    // Every fifth reader's latency: noting millions of them would slow the load down.
    connect(server, document, { seat: 'reader', hear: ledger.reader(authors, index % 5 === 0).hear }),
  )
  const clocks = authors.map(({ first }) => first)
  const once = async (perSecond: number) => await step(server, writers, clocks, ledger, perSecond, size)
  /** A hiccup of the machine is not a limit: a rate fails if it fails twice. */
  const run = async (perSecond: number) => {
    const first = await once(perSecond)
    return first.holds || !first.drained ? first : await once(perSecond)
  }
  await once(size.firstPerSecond / 2)

  const steps: Step[] = []
  let best: Step | null = null
  let beyond: Step | null = null
  for (let perSecond = size.firstPerSecond; perSecond <= mostPerSecond; perSecond *= 2) {
    const result = await run(perSecond)
    steps.push(result)
    if (result.holds) best = result
    else beyond = result
    if (!result.holds) break
  }
  if (best !== null && beyond !== null && beyond.drained) {
    let low = best.perSecond
    let high = beyond.perSecond
    for (let left = size.refinements; left > 0; left -= 1) {
      const middle = Math.round((low + high) / 2)
      const result = await run(middle)
      steps.push(result)
      if (result.holds) {
        best = result
        low = middle
      } else high = middle
      if (!result.drained) break
    }
  }

  const notes = steps.map(
    ({ perSecond, perSecondSent, deliveriesPerSecond, p99Ms, holds }) =>
      `${perSecond}/s asked: ${Math.round(perSecondSent)}/s sent, ${Math.round(deliveriesPerSecond)} deliveries/s, p99 ${round(p99Ms, 0)} ms${holds ? '' : ' (beyond)'}`,
  )
  await within(verifyMs, () => ledger.missing() === 0)
  for (const { close } of readers) close()
  const real = servers[server.name].relays ? null : await joinAsRealClient(server, document)
  if (real !== null) {
    const expected = authors.reduce((sum, { first }, index) => sum + (clocks[index] ?? first) - first, 0)
    notes.push(`a real client that came afterwards saw ${real.charactersOf(authors)} of ${expected} characters`)
    real.stop()
  }
  for (const { client } of writers) client.close()
  return {
    metrics: {
      deliveriesPerSecond: Math.round(best?.deliveriesPerSecond ?? 0),
      writesPerSecond: Math.round(best?.perSecondSent ?? 0),
      p99Ms: round(best?.p99Ms ?? Number.NaN),
      cpuMsPer1000: round(best?.cpuMsPer1000 ?? Number.NaN, 4),
      ...(beyond === null ? {} : { beyondPerSecond: Math.round(beyond.deliveriesPerSecond) }),
      lost: ledger.missing(),
      gaps: ledger.gaps(),
      repeats: ledger.repeats(),
    },
    notes,
  }
}

async function step(
  server: BenchServer,
  writers: readonly Writer[],
  clocks: number[],
  ledger: Ledger,
  perSecond: number,
  { stepSeconds, limitMs }: Size,
): Promise<Step> {
  const each = Math.ceil((perSecond * stepSeconds) / writers.length)
  const scripts = writers.map(({ client, author }, index) => {
    const from = clocks[index] ?? author.first
    const frames = Array.from({ length: each }, (_, at) => client.frame(typed(author, from + at)))
    const ends = new Float64Array(each)
    let end = 0
    for (const [at, frame] of frames.entries()) ends[at] = end += frame.length
    clocks[index] = from + each
    return { client, author, from, bytes: Buffer.concat(frames), ends, sent: 0 }
  })
  ledger.begin()
  const cpuBefore = server.cpuMs()
  const began = performance.now()
  for (let done = false; !done;) {
    const now = performance.now()
    const due = Math.min(each, Math.ceil(((now - began) / 1000) * (perSecond / writers.length)))
    done = due === each
    for (const script of scripts) {
      if (script.sent === due) continue
      for (let at = script.sent; at < due; at += 1) ledger.wrote(script.author, script.from + at, now)
      const start = script.sent === 0 ? 0 : (script.ends[script.sent - 1] ?? 0)
      script.client.wire.write(script.bytes.subarray(start, script.ends[due - 1]))
      script.sent = due
    }
    await pause(1)
  }
  const seconds = (performance.now() - began) / 1000
  const deliveriesInTime = ledger.deliveries()
  const drained = await within(drainMs, () => ledger.missing() === 0)
  const cpuMs = server.cpuMs() - cpuBefore
  const p99Ms = ledger.percentile(0.99)
  const written = each * writers.length
  const perSecondSent = written / seconds
  // What arrived while it was sent: what arrives later was not carried at that rate.
  const deliveriesPerSecond = deliveriesInTime / seconds
  const holds = drained && p99Ms <= limitMs && perSecondSent >= perSecond * keptUp
  return {
    perSecond,
    written,
    perSecondSent,
    deliveriesPerSecond,
    p99Ms,
    cpuMsPer1000: (cpuMs / Math.max(1, ledger.deliveries())) * 1000,
    holds,
    drained,
  }
}
