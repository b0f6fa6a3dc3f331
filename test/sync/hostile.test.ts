/** Hostile frames: real ones with bits flipped, bytes cut, doubled and swapped, and bytes that never were a frame. */
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { stateVectorFrame, updateFrame } from '#server/sync/frames.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { document, seedState, startEngine } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { randomUpdate } from '../support/hostile-updates.ts'
import { caretAt, joinPeer, type Peer } from '../support/peer.ts'
import { random, type Random } from '../support/random.ts'

const schema = documentSchema()

/** Frames of an honest client on the seeded text: edits of every kind, a state vector, presence, an acknowledgement. */
function honestFrames(chance: Random): Uint8Array[] {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, seedState().state)
  const frames: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => frames.push(updateFrame(update)))
  let ids = 0
  for (let edit = 0; edit < 40; edit += 1) {
    editAtRandom(
      doc.getXmlFragment(bodyName),
      chance,
      () => `00000000-0000-4000-a000-${String((ids += 1)).padStart(12, '0')}`,
    )
  }
  frames.push(stateVectorFrame(Y.encodeStateVector(doc)), updateFrame(Y.encodeStateAsUpdate(doc)))
  frames.push(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarUint8Array(
        encoder,
        encoding.encode((inner) => {
          encoding.writeVarUint(inner, 1)
          encoding.writeVarUint(inner, doc.clientID)
          encoding.writeVarUint(inner, 1)
          encoding.writeVarString(inner, JSON.stringify({ cursor: caretAt(1) }))
        }),
      )
    }),
    new Uint8Array([101, 7]),
    new Uint8Array([3]),
  )
  return frames
}

const mutations: readonly ((frame: Uint8Array, chance: Random) => Uint8Array)[] = [
  (frame, chance) => {
    const bytes = frame.slice()
    for (let flips = chance.int(1, 4); flips > 0; flips -= 1) {
      const place = chance.int(0, bytes.length - 1)
      bytes[place] = (bytes[place] ?? 0) ^ (1 << chance.int(0, 7))
    }
    return bytes
  },
  (frame, chance) => frame.slice(0, chance.int(0, frame.length - 1)),
  (frame, chance) => new Uint8Array([...frame, ...frame.slice(chance.int(0, frame.length - 1))]),
  (frame, chance) => {
    const [start, end] = [chance.int(0, frame.length - 1), chance.int(0, frame.length - 1)].toSorted((a, b) => a - b)
    return new Uint8Array([...frame.slice(0, start), ...frame.slice(end)])
  },
  // The largest integers that fit, where a clock, a length or a client id stood.
  (frame, chance) => {
    const place = chance.int(0, frame.length - 1)
    const huge = chance.pick([
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x20],
      [0x80, 0x00],
      [0xff, 0xff, 0xff, 0xff, 0x0f],
    ])
    return new Uint8Array([...frame.slice(0, place), ...huge, ...frame.slice(place + 1)])
  },
  (_, chance) => Uint8Array.from({ length: chance.int(0, 60) }, () => chance.int(0, 255)),
]

/** Everything that must be the same after a refusal: what is stored, what is live, what honest people were sent. */
async function witness(engine: ReturnType<typeof startEngine>, honest: Peer) {
  const stored = engine.log.documents.get(document)
  const live = await engine.rooms.read(document, (doc) => ({
    // Not the bytes of it: a text that was loaded anew may join neighbouring words that were kept apart before.
    text: JSON.stringify(bodyToJson(doc.getXmlFragment(bodyName))),
    clocks: [...Y.decodeStateVector(Y.encodeStateVector(doc))],
    deletions: [...Y.createDeleteSetFromStructStore(doc.store).clients],
    roots: doc.share.size,
    waiting: doc.store.pendingStructs ?? doc.store.pendingDs,
  }))
  return {
    rows: stored?.rows.length,
    clients: stored?.clients.size,
    live,
    heard: honest.received.length,
    closed: honest.closed,
  }
}

describe('hostile frames', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    test(`[S5] [S6] of five hundred hostile frames that were refused none leaves a trace, seed ${seed}`, async () => {
      const chance = random(seed)
      const engine = startEngine()
      let ids = 0
      const freshId = () => `00000000-0000-4000-b000-${String((ids += 1)).padStart(12, '0')}`
      const honest = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
      const frames = honestFrames(chance)
      await settled()
      let refused = 0
      let before = await witness(engine, honest)
      // Each over a connection of its own: behind a first refusal the rest of a connection's frames is dropped unread.
      for (let round = 0; refused < 500; round += 1) {
        // Half of them may write: their frames go all the way into the document before they are found out.
        const writes = chance.int(0, 1) === 0
        const hostile = joinPeer(engine.rooms, document, {
          persona: writes ? 'us-drafter-ai' : 'panelist-ai',
          writes,
          stock: false,
        })
        const frame =
          chance.int(0, 1) === 0
            ? chance.pick(mutations)(chance.pick(frames), chance)
            : updateFrame(randomUpdate(honest.doc, chance, [90, 91, 92]))
        hostile.send(frame)
        await settled()
        const after = await witness(engine, honest)
        expect(after.closed).toBeNull()
        expect(engine.counts.refused.length).toBe(refused + (hostile.closed === null ? 0 : 1))
        if (hostile.closed !== null) {
          refused += 1
          expect(hostile.closed.code).toBeLessThan(4500)
          expect(after).toEqual(before)
        }
        hostile.leave()
        before = after
        if (round % 100 > 0) continue
        editAtRandom(honest.body, chance, freshId)
        await settled()
        before = await witness(engine, honest)
      }
      const rows = engine.log.documents.get(document)?.rows ?? []
      const replayed = new Y.Doc({ gc: false })
      for (const { bytes } of rows) Y.applyUpdate(replayed, bytes)
      const live = await engine.rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
      const json = bodyToJson(replayed.getXmlFragment(bodyName))
      expect(live).toEqual(json)
      expect(bodyToJson(honest.body)).toEqual(json)
      schema.nodeFromJSON(json).check()
      expect(rows.every(({ user }) => user === null || user === 'jp-cochair-ai' || user === 'us-drafter-ai')).toBe(true)
    }, 60_000)
  }
})
