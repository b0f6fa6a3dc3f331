/**
 * One open document. What its connections send goes through one pipeline, a batch at a time: admit, apply, check, put on disk,
 * show, acknowledge. Between batches the text in memory is exactly what is on disk, so that whatever leaves the room is durable.
 */
import * as Y from 'yjs'
import type { Actor } from '#shared/domain/actors.ts'
import { closeCode, type CloseCode } from '#shared/protocol/messages.ts'
import { failpoint } from '../failpoints.ts'
import { StorageError, type ClientBinding, type StoredText } from '../storage/storage.ts'
import { Answers } from './answers.ts'
import type { Live } from './batch.ts'
import { Checkpoints } from './checkpoints.ts'
import type { Author } from './checks.ts'
import { ClientIds } from './client-ids.ts'
import {
  acknowledgeFrame,
  answerFrame,
  awarenessFrame,
  decodeFrame,
  refusedFrame,
  stateVectorFrame,
  type AwarenessState,
} from './frames.ts'
import { Outage } from './outage.ts'
import { Pace } from './pace.ts'
import { Pipeline } from './pipeline.ts'
import { Presence } from './presence.ts'
import { TaskQueue } from './queue.ts'
import type { RoomOptions } from './room-options.ts'
import {
  incomplete,
  openSession,
  outdated,
  refused,
  revoked,
  rightsUnknown,
  roomEnded,
  unsaved,
  type Disconnection,
  type Refusal,
  type Session,
} from './session.ts'
import { SlowReaders } from './slow-readers.ts'
import { commandAs, editAs, failTasks, isAsked, isEdit, lookAt, type Task } from './tasks.ts'
import { buildText, type LiveText } from './text.ts'
import {
  type Change,
  type Channel,
  type CommandOutcome,
  type Connection,
  type Decision,
  type Authorize,
  type Visitor,
} from './types.ts'

/** `whole`: the answer to whoever has nothing, once what the store holds is known to be one update that nothing comes after. */
type State =
  | { readonly phase: 'loading'; readonly whole: { readonly epoch: number; readonly frame: Uint8Array } | null }
  | ({ readonly phase: 'live' } & Live)
  | { readonly phase: 'closed' }

export class Room {
  readonly #document: string
  readonly #options: RoomOptions<Room>
  readonly #sessions = new Set<Session>()
  readonly #queue = new TaskQueue()
  readonly #answers = new Answers()
  readonly #pace: Pace
  readonly #checkpoints: Checkpoints
  readonly #slow: SlowReaders
  readonly #presence: Presence<Session>
  readonly #outage: Outage
  readonly #pipeline: Pipeline
  readonly #loading: Promise<void>
  #state: State = { phase: 'loading', whole: null }
  #pumping: Promise<void> | null = null
  #closing = false
  #unsaved: StorageError | null = null
  #cancelIdle: (() => void) | null = null
  #endPause: (() => void) | null = null

  /** Opens a document, with the options that all rooms share. */
  constructor(document: string, options: RoomOptions<Room>) {
    const { clock, logger, metrics } = options
    this.#document = document
    this.#options = options
    this.#pace = new Pace(clock)
    this.#checkpoints = new Checkpoints(document, { ...options, log: options.store.log }, () =>
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
      changed: () => options.cluster.publish({ type: 'presence' }),
    })
    // What was typed before the text was here waits for it like any other edit; without one, nobody waits for a store that fails.
    this.#outage = new Outage({
      document,
      logger,
      metrics,
      pause: (ms) => this.#pause(ms),
      worthRetrying: () => !this.#closing && (this.#state.phase === 'live' || this.#holdsEdits()),
    })
    this.#pipeline = new Pipeline({
      document,
      options,
      sessions: this.#sessions,
      pace: this.#pace,
      slow: this.#slow,
      outage: this.#outage,
      refuse: (session, ...refusal) => this.#refuse(session, ...refusal),
      askToReconnect: (session) => this.#disconnect(session, incomplete),
      fetch: (batch) => this.#fetch(batch),
      disconnectAll: (batch, error) => this.#disconnectAll(batch, error),
      giveUp: (reason, batch) => this.#giveUp(reason, batch),
    })
    metrics.rooms(1)
    this.#loading = this.#load()
  }

  join(visitor: Visitor, channel: Channel, authorize: Authorize): Connection {
    const session = openSession(visitor, channel, authorize)
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
    return { receive: (bytes) => this.#receive(session, bytes), leave: () => this.#remove(session) }
  }

  read<T>(view: (doc: Y.Doc, seq: number) => T): Promise<T | null> {
    return this.#outage.healthy ? lookAt(view, (task) => this.#enqueue(task)) : Promise.reject(unanswerable())
  }

  /** See `Rooms.glance`. */
  glance<T>(view: (doc: Y.Doc, seq: number) => T): T | null {
    if (this.#state.phase !== 'live' || this.#pumping !== null) return null
    return view(this.#state.text.doc, this.#state.text.seq)
  }

  edit(author: Author, change: Change): Promise<boolean | null> {
    return this.#outage.healthy ? editAs(author, change, (task) => this.#enqueue(task)) : Promise.reject(unanswerable())
  }

  /** See `Rooms.command`. */
  command<T>(author: Author, decide: (text: LiveText) => Decision<T>): Promise<CommandOutcome<T> | null> {
    return this.#outage.healthy
      ? commandAs(author, decide, (task) => this.#enqueue(task))
      : Promise.reject(unanswerable())
  }

  *present(): Iterable<{ actor: Actor; shown: boolean }> {
    for (const session of this.#sessions) yield { actor: session.visitor.actor, shown: this.#presence.shows(session) }
  }

  /** Asks again what the connections that `concerns` picks may do; who may not stay is disconnected. */
  reauthorize(concerns: (visitor: Visitor) => boolean): void {
    for (const session of this.#sessions)
      if (concerns(session.visitor)) void this.#reauthorizeOne(session, closeCode.forbidden)
  }

  /** Disconnects those that `concerns` picks; what they sent and is not on disk is dropped. */
  revokeAll(concerns: (visitor: Visitor) => boolean, code: CloseCode, reason: string): void {
    for (const session of this.#sessions) {
      if (concerns(session.visitor)) this.#disconnect(session, revoked(code, reason))
      // It may be about to take on the very session that has ended.
      else if (session.authorizing > 0) void this.#reauthorizeOne(session, code)
    }
  }

  /** False while what was taken cannot be put on disk. */
  get healthy(): boolean {
    return this.#outage.healthy
  }

  /**
   * Puts what was taken on disk, then closes every connection. Rejects, with all closed, if the store did not take it. `deleted`:
   * there is no such document any more, and nobody is here.
   */
  async close(deleted = false): Promise<void> {
    this.#closing = true
    this.#endPause?.()
    this.#pace.hurry()
    if (this.#holdsEdits()) await this.#loading
    while (this.#pumping !== null) await this.#pumping
    failpoint('shutdown.rooms')
    if (this.#state.phase === 'live' && !deleted) await this.#checkpoints.write(this.#state.text)
    this.#end(closeCode.unavailable, 'The server is restarting.', new StorageError('The server is stopping'))
    if (this.#unsaved !== null) throw this.#unsaved
  }

  // --- Loading ---------------------------------------------------------------------------------------------------------------

  async #load(): Promise<void> {
    try {
      const stored = await this.#fetch([])
      if (this.#state.phase === 'closed') return
      if (stored === null) return this.#end(closeCode.notFound, 'There is no such document.')
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
      this.#end(closeCode.unavailable, 'The document cannot be read just now.', error)
    }
  }

  /** What the store holds, or null; while it fails, `batch` waits, and whoever is here is disconnected. */
  #fetch(batch: readonly Task[]): Promise<StoredText | null> {
    return this.#outage.retryWithBackoff(
      'load',
      () => this.#options.store.log.load(this.#document),
      (error) => this.#disconnectAll(batch, error),
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
  #disconnectAll(batch: readonly Task[], error: StorageError): void {
    this.#options.metrics.refused('storage')
    for (const session of this.#sessions) this.#disconnect(session, unsaved)
    const waiting = this.#queue.takeAll()
    for (const task of waiting) if (!isAsked(task)) this.#queue.push(task)
    failTasks([...batch.filter(({ type }) => type === 'read'), ...waiting], error)
  }

  #holdsEdits(): boolean {
    return this.#queue.some(isEdit)
  }

  #greet(session: Session, text: LiveText): void {
    if (session.visitor.epoch !== null && session.visitor.epoch !== text.epoch) {
      return this.#disconnect(session, outdated)
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
        this.#holdsEdits() ? this.#options.committer.nextTransaction() : null,
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
        this.#end(closeCode.unavailable, 'The document cannot be served just now.', error)
      }
    }
  }

  async #process(live: Live, batch: readonly Task[]): Promise<void> {
    const [first] = batch
    const goesOn =
      first?.type === 'command' ? await this.#pipeline.carryOut(live, first) : await this.#pipeline.process(live, batch)
    if (!goesOn) return
    this.#settle(live.text, batch)
    this.#checkpoints.beginIfDue(live.text)
  }

  /** The document, or the epoch of it that this text belongs to, is no more. */
  #giveUp(reason: 'gone' | 'clientTaken' | 'conflict', batch: readonly Task[]): void {
    this.#options.logger.warn({ reason, document: this.#document }, 'The store did not take the edits')
    failTasks(batch, new StorageError('The document was replaced'))
    const code = reason === 'gone' ? closeCode.wrongEpoch : closeCode.forbidden
    this.#end(code, outdated.sentence)
  }

  /** Answers what was asked, now that everything before it is on disk. */
  #settle(text: LiveText, batch: readonly Task[]): void {
    for (const task of batch) {
      if (task.type === 'read') task.view(text)
      else if (task.type === 'edit') task.settled()
      else if (task.type === 'catchUp') this.#catchUp(task.session, text)
      else if (task.type === 'greet') this.#send(task.session, stateVectorFrame(Y.encodeStateVector(text.doc)))
      else if (task.type === 'message') {
        if (task.session.state.type === 'open') this.#answer(task.session, task.message, text)
        task.session.channel.settled?.(task.size)
      }
    }
  }

  #answer(session: Session, message: Extract<Task, { type: 'message' }>['message'], text: LiveText): void {
    switch (message.type) {
      case 'stateVector':
        this.#send(session, this.#answers.toStateVector(text, message.clocks, session.visitor.canReadHistory))
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
    if (session.state.type !== 'open') return
    if (session.behind !== null) {
      const frame = this.#answers.toSlowReader(text, session.behind, session.visitor.canReadHistory)
      session.behind = null
      this.#send(session, frame)
    }
    this.#sendPresence(session)
  }

  // --- Sessions ----------------------------------------------------------------------------------------------------------------

  #send(session: Session, frame: Uint8Array): void {
    if (session.state.type !== 'open') return
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
      this.#options.committer.commit({
        text: { document: this.#document, epoch: text.epoch, base: null, rows: [], clients: [client] },
      })
    return clients.show(clientId, actor.id, writes ? keep : null)
  }

  #disconnect(session: Session, { code, sentence, keepsEdits, counted, tellsSaved }: Disconnection): void {
    const isOpen = session.state.type === 'open'
    if (isOpen && counted !== null) this.#options.metrics.refused(counted)
    if (tellsSaved && session.visitor.acknowledges) this.#send(session, refusedFrame(session.acknowledged, code))
    // Of one that has left, what it sent may still be dropped.
    if (!keepsEdits) session.state = { type: 'dropped' }
    if (!isOpen) return
    session.channel.close(code, sentence)
    this.#remove(session)
  }

  #refuse(session: Session, reason: Refusal, sentence?: string): void {
    const { actor } = session.visitor
    const disconnection = refused(reason, sentence)
    this.#options.logger.warn(
      { user: actor.id, reason, sentence: sentence ?? disconnection.sentence, document: this.#document },
      'A message was refused',
    )
    this.#disconnect(session, disconnection)
  }

  #remove(session: Session): void {
    if (!this.#sessions.delete(session)) return
    if (session.state.type === 'open') session.state = { type: 'left' }
    this.#options.metrics.sessions(-1)
    this.#presence.remove(session)
    this.#options.cluster.publish({ type: 'presence' })
    this.#rest()
  }

  #receive(session: Session, bytes: Uint8Array): void {
    if (session.state.type !== 'open' || this.#closing) return
    const message = decodeFrame(bytes)
    if (message === null) return this.#refuse(session, 'malformed')
    const size = bytes.length
    const dealtWith = () => session.channel.settled?.(size)
    switch (message.type) {
      case 'queryAwareness':
        // Answered also where nobody else is: by that a page tells whether its connection still carries.
        this.#send(session, this.#presence.frameFor(session) ?? awarenessFrame([]))
        return dealtWith()
      case 'reauthenticate':
        return void this.#reauthorizeOne(session, closeCode.unauthenticated, message.token).then(dealtWith)
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
    if (whole === null || !asksForAll || !session.visitor.canReadHistory || (epoch !== null && epoch !== whole.epoch)) {
      return this.#enqueue({ type: 'message', session, message, size })
    }
    this.#send(session, whole.frame)
    session.channel.settled?.(size)
  }

  /** Ends with `code` if the session may not stay. */
  async #reauthorizeOne(session: Session, code: CloseCode, token?: string): Promise<void> {
    session.authorizing += 1
    try {
      const rights = await session.authorize(token)
      if (rights !== null) {
        session.visitor = { ...session.visitor, ...rights }
        return
      }
    } catch (error) {
      this.#options.logger.error({ err: error, document: this.#document }, 'Rights could not be judged')
      return this.#disconnect(session, rightsUnknown)
    } finally {
      session.authorizing -= 1
    }
    this.#disconnect(session, revoked(code, 'You may no longer take part in this document.'))
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
      this.#endPause = () => {
        cancel()
        resolve()
      }
    })
  }

  async #unload(): Promise<void> {
    if (this.#state.phase !== 'live' || !this.#isAtRest()) return
    await this.#checkpoints.write(this.#state.text)
    // Someone may have come in meanwhile: this very text stays theirs.
    if (this.#isAtRest()) this.#end(closeCode.unavailable, 'The document was put away.')
  }

  #end(code: CloseCode, reason: string, error?: unknown): void {
    if (this.#state.phase === 'closed') return
    if (this.#state.phase === 'live') this.#state.text.doc.destroy()
    this.#state = { phase: 'closed' }
    failTasks(this.#queue.takeAll(), error)
    for (const session of this.#sessions) this.#disconnect(session, roomEnded(code, reason))
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
