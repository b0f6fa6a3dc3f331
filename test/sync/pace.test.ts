/** How long a room gathers before a batch: not at all where it is small or quiet, and never long. */
import { expect, test } from 'vitest'
import type { Changeset, Storage } from '#server/storage/storage.ts'
import { createCommitter } from '#server/sync/committer.ts'
import { Pace } from '#server/sync/pace.ts'
import { manualClock, settled } from '../support/memory-log.ts'

/** A room with so many readers, whose last batch just began. */
async function paced(readers: number) {
  const clock = manualClock()
  const pace = new Pace(clock)
  expect(pace.gather(readers, 1)).toBeNull()
  pace.begin()
  let begun = false
  const next = async () => {
    void Promise.resolve(pace.gather(readers, 1)).then(() => (begun = true))
    await settled()
  }
  return {
    clock,
    pace,
    next,
    hasBegun: async () => {
      await settled()
      return begun
    },
  }
}

test('[S16] a small room waits for nobody', async () => {
  const { next, hasBegun } = await paced(10)
  await next()
  expect(await hasBegun()).toBe(true)
})

test('[S16] the first edit after a rest goes at once, however many read it', async () => {
  const { clock, next, hasBegun } = await paced(200)
  clock.advance(1000)
  await next()
  expect(await hasBegun()).toBe(true)
})

test('[S16] in a large room an interval that is over ends with the next edit', async () => {
  const { clock, pace, next, hasBegun } = await paced(200)
  await next()
  clock.advance(10)
  pace.arrived(2)
  expect(await hasBegun()).toBe(false)
  clock.advance(10)
  expect(await hasBegun()).toBe(false)
  pace.arrived(3)
  expect(await hasBegun()).toBe(true)
})

test('[S16] nobody is kept for more than 25 ms, however many read and write', async () => {
  const { clock, pace, next, hasBegun } = await paced(100_000)
  pace.applied(1000, 1000, 5)
  await next()
  clock.advance(24)
  expect(await hasBegun()).toBe(false)
  clock.advance(1)
  expect(await hasBegun()).toBe(true)
})

test('[S16] a batch that is full, and a server that stops, wait for nothing', async () => {
  const full = await paced(200)
  full.pace.applied(32, 32, 1000)
  await full.next()
  full.pace.arrived(full.pace.batchSize)
  expect(await full.hasBegun()).toBe(true)
  const stopping = await paced(200)
  await stopping.next()
  stopping.pace.hurry()
  expect(await stopping.hasBegun()).toBe(true)
})

/** A committer over a log that takes everything; `appends` are the documents of each append. */
function committing() {
  const clock = manualClock()
  /** How late timers are. */
  let late = 0
  const appends: string[][] = []
  const store: Pick<Storage, 'transact'> = {
    transact: async (changesets) => {
      appends.push(changesets.flatMap(({ text }) => text?.document ?? []))
      return changesets.map(() => ({ head: 1 }))
    },
  }
  const heard = { committed() {}, overdue() {}, caughtUp() {} }
  const committer = createCommitter(store, { ...clock, elapsed: () => clock.elapsed() + late }, heard)
  const entry = (document: string): Changeset => ({
    text: { document, epoch: 1, base: null, rows: [], clients: [] },
  })
  /** What a room does that has an edit. */
  const write = async (document: string) => {
    await committer.nextTransaction()
    await committer.commit(entry(document))
  }
  const delayTimers = (ms: number) => (late = ms)
  return { clock, committer, appends, write, delayTimers }
}

test('[S16] where few documents are written, a commit is formed at once', async () => {
  const { committer, write } = committing()
  for (let round = 0; round < 30; round += 1) {
    expect(committer.nextTransaction()).toBeNull()
    await write('one')
  }
})

test('[S16] where many are, they wait for a commit that they share, and one that comes as it is formed goes along', async () => {
  const { clock, committer, appends, write, delayTimers } = committing()
  for (let index = 0; index < 20; index += 1) await write(`document ${index}`)
  clock.advance(300)
  await write('the first of the next window')
  appends.length = 0
  const some = [write('a'), write('b')]
  await settled()
  expect(appends).toEqual([])
  clock.advance(9)
  delayTimers(5)
  const other = write('c')
  await settled()
  expect(appends).toEqual([])
  clock.advance(1)
  await Promise.all([...some, other])
  expect(appends).toEqual([['a', 'b', 'c']])
  clock.advance(10)
  expect(committer.nextTransaction()).toBeNull()
})
