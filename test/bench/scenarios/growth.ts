/** The same work with more clients, more documents and longer documents: what does a delivery cost as they grow? */
import type { BenchDocument, BenchServer } from '#test/bench/server.ts'
import { lengthen } from '#test/bench/lengthen.ts'
import { documents } from './documents.ts'
import { fanout } from './fanout.ts'
import { round, type Outcome, type Start } from './common.ts'

const factors = [1, 2, 4, 8] as const

type Size = {
  readonly readers: number
  readonly documents: number
  readonly edits: number
  readonly seconds: number
}

export async function growth(start: Start, size: Size): Promise<Outcome> {
  let running: BenchServer | null = null
  const startAgain: Start = async () => {
    await running?.stop('SIGTERM')
    running = await start()
    return running
  }
  const steady = { writers: 2, perSecond: 50, seconds: size.seconds }
  const metrics: Record<string, number> = {}
  const note = (axis: string, factor: number, { metrics: own }: Outcome) => {
    metrics[`${axis}${factor}x`] = round(own['cpuMsPer1000'] ?? Number.NaN)
  }
  for (const factor of factors) {
    note('clients', factor, await fanout(startAgain, { ...steady, readers: size.readers * factor }))
  }
  for (const factor of factors) {
    const many = { documents: size.documents * factor, perSecond: 1, seconds: size.seconds }
    note('documents', factor, await documents(startAgain, many))
  }
  for (const factor of factors) {
    const grow = (server: BenchServer, document: BenchDocument) => lengthen(server, document, size.edits * factor)
    note('length', factor, await fanout(startAgain, { ...steady, readers: size.readers }, grow))
  }
  for (const axis of ['clients', 'documents', 'length']) {
    metrics[`${axis}Growth`] = round((metrics[`${axis}8x`] ?? Number.NaN) / (metrics[`${axis}1x`] ?? Number.NaN))
  }
  return { metrics, notes: [`1x: ${size.readers} readers, ${size.documents} documents, ${size.edits} edits of length`] }
}
