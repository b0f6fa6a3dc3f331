/** How long a room gathers before a batch: not at all where it is small or quiet, and never long. */
import { expect, test } from 'vitest'
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
