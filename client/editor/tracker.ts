/**
 * Keeps threads on their passages. While people type, positions move with the text; in the pauses the anchors of the clauses
 * that changed are looked for again, a few at a time, so that no keystroke waits for it.
 */
import type { EditorView } from '@tiptap/pm/view'
import type * as Y from 'yjs'
import type { Thread } from '#shared/api/threads.ts'
import { resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { createStore, type Store } from '#client/lib/store.ts'
import { rangeOf } from './places.ts'
import { highlightsIn, placeHighlights, type Highlight } from './highlights.ts'

export type Tracker = {
  /** The threads whose passage is gone from the text as it is here. */
  readonly orphans: Store<ReadonlySet<string>>
  /** Rises whenever passages were found anew. */
  readonly placed: Store<number>
  /** Whether a thread's passage was looked for: it is drawn, or gone. */
  readonly isLookedFor: (thread: string) => boolean
  readonly setThreads: (threads: readonly Thread[]) => void
  /** To be called after every change of the text. */
  readonly textChanged: () => void
  /** A thread's anchor, brought up to date with the text; null if it has none. */
  readonly anchorOf: (thread: string) => TextAnchor | null
  readonly stop: () => void
}

type Tracked = { thread: Thread; given: string; anchor: TextAnchor; range: { from: number; to: number } | null }

const pauseMs = 300

/** Runs slices of work while the browser has nothing better to do; `timeLeft` says when to stop. */
const whenIdle = (work: (timeLeft: () => number) => void): (() => void) => {
  if ('requestIdleCallback' in window) {
    const handle = requestIdleCallback((deadline) => work(() => deadline.timeRemaining()), { timeout: 1000 })
    return () => cancelIdleCallback(handle)
  }
  const handle = setTimeout(() => work(() => 4), 50)
  return () => clearTimeout(handle)
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every((x) => b.has(x))

/**
 * Follows threads through the text shown in `view`. Passages are drawn by way of `afterComposition`: one drawn anew in the line
 * that is being composed would end the composition.
 */
export function trackThreads(
  view: EditorView,
  body: Y.XmlFragment,
  afterComposition: (task: () => void) => void,
): Tracker {
  const tracked = new Map<string, Tracked>()
  const queue = new Set<string>()
  const checked = new Set<string>()
  const orphans = createStore<ReadonlySet<string>>(new Set(), sameSet)
  const placed = createStore(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  let callOffIdle: (() => void) | null = null

  const place = () => {
    const current = new Map(highlightsIn(view.state).highlights.map((each) => [each.thread, each]))
    const highlights: Highlight[] = []
    for (const [id, { thread, range }] of tracked) {
      // What is still to be looked for stays where the typing has moved it.
      const where = queue.has(id) ? (current.get(id) ?? null) : range
      if (where === null) continue
      const { from, to } = where
      if (to > view.state.doc.content.size) continue
      const { audience, party, status } = thread
      highlights.push({ thread: id, audience, party, resolved: status === 'resolved', from, to })
    }
    view.dispatch(placeHighlights(view.state, highlights, new Set(checked)))
    checked.clear()
    const gone = [...tracked.values()].filter(({ range, thread }) => range === null && !queue.has(thread.id))
    orphans.set(new Set(gone.map(({ thread }) => thread.id)))
    placed.set(placed.get() + 1)
  }

  const resolve = (entry: Tracked) => {
    const found = resolveAnchor(body, entry.anchor)
    entry.range = found && rangeOf(body, view.state.doc, found.passage)
    if (found) entry.anchor = found.anchor
  }

  const later = () => {
    callOffIdle ??= whenIdle((timeLeft) => {
      callOffIdle = null
      afterComposition(() => run(timeLeft))
    })
  }

  const run = (timeLeft: () => number) => {
    if (view.isDestroyed) return
    for (const id of queue) {
      const entry = tracked.get(id)
      if (entry) resolve(entry)
      queue.delete(id)
      if (timeLeft() <= 1) break
    }
    if (queue.size > 0) {
      later()
      return
    }
    // Ranges found in earlier slices are of the text as it was then: only a run without typing in between is shown.
    const { touched } = highlightsIn(view.state)
    const stale = [...tracked.values()].filter(
      ({ anchor }) => touched.has(anchor.clause) && !checked.has(anchor.clause),
    )
    if (stale.length > 0) {
      enqueue(stale.map(({ thread }) => thread.id))
      return
    }
    placeAnew()
  }

  const placeAnew = () => {
    if (view.isDestroyed) return
    for (const entry of tracked.values()) if (entry.range) refreshRange(entry)
    place()
  }

  /** Text typed in other clauses has moved everything behind it. */
  const refreshRange = (entry: Tracked) => {
    const now = highlightsIn(view.state).highlights.find(({ thread }) => thread === entry.thread.id)
    if (now && entry.range && now.from === entry.range.from && now.to === entry.range.to) return
    resolve(entry)
  }

  const enqueue = (ids: readonly string[]) => {
    for (const id of ids) {
      queue.add(id)
      const clause = tracked.get(id)?.anchor.clause
      if (clause !== undefined) checked.add(clause)
    }
    later()
  }

  return {
    orphans,
    placed,
    isLookedFor: (thread) =>
      orphans.get().has(thread) || highlightsIn(view.state).highlights.some((each) => each.thread === thread),
    setThreads: (threads) => {
      const present = new Set(threads.map(({ id }) => id))
      for (const id of tracked.keys()) if (!present.has(id)) tracked.delete(id)
      const fresh: string[] = []
      for (const thread of threads) {
        if (thread.anchor === null) continue
        const given = JSON.stringify(thread.anchor)
        const known = tracked.get(thread.id)
        if (known?.given === given) {
          known.thread = thread
          continue
        }
        tracked.set(thread.id, { thread, given, anchor: thread.anchor, range: null })
        fresh.push(thread.id)
      }
      if (fresh.length > 0) enqueue(fresh)
      else afterComposition(placeAnew)
    },
    textChanged: () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (view.isDestroyed) return
        const { touched } = highlightsIn(view.state)
        const affected = [...tracked.values()].filter(({ anchor }) => touched.has(anchor.clause))
        if (affected.length > 0) enqueue(affected.map(({ thread }) => thread.id))
      }, pauseMs)
    },
    anchorOf: (thread) => tracked.get(thread)?.anchor ?? null,
    stop: () => {
      clearTimeout(timer)
      callOffIdle?.()
    },
  }
}
