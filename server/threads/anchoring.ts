/**
 * Anchors kept on their passages while the text changes. Whoever writes the texts and the threads decides how much there is to
 * look for: it is done a little at a time, between which everyone else gets their turn, and never more than so much at once. Each
 * circle's are looked for by themselves. Who asks waits for those of their own circles; what nobody waits for is in nobody's way.
 */
import { setImmediate } from 'node:timers/promises'
import type { Circle } from '#shared/domain/permissions.ts'
import { AnchorFinder, type TextAnchor } from '#shared/editor/anchors.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Logger } from 'pino'
import type * as Y from 'yjs'
import type { Cluster } from '../cluster/cluster.ts'
import { dropOldest } from '../lib/drop-oldest.ts'
import type { ThreadRecord } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { allCircles, keyOf } from './circles.ts'

/** Where an anchor stands in the text as it is on disk; `orphaned` if its passage is not there. */
export type Located = { readonly anchor: TextAnchor; readonly orphaned: boolean }

export type Moved = { readonly thread: ThreadRecord; readonly located: Located }

type Anchoring = {
  /** Looks for the anchors of these circles that may have moved; what takes longer than a moment is left for later. */
  bringUpToDate(document: string, circles: readonly Circle[]): Promise<void>
  /** Where an anchor of that circle stands. What was looked for on behalf of other circles makes it neither quicker nor slower. */
  locate(document: string, circle: Circle, anchor: TextAnchor): Promise<Located>
  stop(): void
}

/** A step for someone who waits looks for one anchor after the other for so long, */
const stepMs = 3
/** and after so many full steps a circle waits until the text next settles. */
const stepsAtOnce = 16

/**
 * What nobody waits for is done after this much, and up to twice as much: typing is over by then, or goes on, and it is late enough
 * to gather a run of it and soon enough that an anchor still knows its words when their paragraph is written anew.
 */
const settle = 2000
/**
 * It is done in steps as short as this, with pauses many times as long between them, at moments that chance decides: whatever
 * anyone asks for meanwhile, there is hardly ever a step in its way, and none that could be counted.
 */
const backgroundStepMs = 0.5
const pause = 50
/** A text that is never at rest when it is looked at is left alone after so many attempts, until it changes or is read again. */
const mostAttempts = 100

/** Of how many documents it is known what has been looked for. Forgetting one costs looking for all of its anchors. */
const maxWatched = 100

/** What is known of one circle of a document. */
type Watch = {
  /** The state of the text that `waiting` takes into account. */
  seq: number | null
  /** The threads to be looked for, those that have waited longest first. */
  readonly waiting: Set<string>
  /** How many full steps may still be taken before the text next settles. */
  stepsLeft: number
  readonly finder: AnchorFinder
  /** The last step, which the next one waits for: who asks is not told what one under way is about to change. */
  last: Promise<unknown>
}

/** Has the text looked at; null if there is none, or none to be seen now. */
type Look = <T>(view: (doc: Y.Doc, seq: number) => T) => Promise<T | null>

type Job = { readonly document: string; readonly circle: Circle; attempts: number }

type Options = {
  rooms: Pick<Rooms, 'read' | 'glance'>
  cluster: Cluster
  clock: Clock
  /** A number from 0 to 1, another one each time. */
  chance?: () => number
  logger: Logger
  /** All threads of a circle of a document. */
  threadsOf: (document: string, circle: Circle) => Promise<readonly ThreadRecord[]>
  /** Keeps what was found, and gives the threads whose anchors were replaced meanwhile: what was found for those is void. */
  keep: (document: string, circle: Circle, moved: readonly Moved[]) => Promise<readonly ThreadRecord[]>
}

/** Looks for the anchors of a document anew some time after each commit in it, and whenever asked. */
export function createAnchoring({
  rooms,
  cluster,
  clock,
  chance = Math.random,
  logger,
  threadsOf,
  keep,
}: Options): Anchoring {
  const watches = new Map<string, Map<string, Watch>>()
  const due = new Set<string>()
  let cancelSweep: (() => void) | null = null
  let stopped = false

  function watchOf(document: string, circle: Circle): Watch {
    const circles = watches.get(document) ?? new Map<string, Watch>()
    watches.delete(document)
    watches.set(document, circles)
    dropOldest(watches, maxWatched)
    const known = circles.get(keyOf(circle))
    if (known !== undefined) return known
    const watch: Watch = {
      seq: null,
      waiting: new Set(),
      stepsLeft: stepsAtOnce,
      finder: new AnchorFinder(),
      last: Promise.resolve(),
    }
    circles.set(keyOf(circle), watch)
    return watch
  }

  /** Whether any are left to be looked for; null where the text was not to be seen. */
  async function step(document: string, circle: Circle, look: Look, ms: number): Promise<boolean | null> {
    const watch = watchOf(document, circle)
    const threads = await threadsOf(document, circle)
    if (threads.every(({ anchor }) => anchor === null)) return false
    const moved = await look((doc, seq) => {
      const began = clock.elapsed()
      const anchored = new Map(threads.flatMap((thread) => (thread.anchor === null ? [] : [[thread.id, thread]])))
      if (watch.seq !== seq) for (const id of anchored.keys()) watch.waiting.add(id)
      watch.seq = seq
      const resolve = watch.finder.resolverIn(doc.getXmlFragment(bodyName))
      const changed: Moved[] = []
      for (const id of watch.stepsLeft > 0 ? watch.waiting : []) {
        watch.waiting.delete(id)
        const thread = anchored.get(id)
        if (thread === undefined || thread.anchor === null) continue
        const found = resolve(thread.anchor)
        const located = { anchor: found?.anchor ?? thread.anchor, orphaned: found === null }
        if (located.anchor !== thread.anchor || located.orphaned !== thread.orphaned) changed.push({ thread, located })
        if (clock.elapsed() - began >= ms) break
      }
      if (watch.waiting.size > 0) watch.stepsLeft -= 1
      return changed
    })
    if (moved === null) return null
    if (moved.length > 0) for (const { id } of await keep(document, circle, moved)) watch.waiting.add(id)
    return watch.waiting.size > 0
  }

  async function takeStep(document: string, circle: Circle, look: Look, ms: number): Promise<boolean | null> {
    const watch = watchOf(document, circle)
    const taken = watch.last.then(() => step(document, circle, look, ms))
    watch.last = taken.catch(() => {
      // What it took from those that wait and did not keep must be looked for again.
      watch.seq = null
    })
    return await taken
  }

  async function bringCircleUpToDate(document: string, circle: Circle): Promise<void> {
    const read: Look = (view) => rooms.read(document, view)
    while ((await takeStep(document, circle, read, stepMs)) === true) {
      if (watchOf(document, circle).stepsLeft <= 0) return sweepLater(document)
      await setImmediate()
    }
  }

  function sweepLater(document: string): void {
    if (stopped) return
    due.add(document)
    cancelSweep ??= clock.after(settle * (1 + chance()), beginSweep)
  }

  function beginSweep(): void {
    const jobs = [...due].flatMap((document) => allCircles().map((circle): Job => ({ document, circle, attempts: 0 })))
    due.clear()
    for (const { document, circle } of jobs) watchOf(document, circle).stepsLeft = stepsAtOnce
    void goOn(jobs)
  }

  /** Takes one step, of whichever circle has something to be looked for, and the next after a pause. */
  async function goOn(jobs: Job[]): Promise<void> {
    for (let job = jobs.shift(); job !== undefined && !stopped; job = jobs.shift()) {
      const outcome = await takeBackgroundStep(job)
      if (outcome === 'nothing') continue
      if (outcome === 'more') jobs.push(job)
      cancelSweep = clock.after(pause * (0.5 + chance()), () => void goOn(jobs))
      return
    }
    cancelSweep = null
    for (const document of due) sweepLater(document)
  }

  async function takeBackgroundStep(job: Job): Promise<'nothing' | 'more' | 'done'> {
    const { document, circle } = job
    let seen = false
    const glance: Look = async (view) =>
      rooms.glance(document, (doc, seq) => {
        seen = true
        return view(doc, seq)
      })
    try {
      const left = await takeStep(document, circle, glance, backgroundStepMs)
      if (left === null) {
        job.attempts += 1
        return job.attempts < mostAttempts ? 'more' : 'nothing'
      }
      if (!left) return seen ? 'done' : 'nothing'
      if (watchOf(document, circle).stepsLeft > 0) return 'more'
      due.add(document)
      return 'done'
    } catch (error) {
      // The anchors are brought up to date on the next read or commit instead.
      logger.warn({ document, err: error }, 'anchors could not be updated')
      return 'done'
    }
  }

  const unsubscribe = cluster.subscribe((message) => {
    if (message.type === 'committed') sweepLater(message.document)
    // Its anchor was located in a text that others may have changed before it was kept.
    if (message.type === 'thread' && (message.change === 'created' || message.change === 'updated'))
      watches.get(message.document)?.get(keyOf(message))?.waiting.add(message.thread)
  })

  return {
    async bringUpToDate(document, circles) {
      await Promise.all(circles.map((circle) => bringCircleUpToDate(document, circle)))
    },
    async locate(document, circle, anchor) {
      const { finder } = watchOf(document, circle)
      const found = await rooms.read(document, (doc) => finder.resolverIn(doc.getXmlFragment(bodyName))(anchor))
      return { anchor: found?.anchor ?? anchor, orphaned: found === null }
    },
    stop() {
      stopped = true
      unsubscribe()
      cancelSweep?.()
      due.clear()
    },
  }
}
