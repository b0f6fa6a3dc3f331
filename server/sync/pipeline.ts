/**
 * The way of an edit and of a command through a room: admit, apply, check, put on disk, show. Between two of them the text in memory
 * is exactly what is on disk.
 */
import { failpoint } from '../failpoints.ts'
import {
  RecordDamaged,
  StorageError,
  type Changeset,
  type ChangesetResult,
  type DocumentPolicy,
  type StoredText,
  type Write,
} from '../storage/storage.ts'
import type { RefusalReason } from './admission.ts'
import { admitBatch, applyBatch, freshClient, type Live, type Row } from './batch.ts'
import type { Committer } from './committer.ts'
import type { Outage } from './outage.ts'
import type { Pace } from './pace.ts'
import type { Session } from './session.ts'
import { framesOfBatch } from './shares.ts'
import type { SlowReaders } from './slow-readers.ts'
import { serverWrite, type Decided, type SessionWrite, type Task } from './tasks.ts'
import { buildText, type LiveText } from './text.ts'
import { CommandConflict, EditRefused, type EngineOptions } from './types.ts'

/** What was applied to the text in memory: the rows that it makes, and whose writes they are. */
type Applied = Awaited<ReturnType<typeof applyBatch>>

/** Rows that others wrote are shown so many at a time. */
const foreignAtOnce = 1000

/** What it needs of its room. */
type PipelineRoom = {
  readonly document: string
  readonly options: EngineOptions & { readonly committer: Committer }
  readonly sessions: ReadonlySet<Session>
  readonly pace: Pace
  readonly slow: SlowReaders
  readonly outage: Outage
  readonly refuse: (session: Session, reason: RefusalReason, sentence?: string) => void
  readonly askToReconnect: (session: Session) => void
  /** What the store holds; while it fails, `batch` waits. */
  readonly fetch: (batch: readonly Task[]) => Promise<StoredText | null>
  readonly disconnectAll: (batch: readonly Task[], error: StorageError) => void
  /** The store does not take the document's edits any more. */
  readonly giveUp: (reason: 'gone' | 'clientTaken' | 'conflict', batch: readonly Task[]) => void
}

export class Pipeline {
  readonly #room: PipelineRoom

  constructor(room: PipelineRoom) {
    this.#room = room
  }

  /** Takes the edits among a batch's tasks through; false if the room has ended over it. */
  async process(live: Live, batch: readonly Task[]): Promise<boolean> {
    const { options, pace, refuse, askToReconnect, giveUp } = this.#room
    const began = performance.now()
    const admitted = admitBatch(live, batch, options.clock.elapsed(), refuse, askToReconnect)
    let writes = admitted
    for (;;) {
      const applied = await applyBatch(live, writes, options.checks, () => this.#reload(live, batch))
      pace.applied(batch.length, writes.length, performance.now() - began)
      if (applied.rows.length === 0) break
      failpoint('apply')
      const result = await this.#commit(live, applied, batch)
      if (!('rejected' in result)) {
        this.#show(live, applied, result)
        break
      }
      if (result.rejected !== 'behind') {
        giveUp(result.rejected, batch)
        return false
      }
      await this.#reload(live, batch)
      writes = admitted.filter(
        (write) =>
          applied.accepted.includes(write) && (write.session === null || write.session.state.type !== 'dropped'),
      )
    }
    return true
  }

  /** Does what a command decides on the text as it is now, see `Rooms.command`; false if the room has ended over it. */
  async carryOut(live: Live, task: Extract<Task, { type: 'command' }>): Promise<boolean> {
    const { options, giveUp } = this.#room
    const fail = (error: unknown) => {
      task.fail(error)
      return true
    }
    const done = (decided: Decided, changed: boolean) => {
      decided.done(changed)
      return true
    }
    for (;;) {
      let refusal: EditRefused | null = null
      let changed = false
      let decided: Decided
      try {
        decided = task.decide(live.text)
      } catch (error) {
        return fail(error)
      }
      const { edit, settlement, writes = [], audit = [] } = decided
      const write =
        edit === undefined
          ? null
          : serverWrite(
              task.author,
              { change: edit, ...(settlement !== undefined && { settlement }) },
              freshClient((id) => live.clients.ownerOf(id)),
              {
                applied: (anything) => {
                  changed = anything
                },
                failed: (violation) => {
                  refusal = new EditRefused(violation.message, { cause: violation })
                },
              },
            )
      const applied = await applyBatch(live, write === null ? [] : [write], options.checks, () =>
        this.#reload(live, [task]),
      )
      if (refusal !== null) return fail(refusal)
      if (applied.rows.length === 0 && writes.length === 0 && audit.length === 0) return done(decided, changed)
      let result: ChangesetResult
      try {
        result = await this.#commit(live, applied, [task], { writes, audit })
      } catch (error) {
        if (!(error instanceof RecordDamaged)) throw error
        await this.#reload(live, [task])
        return fail(error)
      }
      if (!('rejected' in result)) {
        live.text.policy = policyAfter(live.text.policy, this.#room.document, writes)
        this.#show(live, applied, result)
        return done(decided, changed)
      }
      if (result.rejected !== 'behind' && result.rejected !== 'conflict') {
        giveUp(result.rejected, [task])
        return false
      }
      // What was applied is not on disk.
      await this.#reload(live, [task])
      if (result.rejected === 'conflict') return fail(new CommandConflict('What it was to change is another now'))
    }
  }

  /** What was committed is the text now, and everyone is sent it. */
  #show(live: Live, { rows, accepted }: Applied, { head }: Extract<ChangesetResult, { head: unknown }>): void {
    if (rows.length === 0) return
    live.text.seq = head ?? live.text.seq
    this.#fanOut(live.text, rows, accepted)
    failpoint('shown')
  }

  /**
   * Puts the text back to what is on disk. If the store holds rows that this room never saw, everyone is sent them: it never goes
   * on behind rows that it has not applied.
   */
  async #reload(live: Live, batch: readonly Task[]): Promise<void> {
    const stored = await this.#room.fetch(batch)
    if (stored === null || stored.epoch !== live.text.epoch) throw new StorageError('The document is gone')
    const text = await buildText(this.#room.document, stored)
    const known = live.text.seq
    live.text.doc.destroy()
    live.text = text
    if (text.seq === known) return
    for (const client of stored.clients) live.clients.bind(client)
    for (let after = known; after < text.seq;) {
      const rows = await this.#room.options.store.log.history(this.#room.document, {
        after,
        upTo: text.seq,
        limit: foreignAtOnce,
      })
      const last = rows.at(-1)
      if (last === undefined) throw new StorageError('Rows of the log are missing')
      this.#fanOut(
        text,
        rows.map(({ user, bytes }) => ({ user: user ?? '', bytes, alteredByServer: false })),
        [],
      )
      after = last.seq
    }
  }

  /** Puts what was applied on disk, with the records that go with it. */
  async #commit(
    live: Live,
    { rows, accepted }: Applied,
    batch: readonly Task[],
    more: Pick<Changeset, 'writes' | 'audit'> = {},
  ): Promise<ChangesetResult> {
    const at = this.#room.options.clock.now()
    const clients = rows.length === 0 ? [] : live.clients.newAmong(accepted)
    const changeset: Changeset = {
      text: {
        document: this.#room.document,
        epoch: live.text.epoch,
        base: live.text.seq,
        rows: rows.map(({ user, bytes }) => ({ user, bytes, at })),
        clients,
      },
      ...more,
    }
    const result = await this.#room.outage.retryWithBackoff(
      'commit',
      () => this.#room.options.committer.commit(changeset),
      (error) => this.#room.disconnectAll(batch, error),
    )
    if ('head' in result && rows.length > 0) {
      for (const client of clients) live.clients.bind(client)
      live.text.sinceCheckpoint.rows += rows.length
      live.text.sinceCheckpoint.bytes += rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const users = [...new Set(rows.map(({ user }) => user))]
      const seq = result.head ?? live.text.seq
      this.#room.options.cluster.publish({ type: 'committed', document: this.#room.document, seq, users, at })
    }
    return result
  }

  #fanOut({ doc }: LiveText, rows: readonly Row[], accepted: readonly SessionWrite[]): void {
    const updates = rows.map(({ bytes }) => bytes)
    const frameFor = framesOfBatch(rows, accepted)
    let reached = 0
    let size = 0
    for (const session of this.#room.sessions) {
      const frame = frameFor(session)
      if (frame === null || this.#room.slow.leavesBehind(session, doc, updates)) continue
      session.channel.send(frame)
      reached += 1
      size += frame.length
    }
    this.#room.options.metrics.sent(reached, size)
  }
}

/** What a document allows to be changed once these records are written. */
function policyAfter(policy: DocumentPolicy, document: string, writes: readonly Write[]): DocumentPolicy {
  return writes.reduce((known, write) => {
    if (write.type !== 'changeDocument' || write.document !== document) return known
    const { phase = known.phase, archived = known.archived } = write.change
    return { phase, archived }
  }, policy)
}
