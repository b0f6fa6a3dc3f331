/**
 * Several people at editors make random edits of the real schema while messages are held back, connections drop and the server
 * is replaced; afterwards all have the same text, it is the stored one, and no one honest was ever turned away.
 */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '#shared/editor/schema.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { document, seededLog, startEngine } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer, type Peer } from '../support/peer.ts'
import { random } from '../support/random.ts'

const people = ['us-cochair-ai', 'us-drafter-ai', 'jp-cochair-ai', 'jp-drafter-ai']

/** Everyone connected has the stored text; returns it. */
function expectSame(log: ReturnType<typeof seededLog>, peers: readonly Peer[]) {
  const replayed = new Y.Doc()
  for (const { bytes } of log.documents.get(document)?.rows ?? []) Y.applyUpdate(replayed, bytes)
  const stored = bodyToJson(replayed.getXmlFragment(bodyName))
  for (const [index, peer] of peers.entries()) {
    expect(peer.closed, `${people[index]} was turned away`).toBeNull()
    expect(bodyToJson(peer.body)).toEqual(stored)
  }
  return stored
}

async function converge(seed: number): Promise<void> {
  const chance = random(seed)
  const log = seededLog()
  let engine = startEngine({ log })
  let ids = 0
  const newId = () => `00000000-0000-4000-9000-${String((ids += 1)).padStart(12, '0')}`
  const peers: Peer[] = people
    .slice(0, chance.int(2, people.length))
    .map((persona) => joinPeer(engine.rooms, document, { persona }))
  const done: string[] = []
  await settled()

  const rejoin = (index: number) => {
    const peer = peers[index]
    const persona = people[index]
    if (peer === undefined || persona === undefined) return
    expect(peer.closed, `${persona} was turned away after ${done.join(', ')}`).toBeNull()
    peer.leave()
    peers[index] = joinPeer(engine.rooms, document, { persona, doc: peer.doc })
  }

  for (let step = chance.int(20, 60); step > 0; step -= 1) {
    const index = chance.int(0, peers.length - 1)
    const peer = peers[index]
    if (peer === undefined) continue
    const luck = chance.int(0, 99)
    if (luck < 72 && peer.body.length > 0) done.push(editAtRandom(peer.body, chance, newId))
    else if (luck < 80) peer.held = true
    else if (luck < 90) peer.release()
    else if (luck < 96) rejoin(index)
    else if (luck < 98) {
      // The server dies with whatever it had not written, and another one opens the same store.
      log.before.append = () => new Promise(() => {})
      await settled()
      log.before.append = () => {}
      engine = startEngine({ log })
      for (const other of peers.keys()) rejoin(other)
    }
    if (chance.int(0, 2) === 0) await settled()
  }

  for (const peer of peers) peer.release()
  for (let round = 0; round < 4; round += 1) await settled()
  // Before anyone comes back: coming back exchanges everything, which would heal what the way through the room had lost.
  expectSame(log, peers)
  for (const index of peers.keys()) rejoin(index)
  for (let round = 0; round < 4; round += 1) await settled()

  const stored = expectSame(log, peers)
  expect(engine.counts.refused).toEqual([])
  schema.nodeFromJSON(stored).check()
}

const seedsAtOnce = 25
describe('convergence', () => {
  for (let from = 1; from <= 500; from += seedsAtOnce) {
    test(`[S1] [S7] all converge and no one honest is turned away, seeds ${from} to ${from + seedsAtOnce - 1}`, async () => {
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
