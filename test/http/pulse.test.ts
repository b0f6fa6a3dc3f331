/** Which quiet connections are taken for dead: not those that the server itself has stopped reading. */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { updateFrame } from '#server/sync/frames.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { frame } from '#test/support/raw-socket.ts'
import { watchServerSockets } from '#test/support/server-sockets.ts'
import { acknowledge, copyOf, enter, isAcknowledged, startGated } from './live.ts'

const pingEvery = 30_000
/** More than one connection may have in its document's queue. */
const tooMany = 20_000

test('[S12] a connection that is not read while the store is slow is kept, however long, and goes on', async () => {
  using sockets = watchServerSockets()
  const clock = manualClock()
  const gated = await startGated({ clock })
  const { server } = gated
  /** Answers of the store come in turn: by then what was under way is done. */
  const passed = () => server.storage.members.get('secretariat')
  const paused = (end: Socket) =>
    new Promise<void>((resolve) => {
      end.on('pause', () => void passed().then(() => end.isPaused() && resolve()))
    })
  const raw = await enter(server, await server.signIn('us-cochair-semiconductors'))
  const end = sockets.of(raw.socket)
  const { change } = await copyOf(server)
  const { committing, release } = gated.hold()
  raw.socket.write(frame(updateFrame(change(({ text, index }) => text.insert(index, 'two ')))))
  await committing
  const held = paused(end)
  raw.socket.write(Buffer.concat(Array.from({ length: tooMany }, () => acknowledge(1))))
  raw.socket.write(acknowledge(2))
  await held
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
