/**
 * One open document. What its connections send goes through one pipeline, a batch at a time: admit, apply, check, put on disk,
 * show, acknowledge. Between batches the text in memory is exactly what is on disk, so that whatever leaves the room is durable.
 */
import * as Y from 'yjs'
import { closeCode, type CloseCode } from '#shared/protocol/messages.ts'
import { failpoint } from '../failpoints.ts'
import { StorageError, type AppendResult, type ClientBinding, type StoredText } from '../storage/storage.ts'
import { admitBatch, applyBatch, type Live, type Row } from './batch.ts'
import { createCheckpoints, type Turns } from './checkpoints.ts'
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
import { createOutage } from './outage.ts'
import { createPace } from './pace.ts'
import { createPresence } from './presence.ts'
import { openSession, refusalSentences, type Refusal, type Session, type SessionWrite, type Task } from './session.ts'
import { createSlowReaders } from './slow-readers.ts'
import { buildText, type LiveText } from './text.ts'
import { EditRefused, type Channel, type Connection, type EngineOptions, type Judge, type Visitor } from './types.ts'

/** `whole`: what the store holds, once it is known to be one update that nothing comes after. */
type State =
  | { readonly phase: 'loading'; readonly whole: { readonly epoch: number; readonly update: Uint8Array } | null }
  | ({ readonly phase: 'live' } & Live)
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
  /** False while what was taken cannot be put on disk. */
  readonly healthy: boolean
  /** Puts what was taken on disk, then closes every connection. Rejects, with all closed, if the store did not take it. */
  close(): Promise<void>
}

/** Opens a document. `closed` is called when it can no longer be joined: it was put away, or could not be served. */
export function openRoom(
  document: string,
  options: EngineOptions & {
    readonly committer: Committer
    readonly turns: Turns
    readonly idleMs: number
    readonly closed: () => void
  },
): Room {
  const { log, cluster, clock, metrics, committer, turns, idleMs, closed } = options
  const logger = options.logger.child({ document })
  const checks = options.checks ?? []
  const sessions = new Set<Session>()
  const reserved = new Map<number, string>()
  let state: State = { phase: 'loading', whole: null }
  const queue: Task[] = []
  let pumping: Promise<void> | null = null
  let closing = false
  let unsaved: StorageError | null = null
  let cancelIdle: (() => void) | null = null
  let cutShort: (() => void) | null = null
  const pace = createPace(clock)

  const checkpoints = createCheckpoints(document, { log, clock, logger, turns, metrics }, () =>
    state.phase === 'live' && pumping === null ? state.text : null,
  )
  const slow = createSlowReaders(clock, (session) => enqueue({ type: 'catchUp', session }))
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
      if (!slow.skips(session)) send(session, frame)
    },
  })

  /** Waits, but not beyond the beginning of the end. */
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      cutShort = () => {
        cancel()
        resolve()
      }
    })
  // What was typed before the text was here waits for it like any other edit; without one, nobody waits for a store that fails.
  const outage = createOutage({
    logger,
    metrics,
    pause,
    worthwhile: () => !closing && (state.phase === 'live' || holdsEdits()),
  })

  const ownerOf = (clientId: number) =>
    (state.phase === 'live' ? state.clients.get(clientId) : undefined) ?? reserved.get(clientId)

  // --- Loading ---------------------------------------------------------------------------------------------------------------

  const load = async () => {
    try {
      const stored = await outage.insist('load', () => log.load(document), turnAllOut([]))
      if (state.phase === 'closed') return
      if (stored === null) return shut(closeCode.notFound, 'There is no such document.')
      if (stored.checkpoint !== null && stored.updates.length === 0) answerEarly(stored.epoch, stored.checkpoint.bytes)
      const live = await takeUp(stored)
      if (isClosed()) return live.text.doc.destroy()
      state = { phase: 'live', ...live }
      for (const session of sessions) greet(session, live.text)
      pump()
      rest()
    } catch (error) {
      logger.error({ err: error }, 'The document could not be loaded')
      metrics.refused('loadFailed')
      if (error instanceof StorageError && holdsEdits()) unsaved = error
      shut(closeCode.unavailable, 'The document cannot be read just now.', error)
    }
  }

  const takeUp = async (stored: StoredText): Promise<Live> => ({
    text: await buildText(document, stored),
    clients: new Map(stored.clients.map(({ clientId, user }) => [clientId, user])),
    allowances: new Map(),
  })

  const isClosed = () => state.phase === 'closed'

  /** Whoever knows nothing is sent the state as it was stored: they need not wait until it is in memory here. */
  const answerEarly = (epoch: number, update: Uint8Array) => {
    state = { phase: 'loading', whole: { epoch, update } }
    for (const task of queue.splice(0)) {
      if (task.type === 'message') take(task.session, task.message, task.size)
      else queue.push(task)
    }
  }

  /**
   * While the store fails: the edits stay here and are tried again even when everyone has left, those who made them are told that
   * they are not saved, and nobody who asks for something waits.
   */
  const turnAllOut = (batch: readonly Task[]) => (error: StorageError) => {
    metrics.refused('storage')
    for (const session of sessions) {
      dismiss(session, closeCode.unavailable, 'The edits could not be saved; they will be tried again.')
    }
    const waiting = queue.splice(0)
    queue.push(...waiting.filter(({ type }) => type !== 'read' && type !== 'edit'))
    failTasks([...batch.filter(({ type }) => type === 'read'), ...waiting], error)
  }

  const holdsEdits = () =>
    queue.some(
      (task) =>
        task.type === 'message' &&
        task.message.type === 'update' &&
        task.session.visitor.writes &&
        !task.session.revoked,
    )

  const greet = (session: Session, text: LiveText) => {
    if (session.visitor.epoch !== null && session.visitor.epoch !== text.epoch) {
      metrics.refused('wrongEpoch')
      return dismiss(session, closeCode.wrongEpoch, 'The text was replaced since this copy was made.')
    }
    queue.push({ type: 'greet', session })
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
    await Promise.resolve()
    while (state.phase === 'live' && queue.length > 0) {
      // Only where there is something to wait for: rooms that are ready in the same moment share a commit.
      for (const wait of [pace.gather(sessions.size, queue.length), checkpoints.encoded]) if (wait !== null) await wait
      pace.begin()
      const batch = queue.splice(0, pace.batchSize)
      try {
        await process(state, batch)
      } catch (error) {
        logger.error({ err: error }, 'The document was closed after a failure')
        if (error instanceof StorageError) unsaved = error
        failTasks([...batch, ...queue.splice(0)], error)
        shut(closeCode.unavailable, 'The document cannot be served just now.', error)
      }
    }
  }

  const process = async (live: Live, batch: readonly Task[]) => {
    const began = performance.now()
    const writes = admitBatch(live, batch, clock.now(), (clientId) => reserved.get(clientId), refuse)
    const { rows, standing } = await applyBatch(live, writes, checks, () => reload(live, batch))
    pace.applied(batch.length, writes.length, performance.now() - began)
    if (rows.length > 0) {
      failpoint('apply')
      const result = await commit(live, rows, standing, batch)
      if ('rejected' in result) {
        logger.warn({ reason: result.rejected }, 'The store did not take the edits')
        failTasks(batch, new StorageError('The document was replaced'))
        const code = result.rejected === 'gone' ? closeCode.wrongEpoch : closeCode.forbidden
        return shut(code, 'The text was replaced since this copy was made.')
      }
      live.text.seq = result.lastSeq
      fanOut(live.text, rows, standing)
      failpoint('shown')
    }
    settle(live.text, batch)
    checkpoints.beginIfDue(live.text)
  }

  const reload = async (live: Live, batch: readonly Task[]) => {
    const stored = await outage.insist('load', () => log.load(document), turnAllOut(batch))
    if (stored === null) throw new StorageError('The document is gone')
    const text = await buildText(document, stored)
    live.text.doc.destroy()
    live.text = text
  }

  const commit = async (
    live: Live,
    rows: readonly Row[],
    standing: readonly SessionWrite[],
    batch: readonly Task[],
  ): Promise<AppendResult> => {
    const at = clock.now()
    const claims = new Map<number, ClientBinding>()
    for (const { user, claims: clientIds } of standing) {
      for (const clientId of clientIds) if (!live.clients.has(clientId)) claims.set(clientId, { clientId, user })
    }
    const clients = [...claims.values()]
    const entry = { document, epoch: live.text.epoch, rows: rows.map((row) => ({ ...row, at })), clients }
    const result = await outage.insist('commit', () => committer.commit(entry), turnAllOut(batch))
    if ('lastSeq' in result) {
      for (const { clientId, user } of clients) live.clients.set(clientId, user)
      live.text.sinceCheckpoint.rows += rows.length
      live.text.sinceCheckpoint.bytes += rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const users = [...new Set(rows.map(({ user }) => user))]
      cluster.publish({ type: 'committed', document, seq: result.lastSeq, users, at })
    }
    return result
  }

  const fanOut = (text: LiveText, rows: readonly Row[], standing: readonly SessionWrite[]) => {
    const [first, ...more] = rows
    if (first === undefined) return
    const update = more.length === 0 ? first.bytes : Y.mergeUpdates(rows.map(({ bytes }) => bytes))
    const frame = updateFrame(update)
    const author = standing.every(({ session }) => session === standing[0]?.session) ? standing[0]?.session : null
    let reached = 0
    for (const session of sessions) {
      if (session === author || slow.leavesBehind(session, text.doc, update)) continue
      session.channel.send(frame)
      reached += 1
    }
    metrics.sent(reached, reached * frame.length)
  }

  /** Answers what was asked, now that everything before it is on disk. */
  const settle = (text: LiveText, batch: readonly Task[]) => {
    for (const task of batch) {
      if (task.type === 'read') task.view(text)
      else if (task.type === 'edit') task.settled()
      else if (task.type === 'catchUp') catchUp(task.session, text)
      else if (task.type === 'greet') send(task.session, stateVectorFrame(Y.encodeStateVector(text.doc)))
      else if (task.type === 'message') {
        if (task.session.open) answer(task.session, task.message, text)
        task.session.channel.settled?.(task.size)
      }
    }
  }

  const answer = (session: Session, message: Extract<Task, { type: 'message' }>['message'], text: LiveText) => {
    switch (message.type) {
      case 'stateVector':
        send(session, answerFrame(Y.encodeStateAsUpdate(text.doc, message.bytes)))
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

  const catchUp = (session: Session, text: LiveText) => {
    if (!session.open) return
    if (session.behind !== null) {
      const has = Y.encodeStateVector(session.behind)
      session.behind = null
      send(session, updateFrame(Y.encodeStateAsUpdate(text.doc, has)))
    }
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
    if (presence.receive(session, session.visitor.actor, states) === 'refused') refuse(session, 'presence')
  }

  const dismiss = (session: Session, code: CloseCode, reason: string) => {
    if (!session.open) return
    session.channel.close(code, reason)
    forget(session)
  }

  const refuse = (session: Session, reason: Refusal, sentence: string = refusalSentences[reason]) => {
    const code = reason === 'malformed' || reason === 'presence' ? closeCode.malformed : closeCode.forbidden
    logger.warn({ user: session.visitor.actor.id, reason, sentence }, 'A message was refused')
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
      return refuse(session, 'malformed')
    }
    const size = bytes.length
    const dealtWith = () => session.channel.settled?.(size)
    switch (message.type) {
      case 'queryAwareness': {
        const others = presence.frameFor(session)
        if (others !== null) send(session, others)
        return dealtWith()
      }
      case 'reauthenticate':
        return void rejudgeOne(session, message.token).then(dealtWith)
      case 'awareness':
        if (state.phase !== 'live') return enqueue({ type: 'message', session, message, size })
        speak(session, message.states)
        return dealtWith()
      default:
        take(session, message, size)
    }
  }

  const take = (session: Session, message: Extract<Task, { type: 'message' }>['message'], size: number) => {
    const whole = state.phase === 'loading' ? state.whole : null
    const asksForAll = message.type === 'stateVector' && message.clocks.size === 0
    const { epoch } = session.visitor
    if (whole === null || !asksForAll || (epoch !== null && epoch !== whole.epoch)) {
      return enqueue({ type: 'message', session, message, size })
    }
    send(session, answerFrame(whole.update))
    session.channel.settled?.(size)
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
      // They may be gone, so that nothing more is taken; they may stand, so that whoever has them may come back.
      session.revoked = true
      return dismiss(session, closeCode.unavailable, 'Your rights cannot be checked just now.')
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
    pace.arrived(queue.length)
    pump()
  }

  // --- Checkpoints, rest and the end ---------------------------------------------------------------------------------------------

  const isAtRest = () => state.phase === 'live' && sessions.size === 0 && queue.length === 0 && pumping === null

  const rest = () => {
    cancelIdle?.()
    cancelIdle = null
    if (!isAtRest() || closing) return
    cancelIdle = clock.after(idleMs, () => void unload())
  }

  const unload = async () => {
    if (state.phase !== 'live' || !isAtRest()) return
    await checkpoints.write(state.text)
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
    checkpoints.stop()
    slow.stop()
    presence.stop()
    outage.end()
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
  const loading = load()

  return {
    join(visitor, channel, judge) {
      const session = openSession(visitor, channel, judge)
      if (!outage.healthy || closing) {
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
        if (!outage.healthy) return reject(unanswerable())
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
        if (!outage.healthy) return reject(unanswerable())
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
      return outage.healthy
    },

    async close() {
      closing = true
      cutShort?.()
      pace.hurry()
      if (holdsEdits()) await loading
      while (pumping !== null) await pumping
      failpoint('shutdown.rooms')
      if (state.phase === 'live') await checkpoints.write(state.text)
      shut(closeCode.unavailable, 'The server is restarting.', new StorageError('The server is stopping'))
      if (unsaved !== null) throw unsaved
    },
  }
}

const unanswerable = () => new StorageError('The document waits for the store')
