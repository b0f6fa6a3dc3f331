/** What the texts say at a glance, read from the live documents and kept until the next commit. */
import type * as Y from 'yjs'
import { listChanges, type ListedChange } from '#shared/editor/changes/list.ts'
import { countStatuses, isLate, readClauses, type ClauseRow } from '#shared/editor/clauses.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Days } from '#shared/domain/days.ts'
import type { Status } from '#shared/domain/documents.ts'
import type { DocumentRecord } from '../storage/storage.ts'
import type { Rooms } from '../sync/types.ts'
import { createLatest, type Latest } from './latest.ts'

export type Overviews = {
  /** The clauses of a document as they stand on disk. */
  readonly rows: Latest<readonly ClauseRow[]>
  /** The pending changes of a document as they stand on disk. Where the parties stand on them is in no text. */
  readonly changes: Latest<readonly ListedChange[]>
  /** How a group's outcome targets stand, over the documents given. */
  targets(documents: readonly DocumentRecord[]): Promise<Record<Status, number>>
  /** How many actions are late for one of their owners, over the documents given. */
  lateActions(documents: readonly DocumentRecord[], days: Days): Promise<number>
}

export function createOverviews(rooms: Rooms): Overviews {
  const listOf = <Item>(read: (body: Y.XmlFragment) => readonly Item[]) =>
    createLatest<readonly Item[]>(
      async ({ id }) =>
        (await rooms.read(id, (doc, seq) => ({ seq, value: read(doc.getXmlFragment(bodyName)) }))) ?? {
          seq: -1,
          value: [],
        },
    )
  const rows = listOf(readClauses)
  const changes = listOf((body) => listChanges(bodyToJson(body)))
  const all = async (documents: readonly DocumentRecord[]) => (await Promise.all(documents.map(rows))).flat()

  return {
    rows,
    changes,
    targets: async (documents) => countStatuses(await all(documents), 'outcomeTarget'),
    async lateActions(documents, days) {
      return (await all(documents)).filter((row) => row.kind === 'action' && isLate(row, days)).length
    },
  }
}
