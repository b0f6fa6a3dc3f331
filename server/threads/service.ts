/** Threads with the rules of who may know of them, and their anchors kept on their passages while the text changes. */
import { can, type ThreadSubject } from '#shared/domain/permissions.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Logger } from 'pino'
import type { Cluster } from '../cluster/cluster.ts'
import type { CommentRecord, DocumentRecord, Storage, ThreadChange, ThreadRecord } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'

type Change = 'created' | 'answered' | 'updated' | 'anchored'

export type ThreadService = {
  /** All threads of a document, oldest first, whoever may see them: filter before anything leaves. */
  of(document: string): Promise<readonly ThreadRecord[]>
  /** The same, with their anchors brought up to date with the text as it is on disk. */
  anchored(document: string): Promise<readonly ThreadRecord[]>
  /** Where an anchor stands in the text as it is on disk; `orphaned` if its passage is not there. */
  locate(document: string, anchor: TextAnchor): Promise<{ anchor: TextAnchor; orphaned: boolean }>
  create(thread: ThreadRecord): Promise<void>
  comment(thread: ThreadRecord, comment: CommentRecord): Promise<void>
  editComment(thread: ThreadRecord, comment: string, body: string, by: string): Promise<void>
  update(thread: ThreadRecord, change: ThreadChange, by: string): Promise<void>
  stop(): void
}

export const threadSubject = (document: DocumentRecord, thread: ThreadRecord): ThreadSubject => ({
  document,
  audience: thread.audience,
  party: thread.party,
  author: thread.author,
})

export const visibleThreads = (actor: Actor, document: DocumentRecord, threads: readonly ThreadRecord[]) =>
  threads.filter((thread) => can(actor, 'thread.read', threadSubject(document, thread)))

/** How many comments of others the actor has not seen. `marks`: up to when they have seen which thread. */
export function unreadComments(actor: Actor, thread: ThreadRecord, marks: ReadonlyMap<string, number>): number {
  const seen = marks.get(thread.id) ?? 0
  return thread.comments.filter(({ author, createdAt }) => author !== actor.id && createdAt > seen).length
}

/** Long enough to gather a run of typing, short enough that nobody sees a comment beside the wrong words. */
const settle = 500

type Options = { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock; logger: Logger }

export function createThreads({ storage, rooms, cluster, clock, logger }: Options): ThreadService {
  // Every write goes through here or is heard of through the cluster, so that what is kept is never older than the store.
  const known = new Map<string, Promise<readonly ThreadRecord[]>>()
  const due = new Set<string>()
  let cancelSweep: (() => void) | null = null

  const of = (document: string): Promise<readonly ThreadRecord[]> => {
    const before = known.get(document)
    if (before !== undefined) return before
    const read = storage.threads.list(document)
    known.set(document, read)
    read.catch(() => known.delete(document))
    return read
  }

  const publish = (thread: ThreadRecord, change: Change, by: string | null, mentions: readonly string[] = []) => {
    const { id, document, audience, party, author } = thread
    cluster.publish({ type: 'thread', document, thread: id, audience, party, author, change, by, mentions })
  }

  async function anchored(document: string): Promise<readonly ThreadRecord[]> {
    const threads = await of(document)
    if (threads.every(({ anchor }) => anchor === null)) return threads
    const moved = await rooms.read(document, (doc) => {
      const body = doc.getXmlFragment(bodyName)
      return threads.flatMap((thread) => {
        if (thread.anchor === null) return []
        const found = resolveAnchor(body, thread.anchor)
        const change = { anchor: found?.anchor ?? thread.anchor, orphaned: found === null }
        return change.anchor === thread.anchor && change.orphaned === thread.orphaned ? [] : [{ thread, change }]
      })
    })
    if (moved === null || moved.length === 0) return threads
    for (const { thread, change } of moved) {
      // A wording that was put into the text meanwhile has brought an anchor of its own: what was found for the old one is void.
      const now = (await of(document)).find(({ id }) => id === thread.id)
      if (JSON.stringify(now?.anchor) !== JSON.stringify(thread.anchor)) continue
      await storage.threads.update(thread.id, change)
      publish(thread, 'anchored', null)
    }
    return await of(document)
  }

  /** One after the other: a commit in many documents at once must not hold the event loop for all their threads. */
  async function sweep(): Promise<void> {
    cancelSweep = null
    const documents = [...due]
    due.clear()
    for (const document of documents) {
      try {
        await anchored(document)
      } catch (error) {
        // The anchors are brought up to date on the next read or commit instead.
        logger.warn({ document, err: error }, 'anchors could not be updated')
      }
    }
  }

  const unsubscribe = cluster.subscribe((message) => {
    if (message.type === 'thread') known.delete(message.document)
    if (message.type !== 'committed') return
    due.add(message.document)
    cancelSweep ??= clock.after(settle, () => void sweep())
  })

  return {
    of,
    anchored,
    async locate(document, anchor) {
      const found = await rooms.read(document, (doc) => resolveAnchor(doc.getXmlFragment(bodyName), anchor))
      return { anchor: found?.anchor ?? anchor, orphaned: found === null }
    },
    async create(thread) {
      await storage.threads.create(thread)
      publish(
        thread,
        'created',
        thread.author,
        thread.comments.flatMap(({ mentions }) => mentions),
      )
    },
    async comment(thread, comment) {
      await storage.threads.addComment(thread.id, comment)
      publish(thread, 'answered', comment.author, comment.mentions)
    },
    async editComment(thread, comment, body, by) {
      await storage.threads.editComment(thread.id, comment, body, clock.now())
      publish(thread, 'updated', by)
    },
    async update(thread, change, by) {
      // Who asks from here on must not be given what stood before.
      known.delete(thread.document)
      await storage.threads.update(thread.id, change)
      publish(thread, 'updated', by)
    },
    stop() {
      unsubscribe()
      cancelSweep?.()
      due.clear()
    },
  }
}
