/** What a room does in turn: what its connections send, and what the server asks of the text. */
import * as Y from 'yjs'
import type { Message } from './frames.ts'
import type { Session } from './session.ts'
import type { Author } from './checks.ts'
import type { LiveText, Write } from './text.ts'
import type { Violation } from './violation.ts'
import { EditRefused, type Change, type CommandOutcome, type Decision } from './types.ts'

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
      readonly author: Author
      readonly settled: () => void
    } & Waiter)
  | ({
      readonly type: 'command'
      readonly author: Author
      /** Throws where nothing is to be done. */
      readonly decide: (text: LiveText) => Decided
    } & Waiter)
  | ({ readonly type: 'read'; readonly view: (text: LiveText) => void } & Waiter)
  /** `greet`: tell it what we have, so that it answers with what we lack. */
  | { readonly type: 'greet' | 'catchUp'; readonly session: Session }

/** What a command decided: what is written, and how to say what came of it. */
export type Decided = Omit<Decision<unknown>, 'answer'> & {
  readonly done: (changed: boolean) => void
}

/** Has `enqueue` take a command; see `Rooms.command` for what becomes of it. */
export function commandAs<T>(
  author: Author,
  decide: (text: LiveText) => Decision<T>,
  enqueue: (task: Task) => void,
): Promise<CommandOutcome<T> | null> {
  return new Promise((resolve, reject) => {
    const decided = (text: LiveText): Decided => {
      const { answer, ...writes } = decide(text)
      return { ...writes, done: (changed) => resolve({ answer, changed }) }
    }
    enqueue({ type: 'command', author, decide: decided, fail: reject, missing: () => resolve(null) })
  })
}

/** The write that a change of the server's is, under that client id unless it brings its own. */
export function serverWrite(
  author: Author,
  { change, settlement = false }: { readonly change: Change; readonly settlement?: boolean },
  client: number,
  hear: { readonly applied: (changed: boolean) => void; readonly failed: (violation: Violation) => void },
): SessionWrite {
  const own = typeof change === 'function' ? null : change
  return {
    author,
    settlement,
    session: null,
    clientIds: [own?.client ?? client],
    ...hear,
    apply: ({ doc, body }) => {
      if (typeof change !== 'function') return Y.applyUpdate(doc, change.update)
      doc.clientID = client
      change(body, doc)
    },
  }
}

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

/** Has `enqueue` take an edit of the server's on behalf of `author`; see `Rooms.edit` for what becomes of it. */
export function editAs(author: Author, change: Change, enqueue: (task: Task) => void): Promise<boolean | null> {
  return new Promise((resolve, reject) => {
    let changed = false
    const write = (client: number) =>
      serverWrite(author, { change }, client, {
        applied: (anything) => {
          changed = anything
        },
        failed: (violation) => reject(new EditRefused(violation.message, { cause: violation })),
      })
    const settled = () => resolve(changed)
    enqueue({ type: 'edit', author, write, settled, fail: reject, missing: () => resolve(null) })
  })
}

/** Whether something would be lost if the task were dropped. */
export const isEdit = (task: Task): boolean =>
  task.type === 'message' &&
  task.message.type === 'update' &&
  task.session.visitor.writes &&
  task.session.state.type !== 'dropped'

/** Whether someone waits for an answer to the task. */
export const isAsked = (task: Task): task is Extract<Task, Waiter> => 'fail' in task

/** Tells those who wait for an answer that none will come: `error`, or that there is no such document. */
export function failTasks(tasks: readonly Task[], error?: unknown): void {
  for (const task of tasks) {
    if (!isAsked(task)) continue
    if (error === undefined) task.missing()
    else task.fail(error)
  }
}
