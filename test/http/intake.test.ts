/** How fast a connection is read, without a network: what waits, what is handed on when, and what is too much. */
import { describe, expect, test } from 'vitest'
import { messageType } from '#shared/protocol/messages.ts'
import { createIntake, type Reader } from '#server/http/intake.ts'
import { stateVectorFrame } from '#server/sync/frames.ts'
import { manualClock } from '#test/support/memory-log.ts'

const acknowledgement = Uint8Array.of(messageType.acknowledge, 1)
const question = stateVectorFrame(Uint8Array.of(0))

function startIntake() {
  const clock = manualClock()
  const intake = createIntake(clock)
  const open = (user = 'us-cochair-ai') => {
    const source = {
      paused: false,
      bufferedAmount: 0,
      pause: () => (source.paused = true),
      resume: () => (source.paused = false),
    }
    const delivered: Uint8Array[] = []
    let tooFast = 0
    const reader: Reader = intake.read(
      user,
      source,
      (message) => delivered.push(message),
      () => (tooFast += 1),
    )
    const flood = (count: number, message: Uint8Array = acknowledgement) => {
      for (let index = 0; index < count; index += 1) reader.take(message)
    }
    return { source, delivered, reader, flood, tooFast: () => tooFast }
  }
  return { clock, open }
}

describe('a flood', () => {
  test('[S11] is read on only as fast as it is dealt with, and loses nothing, in its order', () => {
    const { open } = startIntake()
    const { source, delivered, reader, flood } = open()
    const sent = Array.from({ length: 20_000 }, (_, index) => Uint8Array.of(messageType.acknowledge, index % 128))
    for (const message of sent) reader.take(message)
    expect(source.paused).toBe(true)
    expect(delivered).toHaveLength(8192)
    reader.settled(2)
    expect(delivered).toHaveLength(8193)
    for (let index = 1; index < sent.length; index += 1) reader.settled(2)
    expect(delivered).toEqual(sent)
    expect(source.paused).toBe(false)
    flood(1)
    expect(delivered).toHaveLength(20_001)
  })

  test('[S11] of large messages is bounded by their bytes, and the largest one alone always passes', () => {
    const { open } = startIntake()
    const { source, delivered, reader, flood } = open()
    const large = new Uint8Array(4 * 1024 * 1024).fill(messageType.acknowledge)
    flood(20, large)
    expect(delivered).toHaveLength(8)
    expect(source.paused).toBe(true)
    reader.settled(large.length)
    expect(delivered).toHaveLength(9)
  })

  test('[S11] by many shares one place: together they are given little more than one of them', () => {
    const { open } = startIntake()
    const crowd = Array.from({ length: 32 }, () => open())
    for (const { flood } of crowd) flood(10_000)
    expect(crowd.reduce((sum, { delivered }) => sum + delivered.length, 0)).toBeLessThan(6 * 8192)
    for (const { delivered, reader } of crowd) {
      const taken = delivered.length
      for (let index = 0; index < taken; index += 1) reader.settled(2)
      expect(delivered.length - taken).toBe(8192 / 32)
    }
    const honest = open()
    honest.flood(100)
    expect(honest.delivered).toHaveLength(100)
    expect(honest.source.paused).toBe(false)
  })

  test('[S11] of questions is answered at a pace that nobody notices, and is closed beyond reason', () => {
    const { clock, open } = startIntake()
    const asking = open()
    asking.flood(31, question)
    // The one that every client begins with, and twenty more.
    expect(asking.delivered).toHaveLength(21)
    expect(asking.source.paused).toBe(true)
    clock.advance(1000)
    expect(asking.delivered).toHaveLength(23)
    clock.advance(4000)
    expect(asking.delivered).toHaveLength(31)
    expect(asking.source.paused).toBe(false)
    asking.flood(200, question)
    expect(asking.tooFast()).toBe(0)
    asking.flood(1, question)
    expect(asking.tooFast()).toBe(1)
  })

  test('[S8][S11] of questions in another encoding counts the same', () => {
    const { open } = startIntake()
    const asking = open()
    asking.flood(300, Uint8Array.of(0x80, 0x00, 0x80, 0x00, 1, 0))
    expect(asking.delivered).toHaveLength(21)
    expect(asking.tooFast()).toBeGreaterThan(0)
  })

  test('[S11] of one user is paid by that user alone, over all their connections', () => {
    const { open } = startIntake()
    open('us-cochair-ai').flood(50, question)
    const other = open('us-cochair-ai')
    other.flood(5, question)
    expect(other.delivered).toHaveLength(1)
    const honest = open('jp-cochair-ai')
    honest.flood(5, question)
    expect(honest.delivered).toHaveLength(5)
  })
})

test('[S12] who does not read what it is sent is not read either, until it does', () => {
  const { open } = startIntake()
  const { source, delivered, reader, flood } = open()
  source.bufferedAmount = 17 * 1024 * 1024
  flood(10)
  expect(delivered).toHaveLength(0)
  expect(source.paused).toBe(true)
  source.bufferedAmount = 0
  reader.drained()
  expect(delivered).toHaveLength(10)
  expect(source.paused).toBe(false)
})

test('[S9] once it is stopped, what waited is dropped and nothing more is handed on', () => {
  const { clock, open } = startIntake()
  const { source, delivered, reader, flood } = open()
  flood(9000)
  flood(5, question)
  reader.stop()
  expect(source.paused).toBe(false)
  for (let index = 0; index < 8192; index += 1) reader.settled(2)
  clock.advance(60_000)
  flood(5)
  expect(delivered).toHaveLength(8192)
})
