/** Loads from the real store that fail at each thing they read: a document opens whole or not at all. */
import Database from 'libsql'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { StorageError } from '#server/storage/storage.ts'
import type { Rooms } from '#server/sync/types.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { document, seedState, startEngineOn, textOf, typedRows } from '../support/engine.ts'
import {
  isLeafOf,
  openFaultyStore,
  otherDocument,
  quiet,
  spoil,
  sqliteFailure,
  type FaultyStore,
} from '../support/faulty-store.ts'
import { deferred } from '../support/memory-log.ts'
import { actorOf, joinPeer } from '../support/peer.ts'
import { append } from '../support/writes.ts'

const people = ['us-cochair-ai', 'jp-cochair-ai', 'secretariat']

/** A store whose document has something for each read of a load: a checkpoint and later rows. Returns the text too. */
async function filled() {
  const store = await openFaultyStore()
  const { rows, clients, doc } = typedRows(600)
  const { log } = store.storage
  await append(store.storage, [{ document, epoch: 1, rows, clients }])
  const early = new Y.Doc({ gc: false })
  for (const bytes of [seedState().state, ...rows.slice(0, 100).map((row) => row.bytes)]) Y.applyUpdate(early, bytes)
  // The last page of the log is everyone's: with a row of the other document there it is not the first one's alone.
  const other = typedRows(1)
  await append(store.storage, [{ document: otherDocument, epoch: 1, rows: other.rows, clients: other.clients }])
  await log.putCheckpoint(document, 101, Y.encodeStateAsUpdate(early))
  return { store, whole: bodyToJson(doc.getXmlFragment(bodyName)) }
}

async function expectShut(rooms: Rooms, wait: () => Promise<void>, id = document) {
  const peers = people.map((persona) => joinPeer(rooms, id, { persona }))
  const read = rooms.read(id, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
  const edit = rooms.edit(id, actorOf('secretariat'), (body) => body.delete(0, body.length))
  await expect(read).rejects.toThrow(StorageError)
  await expect(edit).rejects.toThrow(StorageError)
  await wait()
  for (const peer of peers) {
    expect(peer.closed?.code).toBe(4503)
    expect(peer.received).toEqual([])
    expect(peer.body.length).toBe(0)
  }
}

async function expectWhole(rooms: Rooms, wait: () => Promise<void>, whole: unknown) {
  const peers = people.map((persona) => joinPeer(rooms, document, { persona }))
  // A load takes as many turns as it has steps.
  await rooms.read(document, () => null)
  await wait()
  for (const peer of peers) {
    expect(peer.closed).toBeNull()
    expect(bodyToJson(peer.body)).toEqual(whole)
    peer.leave()
  }
}

/** The pages of a table in a file that no one has open. */
function pagesOf(file: string, table: string): number[] {
  const database = new Database(file)
  const found = database
    .prepare(
      `select pageno from dbstat where name in (select name from sqlite_master where tbl_name = '${table}') order by 1`,
    )
    .all([])
  database.close()
  return found.map((row) => (row as { pageno: number }).pageno)
}

describe('damaged pages', () => {
  test.each(['documents', 'checkpoints', 'updates', 'clients'])(
    '[S3] of %s close the document as transient, and mended they give it back whole',
    async (table) => {
      const { store, whole } = await filled()
      await using _ = store
      const engine = startEngineOn(store.storage)
      const mend = await store.damage(table)
      await expectShut(engine.rooms, store.quiet)
      expect(engine.counts.failed.length).toBeGreaterThan(0)
      expect(engine.counts).toMatchObject({ rooms: 0, sessions: 0, unsaved: 0 })
      expect(engine.rooms.trouble).toBe('unread')
      await mend()
      await expectWhole(engine.rooms, store.quiet, whole)
      expect(engine.rooms.trouble).toBeNull()
      await engine.rooms.close()
      await store.storage.close()

      const pages = await spoil(store.file, pagesOf(store.file, table), () => true)
      const damaged = await openSqliteStorage({ file: store.file })
      await expectShut(startEngineOn(damaged).rooms, () => quiet(damaged))
      await damaged.close()
      await pages.mend()
      const mended = await openSqliteStorage({ file: store.file })
      const again = startEngineOn(mended)
      expect(await again.rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))).toEqual(whole)
      await again.rooms.close()
      await mended.close()
    },
  )

  test('[S3] of one document leave the others as they are', async () => {
    const { store, whole } = await filled()
    await using _ = store
    await store.storage.close()
    const pages = await spoil(store.file, pagesOf(store.file, 'updates'), isLeafOf(document, otherDocument))
    const damaged = await openSqliteStorage({ file: store.file })
    const settle = () => quiet(damaged)
    const engine = startEngineOn(damaged)
    const other = joinPeer(engine.rooms, otherDocument)
    await settle()
    await expectShut(engine.rooms, settle)
    textOf(other.body, 0, 'en').insert(0, 'As ever: ')
    other.acknowledge(1)
    await settle()
    expect(other.acknowledged).toEqual([1])
    expect(engine.rooms.trouble).toBe('unread')
    engine.clock.advance(30_000)
    expect(engine.rooms.trouble).toBeNull()
    await engine.rooms.close()
    await damaged.close()
    await pages.mend()
    const mended = await openSqliteStorage({ file: store.file })
    const again = startEngineOn(mended)
    expect(await again.rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))).toEqual(whole)
    const opened = await again.rooms.read(otherDocument, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
    expect(opened).toEqual(bodyToJson(other.body))
    await again.rooms.close()
    await mended.close()
  })
})

/** What a load asks of the thread, in order. */
async function stepsOfLoad(store: FaultyStore): Promise<readonly string[]> {
  const steps: string[] = []
  store.before = ({ sql }) => {
    steps.push(sql)
  }
  await store.storage.log.load(document)
  store.before = () => {}
  return steps
}

describe('each step of a load', () => {
  test('[S3] may fail: the document closes as transient, and opens whole the next time', async () => {
    const { store, whole } = await filled()
    await using _ = store
    const steps = await stepsOfLoad(store)
    for (const table of ['documents', 'checkpoints', 'updates', 'clients']) {
      expect(steps.some((sql) => sql.includes(`"${table}"`))).toBe(true)
    }
    for (const when of ['before', 'after'] as const) {
      for (const [index] of steps.entries()) {
        const engine = startEngineOn(store.storage)
        let step = 0
        store[when] = () => {
          if (step++ === index) throw sqliteFailure('SQLITE_IOERR_READ')
        }
        const peers = people.map((persona) => joinPeer(engine.rooms, document, { persona }))
        await store.quiet()
        for (const peer of peers) {
          expect([index, peer.closed?.code]).toEqual([index, 4503])
          expect(peer.received).toEqual([])
        }
        store[when] = () => {}
        await expectWhole(engine.rooms, store.quiet, whole)
        await engine.rooms.close()
      }
    }
  })

  test('[S3] [S4] may be slow: whoever comes and goes meanwhile shares one document', async () => {
    const { store, whole } = await filled()
    await using _ = store
    const steps = await stepsOfLoad(store)
    for (const [index] of steps.entries()) {
      const engine = startEngineOn(store.storage)
      const disk = deferred()
      let step = 0
      store.before = ({ whole: commits }) => (!commits && step++ === index ? disk.promise : undefined)
      const first = joinPeer(engine.rooms, document)
      await store.quiet()
      first.leave()
      const second = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
      engine.clock.advance(120_000)
      await store.quiet()
      expect(second.body.length).toBe(0)
      disk.resolve()
      await engine.rooms.read(document, () => null)
      await store.quiet()
      expect(step).toBe(steps.length)
      expect(engine.counts.rooms).toBe(1)
      expect(bodyToJson(second.body)).toEqual(whole)
      store.before = () => {}
      await engine.rooms.close()
    }
  })
})

describe('what is typed before the text is there', () => {
  const typedTooSoon = async (store: FaultyStore) => {
    const engine = startEngineOn(store.storage)
    const before = joinPeer(engine.rooms, document)
    await engine.rooms.read(document, () => null)
    await store.quiet()
    before.leave()
    engine.clock.advance(30_000)
    await store.quiet()
    expect(engine.counts.rooms).toBe(0)
    const back = joinPeer(engine.rooms, document, { doc: before.doc })
    textOf(back.body, 0, 'en').insert(0, 'Too soon. ')
    back.acknowledge(1)
    back.leave()
    return { engine, back, whole: bodyToJson(back.body) }
  }
  const inFile = async (file: string) => {
    const storage = await openSqliteStorage({ file })
    const { rooms } = startEngineOn(storage)
    const found = await rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
    await storage.close()
    return found
  }

  test('[S2] [S3] waits through a load that fails, also when its author has left', async () => {
    const { store } = await filled()
    await using _ = store
    let broken = true
    store.before = ({ sql }) => {
      if (broken && sql.includes('"checkpoints"')) throw sqliteFailure('SQLITE_IOERR_READ')
    }
    broken = false
    const { engine, back, whole } = await typedTooSoon(store)
    broken = true
    await store.quiet()
    expect(engine.counts).toMatchObject({ failed: ['load'], unsaved: 1, rooms: 1 })
    expect(engine.rooms.trouble).toBe('unsaved')
    const late = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
    expect(late.closed?.code).toBe(4503)
    await expect(engine.rooms.read(document, () => 0)).rejects.toThrow(StorageError)
    engine.clock.advance(250)
    await store.quiet()
    expect(engine.counts.failed).toEqual(['load', 'load'])
    broken = false
    engine.clock.advance(500)
    await store.quiet()
    expect(engine.rooms.trouble).toBeNull()
    expect(back.acknowledged).toEqual([])
    await engine.rooms.close()
    await store.storage.close()
    expect(await inFile(store.file)).toEqual(whole)
  })

  test('[S2] [S4] is saved when the server stops during the load', async () => {
    const { store } = await filled()
    await using _ = store
    const disk = deferred()
    const { engine, whole } = await typedTooSoon(store)
    store.before = ({ sql }) => (sql.includes('"clients"') ? disk.promise : undefined)
    const closed = engine.rooms.close()
    await store.quiet()
    disk.resolve()
    await closed
    await store.storage.close()
    expect(await inFile(store.file)).toEqual(whole)
  })
})
