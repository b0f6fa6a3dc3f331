/** Loads that fail, and people who come and go while the store is slow. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { readClauses } from '#shared/editor/clauses.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { StorageError } from '#server/storage/storage.ts'
import { updateFrame } from '#server/sync/frames.ts'
import type { Rooms } from '#server/sync/types.ts'
import { document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { actorOf, joinPeer, type Peer } from '../support/peer.ts'
import { random } from '../support/random.ts'

const people = ['us-cochair-ai', 'us-drafter-ai', 'jp-cochair-ai', 'jp-drafter-ai']

describe('a failing load', () => {
  test.each(['at once', 'later', 'as something else'])(
    '[S3] that fails %s never opens as an empty text',
    async (how) => {
      const engine = startEngine()
      const failure =
        how === 'as something else' ? new TypeError('not a storage error') : new StorageError('unreadable')
      engine.log.before.load =
        how === 'at once'
          ? () => {
              throw failure
            }
          : () => settled().then(() => Promise.reject(failure))
      const peers = people.map((persona) => joinPeer(engine.rooms, document, { persona }))
      const read = engine.rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
      await expect(read).rejects.toThrow(failure.message)
      const edit = engine.rooms.edit(document, actorOf('secretariat'), (body) => body.delete(0, body.length))
      await expect(edit).rejects.toThrow(failure.message)
      for (const peer of peers) {
        expect(peer.closed?.code).toBe(4503)
        expect(peer.received).toEqual([])
      }
      expect(engine.log.documents.get(document)?.rows).toHaveLength(1)
      engine.log.before.load = () => {}
      const later = joinPeer(engine.rooms, document)
      await settled()
      expect(readClauses(later.body)).toHaveLength(2)
    },
  )

  test.each([
    ['a row that is cut short', (rows: Uint8Array[]) => [rows[0]?.slice(0, 40) ?? new Uint8Array()]],
    ['rows in the wrong order', (rows: Uint8Array[]) => rows.toReversed().slice(0, 1)],
    ['a row of zeros', (rows: Uint8Array[]) => [...rows, new Uint8Array(64).fill(255)]],
  ])('[S3] %s', async (_, spoil) => {
    const log = seededLog()
    const engine = startEngine({ log })
    const peer = joinPeer(engine.rooms, document)
    await settled()
    textOf(peer.body, 0, 'en').insert(0, 'more ')
    await settled()
    await engine.rooms.close()
    const stored = log.documents.get(document)
    if (stored === undefined) throw new Error('The document is stored')
    stored.checkpoint = null
    const rows = spoil(stored.rows.map(({ bytes }) => bytes))
    stored.rows = rows.map((bytes) => ({ user: null, at: 0, bytes }))
    const again = startEngine({ log })
    const late = joinPeer(again.rooms, document)
    await settled()
    expect(late.closed?.code).toBe(4503)
    expect(late.received).toEqual([])
  })
})

/** Someone comes in whose client puts a row where none may stand. */
function misbehave(rooms: Rooms, seen: Y.Doc): void {
  const peer = joinPeer(rooms, document, { persona: 'us-committee', stock: false })
  const forged = new Y.Doc()
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(seen))
  // This alone: a copy that still waits for something would say so in a difference of states.
  forged.once('update', (update: Uint8Array) => peer.send(updateFrame(update)))
  forged.getXmlFragment(bodyName).push([new Y.XmlElement('tableRow')])
}

describe('coming and going', () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    test(`[S4] [S2] a hundred joins and leaves while loads, commits, unloads and reloads are slow or fail, seed ${seed}`, async () => {
      const chance = random(seed)
      const log = seededLog()
      const engine = startEngine({ log })
      const slow = { load: 0, append: 0, checkpoint: 0 }
      const began = { load: 0, append: 0, checkpoint: 0 }
      let waiting: (() => void)[] = []
      const step = (name: keyof typeof slow) => () => {
        began[name] += 1
        const luck = chance.int(0, 9)
        if (luck === 0) throw new StorageError('now and then')
        if (luck > 5) return undefined
        slow[name] += 1
        return new Promise<void>((resolve) => waiting.push(resolve))
      }
      log.before.load = step('load')
      log.before.append = step('append')
      log.before.checkpoint = step('checkpoint')
      const open: (Peer | null)[] = people.map(() => null)
      const docs = people.map(() => new Y.Doc())
      let joins = 0
      let most = 0
      let unloads = 0
      let reloads = 0

      const everythingSlow = () => Math.min(slow.load, slow.append, slow.checkpoint, unloads, reloads) > 1
      for (let turns = 0; turns < 3000 && (joins < 100 || !everythingSlow()); turns += 1) {
        const index = chance.int(0, people.length - 1)
        const [peer, persona, doc] = [open[index], people[index], docs[index]]
        if (persona === undefined || doc === undefined) continue
        const luck = chance.int(0, 9)
        const [rooms, loads] = [engine.counts.rooms, began.load]
        const turn = chance.int(0, 9)
        if (turn === 0) {
          // Everyone leaves, and nobody comes back before the document is put away, or nearly so.
          for (const [at, one] of open.entries()) {
            one?.leave()
            open[at] = null
          }
          await settled()
          engine.clock.advance(chance.pick([29_000, 31_000]))
          await settled()
          if (engine.counts.rooms < rooms) unloads += 1
        } else if (turn === 1 && peer?.closed === null && peer.body.length > 0) {
          // What does not fit the schema is found out once it has been applied: the text is loaded anew.
          misbehave(engine.rooms, peer.doc)
          await settled()
          if (engine.counts.rooms === rooms && began.load > loads) reloads += 1
        } else if (peer === null || peer === undefined) {
          open[index] = joinPeer(engine.rooms, document, { persona, doc })
          joins += 1
        } else if (peer.closed !== null || luck < 3) {
          peer.leave()
          open[index] = null
        } else if (luck < 7 && peer.body.length > 0) {
          textOf(peer.body, chance.int(0, 1), chance.pick(['en', 'ja'] as const)).insert(
            0,
            chance.pick(['a', '字', 'x ']),
          )
        }
        if (chance.int(0, 2) === 0) {
          for (const resolve of waiting.splice(0, chance.int(0, waiting.length))) resolve()
          await settled()
        }
        if (chance.int(0, 5) === 0) engine.clock.advance(chance.int(10, 40_000))
        most = Math.max(most, engine.counts.rooms)
      }

      log.before = { load: () => {}, append: () => {}, checkpoint: () => {} }
      for (const resolve of waiting.splice(0)) resolve()
      waiting = []
      for (let round = 0; round < 5; round += 1) {
        await settled()
        engine.clock.advance(6000)
      }
      for (const [index, persona] of people.entries()) {
        open[index]?.leave()
        const doc = docs[index]
        if (doc !== undefined) open[index] = joinPeer(engine.rooms, document, { persona, doc })
      }
      for (let round = 0; round < 4; round += 1) await settled()

      expect(most).toBeLessThanOrEqual(1)
      expect([joins >= 100, everythingSlow()]).toEqual([true, true])
      const replayed = new Y.Doc()
      for (const { bytes } of log.documents.get(document)?.rows ?? []) Y.applyUpdate(replayed, bytes)
      const stored = bodyToJson(replayed.getXmlFragment(bodyName))
      for (const peer of open) {
        expect(peer?.closed).toBeNull()
        expect(peer && bodyToJson(peer.body)).toEqual(stored)
      }
      expect(engine.counts.refused.filter((reason) => !['storage', 'loadFailed', 'schema'].includes(reason))).toEqual(
        [],
      )
      expect(engine.counts.sessions).toBe(people.length)
    })
  }
})
