/** Checkpoints and packing against a replay of the whole log, and a log of a size that nobody should fear. */
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import type { HistoryRow, Storage } from '#server/storage/storage.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { document, seededLog, seedState, startEngine, startEngineOn, textOf, typedRows } from '../support/engine.ts'
import { openFaultyStore, seededAt, sqliteFailure, type Step } from '../support/faulty-store.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'
import { random } from '../support/random.ts'
import { append } from '../support/writes.ts'

for (const seed of [1, 2, 3, 4, 5]) {
  test(`[S15] what opens from a checkpoint equals a replay of every row, seed ${seed}`, async () => {
    const { int, pick } = random(seed)
    const log = seededLog()
    for (let round = 0; round < 4; round += 1) {
      const engine = startEngine({ log })
      const peers = ['us-cochair-ai', 'jp-cochair-ai'].map((persona) => joinPeer(engine.rooms, document, { persona }))
      await settled()
      for (let edit = int(150, 400); edit > 0; edit -= 1) {
        const peer = pick(peers)
        const text = textOf(peer.body, int(0, 1), pick(['en', 'ja'] as const))
        if (text.length > 5 && int(0, 2) === 0) text.delete(int(0, text.length - 3), int(1, 3))
        else text.insert(int(0, text.length), pick(['字', 'a', '𠮷', ' shall']))
        if (int(0, 3) === 0) await settled()
      }
      await settled()
      const rows = log.documents.get(document)?.rows ?? []
      const replayed = new Y.Doc({ gc: false })
      for (const { bytes } of rows) Y.applyUpdate(replayed, bytes)
      const live = await engine.rooms.read(document, (doc) => Y.encodeStateAsUpdate(doc))
      expect(Y.encodeStateAsUpdate(replayed)).toEqual(live)
      await engine.rooms.close()
      const again = startEngine({ log })
      const opened = await again.rooms.read(document, (doc) => ({
        state: Y.encodeStateAsUpdate(doc),
        json: bodyToJson(doc.getXmlFragment(bodyName)),
      }))
      expect(opened?.json).toEqual(bodyToJson(replayed.getXmlFragment(bodyName)))
      expect(opened?.state).toEqual(live)
      expect(log.documents.get(document)?.checkpoint?.seq).toBe(rows.length)
      await again.rooms.close()
    }
  })
}

/** A log that notes what it took, as a record to hold what the store says against. */
function noting(storage: Storage): { store: Pick<Storage, 'log' | 'transact'>; taken: HistoryRow[] } {
  const taken: HistoryRow[] = [{ seq: 1, user: null, at: seededAt, bytes: seedState().state }]
  return {
    taken,
    store: {
      log: storage.log,
      async transact(changesets) {
        const results = await storage.transact(changesets)
        for (const { text } of changesets) {
          for (const row of text?.rows ?? []) taken.push({ ...row, bytes: row.bytes.slice(), seq: taken.length + 1 })
        }
        return results
      },
    },
  }
}

const plain = (rows: readonly HistoryRow[]) =>
  rows.map(({ seq, user, at, bytes }) => `${seq} ${user} ${at} ${Buffer.from(bytes).toString('base64')}`)

for (const seed of [11, 12, 13]) {
  test(`[S15] [K14] checkpoints and packing at random points change neither content nor history, seed ${seed}`, async () => {
    const chance = random(seed)
    await using store = await openFaultyStore()
    const { store: noted, taken } = noting(store.storage)
    const everything = { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: Number.MAX_SAFE_INTEGER }
    let [ids, packed, undone, checkpoints] = [0, 0, 0, 0]
    const pack = async () => {
      // Some attempts fail, before anything is done or when all is done but the answer.
      const luck = chance.int(0, 5)
      const fail = ({ sql, whole }: Step) => {
        if (whole && sql.includes('count(')) throw sqliteFailure('SQLITE_IOERR')
      }
      if (luck === 0) store.before = fail
      if (luck === 1) store.after = fail
      await noted.log.pack(document, chance.int(5, 80)).then(
        (done) => (packed += done ? 1 : 0),
        () => (undone += 1),
      )
      store.before = () => {}
      store.after = () => {}
    }

    for (let round = 0; round < 4; round += 1) {
      const engine = startEngineOn(noted)
      const peers = ['us-cochair-ai', 'jp-cochair-ai'].map((persona) => joinPeer(engine.rooms, document, { persona }))
      await store.quiet()
      for (let edit = chance.int(30, 90); edit > 0; edit -= 1) {
        editAtRandom(chance.pick(peers).body, chance, () => {
          ids += 1
          return `00000000-0000-4000-c000-${String(ids).padStart(12, '0')}`
        })
        engine.clock.advance(1000)
        if (chance.int(0, 3) === 0) await store.quiet()
        if (chance.int(0, 7) === 0) await pack()
        if (chance.int(0, 19) === 0) {
          const state = await engine.rooms.read(document, (doc, seq) => ({ seq, bytes: Y.encodeStateAsUpdate(doc) }))
          if (state !== null) await noted.log.putCheckpoint(document, state.seq, state.bytes)
          checkpoints += 1
        }
      }
      await store.quiet()
      expect(peers.map(({ closed }) => closed)).toEqual([null, null])
      await engine.rooms.close()
      await pack()

      expect(plain(await noted.log.history(document, everything))).toEqual(plain(taken))
      for (let look = 0; look < 5; look += 1) {
        const after = chance.int(0, taken.length)
        const range = { after, upTo: chance.int(after, taken.length), limit: chance.int(1, 100) }
        const expected = taken.slice(after, Math.min(range.upTo, after + range.limit))
        expect(plain(await noted.log.history(document, range))).toEqual(plain(expected))
      }
      const replayed = new Y.Doc({ gc: false })
      for (const { bytes } of taken) Y.applyUpdate(replayed, bytes)
      const again = startEngineOn(noted)
      const opened = await again.rooms.read(document, (doc) => Y.encodeStateAsUpdate(doc))
      expect(opened).toEqual(Y.encodeStateAsUpdate(replayed))
      const late = joinPeer(again.rooms, document)
      await store.quiet()
      expect(bodyToJson(late.body)).toEqual(bodyToJson(replayed.getXmlFragment(bodyName)))
      await again.rooms.close()
    }
    expect(Math.min(packed, undone, checkpoints)).toBeGreaterThan(0)
    await store.storage.close()
    const reopened = await openSqliteStorage({ file: store.file })
    expect(plain(await reopened.log.history(document, everything))).toEqual(plain(taken))
    await reopened.close()
  })
}

test('[S15] what is written while a checkpoint is being taken waits for it, and is not part of it', async () => {
  const log = seededLog()
  const engine = startEngine({ log })
  const [us, jp] = ['us-cochair-ai', 'jp-cochair-ai'].map((persona) => joinPeer(engine.rooms, document, { persona }))
  await settled()
  // Words put before words stay apart from each other: a state of many steps.
  us?.doc.transact(() => {
    for (let word = 0; word < 40_000; word += 1) textOf(us.body, 0, 'en').insert((word * 7919) % (word + 1), 'ab')
  })
  await settled()
  let begun = false
  let storedBefore: unknown = 'not asked'
  log.before.checkpoint = () => {
    begun = true
  }
  log.before.append = () => {
    storedBefore = log.documents.get(document)?.checkpoint?.seq
  }
  engine.clock.advance(1000)
  if (jp !== undefined) textOf(jp.body, 1, 'ja').insert(0, '遅')
  expect(begun).toBe(false)
  await engine.rooms.read(document, () => null)
  expect(begun).toBe(true)
  const { rows = [], checkpoint } = log.documents.get(document) ?? {}
  expect(storedBefore).toBe(checkpoint?.seq)
  expect(checkpoint?.seq).toBe(rows.length - 1)
  const replayed = new Y.Doc({ gc: false })
  for (const { bytes } of rows.slice(0, -1)) Y.applyUpdate(replayed, bytes)
  expect(checkpoint?.bytes).toEqual(Y.encodeStateAsUpdate(replayed))
  await engine.rooms.close()
})

test('[S15] a document of 260,000 edits opens, is typed in and is checkpointed, word for word', async () => {
  await using store = await openFaultyStore()
  const { log } = store.storage
  const edits = 260_000
  const written = typedRows(edits)
  for (let from = 0; from < edits; from += 20_000) {
    const rows = written.rows.slice(from, from + 20_000)
    expect(
      await append(store.storage, [{ document, epoch: 1, base: from + 1, rows, clients: written.clients }]),
    ).toEqual([{ head: from + rows.length + 1 }])
  }
  const engine = startEngineOn(store.storage)
  const us = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
  await new Promise((resolve) => us.doc.once('update', resolve))
  const whole = bodyToJson(written.doc.getXmlFragment(bodyName))
  expect(bodyToJson(us.body)).toEqual(whole)
  const jp = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
  await new Promise((resolve) => jp.doc.once('update', resolve))
  for (const [at, peer] of [us, jp].entries()) {
    const text = textOf(peer.body, 0, 'en')
    text.insert(at * 200_000, 'amended ')
    text.delete(at * 200_000 + 20, 5)
    peer.acknowledge(1)
    await store.quiet()
    expect(peer.acknowledged).toEqual([1])
  }
  expect(bodyToJson(jp.body)).toEqual(bodyToJson(us.body))
  await engine.rooms.close()
  const stored = await log.load(document)
  expect(stored?.checkpoint?.seq).toBe(stored?.head)
  expect(stored?.updates).toEqual([])
  const rows = await log.history(document, { after: edits - 2, upTo: edits + 1, limit: 9 })
  expect(rows.map(({ bytes }) => bytes)).toEqual(written.rows.slice(-3).map(({ bytes }) => bytes))
  const again = startEngineOn(store.storage)
  const opened = await again.rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
  expect(opened).toEqual(bodyToJson(us.body))
  await again.rooms.close()
}, 120_000)
