/** Builds the first state of a document, on the server and once: two first opens must never double a text. */
import { randomBytes } from 'node:crypto'
import * as Y from 'yjs'
import { appendJson } from '#shared/editor/clauses.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'

/** The first row of a document's log, and the client id that it is written with. */
export function firstState(nodes: readonly JsonNode[]): { state: Uint8Array; clientId: number } {
  const doc = new Y.Doc()
  const clientId = randomBytes(4).readUInt32BE()
  doc.clientID = clientId
  appendJson(doc.getXmlFragment(bodyName), nodes, null)
  return { state: Y.encodeStateAsUpdate(doc), clientId }
}
