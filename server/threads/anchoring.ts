/**
 * Anchors kept on their passages while the text changes. Whoever writes the texts and the threads decides how much there is to
 * look for: it is done a little at a time, between which everyone else gets their turn, and never more than so much at once.
 */
import { setImmediate } from 'node:timers/promises'
import { AnchorFinder, type TextAnchor } from '#shared/editor/anchors.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Logger } from 'pino'
import type { Cluster } from '../cluster/cluster.ts'
import type { ThreadRecord } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'

/** Where an anchor stands in the text as it is on disk; `orphaned` if its passage is not there. */
export type Located = { readonly anchor: TextAnchor; readonly orphaned: boolean }

export type Moved = { readonly thread: ThreadRecord; readonly located: Located }

export type Anchoring = {
  /** Looks for the anchors of a document that may have moved; what takes longer than a moment is left for later. */
  bringUpToDate(document: string): Promise<void>
  locate(document: string, anchor: TextAnchor): Promise<Located>
  stop(): void
}

/** Long enough to gather a run of typing, short enough that nobody sees a comment beside the wrong words. */
const settle = 500
/** A step looks for one anchor after the other for so long, */
const stepMs = 3
/** and after so many full steps a document waits until the text next settles. */
const stepsAtOnce = 16
/** Of how many documents it is known what has been looked for. Forgetting one costs looking for all of its anchors. */
const maxWatched = 100

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

type Options = {
  rooms: Pick<Rooms, 'read'>
  cluster: Cluster
  clock: Clock
  logger: Logger
  /** All threads of a document. */
  threadsOf: (document: string) => Promise<readonly ThreadRecord[]>
  /** Keeps what was found, and gives the threads whose anchors were replaced meanwhile: what was found for those is void. */
  keep: (document: string, moved: readonly Moved[]) => Promise<readonly ThreadRecord[]>
}

/** Looks for the anchors of a document anew soon after each commit in it, and whenever asked. */
export function createAnchoring({ rooms, cluster, clock, logger, threadsOf, keep }: Options): Anchoring {
  const watches = new Map<string, Watch>()
  const due = new Set<string>()
  let cancelSweep: (() => void) | null = null
  let stopped = false

  function watchOf(document: string): Watch {
    const watch = watches.get(document) ?? {
      seq: null,
      waiting: new Set(),
      stepsLeft: stepsAtOnce,
      finder: new AnchorFinder(),
      last: Promise.resolve(),
    }
    watches.delete(document)
    watches.set(document, watch)
    const oldest = watches.keys().next()
    if (watches.size > maxWatched && oldest.done !== true) watches.delete(oldest.value)
    return watch
  }

  /** Whether any are left to be looked for. */
  async function step(document: string, watch: Watch): Promise<boolean> {
    const threads = await threadsOf(document)
    if (threads.every(({ anchor }) => anchor === null)) return false
    const moved = await rooms.read(document, (doc, seq) => {
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
        if (clock.elapsed() - began >= stepMs) break
      }
      if (watch.waiting.size > 0) watch.stepsLeft -= 1
      return changed
    })
    if (moved === null) return false
    if (moved.length > 0) for (const { id } of await keep(document, moved)) watch.waiting.add(id)
    return watch.waiting.size > 0
  }

  async function takeStep(document: string, watch: Watch): Promise<boolean> {
    const taken = watch.last.then(() => step(document, watch))
    watch.last = taken.catch(() => {
      // What it took from those that wait and did not keep must be looked for again.
      watch.seq = null
    })
    return await taken
  }

  async function bringUpToDate(document: string): Promise<void> {
    const watch = watchOf(document)
    while (await takeStep(document, watch)) {
      if (watch.stepsLeft <= 0) return sweepLater(document)
      await setImmediate()
    }
  }

  function sweepLater(document: string): void {
    if (stopped) return
    due.add(document)
    cancelSweep ??= clock.after(settle, () => void sweep())
  }

  /** One after the other: a commit in many documents at once must not hold the event loop for all their threads. */
  async function sweep(): Promise<void> {
    const documents = [...due]
    due.clear()
    for (const document of documents) {
      watchOf(document).stepsLeft = stepsAtOnce
      try {
        await bringUpToDate(document)
      } catch (error) {
        // The anchors are brought up to date on the next read or commit instead.
        logger.warn({ document, err: error }, 'anchors could not be updated')
      }
    }
    cancelSweep = null
    for (const document of due) sweepLater(document)
  }

  const unsubscribe = cluster.subscribe((message) => {
    if (message.type === 'committed') sweepLater(message.document)
    // Its anchor was located in a text that others may have changed before it was kept.
    if (message.type === 'thread' && (message.change === 'created' || message.change === 'updated'))
      watches.get(message.document)?.waiting.add(message.thread)
  })

  return {
    bringUpToDate,
    async locate(document, anchor) {
      const { finder } = watchOf(document)
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
