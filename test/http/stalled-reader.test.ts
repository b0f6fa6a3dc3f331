/** One who stops reading, beside two hundred who write: what the server keeps for them, and how they are caught up. */
import * as decoding from 'lib0/decoding'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { bodyName, messageType, syncType } from '#shared/protocol/messages.ts'
import { awarenessFrame, stateVectorFrame, updateFrame } from '#server/sync/frames.ts'
import { frame, readFrames } from '#test/support/raw-socket.ts'
import { watchServerSockets } from '#test/support/server-sockets.ts'
import { startTestServer } from '#test/support/server.ts'
import { caretAt } from '../support/peer.ts'
import { openSocket } from './client.ts'
import { acknowledge, bytesOf, copyOf, enter, isAcknowledged, mou, path, sized } from './live.ts'
import { findWords } from './text.ts'

const writersCount = 200
const rounds = 5
const slowBytes = 1024 * 1024
const fillBytes = 256 * 1024

/** The update in a frame of the server's, or null. */
function updateIn(payload: Uint8Array): Uint8Array | null {
  const decoder = decoding.createDecoder(payload)
  if (decoding.readVarUint(decoder) !== messageType.sync) return null
  return decoding.readVarUint(decoder) === syncType.step1 ? null : decoding.readVarUint8Array(decoder)
}

/** Someone who writes, and notes how far everyone's words have come to them. */
async function joinWriter(url: string, cookie: string, state: Uint8Array) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const reached = new Map<number, number>()
  const { socket, opened } = openSocket({ url }, `${path}?v=1`, { cookie })
  let look = () => {}
  let acknowledged = 0
  socket.on('message', (data) => {
    if (!(data instanceof Uint8Array)) return
    if (data[0] === messageType.acknowledge) acknowledged = data[1] ?? 0
    const update = updateIn(data)
    if (update !== null) for (const [client, clock] of Y.parseUpdateMeta(update).to) reached.set(client, clock)
    look()
  })
  await opened
  doc.on('update', (update: Uint8Array) => socket.send(updateFrame(update)))
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (holds()) resolve()
      }
      look()
    })
  return {
    doc,
    socket,
    until,
    acknowledged: () => acknowledged,
    reached: (client: number) => reached.get(client) ?? 0,
    present: (json: string) => socket.send(awarenessFrame([{ clientId: doc.clientID, clock: 1, json }])),
    ask: (count: number) =>
      socket.send(
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, messageType.acknowledge)
          encoding.writeVarUint(encoder, count)
        }),
      ),
  }
}

test('[S12] a reader that stalls beside 200 writers costs one bounded queue, nobody a word, and is caught up by one update', async () => {
  using sockets = watchServerSockets()
  await using server = await startTestServer()
  const stateOf = async () => (await server.rooms.read(mou, (doc) => Y.encodeStateAsUpdate(doc))) ?? new Uint8Array()
  const before = await stateOf()

  const stalled = await enter(server, await server.signIn('us-committee'))
  stalled.socket.write(frame(stateVectorFrame(Y.encodeStateVector(new Y.Doc()))))
  stalled.socket.write(acknowledge(1))
  await stalled.until((bytes) => isAcknowledged(bytes, 1))
  stalled.socket.pause()
  const end = sockets.of(stalled.socket)

  // Until it counts as slow, and one more that is kept from it.
  const filler = await enter(server, await server.signIn('jp-cochair-semiconductors'))
  const fill = await copyOf(server, 'Done in duplicate')
  const large = 'x'.repeat(fillBytes)
  let filled = 0
  const fillOnce = async () => {
    filled += 1
    filler.socket.write(frame(bytesOf(0, 2, sized(fill.change(({ text }) => text.insert(0, large))))))
    filler.socket.write(acknowledge(filled))
    await filler.until((bytes) => isAcknowledged(bytes, filled))
  }
  while (end.writableLength <= slowBytes) await fillOnce()
  const handedOver = end.bytesWritten
  await fillOnce()
  expect(end.bytesWritten).toBe(handedOver)

  const seats = ['us-cochair', 'us-drafter', 'jp-cochair', 'jp-drafter'].map((seat) => `${seat}-semiconductors`)
  const cookies = await Promise.all(seats.map((seat) => server.signIn(seat)))
  const writers = await Promise.all(
    Array.from({ length: writersCount }, (_, index) =>
      joinWriter(server.url, cookies[index % cookies.length] ?? '', before),
    ),
  )
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, { doc, present, ask }] of writers.entries()) {
      const { text, index: at } = findWords(doc.getXmlFragment(bodyName), round === 1 ? 'Participants' : `«${index}.`)
      text.insert(at, `«${index}.${round}»`)
      // Words of their own, and for one of them words of the text, are taken back again.
      if (round === rounds) text.delete(at, index === 0 ? 60 : 3)
      present(JSON.stringify({ cursor: caretAt(round) }))
      ask(round)
    }
    await Promise.all(writers.map(({ until, acknowledged }) => until(() => acknowledged() === round)))
  }
  // Everyone else has everything while it is stalled, and it has been handed nothing more: no words, no carets.
  const clocks = writers.map(({ doc }) => [doc.clientID, Y.getState(doc.store, doc.clientID)] as const)
  for (const { doc, until, reached } of writers) {
    await until(() => clocks.every(([client, clock]) => client === doc.clientID || reached(client) >= clock))
  }
  const pings = 16
  expect(end.bytesWritten - handedOver).toBeLessThanOrEqual(pings)
  expect(end.writableLength).toBeLessThanOrEqual(slowBytes + 2 * fillBytes)

  const whole = new Y.Doc({ gc: false })
  Y.applyUpdate(whole, await stateOf())
  const present = server.rooms.present().length
  stalled.socket.resume()
  await stalled.until((bytes) => {
    const last = readFrames(bytes).at(-1)
    return last !== undefined && last.payload[0] === messageType.awareness
  })
  const frames = readFrames(stalled.received()).filter(({ opcode }) => opcode === 2)
  const caughtUp = frames.findLastIndex(({ payload }) => payload[0] === messageType.sync)
  const copy = new Y.Doc({ gc: false })
  const apply = (payload: Uint8Array) => {
    const update = updateIn(payload)
    if (update !== null) Y.applyUpdate(copy, update)
  }
  for (const { payload } of frames.slice(0, caughtUp)) apply(payload)
  expect(clocks.filter(([client]) => Y.getState(copy.store, client) > 0)).toEqual([])
  apply(frames[caughtUp]?.payload ?? new Uint8Array())
  expect(Y.encodeStateVector(copy)).toEqual(Y.encodeStateVector(whole))
  expect(Y.equalSnapshots(Y.snapshot(copy), Y.snapshot(whole))).toBe(true)
  expect(copy.getXmlFragment(bodyName).toJSON()).toBe(whole.getXmlFragment(bodyName).toJSON())
  expect(present).toBe(writersCount + 2)
  for (const { socket } of writers) if (socket.readyState === WebSocket.OPEN) socket.terminate()
  for (const { socket } of [stalled, filler]) socket.destroy()
})
