/** Documents as entries in the record: listing, creating, opening to the panel, what is new in them. */
import { randomUUID } from 'node:crypto'
import {
  createDocument,
  getDocument,
  listDocuments,
  markDocumentRead,
  updateDocument,
  type DocumentDetail,
  type DocumentSummary,
} from '#shared/api/documents.ts'
import { documentKinds, schemaVersion } from '#shared/domain/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { accessTo, can, type Access } from '#shared/domain/permissions.ts'
import { clauseJson } from '#shared/editor/clauses.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { buildState } from '../seed/builder.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import { visibleThreads, unreadComments, type ThreadService } from '../threads/service.ts'
import type { Activity } from './activity.ts'
import type { App } from './context.ts'
import { serveEndpoint } from './endpoints.ts'
import type { People } from './people.ts'
import { forbidden, HttpProblem, notFound } from './problems.ts'

const instant = (at: number) => new Date(at).toISOString()

/** Whether the actor learns that the document exists: those who read drafts, and those who read its agreed versions. */
export const knows = (actor: Actor, document: DocumentRecord) =>
  can(actor, 'document.read', document) || can(actor, 'snapshot.read', document)

/** The document of that id, or the problem that there is none (404). */
export async function existing(storage: Storage, id: string): Promise<DocumentRecord> {
  const document = await storage.documents.get(id)
  if (document === null) throw notFound(`There is no document “${id}”.`)
  return document
}

/** The document of that id and what the actor may do in it; problems 404 and 403. */
export async function readable(
  storage: Storage,
  actor: Actor,
  id: string,
): Promise<{ document: DocumentRecord; access: Access }> {
  const document = await existing(storage, id)
  const access = accessTo(actor, document)
  if (access === null) throw forbidden('Your role may not open this document.')
  return { document, access }
}

export type Summaries = {
  /** A document as the actor sees it in lists. `reads`: up to when they have seen what. */
  of(actor: Actor, document: DocumentRecord, reads: Reads): Promise<DocumentSummary>
  reads(actor: Actor): Promise<Reads>
}

export type Reads = { readonly documents: ReadonlyMap<string, number>; readonly threads: ReadonlyMap<string, number> }

type Options = {
  storage: Storage
  cluster: Cluster
  clock: Clock
  people: People
  activity: Activity
  threads: ThreadService
}

export function createSummaries({ storage, people, activity, threads }: Options): Summaries {
  return {
    async reads({ id }) {
      const [documents, threadMarks] = await Promise.all([storage.reads.documents(id), storage.reads.threads(id)])
      return { documents, threads: threadMarks }
    },
    async of(actor, document, reads) {
      const { id, group, kind, title, panelOpen, frozen } = document
      const entry = { id, group, kind, title, panelOpen, frozen }
      const access = accessTo(actor, document)
      if (access === null) {
        // When and by whom a draft was last changed is part of the draft.
        const lastChange = { at: instant(document.createdAt), by: null }
        return { ...entry, access, lastChange, changed: false, unreadThreads: 0 }
      }
      const written = await activity.since(document, reads.documents.get(id) ?? document.createdAt)
      const visible = visibleThreads(actor, document, await threads.of(id))
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

export function serveDocuments(app: App, options: Options & { summaries: Summaries }): void {
  const { storage, cluster, clock, summaries } = options

  async function detail(actor: Actor, document: DocumentRecord, access: Access): Promise<DocumentDetail> {
    const summary = await summaries.of(actor, document, await summaries.reads(actor))
    const { epoch, schemaVersion: version, createdAt } = document
    return { ...summary, access, epoch, schemaVersion: version, createdAt: instant(createdAt) }
  }

  serveEndpoint(app, listDocuments, async ({ signedIn: { actor }, query }) => {
    const [all, reads] = await Promise.all([storage.documents.list(), summaries.reads(actor)])
    const shown = all.filter(
      (document) => knows(actor, document) && (query.group === undefined || document.group === query.group),
    )
    return { documents: await Promise.all(shown.map((document) => summaries.of(actor, document, reads))) }
  })

  serveEndpoint(app, createDocument, async ({ signedIn: { actor }, body }) => {
    const { group, kind, title } = body
    if (!can(actor, 'document.create', { group })) {
      throw forbidden('Only the delegations of a working group may create documents in it.')
    }
    const state = buildState([clauseJson({ id: randomUUID(), kind: documentKinds[kind].clauses[0] })])
    const createdAt = clock.now()
    const fresh = { group, kind, title, panelOpen: false, schemaVersion, createdAt, createdBy: actor.id, ...state }
    const id = await firstFree(`${group}-${kind}`, title.en, async (candidate) =>
      storage.documents.create([{ ...fresh, id: candidate, epoch: Math.floor(createdAt / 1000) }]),
    )
    await storage.audit.append({
      at: createdAt,
      actor: actor.id,
      action: 'document.create',
      subject: `document:${id}`,
      detail: { group, kind },
    })
    cluster.publish({ type: 'documentCreated', document: id, by: actor.id, at: createdAt })
    const { document, access } = await readable(storage, actor, id)
    return await detail(actor, document, access)
  })

  serveEndpoint(app, getDocument, async ({ signedIn: { actor }, params }) => {
    const { document, access } = await readable(storage, actor, params.id)
    return await detail(actor, document, access)
  })

  serveEndpoint(app, updateDocument, async ({ signedIn: { actor }, params, body: { panelOpen } }) => {
    const before = await readable(storage, actor, params.id)
    if (!can(actor, 'document.openToPanel', before.document)) {
      throw forbidden('Only a co-chair of the working group may open its documents to the panel or close them.')
    }
    if (before.document.panelOpen !== panelOpen) {
      const at = clock.now()
      await storage.documents.setPanelOpen(params.id, panelOpen)
      await storage.audit.append({
        at,
        actor: actor.id,
        action: 'document.openToPanel',
        subject: `document:${params.id}`,
        detail: { panelOpen },
      })
      // Panelists who have it open must be judged anew at once.
      cluster.publish({ type: 'rightsChanged', user: null, document: params.id })
      cluster.publish({ type: 'documentUpdated', document: params.id, by: actor.id, at })
    }
    const { document, access } = await readable(storage, actor, params.id)
    return await detail(actor, document, access)
  })

  serveEndpoint(app, markDocumentRead, async ({ signedIn: { actor }, params }) => {
    const document = await existing(storage, params.id)
    if (!knows(actor, document)) throw forbidden('Your role may not open this document.')
    const at = clock.now()
    await storage.reads.mark(actor.id, { document: document.id }, at)
    return { at: instant(at) }
  })
}

/** Takes the first id that is free: the stem and the words of the title, with a number if need be. */
async function firstFree(stem: string, title: string, take: (id: string) => Promise<boolean>): Promise<string> {
  const words = title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  const name = words === '' ? stem : `${stem}-${words}`
  for (let number = 1; number <= 50; number += 1) {
    const id = number === 1 && words !== '' ? name : `${name}-${number + (words === '' ? 1 : 0)}`
    if (await take(id)) return id
  }
  throw new HttpProblem(409, 'There are too many documents of that title. Choose another title.')
}
