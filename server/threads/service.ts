/** Threads with the rules of who may know of them, and their anchors kept on their passages while the text changes. */
import { can, circleOf, type Circle, type ThreadSubject } from '#shared/domain/permissions.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { ThreadNews } from '#shared/domain/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type { Logger } from 'pino'
import type { Cluster } from '../cluster/cluster.ts'
import { commit } from '../storage/commit.ts'
import type {
  AuditEntry,
  CommentRecord,
  DocumentRecord,
  Storage,
  ThreadChange,
  ThreadHead,
  ThreadRecord,
} from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { createAnchoring, type Located, type Moved } from './anchoring.ts'
import { circlesOf, keyOf } from './circles.ts'

export type ThreadService = {
  /** The threads of a document that the actor may read, oldest first. What others have there costs nothing. */
  of(actor: Actor, document: DocumentRecord): Promise<readonly ThreadRecord[]>
  /** The same, with their anchors brought up to date with the text as it is on disk, as far as that is done in a moment. */
  anchored(actor: Actor, document: DocumentRecord): Promise<readonly ThreadRecord[]>
  /** Where an anchor of a thread of that circle stands. */
  locate(document: string, circle: Circle, anchor: TextAnchor): Promise<Located>
  // Each of these is written together with what the audit says of it.
  create(thread: ThreadRecord, ...audit: readonly AuditEntry[]): Promise<void>
  comment(thread: ThreadRecord, comment: CommentRecord, audit: AuditEntry): Promise<void>
  editComment(thread: ThreadRecord, comment: string, body: string, by: string, audit: AuditEntry): Promise<void>
  update(thread: ThreadRecord, change: ThreadChange, by: string, audit: AuditEntry): Promise<void>
  /**
   * Notes what of the wordings that threads proposed stands in the text now. What it gives is to be called once a version has been
   * brought back: threads whose wording that took out of the text again say so from then on, each to its own readers.
   */
  watchWordings(document: string): Promise<(undone: NonNullable<ThreadRecord['undone']>) => Promise<void>>
  stop(): void
}

export const threadSubject = (document: DocumentRecord, thread: ThreadHead): ThreadSubject => ({
  ...circleOf(thread),
  document,
  author: thread.author,
})

/** How many comments of others the actor has not seen. `marks`: up to when they have seen which thread. */
export function unreadComments(actor: Actor, thread: ThreadRecord, marks: ReadonlyMap<string, number>): number {
  const seen = marks.get(thread.id) ?? 0
  return thread.comments.filter(({ author, createdAt }) => author !== actor.id && createdAt > seen).length
}

/** The proposed wording that a thread's passage reads as, or null: its lines run together in the text. */
function wordingInText({ anchor, orphaned, comments }: ThreadRecord): string | null {
  if (anchor === null || orphaned) return null
  const wordings = comments.flatMap(({ proposal, replaces }) =>
    proposal === null || proposal === replaces ? [] : [proposal.split(/\n+/).join('')],
  )
  return wordings.includes(anchor.quote.exact) ? anchor.quote.exact : null
}

const byAge = (a: ThreadRecord, b: ThreadRecord) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

type Options = { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock; logger: Logger }

export function createThreads({ storage, rooms, cluster, clock, logger }: Options): ThreadService {
  // By document and by circle. Every write goes through here or is heard of through the cluster, so that what is kept is never
  // older than the store.
  const known = new Map<string, Map<string, Promise<readonly ThreadRecord[]>>>()
  const invalidate = (document: string, circle: Circle) => known.get(document)?.delete(keyOf(circle))

  async function of(document: string, circles: readonly Circle[]): Promise<readonly ThreadRecord[]> {
    const kept = known.get(document) ?? new Map<string, Promise<readonly ThreadRecord[]>>()
    known.set(document, kept)
    const missing = circles.filter((circle) => !kept.has(keyOf(circle)))
    if (missing.length > 0) {
      const read = storage.threads.list(document, missing)
      for (const circle of missing) {
        const key = keyOf(circle)
        const own = read.then((threads) => threads.filter((thread) => keyOf(thread) === key))
        kept.set(key, own)
        own.catch(() => {
          if (kept.get(key) === own) kept.delete(key)
        })
      }
    }
    const threads = (await Promise.all(circles.flatMap((circle) => kept.get(keyOf(circle)) ?? []))).flat()
    return circles.length === 1 ? threads : threads.toSorted(byAge)
  }

  const publish = (thread: ThreadRecord, change: ThreadNews, by: string | null, mentions: readonly string[] = []) => {
    const { id, document, author } = thread
    cluster.publish({ type: 'thread', document, thread: id, ...circleOf(thread), author, change, by, mentions })
  }

  async function keep(document: string, circle: Circle, moved: readonly Moved[]): Promise<readonly ThreadRecord[]> {
    const kept = known.get(document)
    const before = kept?.get(keyOf(circle))
    // A wording that was put into the text meanwhile has brought an anchor of its own.
    const now = new Map((await of(document, [circle])).map(({ id, anchor }) => [id, anchor]))
    const stands = ({ thread }: Moved) => JSON.stringify(now.get(thread.id)) === JSON.stringify(thread.anchor)
    const placed = new Map(
      moved.filter(stands).map(({ thread, located }) => [thread.id, { id: thread.id, ...located }] as const),
    )
    try {
      if (placed.size > 0) await commit(storage, { writes: [{ type: 'placeThreads', placed: [...placed.values()] }] })
    } catch (error) {
      invalidate(document, circle)
      throw error
    }
    // The others hear of it all at once, by one of them.
    const [first] = moved.filter(stands)
    const unchanged = before !== undefined && kept?.get(keyOf(circle)) === before
    if (first !== undefined) publish(first.thread, 'anchored', null)
    // To read all of them from the store again for what is known here would be the work of many threads in one piece.
    if (unchanged) {
      kept.set(
        keyOf(circle),
        before.then((threads) => threads.map((thread) => ({ ...thread, ...placed.get(thread.id) }))),
      )
    }
    return moved.filter((each) => !stands(each)).map(({ thread }) => thread)
  }

  const unsubscribe = cluster.subscribe((message) => {
    if (message.type === 'thread') invalidate(message.document, message)
    if (message.type === 'documentDeleted') known.delete(message.document)
  })
  const threadsOf = (document: string, circle: Circle) => of(document, [circle])
  const anchoring = createAnchoring({ rooms, cluster, clock, logger, threadsOf, keep })

  async function visible(actor: Actor, document: DocumentRecord): Promise<readonly ThreadRecord[]> {
    const threads = await of(document.id, circlesOf(actor, document))
    return threads.filter((thread) => can(actor, 'thread.read', threadSubject(document, thread)))
  }

  return {
    of: visible,
    async anchored(actor, document) {
      await anchoring.bringUpToDate(document.id, circlesOf(actor, document))
      return await visible(actor, document)
    },
    locate: (document, circle, anchor) => anchoring.locate(document, circle, anchor),
    async create(thread, ...audit) {
      await commit(storage, { writes: [{ type: 'createThread', thread }], audit })
      publish(
        thread,
        'created',
        thread.author,
        thread.comments.flatMap(({ mentions }) => mentions),
      )
    },
    async comment(thread, comment, audit) {
      await commit(storage, { writes: [{ type: 'addComment', thread: thread.id, comment }], audit: [audit] })
      publish(thread, 'answered', comment.author, comment.mentions)
    },
    async editComment(thread, comment, body, by, audit) {
      await commit(storage, {
        writes: [{ type: 'editComment', thread: thread.id, comment, body, at: clock.now() }],
        audit: [audit],
      })
      publish(thread, 'updated', by)
    },
    async update(thread, change, by, audit) {
      // Who asks from here on must not be given what stood before.
      invalidate(thread.document, thread)
      await commit(storage, { writes: [{ type: 'changeThread', thread: thread.id, change }], audit: [audit] })
      publish(thread, 'updated', by)
    },
    async watchWordings(document) {
      const taken = (await storage.threads.list(document)).flatMap((thread) => {
        const wording = wordingInText(thread)
        return wording === null || thread.anchor === null ? [] : [{ thread, anchor: thread.anchor, wording }]
      })
      return async (undone) => {
        for (const { thread, anchor, wording } of taken) {
          const located = await anchoring.locate(document, thread, anchor)
          if (!located.orphaned && located.anchor.quote.exact === wording) continue
          invalidate(document, thread)
          await commit(storage, {
            writes: [{ type: 'changeThread', thread: thread.id, change: { ...located, undone } }],
          })
          publish(thread, 'updated', undone.by)
        }
      }
    },
    stop() {
      unsubscribe()
      anchoring.stop()
    },
  }
}
