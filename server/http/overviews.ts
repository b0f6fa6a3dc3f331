/** What the texts say at a glance, read from the live documents and kept until the next commit. */
import { countStatuses, isLate, readClauses, type ClauseRow } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Status } from '#shared/domain/documents.ts'
import type { DocumentRecord } from '../storage/storage.ts'
import type { Rooms } from '../sync/types.ts'

export type Overviews = {
  /** The clauses of a document as they stand on disk. */
  rows(document: DocumentRecord): Promise<readonly ClauseRow[]>
  /** How a group's outcome targets stand, over the documents given. */
  targets(documents: readonly DocumentRecord[]): Promise<Record<Status, number>>
  /** How many actions are overdue on `today`, over the documents given. */
  lateActions(documents: readonly DocumentRecord[], today: string): Promise<number>
}

export function createOverviews(rooms: Rooms): Overviews {
  const known = new Map<string, { epoch: number; seq: number; rows: readonly ClauseRow[] }>()

  async function rows(document: DocumentRecord): Promise<readonly ClauseRow[]> {
    const before = known.get(document.id)
    if (before?.epoch === document.epoch && before.seq >= document.head) return before.rows
    const read = await rooms.read(document.id, (doc, seq) => ({ seq, rows: readClauses(doc.getXmlFragment(bodyName)) }))
    if (read === null) return []
    known.set(document.id, { epoch: document.epoch, ...read })
    return read.rows
  }
  const all = async (documents: readonly DocumentRecord[]) => (await Promise.all(documents.map(rows))).flat()

  return {
    rows,
    targets: async (documents) => countStatuses(await all(documents), 'outcomeTarget'),
    async lateActions(documents, today) {
      return (await all(documents)).filter((row) => row.kind === 'action' && isLate(row, today)).length
    },
  }
}
