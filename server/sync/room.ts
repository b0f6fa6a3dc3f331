/**
 * One open document. What its connections send goes through one pipeline, a batch at a time: admit, apply, check, put on disk,
 * show, acknowledge. Between batches the text in memory is exactly what is on disk, so that whatever leaves the room is durable.
 */
import * as Y from 'yjs'
import { closeCode, type CloseCode } from '#shared/protocol/messages.ts'
import { failpoint } from '../failpoints.ts'
import { StorageError, type AppendResult, type ClientBinding, type StoredText } from '../storage/storage.ts'
import { Answers } from './answers.ts'
import { admitBatch, applyBatch, type Live, type Row } from './batch.ts'
import { Checkpoints, type Turns } from './checkpoints.ts'
import { ClientIds } from './client-ids.ts'
import type { Committer } from './committer.ts'
import {
  acknowledgeFrame,
  answerFrame,
  decodeFrame,
  refusedFrame,
  stateVectorFrame,
  type AwarenessState,
} from './frames.ts'
import { Outage } from './outage.ts'
import { Pace } from './pace.ts'
import { Presence } from './presence.ts'
import { TaskQueue } from './queue.ts'
import { sharesOf } from './shares.ts'
import { openSession, refusalSentences, type Refusal, type Session } from './session.ts'
import { SlowReaders } from './slow-readers.ts'
import { editAs, failTasks, isEdit, lookAt, type SessionWrite, type Task } from './tasks.ts'
import { buildText, type LiveText } from './text.ts'
import type { Channel, Connection, EngineOptions, Judge, Visitor } from './types.ts'

/** `whole`: the answer to whoever has nothing, once what the store holds is known to be one update that nothing comes after. */
type State =
  | { readonly phase: 'loading'; readonly whole: { readonly epoch: number; readonly frame: Uint8Array } | null }
  | ({ readonly phase: 'live' } & Live)
  | { readonly phase: 'closed' }

export type RoomOptions = EngineOptions & {
  readonly committer: Committer
  readonly turns: Turns
  readonly idleMs: number
  /** Hears what kept a document's text from being read, or null. */
  readonly loaded: (document: string, error: unknown) => void
  /** Hears that a room can no longer be joined: it was put away, or could not be served. */
  readonly closed: (document: string, room: Room) => void
}

export class Room {
  readonly #document: string
  readonly #options: RoomOptions
  readonly #sessions = new Set<Session>()
  readonly #queue = new TaskQueue()
  readonly #answers = new Answers()
  readonly #pace: Pace
  readonly #checkpoints: Checkpoints
  readonly #slow: SlowReaders
  readonly #presence: Presence<Session>
  readonly #outage: Outage
  readonly #loading: Promise<void>
  #state: State = { phase: 'loading', whole: null }
  #pumping: Promise<void> | null = null
  #closing = false
  #unsaved: StorageError | null = null
  #cancelIdle: (() => void) | null = null
  #cutShort: (() => void) | null = null

  /** Opens a document, with the options that all rooms share. */
  constructor(document: string, options: RoomOptions) {
    const { clock, logger, metrics } = options
    this.#document = document
    this.#options = options
    this.#pace = new Pace(clock)
    this.#checkpoints = new Checkpoints(document, options, () =>
      this.#state.phase === 'live' && this.#pumping === null ? this.#state.text : null,
    )
    this.#slow = new SlowReaders(clock, (session) => this.#enqueue({ type: 'catchUp', session }))
    this.#presence = new Presence<Session>({
      clock,
      members: () => this.#sessions,
      mayUse: (session, clientId) => this.#mayUse(session, clientId),
      send: (session, frame) => {
        if (!this.#slow.skips(session)) this.#send(session, frame)
      },
    })
    // What was typed before the text was here waits for it like any other edit; without one, nobody waits for a store that fails.
    this.#outage = new Outage({
      document,
      logger,
      metrics,
      pause: (ms) => this.#pause(ms),
      worthwhile: () => !this.#closing && (this.#state.phase === 'live' || this.#holdsEdits()),
    })
    metrics.rooms(1)
    this.#loading = this.#load()
  }

  join(visitor: Visitor, channel: Channel, judge: Judge): Connection {
    const session = openSession(visitor, channel, judge)
    if (!this.#outage.healthy || this.#closing) {
      channel.close(closeCode.unavailable, 'The document cannot be changed just now.')
      return { receive() {}, leave() {} }
    }
    this.#sessions.add(session)
    this.#options.metrics.sessions(1)
    this.#cancelIdle?.()
    this.#cancelIdle = null
    if (this.#state.phase === 'live') {
      this.#greet(session, this.#state.text)
      this.#pump()
    }
    this.#options.cluster.publish({ type: 'presence' })
    return { receive: (bytes) => this.#receive(session, bytes), leave: () => this.#forget(session) }
  }

  read<T>(view: (doc: Y.Doc, seq: number) => T): Promise<T | null> {
    return this.#outage.healthy ? lookAt(view, (task) => this.#enqueue(task)) : Promise.reject(unanswerable())
  }

  edit(user: string, change: (body: Y.XmlFragment, doc: Y.Doc) => void): Promise<boolean | null> {
    return this.#outage.healthy ? editAs(user, change, (task) => this.#enqueue(task)) : Promise.reject(unanswerable())
  }

  *sessions(): Iterable<Visitor> {
    for (const { visitor } of this.#sessions) yield visitor
  }

  /** Judges again the connections that `concerns` picks. */
  rejudge(concerns: (visitor: Visitor) => boolean): void {
    for (const session of this.#sessions)
      if (concerns(session.visitor)) void this.#rejudgeOne(session, closeCode.forbidden)
  }

  /** Turns out the connections that `concerns` picks; what they sent and is not on disk is dropped. */
  expel(concerns: (visitor: Visitor) => boolean, code: CloseCode, reason: string): void {
    for (const session of this.#sessions) {
      if (concerns(session.visitor)) this.#expelOne(session, code, reason)
      // It may be about to take on the very session that has ended.
      else if (session.judging > 0) void this.#rejudgeOne(session, code)
    }
  }

  /** False while what was taken cannot be put on disk. */
  get healthy(): boolean {
    return this.#outage.healthy
  }

  /** Puts what was taken on disk, then closes every connection. Rejects, with all closed, if the store did not take it. */
  async close(): Promise<void> {
    this.#closing = true
    this.#cutShort?.()
    this.#pace.hurry()
    if (this.#holdsEdits()) await this.#loading
    while (this.#pumping !== null) await this.#pumping
    failpoint('shutdown.rooms')
    if (this.#state.phase === 'live') await this.#checkpoints.write(this.#state.text)
    this.#shut(closeCode.unavailable, 'The server is restarting.', new StorageError('The server is stopping'))
    if (this.#unsaved !== null) throw this.#unsaved
  }

  // --- Loading ---------------------------------------------------------------------------------------------------------------

  async #load(): Promise<void> {
    try {
      const stored = await this.#fetch([])
      if (this.#state.phase === 'closed') return
      if (stored === null) return this.#shut(closeCode.notFound, 'There is no such document.')
      if (stored.checkpoint !== null && stored.updates.length === 0)
        this.#answerEarly(stored.epoch, stored.checkpoint.bytes)
      const live = await this.#takeUp(stored)
      if (this.#isClosed()) return live.text.doc.destroy()
      this.#state = { phase: 'live', ...live }
      this.#options.loaded(this.#document, null)
      for (const session of this.#sessions) this.#greet(session, live.text)
      this.#pump()
      this.#rest()
    } catch (error) {
      this.#options.loaded(this.#document, error)
      if (error instanceof StorageError && this.#holdsEdits()) this.#unsaved = error
      this.#shut(closeCode.unavailable, 'The document cannot be read just now.', error)
    }
  }

  /** What the store holds, or null; while it fails, `batch` waits, and whoever is here is turned out. */
  #fetch(batch: readonly Task[]): Promise<StoredText | null> {
    return this.#outage.insist(
      'load',
      () => this.#options.log.load(this.#document),
      (error) => this.#turnAllOut(batch, error),
    )
  }

  async #takeUp(stored: StoredText): Promise<Live> {
    return {
      text: await buildText(this.#document, stored),
      clients: new ClientIds(stored.clients),
      allowances: new Map(),
    }
  }

  #isClosed(): boolean {
    return this.#state.phase === 'closed'
  }

  /** Whoever knows nothing is sent the state as it was stored: they need not wait until it is in memory here. */
  #answerEarly(epoch: number, update: Uint8Array): void {
    this.#state = { phase: 'loading', whole: { epoch, frame: answerFrame(update) } }
    for (const task of this.#queue.takeAll()) {
      if (task.type === 'message') this.#take(task.session, task.message, task.size)
      else this.#queue.push(task)
    }
  }

  /**
   * While the store fails: the edits stay here and are tried again even when everyone has left, those who made them are told that
   * they are not saved, and nobody who asks for something waits.
   */
  #turnAllOut(batch: readonly Task[], error: StorageError): void {
    this.#options.metrics.refused('storage')
    for (const session of this.#sessions) {
      this.#dismiss(session, closeCode.unavailable, 'The edits could not be saved; they will be tried again.')
    }
    const waiting = this.#queue.takeAll()
    for (const task of waiting) if (task.type !== 'read' && task.type !== 'edit') this.#queue.push(task)
    failTasks([...batch.filter(({ type }) => type === 'read'), ...waiting], error)
  }

  #holdsEdits(): boolean {
    return this.#queue.some(isEdit)
  }

  #greet(session: Session, text: LiveText): void {
    if (session.visitor.epoch !== null && session.visitor.epoch !== text.epoch) {
      this.#options.metrics.refused('wrongEpoch')
      session.revoked = true
      return this.#dismiss(session, closeCode.wrongEpoch, 'The text was replaced since this copy was made.')
    }
    this.#queue.push({ type: 'greet', session })
    this.#sendPresence(session)
  }

  // --- The pipeline ------------------------------------------------------------------------------------------------------------

  #pump(): void {
    if (this.#pumping !== null || this.#state.phase !== 'live' || this.#queue.length === 0) return
    this.#pumping = this.#run().finally(() => {
      this.#pumping = null
      if (this.#queue.length > 0) this.#pump()
      else this.#rest()
    })
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop makes one batch.
    await Promise.resolve()
    while (this.#state.phase === 'live' && this.#queue.length > 0) {
      const waits = [
        this.#pace.gather(this.#sessions.size, this.#queue.length),
        this.#checkpoints.encoded,
        this.#holdsEdits() ? this.#options.committer.turn() : null,
      ]
      // Only where there is something to wait for: rooms that are ready in the same moment share a commit.
      for (const wait of waits) if (wait !== null) await wait
      this.#pace.begin()
      const batch = this.#queue.take(this.#pace.batchSize)
      try {
        await this.#process(this.#state, batch)
      } catch (error) {
        this.#options.logger.error({ err: error, document: this.#document }, 'The document was closed after a failure')
        if (error instanceof StorageError) this.#unsaved = error
        failTasks([...batch, ...this.#queue.takeAll()], error)
        this.#shut(closeCode.unavailable, 'The document cannot be served just now.', error)
      }
    }
  }

  async #process(live: Live, batch: readonly Task[]): Promise<void> {
    const began = performance.now()
    const writes = admitBatch(
      live,
      batch,
      this.#options.clock.elapsed(),
      (session, ...refusal) => this.#refuse(session, ...refusal),
      (session) => this.#askAgain(session),
    )
    const { rows, standing } = await applyBatch(live, writes, this.#options.checks ?? [], () =>
      this.#reload(live, batch),
    )
    this.#pace.applied(batch.length, writes.length, performance.now() - began)
    if (rows.length > 0) {
      failpoint('apply')
      const result = await this.#commit(live, rows, standing, batch)
      if ('rejected' in result) {
        this.#options.logger.warn(
          { reason: result.rejected, document: this.#document },
          'The store did not take the edits',
        )
        failTasks(batch, new StorageError('The document was replaced'))
        const code = result.rejected === 'gone' ? closeCode.wrongEpoch : closeCode.forbidden
        return this.#shut(code, 'The text was replaced since this copy was made.')
      }
      live.text.seq = result.lastSeq
      this.#fanOut(live.text, rows, standing)
      failpoint('shown')
    }
    this.#settle(live.text, batch)
    this.#checkpoints.beginIfDue(live.text)
  }

  async #reload(live: Live, batch: readonly Task[]): Promise<void> {
    const stored = await this.#fetch(batch)
    if (stored === null) throw new StorageError('The document is gone')
    const text = await buildText(this.#document, stored)
    live.text.doc.destroy()
    live.text = text
  }

  async #commit(
    live: Live,
    rows: readonly Row[],
    standing: readonly SessionWrite[],
    batch: readonly Task[],
  ): Promise<AppendResult> {
    const at = this.#options.clock.now()
    const clients = live.clients.newAmong(standing)
    const entry = {
      document: this.#document,
      epoch: live.text.epoch,
      rows: rows.map(({ user, bytes }) => ({ user, bytes, at })),
      clients,
    }
    const result = await this.#outage.insist(
      'commit',
      () => this.#options.committer.commit(entry),
      (error) => this.#turnAllOut(batch, error),
    )
    if ('lastSeq' in result) {
      for (const client of clients) live.clients.bind(client)
      live.text.sinceCheckpoint.rows += rows.length
      live.text.sinceCheckpoint.bytes += rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const users = [...new Set(rows.map(({ user }) => user))]
      this.#options.cluster.publish({ type: 'committed', document: this.#document, seq: result.lastSeq, users, at })
    }
    return result
  }

  #fanOut({ doc }: LiveText, rows: readonly Row[], standing: readonly SessionWrite[]): void {
    const updates = rows.map(({ bytes }) => bytes)
    const frameFor = sharesOf(rows, standing)
    let reached = 0
    let size = 0
    for (const session of this.#sessions) {
      const frame = frameFor(session)
      if (frame === null || this.#slow.leavesBehind(session, doc, updates)) continue
      session.channel.send(frame)
      reached += 1
      size += frame.length
    }
    this.#options.metrics.sent(reached, size)
  }

  /** Answers what was asked, now that everything before it is on disk. */
  #settle(text: LiveText, batch: readonly Task[]): void {
    for (const task of batch) {
      if (task.type === 'read') task.view(text)
      else if (task.type === 'edit') task.settled()
      else if (task.type === 'catchUp') this.#catchUp(task.session, text)
      else if (task.type === 'greet') this.#send(task.session, stateVectorFrame(Y.encodeStateVector(text.doc)))
      else if (task.type === 'message') {
        if (task.session.open) this.#answer(task.session, task.message, text)
        task.session.channel.settled?.(task.size)
      }
    }
  }

  #answer(session: Session, message: Extract<Task, { type: 'message' }>['message'], text: LiveText): void {
    switch (message.type) {
      case 'stateVector':
        this.#send(session, this.#answers.toStateVector(text, message.clocks, session.visitor.readsPast))
        return
      case 'acknowledge':
        if (session.gap === null) this.#acknowledge(session, message.count)
        else session.gap.waiting = message.count
        return
      case 'update':
        if (message.answer && session.gap !== null) {
          const { waiting } = session.gap
          session.gap = null
          if (waiting !== null) this.#acknowledge(session, waiting)
        }
        return
      case 'awareness':
        this.#speak(session, message.states)
    }
  }

  #acknowledge(session: Session, count: number): void {
    session.acknowledged = count
    if (session.visitor.acknowledges) this.#send(session, acknowledgeFrame(count))
  }

  // --- Slow readers ------------------------------------------------------------------------------------------------------------

  #catchUp(session: Session, text: LiveText): void {
    if (!session.open) return
    if (session.behind !== null) {
      const frame = this.#answers.toSlowReader(text, session.behind, session.visitor.readsPast)
      session.behind = null
      this.#send(session, frame)
    }
    this.#sendPresence(session)
  }

  // --- Sessions ----------------------------------------------------------------------------------------------------------------

  #send(session: Session, frame: Uint8Array): void {
    if (!session.open) return
    session.channel.send(frame)
    this.#options.metrics.sent(1, frame.length)
  }

  #sendPresence(session: Session): void {
    const others = this.#presence.frameFor(session)
    if (others !== null) this.#send(session, others)
  }

  #speak(session: Session, states: readonly AwarenessState[]): void {
    if (!this.#presence.receive(session, session.visitor.actor, states)) this.#refuse(session, 'presence')
  }

  #mayUse({ visitor: { actor, writes } }: Session, clientId: number): boolean {
    if (this.#state.phase !== 'live') return false
    const { clients, text } = this.#state
    const keep = (client: ClientBinding) =>
      this.#options.committer.commit({ document: this.#document, epoch: text.epoch, rows: [], clients: [client] })
    return clients.show(clientId, actor.id, writes ? keep : null)
  }

  #dismiss(session: Session, code: CloseCode, reason: string): void {
    if (!session.open) return
    session.channel.close(code, reason)
    this.#forget(session)
  }

  #refuse(session: Session, reason: Refusal, sentence: string = refusalSentences[reason]): void {
    const code = reason === 'malformed' || reason === 'presence' ? closeCode.malformed : closeCode.forbidden
    this.#options.logger.warn(
      { user: session.visitor.actor.id, reason, sentence, document: this.#document },
      'A message was refused',
    )
    session.revoked = true
    if (!session.open) return
    this.#options.metrics.refused(reason)
    if (session.visitor.acknowledges) this.#send(session, refusedFrame(session.acknowledged, code))
    this.#dismiss(session, code, refusalSentences[reason])
  }

  /** It builds on what another page of the same user has not sent yet: whoever connects again sends all that they have. */
  #askAgain(session: Session): void {
    session.revoked = true
    this.#dismiss(session, closeCode.unavailable, 'Something that this continues has not arrived. Connect again.')
  }

  #forget(session: Session): void {
    if (!this.#sessions.delete(session)) return
    session.open = false
    this.#options.metrics.sessions(-1)
    this.#presence.remove(session)
    this.#options.cluster.publish({ type: 'presence' })
    this.#rest()
  }

  #receive(session: Session, bytes: Uint8Array): void {
    if (!session.open || this.#closing) return
    const message = decodeFrame(bytes)
    if (message === null) return this.#refuse(session, 'malformed')
    const size = bytes.length
    const dealtWith = () => session.channel.settled?.(size)
    switch (message.type) {
      case 'queryAwareness':
        this.#sendPresence(session)
        return dealtWith()
      case 'reauthenticate':
        return void this.#rejudgeOne(session, closeCode.unauthenticated, message.token).then(dealtWith)
      case 'awareness':
        if (this.#state.phase !== 'live') return this.#enqueue({ type: 'message', session, message, size })
        this.#speak(session, message.states)
        return dealtWith()
      default:
        this.#take(session, message, size)
    }
  }

  #take(session: Session, message: Extract<Task, { type: 'message' }>['message'], size: number): void {
    const whole = this.#state.phase === 'loading' ? this.#state.whole : null
    const asksForAll = message.type === 'stateVector' && message.clocks.size === 0
    const { epoch } = session.visitor
    if (whole === null || !asksForAll || !session.visitor.readsPast || (epoch !== null && epoch !== whole.epoch)) {
      return this.#enqueue({ type: 'message', session, message, size })
    }
    this.#send(session, whole.frame)
    session.channel.settled?.(size)
  }

  /** Ends with `code` if the session may not stay. */
  async #rejudgeOne(session: Session, code: CloseCode, token?: string): Promise<void> {
    session.judging += 1
    try {
      const rights = await session.judge(token)
      if (rights !== null) {
        session.visitor = { ...session.visitor, ...rights }
        return
      }
    } catch (error) {
      this.#options.logger.error({ err: error, document: this.#document }, 'Rights could not be judged')
      // They may be gone, so that nothing more is taken; they may stand, so that whoever has them may come back.
      session.revoked = true
      return this.#dismiss(session, closeCode.unavailable, 'Your rights cannot be checked just now.')
    } finally {
      session.judging -= 1
    }
    this.#expelOne(session, code, 'You may no longer take part in this document.')
  }

  #expelOne(session: Session, code: CloseCode, reason: string): void {
    session.revoked = true
    this.#options.metrics.refused('revoked')
    this.#dismiss(session, code, reason)
  }

  #enqueue(task: Task): void {
    this.#queue.push(task)
    this.#pace.arrived(this.#queue.length)
    this.#pump()
  }

  // --- Checkpoints, rest and the end ---------------------------------------------------------------------------------------------

  #isAtRest(): boolean {
    return (
      this.#state.phase === 'live' && this.#sessions.size === 0 && this.#queue.length === 0 && this.#pumping === null
    )
  }

  #rest(): void {
    this.#cancelIdle?.()
    this.#cancelIdle = null
    if (!this.#isAtRest() || this.#closing) return
    this.#cancelIdle = this.#options.clock.after(this.#options.idleMs, () => void this.#unload())
  }

  /** Waits, but not beyond the beginning of the end. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#cutShort = () => {
        cancel()
        resolve()
      }
    })
  }

  async #unload(): Promise<void> {
    if (this.#state.phase !== 'live' || !this.#isAtRest()) return
    await this.#checkpoints.write(this.#state.text)
    // Someone may have come in meanwhile: this very text stays theirs.
    if (this.#isAtRest()) this.#shut(closeCode.unavailable, 'The document was put away.')
  }

  #shut(code: CloseCode, reason: string, error?: unknown): void {
    if (this.#state.phase === 'closed') return
    if (this.#state.phase === 'live') this.#state.text.doc.destroy()
    this.#state = { phase: 'closed' }
    failTasks(this.#queue.takeAll(), error)
    for (const session of this.#sessions) this.#dismiss(session, code, reason)
    this.#cancelIdle?.()
    this.#checkpoints.stop()
    this.#slow.stop()
    this.#presence.stop()
    this.#outage.end()
    this.#options.metrics.rooms(-1)
    this.#options.closed(this.#document, this)
  }
}

const unanswerable = () => new StorageError('The document waits for the store')
