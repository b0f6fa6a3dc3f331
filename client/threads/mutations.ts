/** Changing threads: each change is shown at once, and taken back, alone, if the server does not agree. */
import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import type { z } from 'zod'
import type { Person } from '#shared/api/common.ts'
import {
  createComment,
  createThread,
  markThreadRead,
  publishThread,
  updateComment,
  updateThread,
  type Anchor,
  type Comment,
  type Thread,
} from '#shared/api/threads.ts'
import { circleFor, type Audience } from '#shared/domain/permissions.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { expect, type Change as ExpectedChange } from './expected.ts'

export type Words = { readonly body: string; readonly proposal: string | null; readonly mentions: readonly string[] }
export type NewThread = Words & { readonly audience: Audience; readonly anchor: Anchor | null }
type Change = z.output<(typeof updateThread)['body']>

const keyOf = (document: string) => queryKeys.threads(document)

const write = (document: string, change: (threads: readonly Thread[]) => readonly Thread[]) =>
  queryClient.setQueryData<readonly Thread[]>(keyOf(document), (threads) => change(threads ?? []))

const put = (thread: Thread) => (threads: readonly Thread[]) =>
  threads.some(({ id }) => id === thread.id)
    ? threads.map((each) => (each.id === thread.id ? thread : each))
    : [...threads, thread]

/** A comment that is on its way carries an id of ours, which says so. */
const provisional = 'provisional-'
export const isProvisional = (id: string): boolean => id.startsWith(provisional)

const commentBy = (author: Person, { body, proposal, mentions }: Words, passage: string | null): Comment => ({
  id: provisional + crypto.randomUUID(),
  author,
  body,
  proposal,
  replaces: proposal === null ? null : passage,
  mentions: [...mentions],
  createdAt: new Date().toISOString(),
  editedAt: null,
})

/** Runs an optimistic change: `ahead` shows it until the server has answered, `send` makes it so. */
function useChange<Input>(
  document: string,
  ahead: (input: Input) => ExpectedChange,
  send: (input: Input) => Promise<Thread>,
): UseMutationResult<Thread, Error, Input> {
  return useMutation({
    mutationFn: send,
    onMutate: (input) => expect(document, ahead(input)),
    onError: (_error, _input, stop) => stop?.(),
    onSuccess: (thread, _input, stop) => {
      stop()
      write(document, put(thread))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(document) }),
  })
}

/** Starts a thread. */
export const useCreateThread = (document: string, me: Person) =>
  useChange<NewThread>(
    document,
    (input) => {
      const circle = circleFor(me, input.audience)
      if (circle === null) return (threads) => threads
      const thread: Thread = {
        id: provisional + crypto.randomUUID(),
        document,
        ...circle,
        anchor: input.anchor,
        orphaned: false,
        status: 'open',
        resolved: null,
        resolving: null,
        disposition: null,
        undone: null,
        comments: [commentBy(me, input, input.anchor?.quote.exact ?? null)],
        createdAt: new Date().toISOString(),
        unread: 0,
      }
      return (threads) => [...threads, thread]
    },
    ({ mentions, ...input }) =>
      call(createThread, { params: { id: document }, body: { ...input, mentions: [...mentions] } }),
  )

/** Publishes comments of a private thread. It is shown once the server has done so: whoever did it is to know that it is done. */
export const usePublishThread = (document: string) =>
  useMutation({
    mutationFn: ({ thread, comments, passage }: { thread: string; comments: readonly string[]; passage: boolean }) =>
      call(publishThread, { params: { id: thread }, body: { comments: [...comments], passage } }),
    onSuccess: (thread) => write(document, put(thread)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(document) }),
  })

/** Answers in a thread. */
export const useReply = (document: string, me: Person) =>
  useChange<{ thread: string; words: Words }>(
    document,
    ({ thread, words }) => {
      const comment = commentBy(me, words, null)
      return (threads) =>
        threads.map((each) => (each.id === thread ? { ...each, comments: [...each.comments, comment] } : each))
    },
    ({ thread, words }) =>
      call(createComment, { params: { id: thread }, body: { ...words, mentions: [...words.mentions] } }),
  )

/** How a thread stands once someone has asked for a status. Whether all parties have said so, the server tells. */
function resolution(
  { audience, status, resolved, resolving }: Thread,
  asked: Thread['status'] | undefined,
  said: { readonly by: Person; readonly at: string },
): Pick<Thread, 'status' | 'resolved' | 'resolving'> {
  if (asked === undefined) return { status, resolved, resolving }
  if (asked === 'open') return { status: asked, resolved: null, resolving: null }
  if (audience !== 'joint') return { status: asked, resolved: resolved ?? { ...said, agreed: [] }, resolving: null }
  const next = resolving === null ? { ...said, agreed: [] } : { ...resolving, agreed: [...resolving.agreed, said] }
  return { status, resolved, resolving: next }
}

/**
 * Resolves or reopens a thread, records a disposition, or moves the anchor. It is sent once `after` has come to pass; if that
 * fails, so does this.
 */
export const useUpdateThread = (document: string, me: Person) =>
  useChange<{ thread: string; change: Change; after?: Promise<void> }>(
    document,
    ({ thread, change }) =>
      (threads) =>
        threads.map((each) => {
          if (each.id !== thread) return each
          const at = new Date().toISOString()
          const { disposition, agree, anchor } = change
          const recorded =
            disposition === undefined ? each.disposition : disposition && { ...disposition, by: me, at, agreed: [] }
          return {
            ...each,
            ...resolution(each, change.status, { by: me, at }),
            disposition: recorded && agree ? { ...recorded, agreed: [...recorded.agreed, { by: me, at }] } : recorded,
            ...(anchor ? { anchor, orphaned: false } : {}),
          }
        }),
    async ({ thread, change, after }) => {
      await after
      return await call(updateThread, { params: { id: thread }, body: change })
    },
  )

/** Edits one's own comment. */
export const useEditComment = (document: string) =>
  useChange<{ thread: string; comment: string; body: string }>(
    document,
    ({ thread, comment, body }) =>
      (threads) =>
        threads.map((each) =>
          each.id !== thread
            ? each
            : {
                ...each,
                comments: each.comments.map((one) =>
                  one.id === comment ? { ...one, body, editedAt: new Date().toISOString() } : one,
                ),
              },
        ),
    ({ thread, comment, body }) => call(updateComment, { params: { id: thread, comment }, body: { body } }),
  )

/** Notes that the reader has seen a thread; if that fails it stays unread, which harms nobody. */
export async function readThread(document: string, thread: string): Promise<void> {
  write(document, (threads) => threads.map((each) => (each.id === thread ? { ...each, unread: 0 } : each)))
  await call(markThreadRead, { params: { id: thread } }).catch(() => undefined)
}
