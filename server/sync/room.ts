/**
 * One open document. What its connections send goes through one pipeline, a batch at a time: admit, apply, check, put on disk,
 * show, acknowledge. Between batches the text in memory is exactly what is on disk, so that whatever leaves the room is durable.
 */
import * as Y from 'yjs'
import { closeCode, type CloseCode } from '#shared/protocol/messages.ts'
import { StorageError, type AppendResult, type ClientBinding } from '../storage/storage.ts'
import { admit, type RefusalReason } from './admission.ts'
import type { Committer } from './committer.ts'
import {
  acknowledgeFrame,
  answerFrame,
  decodeFrame,
  MalformedFrame,
  refusedFrame,
  stateVectorFrame,
  updateFrame,
  type AwarenessState,
  type Message,
} from './frames.ts'
import { createPresence } from './presence.ts'
import { applyWrites, loadText, Violation, type LiveText, type Write } from './text.ts'
import { EditRefused, type Channel, type Connection, type EngineOptions, type Judge, type Visitor } from './types.ts'

/** A batch takes at most so many tasks, so that one room cannot hold the event loop while others wait. */
const maxBatch = 512
/** Past so many unsent bytes a connection is no longer sent updates; it is caught up when it has read what there is. */
const slowBytes = 1024 * 1024
const caughtUpBytes = 64 * 1024
const slowCheckMs = 100
/** A checkpoint is due when the log beyond the last one is this long. */
const checkpointRows = 500
const checkpointBytes = 512 * 1024
const retryFirstMs = 250
const retryMostMs = 5000

type Session = {
  visitor: Visitor
  readonly channel: Channel
  readonly judge: Judge
  open: boolean
  /** Their rights were taken away: what they sent and is not on disk yet is dropped. */
  revoked: boolean
  /** Whether they have answered our state vector. Until then a gap is no fault: the answer will hold what is missing. */
  answered: boolean
  /** An update was left out for a gap, and an acknowledgement that must wait until the answer has closed it. */
  gap: { waiting: number | null } | null
  acknowledged: number
  /** What a slow reader has, from the moment on that it is not sent updates. */
  behind: Map<number, number> | null
}

/** An update of a session, or an edit of the server's on a user's behalf (then without a session). */
type SessionWrite = Write & {
  readonly session: Session | null
  readonly claims: readonly number[]
  readonly applied?: (changed: boolean) => void
  readonly failed: (violation: Violation) => void
}

type Waiter = { readonly fail: (error: unknown) => void; readonly missing: () => void }

type Task =
  | {
      readonly type: 'message'
      readonly session: Session
      readonly message: Exclude<Message, { type: 'queryAwareness' | 'reauthenticate' }>
    }
  | ({
      readonly type: 'edit'
      readonly write: (client: number) => SessionWrite
      readonly user: string
      readonly settled: () => void
    } & Waiter)
  | ({ readonly type: 'read'; readonly view: (text: LiveText) => void } & Waiter)
  | { readonly type: 'catchUp'; readonly session: Session }

type State =
  | { readonly phase: 'loading' }
  | { readonly phase: 'live'; text: LiveText; readonly clients: Map<number, string | null> }
  | { readonly phase: 'closed' }

export type Room = {
  join(visitor: Visitor, channel: Channel, judge: Judge): Connection
  read<T>(view: (doc: Y.Doc, seq: number) => T): Promise<T | null>
  edit(user: string, change: (body: Y.XmlFragment, doc: Y.Doc) => void): Promise<boolean | null>
  sessions(): Iterable<Visitor>
  /** Judges again the connections that `concerns` picks. */
  rejudge(concerns: (visitor: Visitor) => boolean): void
  /** Turns out the connections that `concerns` picks; what they sent and is not on disk is dropped. */
  expel(concerns: (visitor: Visitor) => boolean, code: CloseCode, reason: string): void
  /** False while commits fail. */
  readonly healthy: boolean
  /** Puts what was taken on disk, then closes every connection. */
  close(): Promise<void>
}

/** Opens a document. `empty` is called when nobody has been in it for a while; `closed` when it can no longer be joined. */
export function openRoom(
  document: string,
  options: EngineOptions & { readonly committer: Committer; readonly idleMs: number; readonly closed: () => void },
): Room {
  const { log, cluster, clock, metrics, committer, idleMs, closed } = options
  const logger = options.logger.child({ document })
  const checks = options.checks ?? []
  const sessions = new Set<Session>()
  const reserved = new Map<number, string>()
  let state: State = { phase: 'loading' }
  let queue: Task[] = []
  let pumping: Promise<void> | null = null
  let healthy = true
  let closing = false
  let cancelIdle: (() => void) | null = null
  let cancelSlow: (() => void) | null = null
  let cancelRetry: (() => void) | null = null
  let checkpointing = false

  const presence = createPresence<Session>({
    clock,
    members: () => sessions,
    mayUse: ({ visitor }, clientId) => {
      const owner = ownerOf(clientId)
      if (owner !== undefined && owner !== visitor.actor.id) return false
      // From the moment a client shows itself its id is its user's: those who see it there cannot write under it first.
      reserved.set(clientId, visitor.actor.id)
      return true
    },
    send: (session, frame) => {
      if (session.behind === null) send(session, frame)
    },
  })

  const ownerOf = (clientId: number) =>
    (state.phase === 'live' ? state.clients.get(clientId) : undefined) ?? reserved.get(clientId)

  // --- Loading ---------------------------------------------------------------------------------------------------------------

  const load = async () => {
    try {
      const loaded = await loadText(log, document)
      if (state.phase === 'closed') return
      if (loaded === null) return shut(closeCode.notFound, 'There is no such document.')
      state = { phase: 'live', text: loaded.text, clients: loaded.clients }
      for (const session of sessions) greet(session, loaded.text)
      pump()
      rest()
    } catch (error) {
      logger.error({ err: error }, 'The document could not be loaded')
      metrics.refused('loadFailed')
      shut(closeCode.unavailable, 'The document cannot be read just now.', error)
    }
  }

  const greet = (session: Session, text: LiveText) => {
    if (session.visitor.epoch !== null && session.visitor.epoch !== text.epoch) {
      metrics.refused('wrongEpoch')
      return dismiss(session, closeCode.wrongEpoch, 'The text was replaced since this copy was made.')
    }
    queue.push({ type: 'message', session, message: { type: 'stateVector', clocks: new Map(), bytes: hello } })
    const others = presence.frameFor(session)
    if (others !== null) send(session, others)
  }

  // --- The pipeline ------------------------------------------------------------------------------------------------------------

  const pump = () => {
    if (pumping !== null || state.phase !== 'live' || queue.length === 0) return
    pumping = run().finally(() => {
      pumping = null
      if (queue.length > 0) pump()
      else rest()
    })
  }

  const run = async () => {
    // What arrives in the same turn of the event loop makes one batch.
    await null
    while (state.phase === 'live' && queue.length > 0) {
      const batch = queue.splice(0, maxBatch)
      try {
        await process(state, batch)
      } catch (error) {
        logger.error({ err: error }, 'The document was closed after a failure')
        failTasks([...batch, ...queue.splice(0)], error)
        shut(closeCode.unavailable, 'The document cannot be served just now.', error)
      }
    }
  }

  const process = async (live: State & { phase: 'live' }, batch: readonly Task[]) => {
    const writes = admitAll(live, batch)
    const { rows, standing } = await applyAll(live, writes)
    if (rows.length > 0) {
      const result = await commit(live, rows, standing)
      if ('rejected' in result) {
        logger.warn({ reason: result.rejected }, 'The store did not take the edits')
        failTasks(batch, new StorageError('The document was replaced'))
        const code = result.rejected === 'gone' ? closeCode.wrongEpoch : closeCode.forbidden
        return shut(code, 'The text was replaced since this copy was made.')
      }
      live.text.seq = result.lastSeq
      fanOut(live.text, rows, standing)
    }
    settle(live.text, batch)
    checkpointIfDue(live.text)
  }

  const admitAll = (live: State & { phase: 'live' }, batch: readonly Task[]): SessionWrite[] => {
    const writes: SessionWrite[] = []
    const reached = new Map<number, number>()
    const claimed = new Map<number, string>()
    const room = {
      doc: live.text.doc,
      clockOf: (clientId: number) => reached.get(clientId) ?? Y.getState(live.text.doc.store, clientId),
      ownerOf: (clientId: number) =>
        live.clients.has(clientId) ? live.clients.get(clientId) : (claimed.get(clientId) ?? reserved.get(clientId)),
    }
    for (const task of batch) {
      if (task.type === 'edit') {
        const client = freshClient(live, claimed)
        claimed.set(client, task.user)
        writes.push(task.write(client))
        continue
      }
      if (task.type !== 'message' || task.message.type !== 'update' || task.session.revoked) continue
      const { session, message } = task
      const user = session.visitor.actor.id
      const admission = admit(room, message.bytes, user, session.visitor.writes)
      if (message.answer && admission.verdict !== 'gap') session.answered = true
      switch (admission.verdict) {
        case 'refused':
          refuse(session, admission.reason)
          break
        case 'gap':
          if (session.answered || message.answer) refuse(session, 'gap')
          else session.gap ??= { waiting: null }
          break
        case 'empty':
          break
        case 'admitted':
          for (const [clientId, clockEnd] of admission.reach) reached.set(clientId, clockEnd)
          for (const clientId of admission.claims) claimed.set(clientId, user)
          writes.push({
            user,
            session,
            claims: [...admission.reach.keys()],
            apply: ({ doc }) => Y.applyUpdate(doc, message.bytes, session),
            failed: ({ reason, message: sentence }) => {
              logger.warn({ user, reason, sentence }, 'An update was refused')
              refuse(session, reason)
            },
          })
      }
    }
    // One that was refused in this batch takes what it sent before with it: its later edits may build on what was turned away.
    return writes.filter(({ session }) => session === null || !session.revoked)
  }

  type Row = { readonly user: string; readonly bytes: Uint8Array }

  /** Applies what was admitted; `standing` are the writes that hold. A violation costs a reload, and only its author's writes. */
  const applyAll = async (
    live: State & { phase: 'live' },
    writes: readonly SessionWrite[],
  ): Promise<{ rows: Row[]; standing: readonly SessionWrite[] }> => {
    try {
      return { rows: applyByAuthor(live.text, writes), standing: writes }
    } catch (error) {
      if (!(error instanceof Violation)) throw error
    }
    let standing = writes
    for (;;) {
      await reload(live)
      const rows: Row[] = []
      const violation = standing.find((write) => {
        try {
          rows.push(...applyGroup(live.text, write.user, [write]))
          return false
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          write.failed(error)
          return true
        }
      })
      if (violation === undefined) return { rows, standing }
      standing = standing.filter(
        (write) => write !== violation && (write.session === null || write.session !== violation.session),
      )
    }
  }

  /** Authors in one batch cannot build on each other's edits, since none of these were shown yet: their order is free. */
  const applyByAuthor = (text: LiveText, writes: readonly SessionWrite[]): Row[] => {
    const byUser = new Map<string, SessionWrite[]>()
    for (const write of writes) {
      const own = byUser.get(write.user)
      if (own === undefined) byUser.set(write.user, [write])
      else own.push(write)
    }
    return [...byUser].flatMap(([user, own]) => {
      const updates = own.filter(({ session }) => session !== null)
      const edits = own.filter(({ session }) => session === null)
      return [...applyGroup(text, user, updates), ...edits.flatMap((edit) => applyGroup(text, user, [edit]))]
    })
  }

  const applyGroup = (text: LiveText, user: string, writes: readonly SessionWrite[]): Row[] => {
    if (writes.length === 0) return []
    const bytes = applyWrites(text, user, writes, checks)
    for (const { applied } of writes) applied?.(bytes !== null)
    return bytes === null ? [] : [{ user, bytes }]
  }

  const reload = async (live: State & { phase: 'live' }) => {
    const loaded = await loadText(log, document)
    if (loaded === null) throw new StorageError('The document is gone')
    live.text.doc.destroy()
    live.text = loaded.text
  }

  const commit = async (
    live: State & { phase: 'live' },
    rows: readonly Row[],
    standing: readonly SessionWrite[],
  ): Promise<AppendResult> => {
    const at = clock.now()
    const claims = new Map<number, ClientBinding>()
    for (const { user, claims: clientIds } of standing) {
      for (const clientId of clientIds) if (!live.clients.has(clientId)) claims.set(clientId, { clientId, user })
    }
    const clients = [...claims.values()]
    const entry = { document, epoch: live.text.epoch, rows: rows.map((row) => ({ ...row, at })), clients }
    for (let wait = retryFirstMs; ; wait = Math.min(wait * 2, retryMostMs)) {
      try {
        const result = await committer.commit(entry)
        if (!healthy) logger.info('The document is on disk again')
        healthy = true
        if ('lastSeq' in result) {
          for (const { clientId, user } of clients) live.clients.set(clientId, user)
          live.text.sinceCheckpoint.rows += rows.length
          live.text.sinceCheckpoint.bytes += rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
          const users = [...new Set(rows.map(({ user }) => user))]
          cluster.publish({ type: 'committed', document, seq: result.lastSeq, users, at })
        }
        return result
      } catch (error) {
        if (!(error instanceof StorageError) || closing) throw error
        // The edits stay here and are tried again even when everyone has left; those who made them are told that they are not saved.
        logger.error({ err: error, retryInMs: wait }, 'The edits could not be put on disk')
        metrics.refused('storage')
        healthy = false
        for (const session of sessions)
          dismiss(session, closeCode.unavailable, 'The edits could not be saved; they will be tried again.')
        await new Promise<void>((resolve) => {
          const cancel = clock.after(wait, resolve)
          cancelRetry = () => {
            cancel()
            resolve()
          }
        })
      }
    }
  }

  const fanOut = (text: LiveText, rows: readonly Row[], standing: readonly SessionWrite[]) => {
    const [first, ...more] = rows
    if (first === undefined) return
    const update = more.length === 0 ? first.bytes : Y.mergeUpdates(rows.map(({ bytes }) => bytes))
    const frame = updateFrame(update)
    const author = standing.every(({ session }) => session === standing[0]?.session) ? standing[0]?.session : null
    for (const session of sessions) {
      if (session === author || session.behind !== null) continue
      if (session.channel.bufferedAmount > slowBytes) fallBehind(session, text, update)
      else send(session, frame)
    }
  }

  /** Answers what was asked, now that everything before it is on disk. */
  const settle = (text: LiveText, batch: readonly Task[]) => {
    for (const task of batch) {
      if (task.type === 'read') task.view(text)
      else if (task.type === 'edit') task.settled()
      else if (task.type === 'catchUp') catchUp(task.session, text)
      else if (task.type === 'message' && task.session.open) answer(task.session, task.message, text)
    }
  }

  const answer = (session: Session, message: Extract<Task, { type: 'message' }>['message'], text: LiveText) => {
    switch (message.type) {
      case 'stateVector':
        if (message.bytes === hello) send(session, stateVectorFrame(Y.encodeStateVector(text.doc)))
        else send(session, answerFrame(Y.encodeStateAsUpdate(text.doc, message.bytes)))
        return
      case 'acknowledge':
        if (session.gap === null) acknowledge(session, message.count)
        else session.gap.waiting = message.count
        return
      case 'update':
        if (message.answer && session.gap !== null) {
          const { waiting } = session.gap
          session.gap = null
          if (waiting !== null) acknowledge(session, waiting)
        }
        return
      case 'awareness':
        speak(session, message.states)
    }
  }

  const acknowledge = (session: Session, count: number) => {
    session.acknowledged = count
    if (session.visitor.acknowledges) send(session, acknowledgeFrame(count))
  }

  // --- Slow readers ------------------------------------------------------------------------------------------------------------

  const fallBehind = (session: Session, text: LiveText, missed: Uint8Array) => {
    const has = Y.decodeStateVector(Y.encodeStateVector(text.doc))
    for (const [clientId, from] of Y.parseUpdateMeta(missed).from) has.set(clientId, from)
    session.behind = has
    watchSlow()
  }

  const watchSlow = () => {
    cancelSlow ??= clock.after(slowCheckMs, () => {
      cancelSlow = null
      for (const session of sessions) {
        if (session.behind === null) continue
        if (session.channel.bufferedAmount <= caughtUpBytes) enqueue({ type: 'catchUp', session })
        else watchSlow()
      }
    })
  }

  const catchUp = (session: Session, text: LiveText) => {
    if (!session.open || session.behind === null) return
    const has = Y.encodeStateVector(session.behind)
    session.behind = null
    send(session, updateFrame(Y.encodeStateAsUpdate(text.doc, has)))
    const others = presence.frameFor(session)
    if (others !== null) send(session, others)
  }

  // --- Sessions ----------------------------------------------------------------------------------------------------------------

  const send = (session: Session, frame: Uint8Array) => {
    if (!session.open) return
    session.channel.send(frame)
    metrics.sent(1, frame.length)
  }

  const speak = (session: Session, states: readonly AwarenessState[]) => {
    if (presence.receive(session, session.visitor.actor, states) === 'refused')
      refuse(session, 'presence', closeCode.malformed)
  }

  const dismiss = (session: Session, code: CloseCode, reason: string) => {
    if (!session.open) return
    session.channel.close(code, reason)
    forget(session)
  }

  const refuse = (session: Session, reason: RefusalReason | 'malformed', code: CloseCode = closeCode.forbidden) => {
    session.revoked = true
    if (!session.open) return
    metrics.refused(reason)
    if (session.visitor.acknowledges) send(session, refusedFrame(session.acknowledged, code))
    dismiss(session, code, refusalSentences[reason])
  }

  const forget = (session: Session) => {
    if (!sessions.delete(session)) return
    session.open = false
    metrics.sessions(-1)
    presence.remove(session)
    cluster.publish({ type: 'presence' })
    rest()
  }

  const receive = (session: Session, bytes: Uint8Array) => {
    if (!session.open) return
    let message: Message
    try {
      message = decodeFrame(bytes)
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error
      return refuse(session, 'malformed', closeCode.malformed)
    }
    switch (message.type) {
      case 'queryAwareness': {
        const others = presence.frameFor(session)
        if (others !== null) send(session, others)
        return
      }
      case 'reauthenticate':
        return void rejudgeOne(session, message.token)
      case 'awareness':
        if (state.phase === 'live') return speak(session, message.states)
        return enqueue({ type: 'message', session, message })
      default:
        enqueue({ type: 'message', session, message })
    }
  }

  const rejudgeOne = async (session: Session, token?: string) => {
    try {
      const rights = await session.judge(token)
      if (rights !== null) {
        session.visitor = { ...session.visitor, ...rights }
        return
      }
    } catch (error) {
      logger.error({ err: error }, 'Rights could not be judged')
    }
    const code = token === undefined ? closeCode.forbidden : closeCode.unauthenticated
    expelOne(session, code, 'You may no longer take part in this document.')
  }

  const expelOne = (session: Session, code: CloseCode, reason: string) => {
    session.revoked = true
    metrics.refused('revoked')
    dismiss(session, code, reason)
  }

  const enqueue = (task: Task) => {
    queue.push(task)
    pump()
  }

  // --- Checkpoints, rest and the end ---------------------------------------------------------------------------------------------

  const checkpointIfDue = (text: LiveText) => {
    const { rows, bytes } = text.sinceCheckpoint
    if (checkpointing || (rows < checkpointRows && bytes < checkpointBytes)) return
    void checkpoint(text)
  }

  const checkpoint = async (text: LiveText) => {
    if (text.sinceCheckpoint.rows === 0) return
    checkpointing = true
    const state = Y.encodeStateAsUpdate(text.doc)
    text.sinceCheckpoint.rows = 0
    text.sinceCheckpoint.bytes = 0
    try {
      await log.putCheckpoint(document, text.seq, state)
    } catch (error) {
      // The log holds everything: without the checkpoint only the next load is slower.
      logger.warn({ err: error }, 'The checkpoint could not be written')
    } finally {
      checkpointing = false
    }
  }

  const isAtRest = () => state.phase === 'live' && sessions.size === 0 && queue.length === 0 && pumping === null

  const rest = () => {
    cancelIdle?.()
    cancelIdle = null
    if (!isAtRest() || closing) return
    cancelIdle = clock.after(idleMs, () => void unload())
  }

  const unload = async () => {
    if (state.phase !== 'live' || !isAtRest()) return
    await checkpoint(state.text)
    // Someone may have come in meanwhile: this very text stays theirs.
    if (isAtRest()) shut(closeCode.unavailable, 'The document was put away.')
  }

  const shut = (code: CloseCode, reason: string, error?: unknown) => {
    if (state.phase === 'closed') return
    if (state.phase === 'live') state.text.doc.destroy()
    state = { phase: 'closed' }
    failTasks(queue.splice(0), error)
    for (const session of sessions) dismiss(session, code, reason)
    cancelIdle?.()
    cancelSlow?.()
    presence.stop()
    metrics.rooms(-1)
    closed()
  }

  /** Tells those who wait for an answer that none will come: `error`, or that there is no such document. */
  const failTasks = (tasks: readonly Task[], error?: unknown) => {
    for (const task of tasks) {
      if (task.type !== 'read' && task.type !== 'edit') continue
      if (error === undefined) task.missing()
      else task.fail(error)
    }
  }

  metrics.rooms(1)
  void load()

  return {
    join(visitor, channel, judge) {
      const session: Session = {
        visitor,
        channel,
        judge,
        open: true,
        revoked: false,
        answered: false,
        gap: null,
        acknowledged: 0,
        behind: null,
      }
      if (!healthy || closing) {
        channel.close(closeCode.unavailable, 'The document cannot be changed just now.')
        return { receive() {}, leave() {} }
      }
      sessions.add(session)
      metrics.sessions(1)
      cancelIdle?.()
      cancelIdle = null
      if (state.phase === 'live') {
        greet(session, state.text)
        pump()
      }
      cluster.publish({ type: 'presence' })
      return { receive: (bytes) => receive(session, bytes), leave: () => forget(session) }
    },

    read(view) {
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
    },

    edit(user, change) {
      return new Promise((resolve, reject) => {
        let changed = false
        const write = (client: number): SessionWrite => ({
          user,
          session: null,
          claims: [client],
          applied: (anything) => {
            changed = anything
          },
          failed: (violation) => reject(new EditRefused(violation.message, { cause: violation })),
          apply: ({ doc, body }) => {
            doc.clientID = client
            change(body, doc)
          },
        })
        enqueue({
          type: 'edit',
          user,
          write,
          settled: () => resolve(changed),
          fail: reject,
          missing: () => resolve(null),
        })
      })
    },

    sessions: function* () {
      for (const { visitor } of sessions) yield visitor
    },

    rejudge(concerns) {
      for (const session of sessions) if (concerns(session.visitor)) void rejudgeOne(session)
    },

    expel(concerns, code, reason) {
      for (const session of sessions) if (concerns(session.visitor)) expelOne(session, code, reason)
    },

    get healthy() {
      return healthy
    },

    async close() {
      closing = true
      cancelRetry?.()
      while (pumping !== null) await pumping
      if (state.phase === 'live') await checkpoint(state.text)
      shut(closeCode.unavailable, 'The server is restarting.', new StorageError('The server is stopping'))
    },
  }
}

/** Stands for the server's own first message in the queue: sent when everything before it is on disk. */
const hello = new Uint8Array()

function freshClient(live: { clients: ReadonlyMap<number, unknown> }, claimed: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const client = Math.floor(Math.random() * 0xffffffff)
    if (client > 0 && !live.clients.has(client) && !claimed.has(client)) return client
  }
}

const refusalSentences: Record<RefusalReason | 'malformed', string> = {
  unreadable: 'The update could not be read.',
  foreignAuthor: 'The update writes under another author.',
  futureDelete: 'The update deletes what is not there.',
  content: 'The update holds what is not part of a text.',
  readOnly: 'This text is open to you for reading only.',
  gap: 'The update continues something that never arrived.',
  schema: 'The update does not fit the form of a document.',
  check: 'The update changes what may not be changed.',
  presence: 'The presence state cannot be read.',
  malformed: 'The message could not be read.',
}
