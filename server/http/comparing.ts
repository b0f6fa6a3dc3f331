/** Any two states of a text beside each other: snapshots, moments of its history, and the text as it stands now. */
import { compareDocument, type ComparedSide } from '#shared/api/compare.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import { pack } from '../snapshots/texts.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Pool, Spent } from '../work/pool.ts'
import type { App } from './context.ts'
import type { Costs } from './costs.ts'
import { documentFor, noSuchDocument } from './documents.ts'
import { serveEndpoint, withContent } from './endpoints.ts'
import type { Moments } from './history.ts'
import { instant } from './instant.ts'
import { notFound } from './problems.ts'

type Options = { storage: Storage; pool: Pool; costs: Costs; moments: Moments }
type Found = { readonly side: ComparedSide; readonly content: string }

export function serveComparing(app: App, { storage, pool, costs, moments }: Options): void {
  /** One problem for what is not there and for what the reader may not know of. */
  const nothingThere = () => notFound('There is no such version or moment, or it is not open to your seat.')

  async function stateOf(actor: Actor, document: DocumentRecord, which: string, spent: Spent): Promise<Found> {
    if (which === 'live') {
      if (!can(actor, 'document.read', document)) throw nothingThere()
      const stored = await storage.log.load(document.id)
      if (stored === null) throw noSuchDocument()
      const side = { type: 'live' as const, at: instant(document.changedAt), label: null, seq: stored.head }
      return { side, content: await pool.run('read', pack(document.id, stored), spent) }
    }
    const [type, name = ''] = which.split(':')
    if (type === 'snapshot') {
      // By the same steps whether it is hidden or not there.
      const head = (await storage.snapshots.list(document.id)).find(({ id }) => id === name)
      if (head === undefined || !can(actor, 'past.read', { ...head, document })) throw nothingThere()
      const snapshot = await storage.snapshots.get(name)
      if (snapshot === null) throw nothingThere()
      const { at, label, seq, content } = snapshot
      return { side: { type, at: instant(at), label, seq }, content }
    }
    if (!can(actor, 'history.read', document)) throw nothingThere()
    const moment = await moments(document, Number(name), spent)
    if (moment === null) throw nothingThere()
    const { row, content } = moment
    return { side: { type: 'moment', at: instant(row.at), label: null, seq: row.seq }, content }
  }

  serveEndpoint(app, compareDocument, async ({ signedIn, params, query, c }) => {
    const { document, actor } = await documentFor(storage, signedIn, 'snapshot.read', params.id)
    return await costs.within(actor.id, async (spent) => {
      const before = await stateOf(actor, document, query.from, spent)
      const after = await stateOf(actor, document, query.to, spent)
      const clauses = await pool.run('compare', { before: before.content, after: after.content }, spent)
      return withContent(c, { before: before.side, after: after.side }, clauses, 'clauses')
    })
  })
}
