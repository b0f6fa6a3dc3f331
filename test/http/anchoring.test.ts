/** Threads in any number, on texts of any kind: looking for their passages gives way to everyone else, and ends for now. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
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
import { actingAs } from './client.ts'

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
  let rested = deferred()
  const rooms: Pick<Rooms, 'read'> = { read: async (_, view) => view(doc, seq) }
  const anchoring = createAnchoring({
    rooms,
    cluster,
    clock: {
      ...clock,
      elapsed: () => (worked += ms),
      after: (delay, task) => {
        rested.resolve()
        return clock.after(delay, task)
      },
    },
    logger: createLogger('silent'),
    threadsOf: async () => [...records.values()],
    async keep(_, moved: readonly Moved[]) {
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
    /** Lets the text settle, and resolves when the work is laid aside once more. */
    settle: async () => {
      rested = deferred()
      clock.advance(500)
      await rested.promise
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
    await anchoring.bringUpToDate(document)
    running = false
    await rest
    expect(steps.map((moved) => moved.length)).toEqual(Array.from({ length: 16 }, () => 1))
    expect(new Set(turnsAt).size).toBeGreaterThanOrEqual(15)
    // Whoever asks again now is told what is known, for nothing.
    await anchoring.bringUpToDate(document)
    expect(found()).toBe(16)
    await settle()
    expect(found()).toBe(32)
    anchoring.stop()
  })

  test('[T17] comes to those that have waited longest first, however often the text changes', async () => {
    const { anchoring, steps, commit, settle } = stage({ threads: 40, ms: 3 })
    await anchoring.bringUpToDate(document)
    commit()
    await settle()
    commit()
    await settle()
    expect(new Set(steps.flat()).size).toBe(40)
    anchoring.stop()
  })

  test('[T17] is done at once where there is little to do, and not again before the text changes', async () => {
    const { anchoring, steps, found, lose, commit } = stage({ threads: 40, ms: 0 })
    await anchoring.bringUpToDate(document)
    expect(steps).toHaveLength(1)
    expect(found()).toBe(40)
    lose('thread 7')
    await anchoring.bringUpToDate(document)
    expect(found()).toBe(39)
    commit()
    await anchoring.bringUpToDate(document)
    expect(steps[1]).toEqual(['thread 7'])
    anchoring.stop()
  })

  test('[T7] is done again where what was found could not be kept', async () => {
    const { anchoring, found, fail } = stage({ threads: 3, ms: 0 })
    fail(true)
    await expect(anchoring.bringUpToDate(document)).rejects.toThrow('The store does not answer')
    fail(false)
    await anchoring.bringUpToDate(document)
    expect(found()).toBe(3)
    anchoring.stop()
  })
})

describe('how many threads one person starts', () => {
  const params = { id: document }
  const body = { audience: 'joint', body: 'A word on this' }

  test('[T17] no more than two hundred are open in one document', async () => {
    await using server = await startTestServer()
    const author = 'us-cochair-semiconductors'
    const ids = Array.from({ length: 200 }, () => crypto.randomUUID())
    await Promise.all(ids.map((id) => server.storage.threads.create({ ...threadOn(id, 'x', author), anchor: null })))
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
