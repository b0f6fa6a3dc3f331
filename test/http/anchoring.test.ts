/** Threads in any number, on texts of any kind: looking for their passages gives way to everyone else, and ends for now. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { createThread, listThreads, updateThread } from '#shared/api/threads.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { localCluster } from '#server/cluster/local.ts'
import { createLogger } from '#server/http/logger.ts'
import type { ThreadRecord } from '#server/storage/storage.ts'
import type { Rooms } from '#server/sync/types.ts'
import { createAnchoring, type Moved } from '#server/threads/anchoring.ts'
import { deferred, manualClock, settled } from '#test/support/memory-log.ts'
import { startTestServer } from '#test/support/server.ts'
import { createThread as storeThread } from '#test/support/writes.ts'
import { actingAs } from './client.ts'
import { partyId } from '#test/support/initiative.ts'

/** How long later something is done, by a chance that is always even. */
const settling = 3000
const betweenSteps = 50

const joint = [{ audience: 'joint', party: null }] as const
const clause = '00000000-0000-4000-8000-000000000001'
const document = 'semiconductors-mou'

const threadOn = (id: string, exact: string, author = 'us-cochair-semiconductors'): ThreadRecord => ({
  id,
  document,
  audience: 'joint',
  party: null,
  author,
  anchor: { clause, language: 'en', start: '', end: '', quote: { exact, prefix: '', suffix: '' } },
  orphaned: true,
  resolved: null,
  disposition: null,
  undone: null,
  createdAt: 0,
  comments: [{ id, author, body: 'x', proposal: null, replaces: null, mentions: [], createdAt: 0, editedAt: null }],
})

/** A document with that many threads whose words are back in its text, and a clock by which each one takes `ms` to be found. */
function stage({ threads, ms }: { threads: number; ms: number }) {
  const doc = new Y.Doc()
  const words = [{ type: 'paragraph', content: [{ type: 'text', text: 'They intend to share information early.' }] }]
  appendJson(doc.getXmlFragment(bodyName), [clauseJson({ id: clause, kind: 'article' }, { en: words })], null)
  const clock = manualClock()
  let worked = 0
  let seq = 1
  const records = new Map(
    Array.from({ length: threads }, (_, index) => {
      const id = `thread ${index}`
      return [id, threadOn(id, 'share information')]
    }),
  )
  const cluster = localCluster()
  const steps: string[][] = []
  let failing = false
  let busy = false
  /** Called each time that something is left for later: after the pause, or once the text has settled. */
  let laidAside = deferred<number>()
  const rooms: Pick<Rooms, 'read' | 'glance'> = {
    read: async (_, view) => view(doc, seq),
    glance: (_, view) => (busy ? null : view(doc, seq)),
  }
  const anchoring = createAnchoring({
    rooms,
    cluster,
    clock: {
      ...clock,
      elapsed: () => (worked += ms),
      after: (delay, task) => {
        laidAside.resolve(delay)
        return clock.after(delay, task)
      },
    },
    chance: () => 0.5,
    logger: createLogger('silent'),
    threadsOf: async (_, { audience }) => [...records.values()].filter((record) => record.audience === audience),
    async keep(_, _circle, moved: readonly Moved[]) {
      if (failing) throw new Error('The store does not answer')
      steps.push(moved.map(({ thread }) => thread.id))
      for (const { thread, located } of moved) records.set(thread.id, { ...thread, ...located })
      return []
    },
  })
  return {
    anchoring,
    steps,
    found: () => [...records.values()].filter(({ orphaned }) => !orphaned).length,
    lose: (id: string) => {
      const record = records.get(id)
      if (record) records.set(id, { ...record, orphaned: true })
    },
    commit: () => {
      seq += 1
      cluster.publish({ type: 'committed', document, seq, users: [], at: 0 })
    },
    fail: (fails: boolean) => {
      failing = fails
    },
    beBusy: (isBusy: boolean) => {
      busy = isBusy
    },
    /** Lets time pass until the next step of what was left for later is done. */
    next: async (passes: number) => {
      laidAside = deferred()
      clock.advance(passes)
      return await laidAside.promise
    },
    /** Lets the text settle, and resolves when all that is done about it for now is done. */
    settle: async () => {
      laidAside = deferred()
      clock.advance(settling)
      while ((await laidAside.promise) < settling) {
        laidAside = deferred()
        clock.advance(betweenSteps)
      }
    },
  }
}

describe('looking for the passages of many threads', () => {
  test('[T17] gives way after each step, and what is left waits until the text settles', async () => {
    const { anchoring, steps, found, settle } = stage({ threads: 40, ms: 3 })
    let turns = 0
    const turnsAt: number[] = []
    let running = true
    const others = async () => {
      while (running) {
        await settled()
        turns += 1
        if (turnsAt.length < steps.length) turnsAt.push(turns)
      }
    }
    const rest = others()
    await anchoring.bringUpToDate(document, joint)
    running = false
    await rest
    expect(steps.map((moved) => moved.length)).toEqual(Array.from({ length: 16 }, () => 1))
    expect(new Set(turnsAt).size).toBeGreaterThanOrEqual(15)
    // Whoever asks again now is told what is known, for nothing.
    await anchoring.bringUpToDate(document, joint)
    expect(found()).toBe(16)
    await settle()
    expect(found()).toBe(32)
    anchoring.stop()
  })

  test('[T17] comes to those that have waited longest first, however often the text changes', async () => {
    const { anchoring, steps, commit, settle } = stage({ threads: 40, ms: 3 })
    await anchoring.bringUpToDate(document, joint)
    commit()
    await settle()
    commit()
    await settle()
    expect(new Set(steps.flat()).size).toBe(40)
    anchoring.stop()
  })

  test('[T17] is done at once where there is little to do, and not again before the text changes', async () => {
    const { anchoring, steps, found, lose, commit } = stage({ threads: 40, ms: 0 })
    await anchoring.bringUpToDate(document, joint)
    expect(steps).toHaveLength(1)
    expect(found()).toBe(40)
    lose('thread 7')
    await anchoring.bringUpToDate(document, joint)
    expect(found()).toBe(39)
    commit()
    await anchoring.bringUpToDate(document, joint)
    expect(steps[1]).toEqual(['thread 7'])
    anchoring.stop()
  })

  test('[T7] is done again where what was found could not be kept', async () => {
    const { anchoring, found, fail } = stage({ threads: 3, ms: 0 })
    fail(true)
    await expect(anchoring.bringUpToDate(document, joint)).rejects.toThrow('The store does not answer')
    fail(false)
    await anchoring.bringUpToDate(document, joint)
    expect(found()).toBe(3)
    anchoring.stop()
  })
})

describe('looking for the passages of threads that nobody waits for', () => {
  test('[T18] comes late, at a moment that nobody can foretell, in steps of half a millisecond with long pauses', async () => {
    const { anchoring, steps, found, commit, next } = stage({ threads: 40, ms: 0.25 })
    commit()
    expect(await next(settling)).toBe(betweenSteps)
    expect([steps.length, found()]).toEqual([1, 2])
    await next(betweenSteps)
    expect([steps.length, found()]).toEqual([2, 4])
    anchoring.stop()
  })

  test('[T18] is left for later while the text is being worked on, and opens none', async () => {
    const { anchoring, found, commit, next, beBusy } = stage({ threads: 3, ms: 0 })
    beBusy(true)
    commit()
    await next(settling)
    await next(betweenSteps)
    expect(found()).toBe(0)
    beBusy(false)
    await next(betweenSteps)
    expect(found()).toBe(3)
    anchoring.stop()
  })

  test('[T18] threads are not anchored anew when someone asks who does not read them', async () => {
    const { anchoring, steps, found } = stage({ threads: 40, ms: 0 })
    await anchoring.bringUpToDate(document, [
      { audience: 'panel', party: null },
      { audience: 'delegation', party: partyId('jp') },
    ])
    expect([steps.length, found()]).toEqual([0, 0])
    anchoring.stop()
  })

  test('[T18] neither a list of threads, nor a document, nor an overview asks the store for threads that the reader may not know of', async () => {
    const asked: string[] = []
    await using server = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        threads: {
          ...storage.threads,
          list(id, circles) {
            for (const { audience, party } of circles ?? []) asked.push(`${audience} ${party}`)
            return storage.threads.list(id, circles)
          },
        },
      }),
    })
    const jp = await actingAs(server, 'jp-cochair-semiconductors')
    await jp.call(listThreads, { params: { id: document } })
    await jp.call(getDocument, { params: { id: document } })
    await jp.call(listDocuments)
    await jp.call(getInitiative)
    await jp.call(getGroup, { params: { group: 'semiconductors' } })
    expect(new Set(asked)).toEqual(new Set(['joint null', 'panel null', 'delegation jp']))
    asked.splice(0)
    const expert = await actingAs(server, 'panelist-export-controls')
    await expert.call(getInitiative)
    expect(new Set(asked)).toEqual(new Set(['panel null']))
  })
})

describe('how many threads one person starts', () => {
  const params = { id: document }
  const body = { audience: 'joint', body: 'A word on this' }

  test('[T17] no more than two hundred are open in one document', async () => {
    await using server = await startTestServer()
    const author = 'us-cochair-semiconductors'
    const ids = Array.from({ length: 200 }, () => crypto.randomUUID())
    await Promise.all(ids.map((id) => storeThread(server.storage, { ...threadOn(id, 'x', author), anchor: null })))
    const us = await actingAs(server, author)
    const problem = await us.expectRefused(createThread, { params, body }, 429)
    expect(problem.detail).toContain('200 open threads')
    await us.call(createThread, { params: { id: 'semiconductors-action-plan' }, body })
    await (await actingAs(server, 'jp-cochair-semiconductors')).call(createThread, { params, body })
    await us.call(updateThread, { params: { id: ids[0] ?? '' }, body: { status: 'resolved' } })
    await us.call(createThread, { params, body })
    expect((await us.call(listThreads, { params })).threads.length).toBeGreaterThanOrEqual(202)
  })

  test('[T17] no more than a hundred come at once', async () => {
    const clock = manualClock()
    await using server = await startTestServer({ clock })
    const us = await actingAs(server, 'us-cochair-semiconductors')
    const start = { params, body }
    await Promise.all(Array.from({ length: 100 }, () => us.call(createThread, start)))
    await us.expectRefused(createThread, start, 429)
    await (await actingAs(server, 'jp-cochair-semiconductors')).call(createThread, start)
    clock.advance(1000)
    await us.call(createThread, start)
    await us.expectRefused(createThread, start, 429)
  })
})
