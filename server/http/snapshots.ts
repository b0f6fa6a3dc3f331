/** Snapshots over HTTP: taking, reading, restoring, exporting, comparing. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import {
  diffSnapshots,
  exportSnapshot,
  getSnapshot,
  listSnapshots,
  restoreSnapshot,
  takeSnapshot,
  type SnapshotSummary,
} from '#shared/api/snapshots.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { actorIn, can } from '#shared/domain/permissions.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { pack } from '../snapshots/texts.ts'
import type { ThreadService } from '../threads/service.ts'
import type { DocumentRecord, SnapshotRecord, Storage, StoredText } from '../storage/storage.ts'
import type { Clock, CommandOutcome, Rooms } from '../sync/types.ts'
import type { Pool } from '../work/pool.ts'
import type { App, SignedIn } from './context.ts'
import type { Costs } from './costs.ts'
import { documentFor, noSuchDocument } from './documents.ts'
import { serveEndpoint, withContent } from './endpoints.ts'
import { instant } from './instant.ts'
import type { People } from './people.ts'
import { forbidden, notFound, unusable } from './problems.ts'

/** A text that is being typed in all the while is taken as it was a moment ago. */
const mostTries = 3

type Options = {
  storage: Storage
  rooms: Rooms
  cluster: Cluster
  clock: Clock
  people: People
  pool: Pool
  costs: Costs
  threads: ThreadService
  logger: Logger
}

export function serveSnapshots(app: App, options: Options): void {
  const { storage, rooms, cluster, clock, people, pool, costs, threads, logger } = options
  const summary = ({
    id,
    document,
    label,
    note,
    by,
    at,
    agreed,
    hash,
  }: Omit<SnapshotRecord, 'content'>): SnapshotSummary => ({
    id,
    document,
    label,
    note,
    by: people.person(by),
    at: instant(at),
    agreed,
    hash,
  })

  const noSuchSnapshot = () => notFound('There is no such snapshot, or it is not open to your seat.')

  /** The snapshot of that id and its document, by the same steps whether it is hidden or not there; the problem 404. */
  async function readable(
    { seats }: SignedIn,
    id: string,
  ): Promise<{ snapshot: SnapshotRecord; document: DocumentRecord; actor: Actor }> {
    const document = await storage.documents.get((await storage.snapshots.documentOf(id)) ?? '')
    const actor = document && actorIn(seats, document)
    if (document === null || actor === null || !can(actor, 'snapshot.read', document)) throw noSuchSnapshot()
    const snapshot = await storage.snapshots.get(id)
    if (snapshot === null || !can(actor, 'past.read', { ...snapshot, document })) throw noSuchSnapshot()
    return { snapshot, document, actor }
  }

  /**
   * Has `attempt` take a snapshot of what is stored. A large text is hashed elsewhere, and may be edited meanwhile: then another
   * one is tried, and at last the text of that moment is taken, which is in the log under its `seq`.
   */
  async function takeOf(
    document: string,
    attempt: (stored: StoredText, mustBeNewest: boolean) => Promise<CommandOutcome<SnapshotRecord | null> | null>,
  ): Promise<SnapshotRecord> {
    for (let tries = 1; ; tries += 1) {
      const stored = await storage.log.load(document)
      const outcome = stored && (await attempt(stored, tries < mostTries))
      if (outcome === null) throw noSuchDocument()
      if (outcome.answer !== null) return outcome.answer
    }
  }

  serveEndpoint(app, listSnapshots, async ({ signedIn, params }) => {
    const { document, actor } = await documentFor(storage, signedIn, 'snapshot.read', params.id)
    const all = await storage.snapshots.list(document.id)
    return { snapshots: all.filter((each) => can(actor, 'past.read', { ...each, document })).map(summary) }
  })

  serveEndpoint(app, takeSnapshot, async ({ signedIn, params, body: { label, note, agreed } }) => {
    const { document, actor } = await documentFor(storage, signedIn, 'snapshot.read', params.id)
    if (!can(actor, 'snapshot.take', document)) throw forbidden('Only the secretariat takes snapshots.')
    const snapshot = await takeOf(document.id, async (stored, mustBeNewest) => {
      const text = await costs.within(actor.id, (spent) => pool.run('take', pack(document.id, stored), spent))
      return await rooms.command(document.id, actor, ({ seq }) => {
        if (mustBeNewest && seq !== stored.head) return { answer: null }
        const at = clock.now()
        const fresh = {
          id: randomUUID(),
          document: document.id,
          label,
          note,
          by: actor.id,
          at,
          agreed,
          seq: stored.head,
          ...text,
        }
        const detail = { document: document.id, seq: fresh.seq, hash: fresh.hash, agreed }
        return {
          writes: [{ type: 'takeSnapshot', snapshot: fresh }],
          audit: [{ at, actor: actor.id, action: 'snapshot.take', subject: `snapshot:${fresh.id}`, detail }],
          answer: fresh,
        }
      })
    })
    cluster.publish({
      type: 'snapshot',
      document: document.id,
      snapshot: snapshot.id,
      label,
      agreed,
      at: snapshot.at,
      by: actor.id,
    })
    return summary(snapshot)
  })

  serveEndpoint(app, getSnapshot, async ({ signedIn, params, c }) => {
    const { snapshot } = await readable(signedIn, params.id)
    return withContent(c, summary(snapshot), snapshot.content)
  })

  serveEndpoint(app, restoreSnapshot, async ({ signedIn, params }) => {
    const { snapshot, document, actor } = await readable(signedIn, params.id)
    if (!can(actor, 'snapshot.restore', document)) {
      throw forbidden(
        'Only a co-chair of the working group brings a version back, and not into a text that is agreed or archived.',
      )
    }
    const stored = await storage.log.load(document.id)
    if (stored === null) throw noSuchDocument()
    // Begun before the text changes. Nobody waits for it: how long it takes depends on threads that the restorer may not know of.
    const wordings = threads.watchWordings(document.id)
    // Should the restore be refused, there is nothing to note, and a failure here must not end the process.
    wordings.catch(() => undefined)
    const { client, updates } = await costs.within(actor.id, (spent) =>
      pool.run('restore', { ...pack(document.id, stored), content: snapshot.content }, spent),
    )
    let changed = false
    // One after the other, so that what is large keeps no other document waiting; the last of them with what the audit says.
    for (const update of updates.slice(0, -1)) {
      if ((await rooms.edit(document.id, actor, { update, client })) === true) changed = true
    }
    const update = updates.at(-1)
    const at = clock.now()
    const { label } = snapshot
    const restored = { document: document.id, label, by: actor.id, at, after: stored.head }
    const outcome = await rooms.command(document.id, actor, ({ seq }) => ({
      ...(update !== undefined && {
        edit: { update, client },
        writes: [{ type: 'noteRestore', restore: { ...restored, snapshot: snapshot.id, last: seq + 1 } }],
      }),
      audit: [
        {
          at,
          actor: actor.id,
          action: 'snapshot.restore',
          subject: `snapshot:${snapshot.id}`,
          detail: { document: document.id, changed: update !== undefined },
        },
      ],
      answer: null,
    }))
    if (outcome === null) throw noSuchDocument()
    if (update !== undefined) {
      cluster.publish({ type: 'restored', ...restored, agreed: snapshot.agreed, taken: snapshot.at })
      void wordings
        .then((noteUndone) => noteUndone({ label, by: actor.id, at }))
        .catch((error: unknown) => logger.warn({ err: error }, 'threads could not be told of a restore'))
    }
    return { changed: changed || outcome.changed }
  })

  serveEndpoint(app, exportSnapshot, async ({ signedIn, params, query: { format, language, view }, c }) => {
    const { snapshot, document, actor } = await readable(signedIn, params.id)
    const { label, hash, at, by } = summary(snapshot)
    const version = { title: document.title, label, hash, at, by: by.name, content: snapshot.content }
    const file = await costs.within(actor.id, (spent) =>
      pool.run('export', { ...version, format, language: language ?? null, view, party: actor.party }, spent),
    )
    const name = [
      document.group,
      document.kind,
      at.slice(0, 10),
      hash.slice(0, 8),
      ...(language === undefined ? [] : [language]),
    ].join('-')
    return c.body(file, 200, {
      'Content-Type': format === 'html' ? 'text/html; charset=utf-8' : 'text/markdown; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.${format === 'html' ? 'html' : 'md'}"`,
      'Cache-Control': 'no-store',
    })
  })

  serveEndpoint(app, diffSnapshots, async ({ signedIn, params, c }) => {
    const [before, after] = [await readable(signedIn, params.a), await readable(signedIn, params.b)]
    if (before.document.id !== after.document.id) throw unusable('b', 'Compare two snapshots of the same document.')
    const { actor } = before
    const texts = { before: before.snapshot.content, after: after.snapshot.content }
    const clauses = await costs.within(actor.id, (spent) => pool.run('compare', texts, spent))
    return withContent(c, { before: summary(before.snapshot), after: summary(after.snapshot) }, clauses, 'clauses')
  })
}
