/** Pending changes and phases over HTTP. */
import {
  acceptChange,
  changePhase,
  declineChange,
  listChanges,
  proposeChange,
  settlePlace,
  withdrawChange,
} from '#shared/api/changes.ts'
import { tableDraft } from '#shared/api/document-changes.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { isLanguage } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { can } from '#shared/domain/permissions.ts'
import { describeDeclined, describePending } from './pending.ts'
import { createNegotiation, type AsRead } from '../negotiation/service.ts'
import { tableDraft as tableInto } from '../negotiation/tabling.ts'
import type { Standing } from '#shared/editor/changes/alternatives.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { App, SignedIn } from './context.ts'
import { readable } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import { instant } from './instant.ts'
import { forbidden, HttpProblem, notFound } from './problems.ts'

/** A change as it was read. */
type Read = { readonly id: string } & AsRead

/** What is in a document, as it is called outside of it. */
const outside = (document: DocumentRecord, id: string) => `${document.id}.${id}`

/** The same the other way round. Throws the problem 404 where the name is of something else. */
function inside(document: DocumentRecord, id: string): string {
  const prefix = outside(document, '')
  if (!id.startsWith(prefix)) throw notFound('That change is not in this document.')
  return id.slice(prefix.length)
}

/** A document that whoever asks may suggest in, and the seat in which they do. */
type Open = { readonly document: DocumentRecord; readonly actor: Actor }

export function serveChanges(
  app: App,
  options: { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock },
): void {
  const { storage } = options
  const negotiation = createNegotiation(options)

  const describe = (document: DocumentRecord, change: Standing) => {
    const { isParty } = initiative()
    const { id, place, clause, language, kind, party, user, at, deletes, inserts, accepted, declined } = change
    return {
      id: outside(document, id),
      place: outside(document, place),
      clause,
      language: isLanguage(language) ? language : null,
      kind,
      party: isParty(party) ? party : null,
      user,
      at: instant(at),
      deletes,
      inserts,
      accepted: accepted.filter(isParty),
      declined: describeDeclined({ declined }),
    }
  }

  /** The document that an id names and the id in it, if whoever asks may suggest there, and in which seat they do. */
  async function named(signedIn: SignedIn, id: string): Promise<Open & { own: string }> {
    const dot = id.indexOf('.')
    return { ...(await open(signedIn, id.slice(0, dot))), own: id.slice(dot + 1) }
  }

  async function open(signedIn: SignedIn, id: string): Promise<Open> {
    const { document, actor } = await readable(storage, signedIn, id)
    if (!can(actor, 'document.edit', document)) {
      throw forbidden('Only the delegations of the working group negotiate its texts, and only while they are open.')
    }
    return { document, actor }
  }

  /** The changes that an act names beside its own, by their ids in the document. */
  const withIn = (document: DocumentRecord, together: readonly Read[]) =>
    together.map(({ id, ...read }) => ({ ...read, id: inside(document, id) }))

  function checkChair(actor: Actor, document: DocumentRecord): void {
    if (!can(actor, 'document.consent', document)) {
      throw forbidden('Only a co-chair of the working group consents to this for their party.')
    }
  }

  serveEndpoint(app, listChanges, async ({ signedIn, params }) => {
    const { document } = await readable(storage, signedIn, params.id)
    const { changes, settling } = await negotiation.changes(document)
    return {
      changes: changes.map((change) => describe(document, change)),
      settling: settling.map(({ place, change, consents }) => ({
        place: outside(document, place),
        change: change === null ? null : outside(document, change),
        consents: consents.filter(initiative().isParty),
      })),
    }
  })

  serveEndpoint(app, proposeChange, async ({ signedIn, params, body }) => {
    const { document, actor } = await open(signedIn, params.id)
    const changes = await negotiation.propose(actor, document, body)
    return { changes: changes.map((change) => describe(document, change)) }
  })

  serveEndpoint(app, acceptChange, async ({ signedIn, params, body }) => {
    const { document, actor, own } = await named(signedIn, params.id)
    const { together, ...read } = body
    return await negotiation.accept(actor, document, [{ ...read, id: own }, ...withIn(document, together)])
  })

  serveEndpoint(app, declineChange, async ({ signedIn, params, body }) => {
    const { document, actor, own } = await named(signedIn, params.id)
    const ids = [own, ...withIn(document, body.together).map(({ id }) => id)]
    return await negotiation.decline(actor, document, ids, body.reason ?? '')
  })

  serveEndpoint(app, withdrawChange, async ({ signedIn, params, body }) => {
    const { document, actor, own } = await named(signedIn, params.id)
    return await negotiation.withdraw(actor, document, [own, ...withIn(document, body.together).map(({ id }) => id)])
  })

  serveEndpoint(app, settlePlace, async ({ signedIn, params, body: { change } }) => {
    const { document, actor, own } = await named(signedIn, params.id)
    checkChair(actor, document)
    return await negotiation.settle(actor, document, own, change === null ? null : inside(document, change))
  })

  serveEndpoint(app, tableDraft, async ({ signedIn, params, body }) => {
    const { document: draft, actor } = await readable(storage, signedIn, params.id)
    if (draft.delegation === null) throw new HttpProblem(409, 'This is no private draft: what is in it is before all.')
    if (!can(actor, 'document.edit', draft)) throw forbidden('This draft is closed: bring it back to table it.')
    const joint = draft.forkOf === null ? null : await storage.documents.get(draft.forkOf)
    if (joint === null) {
      throw new HttpProblem(409, 'There is no joint document to table it in: it was forked from none, or that is gone.')
    }
    if (!can(actor, 'document.edit', joint)) {
      throw forbidden(
        'Only the delegations that take part in the joint document put changes into it, while it is open.',
      )
    }
    const { clauses, note } = body
    const changes = await tableInto(options, actor, { draft, joint }, { clauses, note })
    const fresh = changes.map((change) => describe(joint, { ...change, accepted: [], declined: [] }))
    return { document: joint.id, changes: fresh }
  })

  serveEndpoint(app, changePhase, async ({ signedIn, params, body: { phase, reason } }) => {
    const { document, actor } = await readable(storage, signedIn, params.id)
    checkChair(actor, document)
    const state = await negotiation.phase(actor, document, phase, reason ?? '')
    return { phase: state.phase, pending: state.pending && describePending(state.pending) }
  })
}
