/** A state cut into parts against the state as a whole. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { encodeState, partsOf } from '#server/sync/state.ts'
import { inSteps } from '#server/sync/steps.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { seedState, textOf } from '../support/engine.ts'
import { random } from '../support/random.ts'

/** A text that several people wrote at once, with deletions, as the server keeps it. */
function written(seed: number, people: number, edits: number): Y.Doc {
  const chance = random(seed)
  const docs = Array.from({ length: people }, () => new Y.Doc({ gc: false }))
  let ids = 0
  for (const doc of docs) Y.applyUpdate(doc, seedState().state)
  for (let edit = 0; edit < edits; edit += 1) {
    const doc = chance.pick(docs)
    editAtRandom(
      doc.getXmlFragment(bodyName),
      chance,
      () => `00000000-0000-4000-d000-${String((ids += 1)).padStart(12, '0')}`,
    )
    if (chance.int(0, 5) === 0) Y.applyUpdate(chance.pick(docs), Y.encodeStateAsUpdate(doc))
  }
  const [first = new Y.Doc(), ...others] = docs
  for (const other of others) Y.applyUpdate(first, Y.encodeStateAsUpdate(other))
  return first
}

/** The same items, deletions and text; how Yjs has joined neighbours may differ. */
function expectSame(doc: Y.Doc, other: Y.Doc) {
  expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(other))
  const [deleted, expected] = [doc, other].map(({ store }) => Y.createDeleteSetFromStructStore(store))
  expect(deleted && expected && Y.equalDeleteSets(deleted, expected)).toBe(true)
  expect(bodyToJson(doc.getXmlFragment(bodyName))).toEqual(bodyToJson(other.getXmlFragment(bodyName)))
}

describe('a state in parts', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    test(`[S15] is the same as the whole, and no part waits for a later one, seed ${seed}`, async () => {
      const doc = written(seed, 1 + (seed % 4), 400)
      const state = await inSteps(encodeState(doc))
      expect(Buffer.compare(state.bytes, Y.encodeStateAsUpdate(doc))).toBe(0)
      const again = new Y.Doc({ gc: false })
      for (const part of partsOf(state)) {
        Y.applyUpdate(again, part)
        expect(again.store.pendingStructs).toBeNull()
        expect(again.store.pendingDs).toBeNull()
      }
      expectSame(again, doc)
    })
  }

  test('[S15] of two who answer each other in turns is many parts, each of them small', async () => {
    const doc = new Y.Doc({ gc: false })
    const other = new Y.Doc({ gc: false })
    for (const one of [doc, other]) Y.applyUpdate(one, seedState().state)
    for (let turn = 0; turn < 3000; turn += 1) {
      const [from, to] = turn % 2 === 0 ? [doc, other] : [other, doc]
      const before = Y.encodeStateVector(from)
      const run = textOf(from.getXmlFragment(bodyName), 0, 'en')
      if (turn % 7 === 0 && run.length > 3) run.delete(run.length - 2, 1)
      run.insert(run.length, 'x')
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, before))
    }
    const state = await inSteps(encodeState(doc))
    const parts = [...partsOf(state)]
    expect(parts.length).toBeGreaterThan(2)
    expect(Math.max(...parts.map((part) => Y.decodeUpdate(part).structs.length))).toBeLessThanOrEqual(125)
    const again = new Y.Doc({ gc: false })
    for (const part of parts) Y.applyUpdate(again, part)
    expectSame(again, doc)
  })

  test('[S15] of nothing is nothing', async () => {
    const state = await inSteps(encodeState(new Y.Doc()))
    expect([...partsOf(state)]).toEqual([])
    expect(Buffer.compare(state.bytes, Y.encodeStateAsUpdate(new Y.Doc()))).toBe(0)
  })

  test('[S3] the chunk offsets of another state are an error', async () => {
    const state = await inSteps(encodeState(written(7, 2, 60)))
    const other = await inSteps(encodeState(written(8, 3, 60)))
    expect(() => [...partsOf({ bytes: state.bytes, chunkOffsets: other.chunkOffsets })]).toThrow(RangeError)
  })
})
