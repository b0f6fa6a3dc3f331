/**
 * Several people at editors make random edits of the real schema while messages are late in both directions, readers stall,
 * connections drop, the document is put away and the server is killed. All that was acknowledged or shown is stored at every turn;
 * afterwards all have the same text, it is the stored one, and no one honest was ever turned away.
 */
import * as decoding from 'lib0/decoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName, messageType, syncType } from '#shared/protocol/messages.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { document, seededLog, startEngine } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer, type Peer } from '../support/peer.ts'
import { random } from '../support/random.ts'

const schema = documentSchema()

const people = ['us-cochair-ai', 'us-drafter-ai', 'jp-cochair-ai', 'jp-drafter-ai']

/** The text as the log has it. */
function replay(log: ReturnType<typeof seededLog>): Y.Doc {
  const text = new Y.Doc({ gc: false })
  for (const { bytes } of log.documents.get(document)?.rows ?? []) Y.applyUpdate(text, bytes)
  return text
}

/** Everyone connected has the stored text; returns it. */
function expectSame(log: ReturnType<typeof seededLog>, peers: readonly Peer[]) {
  const stored = bodyToJson(replay(log).getXmlFragment(bodyName))
  for (const [index, peer] of peers.entries()) {
    expect(peer.closed, `${people[index]} was turned away`).toBeNull()
    expect(bodyToJson(peer.body)).toEqual(stored)
  }
  return stored
}

/** Whether a text holds everything, insertions and deletions, that an update does. */
function holds({ store }: Y.Doc, update: Uint8Array): boolean {
  for (const [client, clock] of Y.parseUpdateMeta(update).to) if (Y.getState(store, client) < clock) return false
  for (const [client, ranges] of Y.decodeUpdate(update).ds.clients) {
    const structs = store.clients.get(client) ?? []
    for (const { clock, len } of ranges) {
      if (Y.getState(store, client) < clock + len) return false
      for (let at = Y.findIndexSS(structs, clock); (structs[at]?.id.clock ?? Infinity) < clock + len; at += 1) {
        if (structs[at]?.deleted === false) return false
      }
    }
  }
  return true
}

/** What the server promised to whom: the text as of each acknowledgement that was asked for, and all that it showed. */
function promisesTo(peer: Peer) {
  const asked = new Map<number, Uint8Array>()
  let shown = 0
  return {
    ask(count: number) {
      asked.set(count, Y.encodeStateAsUpdate(peer.doc))
      peer.acknowledge(count)
    },
    /** Everything promised so far is in `text`, a replay of the log. */
    expectIn(text: Y.Doc) {
      for (const count of peer.acknowledged) {
        const saved = asked.get(count)
        if (saved !== undefined) expect(holds(text, saved), 'what was acknowledged is stored').toBe(true)
        asked.delete(count)
      }
      for (; shown < peer.received.length; shown += 1) {
        const update = updateIn(peer.received[shown] ?? new Uint8Array())
        if (update !== null) expect(holds(text, update), 'what was shown is stored').toBe(true)
      }
    },
  }
}

function updateIn(frame: Uint8Array): Uint8Array | null {
  const decoder = decoding.createDecoder(frame)
  if (decoding.readVarUint(decoder) !== messageType.sync) return null
  return decoding.readVarUint(decoder) === syncType.step1 ? null : decoding.readVarUint8Array(decoder)
}

const never = () => new Promise<void>(() => {})

async function converge(seed: number): Promise<void> {
  const chance = random(seed)
  const log = seededLog()
  let engine = startEngine({ log })
  let ids = 0
  let asks = 0
  const newId = () => `00000000-0000-4000-9000-${String((ids += 1)).padStart(12, '0')}`
  const joined = (persona: string, doc?: Y.Doc) => {
    const peer = joinPeer(engine.rooms, document, { persona, ...(doc === undefined ? {} : { doc }) })
    return { persona, peer, promises: promisesTo(peer) }
  }
  const seats = people.slice(0, chance.int(2, people.length)).map((persona) => joined(persona))
  const peers = () => seats.map(({ peer }) => peer)
  const done: string[] = []
  await settled()

  const expectPromisesKept = () => {
    const text = replay(log)
    for (const { promises } of seats) promises.expectIn(text)
  }
  const part = ({ persona, peer }: (typeof seats)[number]) => {
    expect(peer.closed, `${persona} was turned away after ${done.join(', ')}`).toBeNull()
    peer.leave()
  }
  const rejoin = (index: number) => {
    const seat = seats[index]
    if (seat === undefined) return
    expectPromisesKept()
    part(seat)
    seats[index] = joined(seat.persona, seat.peer.doc)
  }
  /** The server dies, before what it was writing is on disk or after, and another one opens the same store. */
  const kill = async () => {
    const written = chance.int(0, 1) === 0
    if (written) log.after.append = never
    else log.before.append = never
    await settled()
    log.before.append = log.after.append = () => {}
    expectPromisesKept()
    engine = startEngine({ log })
    for (const index of seats.keys()) rejoin(index)
  }
  /** Everyone leaves for so long that the document is put away, and comes back to it. */
  const putAway = async () => {
    for (const { peer } of seats) peer.release()
    for (let round = 0; round < 3; round += 1) await settled()
    expectPromisesKept()
    for (const seat of seats) part(seat)
    engine.clock.advance(31_000)
    await settled()
    expect(engine.counts.rooms).toBe(0)
    expect(log.documents.get(document)?.checkpoint?.seq ?? 1).toBe(log.documents.get(document)?.rows.length)
    for (const [index, { persona, peer }] of seats.entries()) seats[index] = joined(persona, peer.doc)
  }

  for (let step = chance.int(20, 60); step > 0; step -= 1) {
    const seat = chance.pick(seats)
    const { peer, promises } = seat
    const luck = chance.int(0, 99)
    if (luck < 66) {
      if (peer.body.length > 0) done.push(editAtRandom(peer.body, chance, newId))
      if (luck < 20) promises.ask((asks += 1))
    } else if (luck < 71) peer.held = true
    else if (luck < 76) peer.holdsBack = true
    else if (luck < 83) peer.deliver(chance.int(0, 4), chance.int(0, 4))
    else if (luck < 88) peer.release()
    else if (luck < 91) {
      peer.bufferedAmount = peer.bufferedAmount === 0 ? 2 * 1024 * 1024 : 0
      engine.clock.advance(100)
    } else if (luck < 95) rejoin(seats.indexOf(seat))
    else if (luck < 98) await kill()
    else if (luck < 99) await putAway()
    if (chance.int(0, 2) === 0) await settled()
  }

  for (const peer of peers()) {
    peer.bufferedAmount = 0
    peer.release()
  }
  for (let round = 0; round < 4; round += 1) {
    await settled()
    engine.clock.advance(100)
  }
  await settled()
  // Before anyone comes back: coming back exchanges everything, which would heal what the way through the room had lost.
  expectSame(log, peers())
  for (const index of seats.keys()) rejoin(index)
  for (let round = 0; round < 4; round += 1) await settled()

  const stored = expectSame(log, peers())
  expectPromisesKept()
  expect(engine.counts.refused).toEqual([])
  schema.nodeFromJSON(stored).check()
}

const seedsAtOnce = 25
describe('convergence', () => {
  for (let from = 1; from <= 500; from += seedsAtOnce) {
    test(`[S1] [S7] [S12] [S14] all converge, and nothing acknowledged or shown is lost, seeds ${from} to ${from + seedsAtOnce - 1}`, async () => {
      for (let seed = from; seed < from + seedsAtOnce; seed += 1) {
        try {
          await converge(seed)
        } catch (error) {
          throw new Error(`Seed ${seed} failed`, { cause: error })
        }
      }
    }, 60_000)
  }
})
