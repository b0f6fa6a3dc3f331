/** Threads over HTTP. A thread that the reader may not see does not exist for them: the answer is the same 404. */
import { randomUUID } from 'node:crypto'
import {
  createComment,
  createThread,
  listReaders,
  listThreads,
  markThreadRead,
  updateComment,
  updateThread,
  type Thread,
} from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can, type ThreadSubject } from '#shared/domain/permissions.ts'
import { maxOpenThreads } from '#shared/domain/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type { CommentRecord, DocumentRecord, Storage, ThreadChange, ThreadRecord } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import { threadSubject, unreadComments, visibleThreads, type ThreadService } from '../threads/service.ts'
import type { App } from './context.ts'
import { readable } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import { personOf, type People } from './people.ts'
import { forbidden, HttpProblem, notFound, unusable } from './problems.ts'
import { createBuckets, tooFast } from './rate.ts'

const instant = (at: number) => new Date(at).toISOString()

/** For each of these, words of the sender's choice are looked for in the text. */
const anchorRate = { burst: 100, perSecond: 1 }

type Located = Pick<ThreadRecord, 'anchor' | 'orphaned'>

type Options = { storage: Storage; clock: Clock; people: People; threads: ThreadService }

export function serveThreads(app: App, { storage, clock, people, threads }: Options): void {
  function describe(actor: Actor, thread: ThreadRecord, marks: ReadonlyMap<string, number>): Thread {
    const { id, document, audience, party, anchor, orphaned, resolved, disposition, createdAt } = thread
    return {
      id,
      document,
      audience,
      party,
      anchor,
      orphaned,
      status: resolved === null ? 'open' : 'resolved',
      resolved: resolved && { by: people.person(resolved.by), at: instant(resolved.at) },
      disposition: disposition && {
        ...disposition,
        by: people.person(disposition.by),
        at: instant(disposition.at),
      },
      comments: thread.comments.map((comment) => ({
        id: comment.id,
        author: people.person(comment.author),
        body: comment.body,
        proposal: comment.proposal,
        replaces: comment.replaces,
        mentions: [...comment.mentions],
        createdAt: instant(comment.createdAt),
        editedAt: comment.editedAt === null ? null : instant(comment.editedAt),
      })),
      createdAt: instant(createdAt),
      unread: unreadComments(actor, thread, marks),
    }
  }

  /** The thread of that id as it is now, if the actor may know of it; the problem 404 otherwise. */
  async function visible(actor: Actor, id: string): Promise<{ document: DocumentRecord; thread: ThreadRecord }> {
    const thread = await storage.threads.get(id)
    const document = thread && (await storage.documents.get(thread.document))
    if (!thread || !document || !can(actor, 'thread.read', threadSubject(document, thread))) {
      throw notFound('There is no such thread, or it is not for you.')
    }
    return { document, thread }
  }

  async function answer(actor: Actor, id: string): Promise<Thread> {
    const { thread } = await visible(actor, id)
    return describe(actor, thread, await storage.reads.threads(actor.id))
  }

  /** `at` the passage as it stands in the text now: a proposed wording keeps the words that it would replace. */
  const newComment = (
    actor: Actor,
    { body, proposal, mentions }: { body: string; proposal: string | null; mentions: string[] },
    { anchor, orphaned }: Located,
    at: number,
  ): CommentRecord => ({
    id: randomUUID(),
    author: actor.id,
    body,
    proposal,
    replaces: proposal === null || anchor === null || orphaned ? null : anchor.quote.exact,
    mentions: [...new Set(mentions)],
    createdAt: at,
    editedAt: null,
  })

  const anchors = createBuckets(clock, anchorRate)

  function takeAnchor(actor: Actor): void {
    const wait = anchors.take(actor.id)
    if (wait > 0) throw tooFast('Too many threads in a short time. Wait a moment and try again.', wait)
  }

  async function checkOpenThreads(actor: Actor, document: string): Promise<void> {
    const own = (await threads.of(document)).filter(({ author, resolved }) => author === actor.id && resolved === null)
    if (own.length < maxOpenThreads) return
    throw new HttpProblem(
      429,
      `You have ${own.length} open threads in this document. Resolve some before you start another.`,
    )
  }

  const locate = async (document: string, anchor: TextAnchor | null): Promise<Located> =>
    anchor === null ? { anchor, orphaned: false } : await threads.locate(document, anchor)

  function checkMentions(mentions: readonly string[], subject: ThreadSubject): void {
    mentions.forEach((user, index) => {
      const mentioned = people.actor(user)
      if (mentioned === null || !can(mentioned, 'thread.read', subject)) {
        throw unusable(`mentions.${index}`, 'Mention only people who may read this thread.')
      }
    })
  }

  const note = (actor: Actor, action: string, thread: string, detail: Record<string, string | boolean | null> = {}) =>
    storage.audit.append({ at: clock.now(), actor: actor.id, action, subject: `thread:${thread}`, detail })

  serveEndpoint(app, listReaders, async ({ signedIn: { actor }, params }) => {
    const { document } = await readable(storage, actor, params.id)
    return {
      people: people
        .all()
        .filter((each) => can(each, 'document.read', document))
        .map(personOf),
    }
  })

  serveEndpoint(app, listThreads, async ({ signedIn: { actor }, params }) => {
    const { document } = await readable(storage, actor, params.id)
    const shown = (all: readonly ThreadRecord[]) => visibleThreads(actor, document, all)
    const [known, marks] = await Promise.all([threads.of(document.id), storage.reads.threads(actor.id)])
    // Opening a document takes time and is counted: where only hidden threads ask for it, it would tell of them.
    const isAnchored = shown(known).some(({ anchor }) => anchor !== null)
    const all = isAnchored ? await threads.anchored(document.id) : known
    return { threads: shown(all).map((thread) => describe(actor, thread, marks)) }
  })

  serveEndpoint(app, createThread, async ({ signedIn: { actor }, params, body }) => {
    const { document } = await readable(storage, actor, params.id)
    const party = body.audience === 'delegation' ? actor.party : null
    const subject = { document, audience: body.audience, party, author: actor.id }
    if (!can(actor, 'thread.comment', subject)) {
      throw forbidden(`Your role may not start a thread for the audience “${body.audience}” here.`)
    }
    checkMentions(body.mentions, subject)
    await checkOpenThreads(actor, document.id)
    takeAnchor(actor)
    const located = await locate(document.id, body.anchor)
    const at = clock.now()
    const thread: ThreadRecord = {
      id: randomUUID(),
      document: document.id,
      audience: body.audience,
      party,
      author: actor.id,
      ...located,
      resolved: null,
      disposition: null,
      createdAt: at,
      comments: [newComment(actor, body, located, at)],
    }
    await threads.create(thread)
    await note(actor, 'thread.create', thread.id, { document: document.id, audience: thread.audience, party })
    return await answer(actor, thread.id)
  })

  serveEndpoint(app, createComment, async ({ signedIn: { actor }, params, body }) => {
    const { document, thread } = await visible(actor, params.id)
    const subject = threadSubject(document, thread)
    if (!can(actor, 'thread.comment', subject)) throw forbidden('Your role may not answer in this thread.')
    checkMentions(body.mentions, subject)
    const at = clock.now()
    const located = body.proposal === null ? thread : await locate(document.id, thread.anchor)
    const comment = newComment(actor, body, located, at)
    await threads.comment(thread, comment)
    await note(actor, 'thread.comment', thread.id, { comment: comment.id })
    // Who answers has read what they answer.
    await storage.reads.mark(actor.id, { thread: thread.id }, at)
    return await answer(actor, thread.id)
  })

  serveEndpoint(app, updateThread, async ({ signedIn: { actor }, params, body }) => {
    const { document, thread } = await visible(actor, params.id)
    const subject = threadSubject(document, thread)
    const at = clock.now()
    const change: { -readonly [Key in keyof ThreadChange]: ThreadChange[Key] } = {}
    if (body.status !== undefined && (body.status === 'resolved') !== (thread.resolved !== null)) {
      if (!can(actor, 'thread.resolve', subject)) throw forbidden('Your role may not resolve or reopen this thread.')
      change.resolved = body.status === 'resolved' ? { by: actor.id, at } : null
    }
    if (body.disposition !== undefined) {
      if (thread.audience !== 'panel') throw unusable('disposition', 'Only a thread with the panel carries one.')
      if (!can(actor, 'thread.dispose', subject)) {
        throw forbidden('Only a co-chair of the working group records what became of a panel comment.')
      }
      change.disposition = body.disposition && { ...body.disposition, by: actor.id, at }
    }
    if (body.anchor !== undefined) {
      if (!can(actor, 'thread.apply', subject))
        throw forbidden('Your role may not put a proposed wording into the text.')
      const { clause, language } = thread.anchor ?? {}
      if (clause !== body.anchor.clause || language !== body.anchor.language) {
        throw unusable('anchor', 'A thread stays in its clause and in its language.')
      }
      takeAnchor(actor)
      const located = await threads.locate(document.id, body.anchor)
      if (located.orphaned) throw unusable('anchor', 'Its words are not in the text.')
      Object.assign(change, located)
    }
    if (Object.keys(change).length > 0) {
      await threads.update(thread, change, actor.id)
      await note(actor, 'thread.update', thread.id, {
        ...(body.status === undefined ? {} : { status: body.status }),
        ...(body.disposition === undefined ? {} : { disposition: body.disposition?.decision ?? null }),
        ...(body.anchor === undefined ? {} : { applied: true }),
      })
    }
    return await answer(actor, thread.id)
  })

  serveEndpoint(app, updateComment, async ({ signedIn: { actor }, params, body }) => {
    const { document, thread } = await visible(actor, params.id)
    const comment = thread.comments.find(({ id }) => id === params.comment)
    if (comment === undefined) throw notFound('There is no such comment in this thread.')
    if (!can(actor, 'comment.edit', { thread: threadSubject(document, thread), author: comment.author })) {
      throw forbidden('Only its author may edit a comment.')
    }
    await threads.editComment(thread, comment.id, body.body, actor.id)
    await note(actor, 'comment.edit', thread.id, { comment: comment.id })
    return await answer(actor, thread.id)
  })

  serveEndpoint(app, markThreadRead, async ({ signedIn: { actor }, params }) => {
    const { thread } = await visible(actor, params.id)
    const at = clock.now()
    await storage.reads.mark(actor.id, { thread: thread.id }, at)
    return { at: instant(at) }
  })
}
