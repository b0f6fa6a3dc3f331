/** Which quiet connections are taken for dead: not those that the server itself has stopped reading. */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { updateFrame } from '#server/sync/frames.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { frame, type RawConnection } from '#test/support/raw-socket.ts'
import { watchServerSockets, type ServerSockets } from '#test/support/server-sockets.ts'
import { acknowledge, copyOf, enter, isAcknowledged, startGated } from './live.ts'

const pingEvery = 30_000
/** More than one connection may have in its document's queue. */
const tooMany = 20_000

/** A connection that says more than is taken from it while the store is slow, so that it is not read any more. */
async function holdBack(sockets: ServerSockets, before: (raw: RawConnection, end: Socket) => void = () => {}) {
  const clock = manualClock()
  const gated = await startGated({ clock })
  const { server } = gated
  // Answers of the store come in turn: by then what was under way is done.
  const passed = () => server.storage.people.user('secretariat')
  const raw = await enter(server, await server.signIn('us-cochair-semiconductors'))
  const end = sockets.of(raw.socket)
  before(raw, end)
  const { change } = await copyOf(server)
  const { committing, release } = gated.hold()
  raw.socket.write(frame(updateFrame(change(({ text, index }) => text.insert(index, 'two ')))))
  await committing
  const paused = new Promise<void>((resolve) => {
    end.on('pause', () => void passed().then(() => end.isPaused() && resolve()))
  })
  raw.socket.write(Buffer.concat(Array.from({ length: tooMany }, () => acknowledge(1))))
  raw.socket.write(acknowledge(2))
  await paused
  return { clock, server, passed, raw, end, release }
}

test('[S12] a connection that is not read while the store is slow is kept, however long, and goes on', async () => {
  using sockets = watchServerSockets()
  const { clock, server, passed, raw, end, release } = await holdBack(sockets)
  for (let beat = 0; beat < 4; beat += 1) {
    clock.advance(pingEvery)
    await passed()
    expect([beat, end.destroyed]).toEqual([beat, false])
  }
  release()
  await raw.until((bytes) => isAcknowledged(bytes.subarray(-100), 2))
  // One that is read and says nothing is not.
  const over = new Promise<void>((resolve) => end.once('close', () => resolve()))
  clock.advance(3 * pingEvery)
  await over
  await server.stop()
})

test('[S12] one that is not read and does not read either is cut off', async () => {
  using sockets = watchServerSockets()
  const { clock, server, end, release } = await holdBack(sockets, (raw, there) => {
    raw.socket.pause()
    // Until the system takes no more of it.
    while (there.writableLength === 0) there.write(frame(new Uint8Array(1024 * 1024), { masked: false }))
  })
  const over = new Promise<void>((resolve) => end.once('close', () => resolve()))
  clock.advance(3 * pingEvery)
  await over
  expect(end.isPaused()).toBe(true)
  release()
  await server.stop()
})
