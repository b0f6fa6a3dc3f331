/** Threads with the rules of who may know of them, and their anchors kept on their passages while the text changes. */
import { can, type ThreadSubject } from '#shared/domain/permissions.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type { Logger } from 'pino'
import type { Cluster } from '../cluster/cluster.ts'
import type { CommentRecord, DocumentRecord, Storage, ThreadChange, ThreadRecord } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { createAnchoring, type Located, type Moved } from './anchoring.ts'

type Change = 'created' | 'answered' | 'updated' | 'anchored'

export type ThreadService = {
  /** All threads of a document, oldest first, whoever may see them: filter before anything leaves. */
  of(document: string): Promise<readonly ThreadRecord[]>
  /** The same, with their anchors brought up to date with the text as it is on disk, as far as that is done in a moment. */
  anchored(document: string): Promise<readonly ThreadRecord[]>
  locate(document: string, anchor: TextAnchor): Promise<Located>
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

type Options = { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock; logger: Logger }

export function createThreads({ storage, rooms, cluster, clock, logger }: Options): ThreadService {
  // Every write goes through here or is heard of through the cluster, so that what is kept is never older than the store.
  const known = new Map<string, Promise<readonly ThreadRecord[]>>()

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

  async function keep(document: string, moved: readonly Moved[]): Promise<readonly ThreadRecord[]> {
    // A wording that was put into the text meanwhile has brought an anchor of its own.
    const now = new Map((await of(document)).map(({ id, anchor }) => [id, anchor]))
    const stands = ({ thread }: Moved) => JSON.stringify(now.get(thread.id)) === JSON.stringify(thread.anchor)
    const kept = moved.filter(stands)
    try {
      await Promise.all(kept.map(({ thread, located }) => storage.threads.update(thread.id, located)))
    } finally {
      // Told all at once: what is kept here is then read once, not for each thread anew.
      for (const { thread } of kept) publish(thread, 'anchored', null)
    }
    return moved.filter((each) => !stands(each)).map(({ thread }) => thread)
  }

  const unsubscribe = cluster.subscribe((message) => {
    if (message.type === 'thread') known.delete(message.document)
  })
  const anchoring = createAnchoring({ rooms, cluster, clock, logger, threadsOf: of, keep })

  return {
    of,
    async anchored(document) {
      await anchoring.bringUpToDate(document)
      return await of(document)
    },
    locate: (document, anchor) => anchoring.locate(document, anchor),
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
      anchoring.stop()
    },
  }
}
