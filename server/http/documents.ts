/** Documents as entries in the record: listing, creating, changing what is said of them, archiving, deleting, what is new in them. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { createDocument, deleteDocument, markDocumentRead, updateDocument } from '#shared/api/document-changes.ts'
import {
  getDocument,
  listDocuments,
  type DocumentDetail,
  type DocumentEntry,
  type DocumentSummary,
} from '#shared/api/documents.ts'
import { documentKinds, schemaVersion, type DocumentKind } from '#shared/domain/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { languageKeys } from '#shared/domain/languages.ts'
import { accessTo, actorIn, actorInGroup, can, type Access } from '#shared/domain/permissions.ts'
import { clauseJson } from '#shared/editor/clauses.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { describeDeclined, describePending } from './pending.ts'
import type { OpenIn } from '../negotiation/open.ts'
import { pendingPhase } from '../negotiation/phases.ts'
import { forkOf as forkedText } from '../negotiation/draft.ts'
import { firstState } from '../sync/first-state.ts'
import { commit, tryCommit } from '../storage/commit.ts'
import type { AuditEntry, Changeset, DocumentChange, DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { unlessUnreadable } from '../storage/unreadable.ts'
import { unreadComments, type ThreadService } from '../threads/service.ts'
import type { Activity } from '../projections/activity.ts'
import type { Pool } from '../work/pool.ts'
import type { App, Seats, SignedIn } from './context.ts'
import type { Costs } from './costs.ts'
import { serveEndpoint } from './endpoints.ts'
import { instant } from './instant.ts'
import type { People } from './people.ts'
import { forbidden, HttpProblem, notFound, unusable } from './problems.ts'
import { checkQuotas, type Quotas } from './quotas.ts'

/** Whether someone learns that the document exists: those who read drafts, and those who read its agreed versions. */
export const knows = (seats: Seats, document: DocumentRecord) =>
  can(actorIn(seats, document), 'snapshot.read', document)

/** One problem for what is not there and for what the actor may not know of: which of them it is, nobody learns. */
export const noSuchDocument = () => notFound('There is no such document, or it is not open to your seat.')

/** The document of that id, and who reads it in which seat, if they may read that of it; the problem 404 otherwise. */
export async function documentFor(
  storage: Storage,
  { seats }: SignedIn,
  reading: 'document.read' | 'snapshot.read' | 'history.read',
  id: string,
): Promise<{ document: DocumentRecord; actor: Actor }> {
  const document = await storage.documents.get(id)
  const actor = document && actorIn(seats, document)
  if (document === null || actor === null || !can(actor, reading, document)) throw noSuchDocument()
  return { document, actor }
}

/** The same with what they may do in its text; the problem 404 if they may not open it. */
export async function readable(
  storage: Storage,
  { seats }: SignedIn,
  id: string,
): Promise<{ document: DocumentRecord; actor: Actor; access: Access }> {
  const document = await storage.documents.get(id)
  const actor = document && actorIn(seats, document)
  const access = document && actor && accessTo(actor, document)
  if (document === null || actor === null || access === null) throw noSuchDocument()
  return { document, actor, access }
}

export type Summaries = {
  /** The same without what is open in its text, which is not read. */
  entry(actor: Actor, document: DocumentRecord, reads: Reads): Promise<DocumentEntry>
  /** A document as the actor sees it in lists. `reads`: up to when they have seen what. */
  of(actor: Actor, document: DocumentRecord, reads: Reads): Promise<DocumentSummary>
  reads(user: string): Promise<Reads>
}

export type Reads = { readonly documents: ReadonlyMap<string, number>; readonly threads: ReadonlyMap<string, number> }

type Options = {
  logger: Logger
  storage: Storage
  cluster: Cluster
  clock: Clock
  people: People
  activity: Activity
  threads: ThreadService
  openIn: OpenIn
}

export function createSummaries({ logger, storage, people, activity, threads, openIn }: Options): Summaries {
  return {
    async reads(user) {
      const [documents, threadMarks] = await Promise.all([storage.reads.documents(user), storage.reads.threads(user)])
      return { documents, threads: threadMarks }
    },
    async of(actor, document, reads) {
      const entry = await this.entry(actor, document, reads)
      // A reader of agreed versions alone may not know how many places of the draft are open.
      if (entry.access === null) return { ...entry, open: null }
      const counted = openIn(document, actor.party)
      return { ...entry, open: await unlessUnreadable(logger, { document: document.id }, counted, null) }
    },
    async entry(actor, document, reads) {
      const { id, group, kind, title, delegation, panelOpen, handling, phase, archived } = document
      const parties = [...document.parties]
      const entry = { id, group, kind, title, parties, delegation, panelOpen, handling, phase, archived }
      const access = accessTo(actor, document)
      if (access === null) {
        // When and by whom a draft was last changed is part of the draft.
        const lastChange = { at: instant(document.createdAt), by: null }
        return { ...entry, access, lastChange, changed: false, unreadThreads: 0 }
      }
      const written = await activity.since(document, reads.documents.get(id) ?? document.createdAt)
      const visible = await threads.of(actor, document)
      return {
        ...entry,
        access,
        lastChange: { at: instant(document.changedAt), by: people.personOrNull(document.changedBy) },
        changed: written.some(({ user }) => user !== actor.id),
        unreadThreads: visible.filter((thread) => unreadComments(actor, thread, reads.threads) > 0).length,
      }
    },
  }
}

export function serveDocuments(
  app: App,
  options: Options & { rooms: Rooms; summaries: Summaries; quotas: Quotas; pool: Pool; costs: Costs },
): void {
  const { storage, rooms, cluster, clock, people, activity, threads, summaries, quotas, pool, costs } = options
  /** One at a time: two who are counted at once would both find the last place. */
  let creating: Promise<unknown> = Promise.resolve()

  const note = (actor: Actor, action: string, id: string, at: number, more: AuditEntry['detail']): AuditEntry => ({
    at,
    actor: actor.id,
    action,
    subject: `document:${id}`,
    detail: more,
  })

  async function detail({ document, actor, access }: Awaited<ReturnType<typeof readable>>): Promise<DocumentDetail> {
    const summary = await summaries.entry(actor, document, await summaries.reads(actor.user))
    const { epoch, schemaVersion: version, createdAt, forkOf } = document
    const asked = pendingPhase(document, await storage.stances.of(document.id))
    const pending = asked && describePending(asked)
    const pendingDeclined = asked === null ? [] : describeDeclined(asked)
    return {
      ...summary,
      access,
      epoch,
      schemaVersion: version,
      createdAt: instant(createdAt),
      forkOf,
      pending,
      pendingDeclined,
    }
  }

  /** The first state of a new document, and what the audit says of the text that it was made from. */
  async function firstText(
    actor: Actor,
    kind: DocumentKind,
    text: z.output<typeof createDocument.body>['text'],
    at: number,
  ): Promise<{ state: ReturnType<typeof firstState>; imported: AuditEntry['detail'] }> {
    if (text === undefined) {
      const clause = clauseJson({ id: randomUUID(), kind: documentKinds[kind].clauses[0] })
      return { state: firstState([clause]), imported: {} }
    }
    const job = { ...text, kind, user: actor.id, at }
    const outcome = await costs.within(actor.id, (spent) => pool.run('import', job, spent))
    if ('refused' in outcome) {
      const { refused, language, message } = outcome
      const path = `text.languages${language === null ? '' : `.${language}`}`
      throw new HttpProblem(refused === 'tooLarge' ? 413 : 422, `${path}: ${message}`, { errors: [{ path, message }] })
    }
    const { state, clientId, clauses, brackets } = outcome
    return { state: { state, clientId }, imported: { format: text.format, clauses, brackets } }
  }

  /** The first state of a fork. */
  async function forked(origin: DocumentRecord): Promise<ReturnType<typeof firstState>> {
    const joint = await rooms.read(origin.id, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
    if (joint === null) throw noSuchDocument()
    const nodes = forkedText(joint)
    if (nodes.length > 0) return firstState(nodes)
    return firstState([clauseJson({ id: randomUUID(), kind: documentKinds[origin.kind].clauses[0] })])
  }

  /** From when on the panel reads what was: after all snapshots, also where the clock was set back since they were taken. */
  const openedAt = async (id: string, at: number) =>
    Math.max(at, ...(await storage.snapshots.list(id)).map((snapshot) => snapshot.at + 1))

  serveEndpoint(app, listDocuments, async ({ signedIn: { user, seats }, query }) => {
    const [all, reads] = await Promise.all([storage.documents.list(), summaries.reads(user.id)])
    const archived = query.archived === 'true'
    const asked = all.filter(
      (document) =>
        knows(seats, document) &&
        document.archived === archived &&
        (query.group === undefined || document.group === query.group),
    )
    const left = query.after === undefined ? asked : asked.filter(isAfter(query.after))
    const page = left.slice(0, query.limit)
    const last = page.at(-1)
    return {
      documents: await Promise.all(page.map((document) => summaries.of(actorIn(seats, document), document, reads))),
      next: last === undefined || page.length === left.length ? null : placeOf(last),
    }
  })

  serveEndpoint(app, createDocument, async ({ signedIn, body }) => {
    const { group, kind, title, parties: named, text, delegation: isPrivate, forkOf: originId } = body
    const actor = actorInGroup(signedIn.seats, group)
    if (!can(actor, 'document.create', { group })) {
      throw forbidden('Only the delegations of a working group may create documents in it.')
    }
    const origin = originId === undefined ? null : (await readable(storage, signedIn, originId)).document
    if (origin !== null) checkOrigin(origin, body)
    const delegation = isPrivate ? actor.party : null
    const parties = initiative().parties.filter(
      (party) => party === actor.party || (!isPrivate && (named === undefined || named.includes(party))),
    )
    const createdAt = clock.now()
    // It says nothing of the document: an id is written into addresses, logs and other people's errors.
    const id = randomUUID()
    checkQuotas(quotas, actor, group, await storage.documents.list())
    const { state, imported } =
      origin === null ? await firstText(actor, kind, text, createdAt) : { state: await forked(origin), imported: {} }
    const created = creating.then(async () => {
      checkQuotas(quotas, actor, group, await storage.documents.list())
      const written = { schemaVersion, createdAt, createdBy: actor.id }
      const fresh = {
        group,
        kind,
        title,
        parties,
        delegation,
        forkOf: origin?.id ?? null,
        panelOpen: false,
        ...written,
      }
      await commit(storage, {
        writes: [{ type: 'createDocument', document: { ...fresh, ...state, id, epoch: Math.floor(createdAt / 1000) } }],
        audit: [
          note(actor, 'document.create', id, createdAt, { group, kind, parties: parties.join(' '), ...imported }),
        ],
      })
    })
    creating = created.catch(() => undefined)
    await created
    cluster.publish({ type: 'documentCreated', document: id, by: actor.id, at: createdAt })
    return await detail(await readable(storage, signedIn, id))
  })

  serveEndpoint(
    app,
    getDocument,
    async ({ signedIn, params }) => await detail(await readable(storage, signedIn, params.id)),
  )

  serveEndpoint(app, updateDocument, async ({ signedIn, params: { id }, body }) => {
    const before = await readable(storage, signedIn, id)
    const { actor } = before
    const change = changeOf(before.document, body)
    // What is brought back is judged as what it will be: the rest of the change comes after that.
    const judged = change.archived === false ? { ...before.document, archived: false } : before.document
    if (change.archived !== undefined && !can(actor, 'document.archive', judged)) {
      throw forbidden(
        'Only a co-chair of the working group or the secretariat archives its documents and brings them back.',
      )
    }
    if (change.title !== undefined && !can(actor, 'document.rename', judged)) {
      throw forbidden(
        'Only the delegations of the working group give its documents a title, and only while they are open.',
      )
    }
    if (change.handling !== undefined && !can(actor, 'document.rename', judged)) {
      throw forbidden(
        'Only the delegations of the working group give its documents a handling mark, and only while they are open.',
      )
    }
    if (change.panelOpen !== undefined && !can(actor, 'document.openToPanel', judged)) {
      throw forbidden('Only a co-chair of the working group may open its documents to the panel or close them.')
    }
    if (Object.keys(change).length > 0) {
      const at = clock.now()
      const opening = change.panelOpen === true ? { panelSince: await openedAt(id, at) } : {}
      const audit: AuditEntry[] = []
      if (change.archived !== undefined) {
        audit.push(note(actor, change.archived ? 'document.archive' : 'document.unarchive', id, at, {}))
      }
      if (change.title !== undefined) audit.push(note(actor, 'document.rename', id, at, { ...change.title }))
      if (change.handling !== undefined) audit.push(note(actor, 'document.mark', id, at, { handling: change.handling }))
      if (change.panelOpen !== undefined) {
        audit.push(note(actor, 'document.openToPanel', id, at, { panelOpen: change.panelOpen }))
      }
      const changeset = {
        writes: [{ type: 'changeDocument' as const, document: id, change: { ...change, ...opening } }],
        audit,
      }
      // What the panel may read, and what may be changed, begins and ends between two batches of the text.
      if (change.panelOpen === undefined && change.archived === undefined) await commit(storage, changeset)
      else await rooms.command(id, actor, () => ({ ...changeset, answer: null }))
      // Whoever has it open must be judged anew at once, unless only its title is another.
      if (change.archived !== undefined || change.panelOpen !== undefined) {
        cluster.publish({ type: 'rightsChanged', user: null, document: id })
      }
      cluster.publish({ type: 'documentUpdated', document: id, by: actor.id, at })
    }
    return await detail(await readable(storage, signedIn, id))
  })

  serveEndpoint(app, deleteDocument, async ({ signedIn, params: { id } }) => {
    const { document, actor } = await readable(storage, signedIn, id)
    if (!can(actor, 'document.delete', document)) {
      throw forbidden('Only a co-chair of the working group deletes its documents.')
    }
    // Counted over what the reader may know of: a refusal for a hidden thread would tell that there is one.
    const hasThreads = (await threads.of(actor, document)).length > 0
    const at = clock.now()
    const { group, kind, title } = document
    const removal: Changeset = {
      writes: [{ type: 'removeUnwrittenDocument', document: id }],
      audit: [note(actor, 'document.delete', id, at, { group, kind, ...title })],
    }
    if (hasThreads || 'rejected' in (await tryCommit(storage, removal))) {
      throw new HttpProblem(
        409,
        'This document holds words, comments or versions that belong to the record: archive it instead, with PATCH and “archived”.',
      )
    }
    cluster.publish({ type: 'documentDeleted', document: id, subject: document, by: actor.id, at })
    return { deleted: true as const }
  })

  serveEndpoint(app, markDocumentRead, async ({ signedIn, params }) => {
    const { document, actor } = await documentFor(storage, signedIn, 'snapshot.read', params.id)
    const at = clock.now()
    const seen = (await storage.reads.documents(actor.user)).get(document.id)
    const missed =
      seen === undefined || !can(actor, 'history.read', document)
        ? []
        : (await activity.since(document, seen)).filter(({ user }) => user !== null && user !== actor.id)
    await storage.reads.mark(actor.user, { document: document.id }, at)
    const by = [...new Set(missed.map(({ user }) => user))].flatMap((user) => people.personOrNull(user) ?? [])
    const [first] = missed
    return {
      at: instant(at),
      missed:
        first === undefined || seen === undefined || by.length === 0
          ? null
          : { after: first.seq - 1, since: instant(seen), by },
    }
  })
}

/** The problem 422 if a fork of that document cannot be what is asked for. */
function checkOrigin(origin: DocumentRecord, asked: z.output<typeof createDocument.body>): void {
  if (!asked.delegation) throw unusable('delegation', 'A fork is a private draft: give true.')
  if (asked.text !== undefined) throw unusable('text', 'A fork begins with the text of what it is forked from.')
  if (origin.delegation !== null) throw unusable('forkOf', 'Name a joint document, not a private draft.')
  if (asked.group !== origin.group) throw unusable('group', 'A fork belongs to the group of what it is forked from.')
  if (asked.kind !== origin.kind) throw unusable('kind', 'A fork is of the kind of what it is forked from.')
}

/** What of the change would change anything. */
function changeOf({ title, panelOpen, handling, archived }: DocumentRecord, asked: DocumentChange): DocumentChange {
  const change: { -readonly [Key in keyof DocumentChange]: DocumentChange[Key] } = {}
  const retitled =
    asked.title !== undefined && languageKeys.some((language) => asked.title?.[language] !== title[language])
  if (retitled) change.title = asked.title
  if (asked.panelOpen !== undefined && asked.panelOpen !== panelOpen) change.panelOpen = asked.panelOpen
  if (asked.handling !== undefined && asked.handling !== handling) change.handling = asked.handling
  if (asked.archived !== undefined && asked.archived !== archived) change.archived = asked.archived
  return change
}

/** Where a document stands in a list, for whoever asks for what follows; it need not be there any more by then. */
const placeOf = ({ createdAt, id }: DocumentRecord) => `${createdAt}.${id}`

function isAfter(place: string): (document: DocumentRecord) => boolean {
  const dot = place.indexOf('.')
  const [at, id] = [Number(place.slice(0, dot)), place.slice(dot + 1)]
  return (document) => document.createdAt > at || (document.createdAt === at && document.id > id)
}
