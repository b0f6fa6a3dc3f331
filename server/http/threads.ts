/** Threads over HTTP. A thread that the reader may not see does not exist for them: the answer is the same 404. */
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import {
  createComment,
  createThread,
  listReaders,
  listThreads,
  markThreadRead,
  publishThread,
  updateComment,
  updateThread,
  type Thread,
} from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { actorIn, can, circleFor, circleOf, type Circle, type ThreadSubject } from '#shared/domain/permissions.ts'
import { isResolvedBy, maxOpenThreads } from '#shared/domain/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import type {
  AuditEntry,
  CommentRecord,
  DocumentRecord,
  ResolutionRecord,
  Storage,
  ThreadChange,
  ThreadRecord,
} from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import { threadSubject, unreadComments, type ThreadService } from '../threads/service.ts'
import { createInOrder } from '../lib/in-order.ts'
import type { App, SignedIn } from './context.ts'
import { readable } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import { instant } from './instant.ts'
import { personOf, type People } from './people.ts'
import { forbidden, HttpProblem, notFound, unusable } from './problems.ts'
import { createBuckets, tooFast } from './rate.ts'

const noSuchThread = () => notFound('There is no such thread, or it is not for you.')

/** For each of these, words of the sender's choice are looked for in the text. */
const anchorRate = { burst: 100, perSecond: 1 }

type Located = Pick<ThreadRecord, 'anchor' | 'orphaned'>

type Options = { storage: Storage; clock: Clock; people: People; threads: ThreadService }

export function serveThreads(app: App, { storage, clock, people, threads }: Options): void {
  const describeAct = ({ by, at }: { by: string; at: number }) => ({ by: people.person(by), at: instant(at) })

  const describeResolution = ({ agreed, ...said }: ResolutionRecord) => ({
    ...describeAct(said),
    agreed: agreed.map(describeAct),
  })

  /** What is said of a thread once the actor says that it is resolved; what was said before if their party has said so already. */
  function resolvedBy(actor: Actor, { parties }: DocumentRecord, { audience, resolved }: ThreadRecord, at: number) {
    const partyOf = ({ by }: { by: string }) => people.person(by).party
    const before = resolved === null ? [] : [resolved, ...resolved.agreed]
    const own = { by: actor.id, at }
    const said = before.some((each) => each.by === actor.id || partyOf(each) === actor.party)
      ? before
      : [...before, own]
    const [first = own, ...others] = said
    const done = isResolvedBy(audience, said.map(partyOf), parties)
    return { by: first.by, at: first.at, agreed: others.map(({ by, at: when }) => ({ by, at: when })), done }
  }

  function describe(actor: Actor, thread: ThreadRecord, marks: ReadonlyMap<string, number>): Thread {
    const { id, document, anchor, orphaned, resolved, disposition, undone, createdAt } = thread
    return {
      id,
      document,
      ...circleOf(thread),
      anchor,
      orphaned,
      status: resolved?.done === true ? 'resolved' : 'open',
      resolved: resolved?.done === true ? describeResolution(resolved) : null,
      resolving: resolved?.done === false ? describeResolution(resolved) : null,
      disposition: disposition && {
        ...disposition,
        by: people.person(disposition.by),
        at: instant(disposition.at),
        agreed: disposition.agreed.map(describeAct),
      },
      undone: undone && { ...undone, by: people.person(undone.by), at: instant(undone.at) },
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
  async function visible(
    { seats }: SignedIn,
    id: string,
  ): Promise<{ document: DocumentRecord; actor: Actor; thread: ThreadRecord }> {
    const head = await storage.threads.head(id)
    // The same steps for one that is not there: only of one that is the reader's own to see is more looked up.
    const document = await storage.documents.get(head?.document ?? '')
    const actor = document && actorIn(seats, document)
    if (!head || !document || !actor || !can(actor, 'thread.read', threadSubject(document, head))) throw noSuchThread()
    const thread = await storage.threads.get(id)
    if (thread === null) throw noSuchThread()
    return { document, actor, thread }
  }

  async function answer(signedIn: SignedIn, id: string): Promise<Thread> {
    const { actor, thread } = await visible(signedIn, id)
    return describe(actor, thread, await storage.reads.threads(actor.user))
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

  const newThread = (
    actor: Actor,
    document: DocumentRecord,
    said: Circle & Pick<ThreadRecord, 'anchor' | 'orphaned' | 'comments' | 'createdAt'>,
  ): ThreadRecord => ({
    id: randomUUID(),
    document: document.id,
    author: actor.id,
    resolved: null,
    disposition: null,
    undone: null,
    ...said,
  })

  const anchors = createBuckets(clock, anchorRate)

  function takeAnchor(actor: Actor): void {
    const wait = anchors.take(actor.id)
    if (wait > 0) throw tooFast('Too many threads in a short time. Wait a moment and try again.', wait)
  }

  async function checkOpenThreads(actor: Actor, document: DocumentRecord): Promise<void> {
    const own = (await threads.of(actor, document)).filter(
      ({ author, resolved }) => author === actor.id && resolved === null,
    )
    if (own.length < maxOpenThreads) return
    throw new HttpProblem(
      429,
      `You have ${own.length} open threads in this document. Resolve some before you start another.`,
    )
  }

  const locate = async (document: string, circle: Circle, anchor: TextAnchor | null): Promise<Located> =>
    anchor === null ? { anchor, orphaned: false } : await threads.locate(document, circle, anchor)

  function checkMentions(mentions: readonly string[], subject: ThreadSubject): void {
    mentions.forEach((user, index) => {
      const mentioned = people.actor(user)
      if (mentioned === null || !can(mentioned, 'thread.read', subject)) {
        throw unusable(`mentions.${index}`, 'Mention only people who may read this thread.')
      }
    })
  }

  const note = (
    actor: Actor,
    action: string,
    thread: string,
    detail: Record<string, string | boolean | null> = {},
  ): AuditEntry => ({ at: clock.now(), actor: actor.id, action, subject: `thread:${thread}`, detail })

  serveEndpoint(app, listReaders, async ({ signedIn, params }) => {
    const { document } = await readable(storage, signedIn, params.id)
    return {
      people: people
        .all()
        .filter((each) => can(each, 'document.read', document))
        .map(personOf),
    }
  })

  serveEndpoint(app, listThreads, async ({ signedIn, params }) => {
    const { document, actor } = await readable(storage, signedIn, params.id)
    const [shown, marks] = await Promise.all([threads.anchored(actor, document), storage.reads.threads(actor.user)])
    return { threads: shown.map((thread) => describe(actor, thread, marks)) }
  })

  serveEndpoint(app, createThread, async ({ signedIn, params, body }) => {
    const { document, actor } = await readable(storage, signedIn, params.id)
    const circle = circleFor(actor, body.audience)
    const subject = circle && { ...circle, document, author: actor.id }
    if (circle === null || subject === null || !can(actor, 'thread.comment', subject)) {
      throw forbidden(`Your role may not start a thread for the audience “${body.audience}” here.`)
    }
    checkMentions(body.mentions, subject)
    await checkOpenThreads(actor, document)
    takeAnchor(actor)
    const located = await locate(document.id, circle, body.anchor)
    const at = clock.now()
    const comments = [newComment(actor, body, located, at)]
    const thread = newThread(actor, document, { ...circle, ...located, comments, createdAt: at })
    await threads.create(thread, note(actor, 'thread.create', thread.id, { document: document.id, ...circle }))
    return await answer(signedIn, thread.id)
  })

  serveEndpoint(app, publishThread, async ({ signedIn, params, body }) => {
    const { document, actor, thread } = await visible(signedIn, params.id)
    if (!can(actor, 'thread.publish', threadSubject(document, thread))) {
      throw forbidden('Only a thread of one’s own delegation can be published.')
    }
    const chosen = thread.comments.filter(({ id }) => body.comments.includes(id))
    if (chosen.length < new Set(body.comments).size) throw unusable('comments', 'Not all of them are in this thread.')
    await checkOpenThreads(actor, document)
    takeAnchor(actor)
    const joint = { audience: 'joint', party: null } as const
    const located = await locate(document.id, joint, body.passage ? thread.anchor : null)
    if (located.orphaned || (body.passage && located.anchor === null)) {
      throw new HttpProblem(409, 'The passage is gone from the text. Look at what would be published again.')
    }
    const at = clock.now()
    // Nothing of it says that there was another thread, when that was begun or who else spoke in it.
    const comments = chosen.map(({ body: words, proposal }) =>
      newComment(actor, { body: words, proposal, mentions: [] }, located, at),
    )
    const copy = newThread(actor, document, { ...joint, ...located, comments, createdAt: at })
    const created = note(actor, 'thread.create', copy.id, { document: document.id, ...joint })
    await threads.create(copy, created, note(actor, 'thread.publish', thread.id, { as: copy.id }))
    return await answer(signedIn, copy.id)
  })

  serveEndpoint(app, createComment, async ({ signedIn, params, body }) => {
    const { document, actor, thread } = await visible(signedIn, params.id)
    const subject = threadSubject(document, thread)
    if (!can(actor, 'thread.comment', subject)) throw forbidden('Your role may not answer in this thread.')
    checkMentions(body.mentions, subject)
    const at = clock.now()
    const located = body.proposal === null ? thread : await locate(document.id, thread, thread.anchor)
    const comment = newComment(actor, body, located, at)
    await threads.comment(thread, comment, note(actor, 'thread.comment', thread.id, { comment: comment.id }))
    // Who answers has read what they answer.
    await storage.reads.mark(actor.user, { thread: thread.id }, at)
    return await answer(signedIn, thread.id)
  })

  /** Two who confirm at once would each find the other missing. */
  const inOrder = createInOrder<string>()

  serveEndpoint(app, updateThread, ({ signedIn, params, body }) =>
    inOrder(params.id, () => update(signedIn, params, body)),
  )

  async function update(
    signedIn: SignedIn,
    params: { readonly id: string },
    body: z.output<(typeof updateThread)['body']>,
  ): Promise<Thread> {
    const { document, actor, thread } = await visible(signedIn, params.id)
    const subject = threadSubject(document, thread)
    const at = clock.now()
    const change: { -readonly [Key in keyof ThreadChange]: ThreadChange[Key] } = {}
    const asked = body.status === undefined ? null : body.status === 'resolved'
    if (asked === true ? thread.resolved?.done !== true : asked === false && thread.resolved !== null) {
      if (!can(actor, 'thread.resolve', subject)) throw forbidden('Your role may not resolve or reopen this thread.')
      change.resolved = asked === true ? resolvedBy(actor, document, thread, at) : null
    }
    if (body.disposition !== undefined) {
      if (thread.audience !== 'panel') throw unusable('disposition', 'Only a thread with the panel carries one.')
      if (!can(actor, 'thread.dispose', subject)) {
        throw forbidden('Only a co-chair of the working group records what became of a panel comment.')
      }
      change.disposition = body.disposition && { ...body.disposition, by: actor.id, at, agreed: [] }
    }
    if (body.agree !== undefined) {
      if (!can(actor, 'thread.dispose', subject)) {
        throw forbidden('Only a co-chair of the working group agrees to what became of a panel comment.')
      }
      const { disposition } = thread
      if (disposition?.decision !== body.agree.decision || disposition.reason !== body.agree.reason) {
        throw new HttpProblem(409, 'The disposition reads otherwise by now. Read it, and agree to it then.')
      }
      const bound = [disposition, ...disposition.agreed].map(({ by }) => people.person(by).party)
      if (!bound.includes(actor.party)) {
        change.disposition = { ...disposition, agreed: [...disposition.agreed, { by: actor.id, at }] }
      }
    }
    if (body.anchor !== undefined) {
      if (!can(actor, 'thread.apply', subject))
        throw forbidden('Your role may not put a proposed wording into the text.')
      const { clause, language } = thread.anchor ?? {}
      if (clause !== body.anchor.clause || language !== body.anchor.language) {
        throw unusable('anchor', 'A thread stays in its clause and in its language.')
      }
      takeAnchor(actor)
      const located = await threads.locate(document.id, thread, body.anchor)
      if (located.orphaned) throw unusable('anchor', 'Its words are not in the text.')
      // The wording stands in the text again.
      Object.assign(change, located, { undone: null })
    }
    if (Object.keys(change).length > 0) {
      const detail = {
        ...(body.status === undefined ? {} : { status: body.status }),
        ...(change.resolved == null ? {} : { resolved: change.resolved.done }),
        ...(body.disposition === undefined ? {} : { disposition: body.disposition?.decision ?? null }),
        ...(body.agree === undefined ? {} : { agreed: body.agree.decision }),
        ...(body.anchor === undefined ? {} : { applied: true }),
      }
      await threads.update(thread, change, actor.id, note(actor, 'thread.update', thread.id, detail))
    }
    return await answer(signedIn, thread.id)
  }

  serveEndpoint(app, updateComment, async ({ signedIn, params, body }) => {
    const { document, actor, thread } = await visible(signedIn, params.id)
    const comment = thread.comments.find(({ id }) => id === params.comment)
    if (comment === undefined) throw notFound('There is no such comment in this thread.')
    if (!can(actor, 'comment.edit', { thread: threadSubject(document, thread), author: comment.author })) {
      throw forbidden('Only its author may edit a comment.')
    }
    const edited = note(actor, 'comment.edit', thread.id, { comment: comment.id })
    await threads.editComment(thread, comment.id, body.body, actor.id, edited)
    return await answer(signedIn, thread.id)
  })

  serveEndpoint(app, markThreadRead, async ({ signedIn, params }) => {
    const { actor, thread } = await visible(signedIn, params.id)
    const at = clock.now()
    await storage.reads.mark(actor.user, { thread: thread.id }, at)
    return { at: instant(at) }
  })
}
