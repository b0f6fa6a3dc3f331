/** What takes long for a large text: done elsewhere, within limits, paid for by who asks, and never waited for by who writes. */
import { actorOf } from '../support/peer.ts'
import { randomUUID } from 'node:crypto'
import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getMoment } from '#shared/api/history.ts'
import { diffSnapshots, exportSnapshot, getSnapshot, restoreSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { fromJson, type JsonNode } from '#shared/editor/text.ts'
import { messageType } from '#shared/protocol/messages.ts'
import { createCosts } from '#server/http/costs.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { commonSubsequence } from '#server/snapshots/restore.ts'
import { createPool, TooMuchWork, type Pool } from '#server/work/pool.ts'
import { deferred, manualClock, settled } from '#test/support/memory-log.ts'
import { random } from '#test/support/random.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'
import { actingAs, expectProblem, type Caller } from './client.ts'
import { findWords } from './text.ts'

const clauseOf = (text: string): JsonNode => ({
  type: 'clause',
  attrs: { id: randomUUID(), kind: 'article' },
  content: ['en', 'ja'].map((lang) => ({
    type: 'clauseText',
    attrs: { lang },
    content: [{ type: 'paragraph', ...(text === '' ? {} : { content: [{ type: 'text', text }] }) }],
  })),
})
const documentOf = (count: number, text = '') =>
  JSON.stringify({ type: 'doc', content: Array.from({ length: count }, () => clauseOf(text)) })

/** A pool whose jobs wait until they are let go, and that says which were asked for. */
function heldPool() {
  const real = createPool(systemClock)
  let gate = Promise.resolve()
  const asked: string[] = []
  let next = deferred()
  let failure: Error | null = null
  const hold = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    asked.push(name)
    next.resolve()
    await gate
    const failed = failure
    failure = null
    if (failed !== null) throw failed
    return await work()
  }
  const pool: Pool = {
    run: (name, input, spent) => hold(name, () => real.run(name, input, spent)),
    replay: {
      ask: (step, spent) => hold('replay', () => real.replay.ask(step, spent)),
      get life() {
        return real.replay.life
      },
    },
    stop: () => real.stop(),
  }
  return {
    pool,
    asked,
    /** Fails the next job. */
    fail(error: Error) {
      failure = error
    },
    /** Holds jobs from now on: `reached` resolves when one is. */
    hold() {
      const held = deferred()
      gate = held.promise
      next = deferred()
      return { reached: next.promise, release: held.resolve }
    },
  }
}

describe('beside those who write', () => {
  const document = 'semiconductors-mou'
  const held = heldPool()
  let server: TestServer
  let chair: Caller
  let secretariat: Caller
  beforeAll(async () => {
    server = await startTestServer({ pool: held.pool })
    chair = await actingAs(server, 'us-cochair-semiconductors')
    secretariat = await actingAs(server, 'secretariat')
  })
  afterAll(() => server.stop())

  const take = async (label: string) =>
    await secretariat.call(takeSnapshot, { params: { id: document }, body: { label } })

  test('[H12] a hundred edits are saved while any of it is under way, in the same document and in another', async () => {
    const [a, b] = [await take('A'), await take('B')]
    const writers = await Promise.all(
      ['semiconductors-mou', 'ai-mou'].map(async (id) => {
        const persona = id === 'ai-mou' ? 'jp-cochair-ai' : 'jp-cochair-semiconductors'
        const client = connectStock(server.url, id, { cookie: await server.signIn(persona), params: { v: '1' } })
        await client.synced()
        return client
      }),
    )
    let acknowledgements = 0
    const writeHundred = async () => {
      for (let edit = 0; edit < 50; edit += 1) {
        acknowledgements += 1
        for (const { body, send } of writers) {
          findWords(body, 'Participants').text.insert(0, '.')
          send(
            encoding.encode((encoder) => {
              encoding.writeVarUint(encoder, messageType.acknowledge)
              encoding.writeVarUint(encoder, acknowledgements)
            }),
          )
        }
        const count = acknowledgements
        await Promise.all(writers.map(({ until, acknowledged }) => until(() => acknowledged.includes(count))))
      }
    }
    const asked: [string, () => Promise<unknown>][] = [
      ['compare', () => chair.call(diffSnapshots, { params: { a: a.id, b: b.id } })],
      ['export', () => chair.send('GET', exportSnapshot.path.replace('{id}', a.id) + '?format=html')],
      ['take', () => take('C')],
      ['restore', () => chair.call(restoreSnapshot, { params: { id: a.id } })],
      ['replay', () => chair.call(getMoment, { params: { id: document, seq: '1' } })],
    ]
    for (const [name, ask] of asked) {
      const { reached, release } = held.hold()
      const from = held.asked.length
      const answer = ask()
      await reached
      const before = acknowledgements
      await writeHundred()
      expect([held.asked.slice(from, from + 1), acknowledgements - before]).toEqual([[name], 50])
      release()
      await answer
    }
    for (const client of writers) client.stop()
  })

  test('[H12] a job that goes beyond its limits is refused with a sentence, and the server goes on', async () => {
    const a = await take('Too large')
    held.fail(new TooMuchWork('It takes too much memory.'))
    const reply = await chair.send('GET', `/api/snapshots/${a.id}/diff/${a.id}`)
    expect(expectProblem(reply, 413).detail).toBe('The text is too large for this: It takes too much memory.')
    await chair.call(diffSnapshots, { params: { a: a.id, b: a.id } })
  })

  test('[H12][V2] a large restore comes as many small edits, gives the very text back, and keeps what is typed meanwhile', async () => {
    const id = 'investment-mou'
    const chairs = await actingAs(server, 'us-cochair-investment')
    const added = Array.from({ length: 1200 }, (_, at) => clauseOf(`Clause ${at} of a text that takes some room.`))
    await server.rooms.edit(id, actorOf('us-cochair-investment'), (body) => body.push(fromJson(added)))
    const taken = await secretariat.call(takeSnapshot, { params: { id }, body: { label: 'Large' } })
    await server.rooms.edit(id, actorOf('jp-cochair-investment'), (body) => body.delete(5, body.length - 5))
    const head = async () => (await server.storage.documents.get(id))?.head ?? 0
    const from = await head()
    expect(await chairs.call(restoreSnapshot, { params: { id: taken.id } })).toEqual({ changed: true })
    const rows = await server.storage.log.history(id, { after: from, upTo: await head(), limit: 1000 })
    expect(rows.length).toBeGreaterThan(5)
    expect(Math.max(...rows.map(({ bytes }) => bytes.length))).toBeLessThan(128 * 1024)
    expect(new Set(rows.map(({ user }) => user))).toEqual(new Set(['us-cochair-investment']))
    const again = await secretariat.call(takeSnapshot, { params: { id }, body: { label: 'Again' } })
    expect(again.hash).toBe(taken.hash)

    await server.rooms.edit(id, actorOf('jp-cochair-investment'), (body) => body.delete(5, 1))
    const { reached, release } = held.hold()
    const answer = chairs.call(restoreSnapshot, { params: { id: taken.id } })
    await reached
    await settled()
    await server.rooms.edit(id, actorOf('jp-cochair-investment'), (body) =>
      findWords(body, 'Clause 700').text.insert(0, 'New: '),
    )
    release()
    expect(await answer).toEqual({ changed: true })
    const last = await secretariat.call(takeSnapshot, { params: { id }, body: { label: 'Last' } })
    const { content } = await secretariat.call(getSnapshot, { params: { id: last.id } })
    expect(JSON.stringify(content)).toContain('New: Clause 700')
  })
})

describe('limits', () => {
  test('[H12] a job that takes too long is ended; those behind it are done', async () => {
    const clock = manualClock()
    const begun = deferred()
    const limits = { ms: 1000, memoryMiB: 512 }
    const after = (ms: number, task: () => void) => {
      if (ms === limits.ms) begun.resolve()
      return clock.after(ms, task)
    }
    const pool = createPool({ ...clock, after }, limits)
    const words = (from: number) => Array.from({ length: 8000 }, (_, at) => `word${from + at * 2}`).join(' ')
    const [before, now] = [0, 1].map((from) => JSON.stringify({ type: 'doc', content: [clauseOf(words(from))] }))
    const same = (text: string) => text.replaceAll(/"id":"[^"]*"/g, `"id":"${randomUUID()}"`)
    const id = randomUUID()
    const withId = (text = '') => text.replace(/"id":"[^"]*"/, `"id":"${id}"`)
    let spent = 0
    const endless = pool.run('compare', { before: withId(before), after: withId(now) }, (ms) => (spent += ms))
    await begun.promise
    const small = documentOf(1, 'Text')
    const behind = Array.from({ length: 4 }, () => pool.run('compare', { before: small, after: same(small) }))
    clock.advance(1000)
    await expect(endless).rejects.toThrow('It takes more than 1 seconds.')
    expect(spent).toBeGreaterThanOrEqual(1000)
    expect((await Promise.all(behind)).every((text) => text.startsWith('[{'))).toBe(true)
    pool.stop()
  })

  test('[H12] a job that takes too much memory is ended', async () => {
    const pool = createPool(systemClock, { ms: 600_000, memoryMiB: 64 })
    const huge = `{"type":"doc","content":[${'{"type":"paragraph"},'.repeat(1_000_000)}{"type":"paragraph"}]}`
    await expect(pool.run('compare', { before: huge, after: huge })).rejects.toThrow(TooMuchWork)
    const small = documentOf(1, 'Text')
    expect(await pool.run('compare', { before: small, after: small })).toContain('"same"')
    pool.stop()
  })

  test('[H12] what two texts have in common is found in steps that grow as they do', () => {
    let steps = 0
    const counted = (keys: readonly string[]) =>
      new Proxy(keys, {
        get(target, name, receiver): unknown {
          steps += 1
          return Reflect.get(target, name, receiver)
        },
      })
    const stepsFor = (count: number) => {
      const chance = random(7)
      const keys = Array.from({ length: count }, (_, at) => `clause ${at}`)
      const mixed = keys.toSorted(() => chance.int(0, 2) - 1)
      const others = keys.map((key) => `other ${key}`)
      steps = 0
      commonSubsequence(counted(keys), counted(mixed))
      commonSubsequence(counted(keys), counted(others))
      return steps
    }
    expect(stepsFor(4000)).toBeLessThan(2.5 * stepsFor(2000))
    expect(stepsFor(16_000)).toBeLessThan(100 * 16_000)
  })

  test.each([1, 2, 3])(
    '[H12] the common subsequence is the longest one where no key is there twice, seed %i',
    (seed) => {
      const chance = random(seed)
      const longest = (a: readonly string[], b: readonly string[]): number => {
        const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
        for (const [i, key] of a.entries()) {
          for (const [j, other] of b.entries()) {
            const row = lengths[i + 1]
            if (row === undefined) continue
            const [above, left] = [lengths[i]?.[j + 1] ?? 0, row[j] ?? 0]
            row[j + 1] = key === other ? (lengths[i]?.[j] ?? 0) + 1 : Math.max(above, left)
          }
        }
        return lengths.at(-1)?.at(-1) ?? 0
      }
      for (let round = 0; round < 200; round += 1) {
        const unique = () => {
          const keys = Array.from({ length: 12 }, (_, at) => `${at}`)
          return Array.from(
            { length: chance.int(0, 10) },
            () => keys.splice(chance.int(0, keys.length - 1), 1)[0] ?? '',
          )
        }
        const [a, b] = [unique(), unique()]
        const pairs = commonSubsequence(a, b)
        expect(pairs.length).toBe(longest(a, b))
        const doubled = [a, b].map((keys) => keys.map((key) => `${Number(key) % 4}`))
        for (const [some, others, found] of [
          [a, b, pairs],
          [doubled[0] ?? [], doubled[1] ?? [], commonSubsequence(doubled[0] ?? [], doubled[1] ?? [])],
        ] as const) {
          for (const [index, [at, other]] of found.entries()) {
            expect(some[at]).toBe(others[other])
            const before = found[index - 1]
            if (before !== undefined) expect(before[0] < at && before[1] < other).toBe(true)
          }
        }
      }
    },
  )
})

describe('costs', () => {
  test('[H13] whoever has spent their time is told when to come back, and nobody else is', async () => {
    const clock = manualClock()
    const costs = createCosts(clock)
    const spend = (user: string, ms: number) => costs.within(user, async (spent) => spent(ms))
    await spend('us-drafter-ai', 19_999)
    await spend('us-drafter-ai', 4001)
    const refused = await costs.within('us-drafter-ai', async () => 'read').catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 429, headers: { 'Retry-After': '20' } })
    await spend('jp-drafter-ai', 1)
    clock.advance(19_000)
    await expect(spend('us-drafter-ai', 1)).rejects.toThrow('Wait a moment')
    clock.advance(1500)
    await spend('us-drafter-ai', 1)
  })

  test('[H13] one user has one request at a time; who asks too far ahead is refused, and a failure holds up nothing', async () => {
    const costs = createCosts(manualClock())
    const gate = deferred()
    let running = 0
    let most = 0
    const work = async (fails: boolean) => {
      running += 1
      most = Math.max(most, running)
      await gate.promise
      running -= 1
      if (fails) throw new Error('damaged')
    }
    const asked = Array.from({ length: 51 }, (_, at) => costs.within('us-drafter-ai', () => work(at % 2 === 0)))
    const results = Promise.allSettled(asked)
    await settled()
    await costs.within('jp-drafter-ai', async () => {})
    gate.resolve()
    const refused = (await results).filter(
      (result) => result.status === 'rejected' && String(result.reason).includes('too much at once'),
    )
    expect([most, refused.length]).toEqual([1, 1])
    await costs.within('us-drafter-ai', async () => {})
  })
})
