/** Faults of the disk under the real store: what people see, what the operator sees, and that nothing is lost. */
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createLogger } from '#server/http/logger.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { StorageError } from '#server/storage/storage.ts'
import { updateFrame } from '#server/sync/frames.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { document, startEngineOn, textOf, typedRows } from '../support/engine.ts'
import { isLeafOf, openFaultyStore, otherDocument, sqliteFailure, type FaultyStore } from '../support/faulty-store.ts'
import { deferred, settled } from '../support/memory-log.ts'
import { actorOf, caretAt, joinPeer } from '../support/peer.ts'
import { append } from '#test/support/writes.ts'

type LogLine = Readonly<Record<string, unknown>>

/** The engine over a store, with what it logs. */
function startOn(store: FaultyStore) {
  const lines: LogLine[] = []
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as LogLine)
      done()
    },
  })
  return { ...startEngineOn(store.storage, { logger: createLogger('info', destination) }), lines }
}

const bothSides = async (engine: ReturnType<typeof startOn>, store: FaultyStore, id = document) => {
  const us = joinPeer(engine.rooms, id, { persona: 'us-cochair-ai' })
  const jp = joinPeer(engine.rooms, id, { persona: 'jp-cochair-ai' })
  await store.quiet()
  return { us, jp }
}

/** What a new process finds in the file: as it opens, and as a replay of every row. */
async function reopened(file: string, id = document) {
  const storage = await openSqliteStorage({ file })
  const { rooms } = startEngineOn(storage)
  const opened = await rooms.read(id, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
  const rows = await storage.log.history(id, { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: 100_000 })
  const replayed = new Y.Doc()
  for (const { bytes } of rows) Y.applyUpdate(replayed, bytes)
  await storage.close()
  return { opened, replayed: bodyToJson(replayed.getXmlFragment(bodyName)) }
}

type Fault = {
  readonly code: string
  /** Brings the fault about; returns how to end it. */
  readonly strike: (store: FaultyStore) => Promise<() => Promise<void>>
}

const between = (begin: string, end: string) => async (store: FaultyStore) => {
  await store.run(begin)
  return async () => {
    await store.run(end)
  }
}
const failing = (code: string, when: 'before' | 'after') => async (store: FaultyStore) => {
  store[when] = ({ whole }) => {
    if (whole) throw sqliteFailure(code)
  }
  return async () => {
    store[when] = () => {}
  }
}

/** SQLite's own refusals where it can be brought to them; a lock and a failing fsync can only be reported in its name. */
const faults: Record<string, Fault> = {
  'a full disk': {
    code: 'SQLITE_FULL',
    strike: between('pragma max_page_count = 1', 'pragma max_page_count = 1073741823'),
  },
  'a read-only disk': {
    code: 'SQLITE_READONLY',
    strike: between('pragma query_only = on', 'pragma query_only = off'),
  },
  'a damaged page': { code: 'SQLITE_CORRUPT', strike: (store) => store.damage('updates') },
  'a lock that someone else holds': { code: 'SQLITE_BUSY', strike: failing('SQLITE_BUSY', 'before') },
  'a failing fsync after which it is there all the same': {
    code: 'SQLITE_IOERR_FSYNC',
    strike: failing('SQLITE_IOERR_FSYNC', 'after'),
  },
}

describe('while the store fails', () => {
  test.each(Object.entries(faults))(
    '[S2] %s is said aloud and tried again, acknowledges and shows nothing, and loses nothing',
    async (_, { code, strike }) => {
      await using store = await openFaultyStore()
      const engine = startOn(store)
      const { us, jp } = await bothSides(engine, store)
      textOf(us.body, 0, 'en').insert(0, 'Before. ')
      us.acknowledge(1)
      await store.quiet()
      expect(us.acknowledged).toEqual([1])

      const over = await strike(store)
      const seen = jp.received.length
      // Longer than a page, so that it cannot find room in one that is there already.
      textOf(us.body, 0, 'en').insert(0, 'Kept. '.repeat(1500))
      textOf(us.body, 1, 'en').delete(0, 8)
      us.acknowledge(2)
      await store.quiet()
      for (const peer of [us, jp]) expect(peer.closed?.code).toBe(4503)
      expect(us.acknowledged).toEqual([1])
      expect(jp.received.length).toBe(seen)
      expect(engine.rooms.trouble).toBe('unsaved')
      expect(engine.counts).toMatchObject({ failed: ['commit'], unsaved: 1, sessions: 0, rooms: 1 })

      const late = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
      expect(late.closed?.code).toBe(4503)
      expect(late.received).toEqual([])
      await expect(engine.rooms.read(document, () => 0)).rejects.toThrow(StorageError)
      await expect(engine.rooms.edit(document, actorOf('secretariat'), (body) => body.delete(0, 1))).rejects.toThrow(
        StorageError,
      )
      const other = joinPeer(engine.rooms, otherDocument)
      us.leave()
      jp.leave()
      await store.quiet()
      if (code !== 'SQLITE_CORRUPT') expect(textOf(other.body, 0, 'en').toString()).toBe('Article 1 in English')

      for (const wait of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
        const attempts = engine.counts.failed.filter((step) => step === 'commit').length
        const complaints = engine.lines.filter(({ msg }) => msg === 'The edits could not be put on disk')
        expect(complaints).toHaveLength(attempts)
        expect(complaints.at(-1)).toMatchObject({ level: 50, document, retryInMs: wait })
        expect(JSON.stringify(complaints.at(-1))).toContain(code)
        expect(JSON.stringify(engine.lines)).not.toContain('Kept.')
        engine.clock.advance(wait - 1)
        await store.quiet()
        expect(engine.counts.failed.filter((step) => step === 'commit')).toHaveLength(attempts)
        engine.clock.advance(1)
        await store.quiet()
        expect(engine.counts.failed.filter((step) => step === 'commit')).toHaveLength(attempts + 1)
      }

      await over()
      engine.clock.advance(5000)
      await store.quiet()
      expect(engine.counts.unsaved).toBe(0)
      expect(engine.lines.at(-1)).toMatchObject({ level: 30, document, msg: 'The store works again' })
      // The damaged page had kept it from being loaded.
      joinPeer(engine.rooms, otherDocument)
      await store.quiet()
      expect(engine.rooms.trouble).toBeNull()
      const reader = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
      const back = joinPeer(engine.rooms, document, { doc: us.doc })
      back.acknowledge(3)
      await store.quiet()
      expect(back.acknowledged).toEqual([3])
      const whole = bodyToJson(us.body)
      expect(JSON.stringify(whole)).toContain('Kept. Kept. ')
      expect(bodyToJson(reader.body)).toEqual(whole)
      await engine.rooms.close()
      await store.storage.close()
      expect(await reopened(store.file)).toEqual({ opened: whole, replayed: whole })
    },
  )

  test('[S2] a damaged page of one document costs the others nothing, though they share its transaction', async () => {
    await using store = await openFaultyStore()
    // Long enough that the index has pages of this document alone.
    const { rows, clients } = typedRows(600)
    await append(store.storage, [{ document, epoch: 1, rows, clients }])
    const engine = startOn(store)
    const ours = await bothSides(engine, store)
    const theirs = await bothSides(engine, store, otherDocument)
    const mend = await store.damage('updates', isLeafOf(document, otherDocument, ['index']))
    textOf(ours.us.body, 0, 'en').insert(0, 'Kept. ')
    textOf(theirs.us.body, 0, 'en').insert(0, 'Saved. ')
    theirs.us.acknowledge(1)
    await store.quiet()
    expect(ours.us.closed?.code).toBe(4503)
    expect(JSON.stringify(engine.lines.at(-1))).toContain('SQLITE_CORRUPT')
    expect(engine.rooms.trouble).toBe('unsaved')
    expect(theirs.us.closed).toBeNull()
    expect(theirs.us.acknowledged).toEqual([1])
    expect(textOf(theirs.jp.body, 0, 'en').toString()).toBe('Saved. Article 1 in English')
    for (let round = 2; round < 6; round += 1) {
      // Their next edits meet the attempts of the damaged document.
      textOf(theirs.us.body, 0, 'ja').insert(0, '保')
      theirs.us.acknowledge(round)
      engine.clock.advance(5000)
      await store.quiet()
      expect(theirs.us.acknowledged.at(-1)).toBe(round)
    }
    await mend()
    engine.clock.advance(5000)
    await store.quiet()
    expect(engine.rooms.trouble).toBeNull()
    await engine.rooms.close()
    await store.storage.close()
    const [mine, other] = [bodyToJson(ours.us.body), bodyToJson(theirs.us.body)]
    expect(await reopened(store.file)).toEqual({ opened: mine, replayed: mine })
    expect(await reopened(store.file, otherDocument)).toEqual({ opened: other, replayed: other })
  })

  test('[S2] a text is open to its readers while nothing can be written', async () => {
    await using store = await openFaultyStore()
    await store.run('pragma query_only = on')
    const engine = startOn(store)
    const { us, jp } = await bothSides(engine, store)
    expect(textOf(jp.body, 0, 'en').toString()).toBe('Article 1 in English')
    expect(await store.storage.log.history(document, { after: 0, upTo: 9, limit: 9 })).toHaveLength(1)
    us.present({ cursor: null })
    engine.clock.advance(60)
    await settled()
    expect(jp.awareness.getStates().has(us.doc.clientID)).toBe(true)
    await store.run('pragma query_only = off')
  })
})

describe('while a commit takes long', () => {
  test('[S2] nothing of it is shown or acknowledged, other documents live on, and the last one may leave', async () => {
    await using store = await openFaultyStore()
    const engine = startOn(store)
    const { us, jp } = await bothSides(engine, store)
    const other = await bothSides(engine, store, otherDocument)
    const disk = deferred()
    store.before = ({ whole }) => (whole ? disk.promise : undefined)
    textOf(us.body, 0, 'en').insert(0, 'One ')
    us.acknowledge(1)
    await store.quiet()
    textOf(us.body, 0, 'en').insert(4, 'two ')
    us.acknowledge(2)
    textOf(other.us.body, 0, 'en').insert(0, 'Meanwhile ')
    other.us.acknowledge(1)
    engine.clock.advance(1999)
    await store.quiet()
    expect(engine.rooms.trouble).toBeNull()
    engine.clock.advance(1)
    expect(engine.rooms.trouble).toBe('unsaved')
    expect(engine.counts.failed).toEqual(['overdue'])
    expect(engine.lines.at(-1)).toMatchObject({ level: 50, afterMs: 2000 })
    other.us.present({ cursor: caretAt(1) })
    engine.clock.advance(8000)
    await store.quiet()
    expect(other.jp.awareness.getStates().get(other.us.doc.clientID)).toMatchObject({ cursor: caretAt(1) })
    const late = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
    await store.quiet()
    expect(late.closed).toBeNull()
    for (const peer of [us, jp, other.us, other.jp]) expect(peer.closed).toBeNull()
    for (const peer of [us, other.us]) expect(peer.acknowledged).toEqual([])
    expect(late.body.length).toBe(0)
    expect(textOf(jp.body, 0, 'en').toString()).toBe('Article 1 in English')
    expect(textOf(other.jp.body, 0, 'en').toString()).toBe('Article 1 in English')
    for (const peer of [us, jp, late]) peer.leave()
    engine.clock.advance(120_000)
    disk.resolve()
    store.before = () => {}
    await store.quiet()
    expect(engine.rooms.trouble).toBeNull()
    expect(engine.lines.some(({ msg }) => msg === 'The commit that took long is over')).toBe(true)
    expect(other.us.acknowledged).toEqual([1])
    expect(textOf(other.jp.body, 0, 'en').toString()).toBe('Meanwhile Article 1 in English')
    await engine.rooms.close()
    await store.storage.close()
    const whole = bodyToJson(us.body)
    expect(JSON.stringify(whole)).toContain('One two Article 1')
    expect(await reopened(store.file)).toEqual({ opened: whole, replayed: whole })
  })
})

describe('the end during a fault', () => {
  const typeInto = async (store: FaultyStore) => {
    const engine = startOn(store)
    const { us, jp } = await bothSides(engine, store)
    textOf(us.body, 0, 'en').insert(0, 'Last words. ')
    await store.quiet()
    us.leave()
    jp.leave()
    return { engine, whole: bodyToJson(us.body) }
  }

  test('[S2] a store that works again at the very end takes everything', async () => {
    await using store = await openFaultyStore()
    const over = await failing('SQLITE_IOERR_WRITE', 'before')(store)
    const { engine, whole } = await typeInto(store)
    expect(engine.rooms.trouble).toBe('unsaved')
    await over()
    await engine.rooms.close()
    await store.storage.close()
    expect(await reopened(store.file)).toEqual({ opened: whole, replayed: whole })
  })

  test('[S2] a store that stays broken is reported, and the documents that it still takes are saved', async () => {
    await using store = await openFaultyStore()
    const { engine } = await typeInto(store)
    const other = joinPeer(engine.rooms, otherDocument)
    const us = joinPeer(engine.rooms, document)
    await store.quiet()
    store.before = ({ whole }) => {
      if (whole) throw sqliteFailure('SQLITE_IOERR_WRITE')
    }
    textOf(us.body, 0, 'en').insert(0, 'Never saved. ')
    us.acknowledge(1)
    await store.quiet()
    const mend = store.before
    let attempts = 0
    store.before = (step) => {
      attempts += step.whole ? 1 : 0
      // The first of two documents fails, together and alone; the other one goes through on its own.
      if (step.whole && attempts <= 2) return mend(step)
      return undefined
    }
    textOf(other.body, 0, 'en').insert(0, 'Saved at the end. ')
    await expect(engine.rooms.close()).rejects.toThrow(StorageError)
    expect(us.acknowledged).toEqual([])
    expect(us.closed?.code).toBe(4503)
    expect(engine.counts).toMatchObject({ rooms: 0, sessions: 0, unsaved: 0 })
    await store.storage.close()
    const found = await reopened(store.file)
    expect(JSON.stringify(found.opened)).toContain('Last words. ')
    expect(JSON.stringify(found)).not.toContain('Never saved')
    expect(JSON.stringify(await reopened(store.file, otherDocument))).toContain('Saved at the end. ')
  })
})

test('[S2] [S6] a store that fails while a refused text is loaded anew costs the honest nothing', async () => {
  await using store = await openFaultyStore()
  const engine = startOn(store)
  const { us, jp } = await bothSides(engine, store)
  let broken = true
  store.before = ({ sql, whole }) => {
    if (broken && !whole && sql.includes('"documents"')) throw sqliteFailure('SQLITE_IOERR_READ')
  }
  textOf(jp.body, 0, 'en').insert(0, 'Honest. ')
  const forged = new Y.Doc()
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(us.doc))
  const before = Y.encodeStateVector(forged)
  forged.getXmlFragment(bodyName).push([new Y.XmlElement('tableRow')])
  us.send(updateFrame(Y.encodeStateAsUpdate(forged, before)))
  await store.quiet()
  jp.leave()
  expect(engine.rooms.trouble).toBe('unsaved')
  broken = false
  engine.clock.advance(250)
  await store.quiet()
  expect(engine.rooms.trouble).toBeNull()
  expect(us.closed?.code).toBe(4403)
  const reader = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
  await store.quiet()
  expect(bodyToJson(reader.body)).toEqual(bodyToJson(jp.body))
  expect(textOf(reader.body, 0, 'en').toString()).toBe('Honest. Article 1 in English')
})
