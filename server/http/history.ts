/** Who changed a text and when: the log read backwards, in runs of one person's changes. */
import { getAuthors, getHistory, getMoment, getTimeline, type HistoryEntry } from '#shared/api/history.ts'
import { readChanges, type RunChanges } from '../history/changes.ts'
import { createReplay, type Moment } from '../history/replay.ts'
import { createTimelines } from '../history/timeline.ts'
import { pack } from '../snapshots/texts.ts'
import type { DocumentRecord, HistoryRow, RestoreRecord, Storage } from '../storage/storage.ts'
import type { Rooms } from '../sync/types.ts'
import type { Pool, Spent } from '../work/pool.ts'
import { joinRuns } from '../projections/activity.ts'
import type { App, SignedIn } from './context.ts'
import type { Costs } from './costs.ts'
import { documentFor } from './documents.ts'
import { serveEndpoint, withContent } from './endpoints.ts'
import { instant } from './instant.ts'
import type { People } from './people.ts'
import { notFound } from './problems.ts'

const rowsPerPage = 500
const entriesPerPage = 50

type Options = { storage: Storage; rooms: Rooms; people: People; costs: Costs; moments: Moments }

/** The text after row `seq` of a document; null if its log has no such row. */
export type Moments = (document: DocumentRecord, seq: number, spent: Spent) => Promise<Moment | null>

export function createMoments({ storage, pool }: { storage: Storage; pool: Pool }): Moments {
  const replay = createReplay(storage.log, pool.replay)

  /** The text after row `seq` from its checkpoint, if it stands there: no replay is needed to see what is. */
  async function newest({ id, head }: DocumentRecord, seq: number, spent: Spent): Promise<Moment | null> {
    if (seq !== head) return null
    const [stored, [row]] = await Promise.all([
      storage.log.load(id),
      storage.log.history(id, { after: seq - 1, upTo: seq, limit: 1 }),
    ])
    if (stored?.head !== seq || row === undefined) return null
    return { row, content: await pool.run('read', pack(id, stored), spent) }
  }

  return async (document, seq, spent) => (await newest(document, seq, spent)) ?? (await replay.at(document, seq, spent))
}

export function serveHistory(app: App, { storage, rooms, people, costs, moments }: Options): void {
  const timelines = createTimelines(storage.log)

  /** The document whose history the actor may read; the problem 404 otherwise. */
  const withHistory = (signedIn: SignedIn, id: string) => documentFor(storage, signedIn, 'history.read', id)

  /** For what is done here, a little at a time: as long as it took. */
  const measured = async <Result>(spent: Spent, work: () => Promise<Result>): Promise<Result> => {
    const began = performance.now()
    try {
      return await work()
    } finally {
      spent(performance.now() - began)
    }
  }

  serveEndpoint(app, getTimeline, async ({ signedIn, params }) => {
    const { document, actor } = await withHistory(signedIn, params.id)
    const partyOf = (user: string | null) => people.personOrNull(user)?.party ?? null
    return await costs.within(actor.id, async (spent) => ({
      marks: await measured(spent, () => timelines.marks(document, partyOf)),
    }))
  })

  serveEndpoint(app, getMoment, async ({ signedIn, params, c }) => {
    const { document, actor } = await withHistory(signedIn, params.id)
    const moment = await costs.within(actor.id, async (spent) => await moments(document, params.seq, spent))
    if (moment === null) throw notFound('The text has no such moment.')
    const { row, content } = moment
    return withContent(
      c,
      {
        seq: row.seq,
        at: instant(row.at),
        by: people.personOrNull(row.user),
      },
      content,
    )
  })

  serveEndpoint(app, getAuthors, async ({ signedIn, params }) => {
    const { document, actor } = await withHistory(signedIn, params.id)
    const [stored, written] = await costs.within(actor.id, (spent) =>
      measured(spent, () => Promise.all([storage.log.clients(document.id), timelines.clients(document)])),
    )
    return {
      clients: stored.map(({ clientId, user }) => ({
        client: clientId,
        by: people.personOrNull(user),
        written: (written.get(clientId) ?? []).map(({ upTo, at }) => ({ upTo, at: instant(at) })),
      })),
    }
  })

  serveEndpoint(app, getHistory, async ({ signedIn, params, query }) => {
    const { document, actor } = await withHistory(signedIn, params.id)
    const upTo = Math.min((query.before ?? document.head + 1) - 1, document.head)
    const after = Math.max(0, upTo - rowsPerPage)
    const rows = upTo <= 0 ? [] : await storage.log.history(document.id, { after, upTo, limit: rowsPerPage })
    const runs = joinRuns(rows).toReversed()
    // The oldest run may go on before this page: it is left to the next one, unless it is all there is.
    const whole = after > 0 && runs.length > 1 ? runs.slice(0, -1) : runs
    const shown = whole.slice(0, entriesPerPage)
    const restores = await storage.snapshots.restores(document.id)
    const entries = await costs.within(actor.id, (spent) =>
      rooms.read(document.id, (doc) => {
        const began = performance.now()
        const changes = readChanges(
          shown.map((run) => run.map(({ bytes }) => bytes)),
          doc,
        )
        spent(performance.now() - began)
        return shown.flatMap((run, index) => describe(run, changes[index], restores))
      }),
    )
    const oldest = entries?.at(-1)
    return { entries: entries ?? [], more: oldest !== undefined && oldest.firstSeq > 1 }
  })

  function describe(
    run: readonly HistoryRow[],
    changes: RunChanges | undefined,
    restores: readonly RestoreRecord[],
  ): HistoryEntry[] {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined || changes === undefined) return []
    const times = run.map(({ at }) => at)
    return [
      {
        firstSeq: first.seq,
        lastSeq: last.seq,
        by: people.personOrNull(first.user),
        // Not those of the first and the last: the clock may have been set back a little between them.
        from: instant(Math.min(...times)),
        to: instant(Math.max(...times)),
        restored:
          restores.find(({ by, after, last: end }) => by === first.user && after < last.seq && first.seq <= end)
            ?.label ?? null,
        updates: run.length,
        ...changes,
      },
    ]
  }
}
