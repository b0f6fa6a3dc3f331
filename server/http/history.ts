/** Who changed a text and when: the log read backwards, in runs of one person's changes. */
import { getAuthors, getHistory, getMoment, getTimeline, type HistoryEntry } from '#shared/api/history.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { readChanges, type RunChanges } from '../history/changes.ts'
import { createReplay, type Moment } from '../history/replay.ts'
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

export function serveHistory(app: App, { storage, rooms, people }: { storage: Storage; rooms: Rooms; people: People }) {
  const replay = createReplay(storage.log)
  const timelines = createTimelines(storage.log)

  /** The document whose history the actor may read; the problem 404 or 403 otherwise. */
  async function withHistory(actor: Actor, id: string): Promise<DocumentRecord> {
    const document = await existing(storage, id)
    if (!can(actor, 'history.read', document)) throw forbidden('Your role may not read the history of this document.')
    return document
  }

  /** The text after row `seq` from the live one, if that stands there: no replay is needed to see what is. */
  async function newest({ id, head }: DocumentRecord, seq: number): Promise<Moment | null> {
    if (seq !== head) return null
    const [content, [row]] = await Promise.all([
      rooms.read(id, (doc, at) => (at === seq ? bodyToJson(doc.getXmlFragment(bodyName)) : null)),
      storage.log.history(id, { after: seq - 1, upTo: seq, limit: 1 }),
    ])
    return content === null || row === undefined ? null : { row, content }
  }

  serveEndpoint(app, getTimeline, async ({ signedIn: { actor }, params }) => {
    const document = await withHistory(actor, params.id)
    return { marks: await timelines.marks(document, (user) => people.personOrNull(user)?.party ?? null) }
  })

  serveEndpoint(app, getMoment, async ({ signedIn: { actor }, params }) => {
    const document = await withHistory(actor, params.id)
    const moment = (await newest(document, params.seq)) ?? (await replay.at(document, params.seq))
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
    const entries = await rooms.read(document.id, (doc) => {
      const changes = readChanges(
        shown.map((run) => run.map(({ bytes }) => bytes)),
        doc,
      )
      return shown.flatMap((run, index) => describe(run, changes[index]))
    })
    const oldest = entries?.at(-1)
    return { entries: entries ?? [], more: oldest !== undefined && oldest.firstSeq > 1 }
  })

  function describe(run: readonly HistoryRow[], changes: RunChanges | undefined): HistoryEntry[] {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined || changes === undefined) return []
    return [
      {
        firstSeq: first.seq,
        lastSeq: last.seq,
        by: people.personOrNull(first.user),
        from: new Date(first.at).toISOString(),
        to: new Date(last.at).toISOString(),
        updates: run.length,
        ...changes,
      },
    ]
  }
}
