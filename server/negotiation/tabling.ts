/** Tabling a private draft: the difference, the word to the others and the audit are written in one command on the joint text. */
import { randomUUID } from 'node:crypto'
import * as Y from 'yjs'
import type { Actor } from '#shared/domain/actors.ts'
import { listChanges, type ListedChange } from '#shared/editor/changes/list.ts'
import { putIn } from '#shared/editor/changes/put-in.ts'
import { bodyToJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { NotDone } from '../lib/not-done.ts'
import type { DocumentRecord, Storage, ThreadRecord, Write } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { tabled } from './draft.ts'

type Options = { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock }

export type Tabled = { readonly clauses: readonly string[] | undefined; readonly note: string | undefined }

/**
 * Puts what a draft has changed into the joint text, as pending changes of the actor's party. Gives them. Rejects with a `NotDone`
 * that says why nothing was done; then nothing was. Nothing that others may read names the draft.
 */
export async function tableDraft(
  { storage, rooms, cluster, clock }: Options,
  actor: Actor,
  { draft, joint }: { readonly draft: DocumentRecord; readonly joint: DocumentRecord },
  { clauses, note }: Tabled,
): Promise<readonly ListedChange[]> {
  const [text, start] = await Promise.all([
    rooms.read(draft.id, (doc) => bodyToJson(doc.getXmlFragment(bodyName))),
    firstText(storage, draft.id),
  ])
  if (text === null || start === null) throw new NotDone('missing', 'There is no such document.')
  const chosen = clauses === undefined ? null : new Set(clauses)
  const at = clock.now()
  const thread = note === undefined ? null : noteOn(joint, actor, note, at)
  const outcome = await rooms.command(joint.id, actor, ({ body }) => {
    const made = new Set<string>()
    const newId = () => {
      const id = randomUUID()
      made.add(id)
      return id
    }
    const by = { party: actor.party, user: actor.id, at, newId }
    const after = tabled({ joint: bodyToJson(body), draft: text, start }, chosen, by)
    const changes = listChanges(after).filter(({ id }) => made.has(id))
    if (changes.length === 0) throw new NotDone('conflict', 'Nothing that was chosen differs from the joint text.')
    const writes: Write[] = thread === null ? [] : [{ type: 'createThread', thread }]
    const detail = { changes: changes.length }
    return {
      edit: (shared) => putIn(shared, after.content ?? [], made),
      writes,
      audit: [{ at, actor: actor.id, action: 'draft.table', subject: `document:${joint.id}`, detail }],
      answer: changes,
    }
  })
  if (outcome === null) throw new NotDone('missing', 'There is no such document.')
  cluster.publish({ type: 'documentUpdated', document: joint.id, by: actor.id, at })
  if (thread !== null) {
    const { id, author } = thread
    const told = { document: joint.id, thread: id, audience: 'joint', party: null, author } as const
    cluster.publish({ type: 'thread', ...told, change: 'created', by: author, mentions: [] })
  }
  return outcome.answer
}

/** A text as it was created. */
async function firstText(storage: Storage, document: string): Promise<JsonNode | null> {
  const [first] = await storage.log.history(document, { after: 0, upTo: 1, limit: 1 })
  if (first === undefined) return null
  const doc = new Y.Doc()
  Y.applyUpdate(doc, first.bytes)
  return bodyToJson(doc.getXmlFragment(bodyName))
}

const noteOn = (document: DocumentRecord, actor: Actor, body: string, at: number): ThreadRecord => ({
  id: randomUUID(),
  document: document.id,
  audience: 'joint',
  party: null,
  author: actor.id,
  anchor: null,
  orphaned: false,
  resolved: null,
  disposition: null,
  undone: null,
  createdAt: at,
  comments: [
    {
      id: randomUUID(),
      author: actor.id,
      body,
      proposal: null,
      replaces: null,
      mentions: [],
      createdAt: at,
      editedAt: null,
    },
  ],
})
