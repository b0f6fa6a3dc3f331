/** What a card asks of the margin, and who a thread is for. */
import type { Thread } from '#shared/api/threads.ts'
import type { DispositionDecision } from '#shared/domain/threads.ts'
import { circleOf, type DocumentSubject, type ThreadSubject } from '#shared/domain/permissions.ts'
import type { Words } from './mutations.ts'
import type { Publish } from './publish-thread.tsx'

export type ThreadEvents = {
  readonly focus: (thread: string | null) => void
  /** Back to the text. */
  readonly leave: () => void
  readonly reply: (thread: string, words: Words) => Promise<void>
  readonly edit: (thread: string, comment: string, body: string) => Promise<void>
  readonly setStatus: (thread: string, status: Thread['status']) => Promise<void>
  readonly dispose: (thread: string, decision: DispositionDecision, reason: string) => Promise<void>
  readonly publish: Publish
  /** Agrees to what another party recorded, as it reads. */
  readonly agree: (thread: string, disposition: NonNullable<Thread['disposition']>) => Promise<void>
  /** Replaces the passage by a wording, if it still reads `expected`. */
  readonly apply: (thread: Thread, wording: string, expected: string) => Promise<void>
}

export const subjectOf = (document: DocumentSubject, thread: Thread): ThreadSubject => ({
  ...circleOf(thread),
  document,
  author: thread.comments[0]?.author.id ?? null,
})
