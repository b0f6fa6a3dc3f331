/** Long texts, written into a document before anything is measured. */
import { connect } from './client.ts'
import { pause } from './scenarios/common.ts'
import type { BenchDocument, BenchServer } from './server.ts'
import { longEdit, longText, openClause } from './updates.ts'

const settleMs = 3000
const authorId = 43

/** One author's edits, a character each. */
export const lengthen = (server: BenchServer, document: BenchDocument, edits: number): Promise<void> =>
  write(server, document, longEdit(openClause(null, authorId), edits).edits)

/** Clauses as long as this together, in bytes. */
export const fill = (server: BenchServer, document: BenchDocument, bytes: number): Promise<void> =>
  write(server, document, longText(openClause(null, authorId), bytes))

/** A server that does not say when it has everything is given some time. */
async function write(server: BenchServer, document: BenchDocument, updates: readonly Uint8Array[]): Promise<void> {
  const acknowledged = server.name === 'alternat'
  const writer = await connect(server, document, { seat: 'us', acknowledged })
  writer.send(openClause(writer.state, authorId).opening)
  if (acknowledged) await writer.saved()
  for (const update of updates) {
    if (!writer.wire.write(writer.frame(update))) await writer.wire.drained()
  }
  if (acknowledged) await writer.saved()
  else await pause(settleMs)
  writer.close()
  await pause(settleMs)
}
