/** What a room does in turn: what its connections send, and what the server asks of the text. */
import type * as Y from 'yjs'
import type { Message } from './frames.ts'
import type { Session } from './session.ts'
import type { LiveText, Violation, Write } from './text.ts'
import { EditRefused } from './types.ts'

/** An update of a session, or an edit of the server's on a user's behalf (then without a session). */
export type SessionWrite = Write & {
  readonly session: Session | null
  /** Those that it writes under. */
  readonly clientIds: readonly number[]
  readonly applied?: (changed: boolean) => void
  readonly failed: (violation: Violation) => void
}

/** Someone who waits for an answer: how to tell them that there is none. */
type Waiter = { readonly fail: (error: unknown) => void; readonly missing: () => void }

/** What a room does in turn. */
export type Task =
  | {
      readonly type: 'message'
      readonly session: Session
      readonly message: Exclude<Message, { type: 'queryAwareness' | 'reauthenticate' }>
      /** The bytes that it came in. */
      readonly size: number
    }
  | ({
      readonly type: 'edit'
      readonly write: (client: number) => SessionWrite
      readonly user: string
      readonly settled: () => void
    } & Waiter)
  | ({ readonly type: 'read'; readonly view: (text: LiveText) => void } & Waiter)
  /** `greet`: tell it what we have, so that it answers with what we lack. */
  | { readonly type: 'greet' | 'catchUp'; readonly session: Session }

/** Has `enqueue` take a look at the text; resolves with what `view` gives, or with null if there is no such document. */
export function lookAt<T>(view: (doc: Y.Doc, seq: number) => T, enqueue: (task: Task) => void): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const look = ({ doc, seq }: LiveText) => {
      try {
        resolve(view(doc, seq))
      } catch (error) {
        reject(error)
      }
    }
    enqueue({ type: 'read', view: look, fail: reject, missing: () => resolve(null) })
  })
}

/** Has `enqueue` take an edit of the server's on behalf of `user`; see `Rooms.edit` for what becomes of it. */
export function editAs(
  user: string,
  change: (body: Y.XmlFragment, doc: Y.Doc) => void,
  enqueue: (task: Task) => void,
): Promise<boolean | null> {
  return new Promise((resolve, reject) => {
    let changed = false
    const write = (client: number): SessionWrite => ({
      user,
      session: null,
      clientIds: [client],
      applied: (anything) => {
        changed = anything
      },
      failed: (violation) => reject(new EditRefused(violation.message, { cause: violation })),
      apply: ({ doc, body }) => {
        doc.clientID = client
        change(body, doc)
      },
    })
    const settled = () => resolve(changed)
    enqueue({ type: 'edit', user, write, settled, fail: reject, missing: () => resolve(null) })
  })
}

/** Whether something would be lost if the task were dropped. */
export const isEdit = (task: Task): boolean =>
  task.type === 'message' && task.message.type === 'update' && task.session.visitor.writes && !task.session.revoked

/** Tells those who wait for an answer that none will come: `error`, or that there is no such document. */
export function failTasks(tasks: readonly Task[], error?: unknown): void {
  for (const task of tasks) {
    if (task.type !== 'read' && task.type !== 'edit') continue
    if (error === undefined) task.missing()
    else task.fail(error)
  }
}
