/** Threads over HTTP. A thread that the reader may not see does not exist for them: the answer is the same 404. */
import { randomUUID } from 'node:crypto'
import {
  createComment,
  createThread,
  listThreads,
  markThreadRead,
  updateComment,
  updateThread,
  type Thread,
} from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can, type ThreadSubject } from '#shared/domain/permissions.ts'
import type { CommentRecord, DocumentRecord, Storage, ThreadChange, ThreadRecord } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import { threadSubject, unreadComments, visibleThreads, type ThreadService } from '../threads/service.ts'
import type { App } from './context.ts'
import { readable } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import type { People } from './people.ts'
import { forbidden, notFound, unusable } from './problems.ts'

const instant = (at: number) => new Date(at).toISOString()

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

  const newComment = (actor: Actor, body: { body: string; proposal: string | null; mentions: string[] }, at: number) =>
    ({
      id: randomUUID(),
      author: actor.id,
      body: body.body,
      proposal: body.proposal,
      mentions: [...new Set(body.mentions)],
      createdAt: at,
      editedAt: null,
    }) satisfies CommentRecord

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

  serveEndpoint(app, listThreads, async ({ signedIn: { actor }, params }) => {
    const { document } = await readable(storage, actor, params.id)
    const [all, marks] = await Promise.all([threads.anchored(document.id), storage.reads.threads(actor.id)])
    return { threads: visibleThreads(actor, document, all).map((thread) => describe(actor, thread, marks)) }
  })

  serveEndpoint(app, createThread, async ({ signedIn: { actor }, params, body }) => {
    const { document } = await readable(storage, actor, params.id)
    const party = body.audience === 'delegation' ? actor.party : null
    const subject = { document, audience: body.audience, party, author: actor.id }
    if (!can(actor, 'thread.comment', subject)) {
      throw forbidden(`Your role may not start a thread for the audience “${body.audience}” here.`)
    }
    checkMentions(body.mentions, subject)
    const located =
      body.anchor === null ? { anchor: null, orphaned: false } : await threads.locate(document.id, body.anchor)
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
      comments: [newComment(actor, body, at)],
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
    const comment = newComment(actor, body, at)
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
    if (Object.keys(change).length > 0) {
      await threads.update(thread, change, actor.id)
      await note(actor, 'thread.update', thread.id, {
        ...(body.status === undefined ? {} : { status: body.status }),
        ...(body.disposition === undefined ? {} : { disposition: body.disposition?.decision ?? null }),
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
