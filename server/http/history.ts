/** Who changed a text and when: the log read backwards, in runs of one person's changes. */
import * as Y from 'yjs'
import { getAuthors, getHistory, getMoment, getTimeline, type HistoryEntry } from '#shared/api/history.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import { createReplay } from '../history/replay.ts'
import { createTimelines } from '../history/timeline.ts'
import type { DocumentRecord, HistoryRow, Storage } from '../storage/storage.ts'
import type { Rooms } from '../sync/types.ts'
import { joinRuns } from './activity.ts'
import type { App } from './context.ts'
import { existing } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import type { People } from './people.ts'
import { forbidden, notFound } from './problems.ts'

const rowsPerPage = 500
const entriesPerPage = 50

/** Characters that an update adds. */
export function insertedCharacters(update: Uint8Array): number {
  let characters = 0
  for (const struct of Y.decodeUpdate(update).structs) {
    if (struct instanceof Y.Item && struct.content instanceof Y.ContentString) characters += struct.content.getLength()
  }
  return characters
}

/** Characters that an update removes, looked up in the live document, which keeps what was deleted. */
export function deletedCharacters(update: Uint8Array, doc: Y.Doc): number {
  let characters = 0
  for (const [client, ranges] of Y.decodeUpdate(update).ds.clients) {
    const structs = doc.store.clients.get(client)
    if (structs === undefined) continue
    for (const { clock, len } of ranges) {
      if (clock >= Y.getState(doc.store, client)) continue
      for (let index = Y.findIndexSS(structs, clock); index < structs.length; index += 1) {
        const struct = structs[index]
        if (struct === undefined || struct.id.clock >= clock + len) break
        if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) continue
        const first = Math.max(clock, struct.id.clock)
        characters += Math.min(clock + len, struct.id.clock + struct.length) - first
      }
    }
  }
  return characters
}

export function serveHistory(app: App, { storage, rooms, people }: { storage: Storage; rooms: Rooms; people: People }) {
  const replay = createReplay(storage.log)
  const timelines = createTimelines(storage.log)

  /** The document whose history the actor may read; the problem 404 or 403 otherwise. */
  async function withHistory(actor: Actor, id: string): Promise<DocumentRecord> {
    const document = await existing(storage, id)
    if (!can(actor, 'history.read', document)) throw forbidden('Your role may not read the history of this document.')
    return document
  }

  serveEndpoint(app, getTimeline, async ({ signedIn: { actor }, params }) => {
    const document = await withHistory(actor, params.id)
    return { marks: await timelines.marks(document, (user) => people.personOrNull(user)?.party ?? null) }
  })

  serveEndpoint(app, getMoment, async ({ signedIn: { actor }, params }) => {
    const document = await withHistory(actor, params.id)
    const moment = await replay.at(document, params.seq)
    if (moment === null) throw notFound('The text has no such moment.')
    const { row, content } = moment
    return {
      seq: row.seq,
      at: new Date(row.at).toISOString(),
      by: people.personOrNull(row.user),
      content: { ...content },
    }
  })

  serveEndpoint(app, getAuthors, async ({ signedIn: { actor }, params }) => {
    const document = await withHistory(actor, params.id)
    const [stored, written] = await Promise.all([storage.log.clients(document.id), timelines.clients(document)])
    return {
      clients: stored.map(({ clientId, user }) => ({
        client: clientId,
        by: people.personOrNull(user),
        written: (written.get(clientId) ?? []).map(({ upTo, at }) => ({ upTo, at: new Date(at).toISOString() })),
      })),
    }
  })

  serveEndpoint(app, getHistory, async ({ signedIn: { actor }, params, query }) => {
    const document = await withHistory(actor, params.id)
    const upTo = Math.min((query.before ?? document.head + 1) - 1, document.head)
    const after = Math.max(0, upTo - rowsPerPage)
    const rows = upTo <= 0 ? [] : await storage.log.history(document.id, { after, upTo, limit: rowsPerPage })
    const runs = joinRuns(rows).toReversed()
    // The oldest run may go on before this page: it is left to the next one, unless it is all there is.
    const whole = after > 0 && runs.length > 1 ? runs.slice(0, -1) : runs
    const shown = whole.slice(0, entriesPerPage)
    const entries = await rooms.read(document.id, (doc) => shown.map((run) => describe(run, doc)))
    const oldest = entries?.at(-1)
    return { entries: entries ?? [], more: oldest !== undefined && oldest.firstSeq > 1 }
  })

  function describe(run: readonly HistoryRow[], doc: Y.Doc): HistoryEntry {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined) throw new RangeError('A run has at least one row')
    const sum = (count: (row: HistoryRow) => number) => run.reduce((total, row) => total + count(row), 0)
    return {
      firstSeq: first.seq,
      lastSeq: last.seq,
      by: people.personOrNull(first.user),
      from: new Date(first.at).toISOString(),
      to: new Date(last.at).toISOString(),
      updates: run.length,
      inserted: sum(({ bytes }) => insertedCharacters(bytes)),
      deleted: sum(({ bytes }) => deletedCharacters(bytes, doc)),
    }
  }
}
