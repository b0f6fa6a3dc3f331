/** A live connection by hand to the real server: one text, raw frames, and a store whose steps can be held up. */
import * as encoding from 'lib0/encoding'
import { expect } from 'vitest'
import * as Y from 'yjs'
import { findPersona, type Actor } from '#shared/domain/actors.ts'
import { bodyName, messageType } from '#shared/protocol/messages.ts'
import type { Storage } from '#server/storage/storage.ts'
import type { Clock } from '#server/sync/types.ts'
import { deferred, settled } from '#test/support/memory-log.ts'
import { closeCodeOf, frame, handshake, openRaw, readFrames, type RawConnection } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { findWords } from './text.ts'

export const mou = 'semiconductors-mou'
export const path = `/sync/${mou}`

export const actorOf = (id: string): Actor => {
  const actor = findPersona(id)
  if (actor === undefined) throw new Error(`No persona ${id}`)
  return actor
}

export const tokenOf = (cookie: string) => cookie.split('=')[1] ?? ''

export const textIn = async (server: TestServer) =>
  (await server.rooms.read(mou, (doc) => JSON.stringify(doc.getXmlFragment(bodyName)))) ?? ''

export async function enter(server: TestServer, cookie: string, query = '?v=1'): Promise<RawConnection> {
  const raw = openRaw(server.url, handshake(path + query, { Cookie: cookie }))
  expect(await raw.answered).toBe(101)
  return raw
}

export const closedWith = async (raw: RawConnection) => {
  await raw.until((bytes) => closeCodeOf(bytes) !== null)
  raw.socket.destroy()
  return closeCodeOf(raw.received())
}

/** A copy of the present text, and an update that changes it where those words stand. */
export async function copyOf(server: TestServer, words = 'Participants') {
  const state = await server.rooms.read(mou, (doc) => Y.encodeStateAsUpdate(doc))
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state ?? new Uint8Array())
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  type Work = (found: { text: Y.XmlText; index: number }) => void
  /** One update for each step of the work. */
  const changes = (work: Work): Uint8Array[] => {
    work(findWords(doc.getXmlFragment(bodyName), words))
    return updates.splice(0)
  }
  return { changes, change: (work: Work): Uint8Array => changes(work).at(-1) ?? new Uint8Array() }
}

export const sized = (bytes: Uint8Array) => encoding.encode((encoder) => encoding.writeVarUint8Array(encoder, bytes))
export const bytesOf = (...parts: (number | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])))
export const acknowledge = (count: number) => frame(Uint8Array.of(messageType.acknowledge, count))
export const isAcknowledged = (bytes: Buffer, count: number) =>
  readFrames(bytes).some(({ payload }) => payload[0] === messageType.acknowledge && payload[1] === count)

/** A server whose next commit waits, and that says when a step of the store was taken. */
export async function startGated(options: { clock?: Clock } = {}) {
  let gate: Promise<void> = Promise.resolve()
  let reached = deferred()
  let looked = deferred()
  let beforeDocument: () => Promise<void> = async () => {}
  let beforeMember: () => Promise<void> = async () => {}
  const wrap = (storage: Storage): Storage => ({
    ...storage,
    async transact(changesets) {
      if (changesets.some(({ text }) => (text?.rows.length ?? 0) > 0)) {
        reached.resolve()
        await gate
      }
      return await storage.transact(changesets)
    },
    documents: {
      ...storage.documents,
      async get(id) {
        looked.resolve()
        await beforeDocument()
        return await storage.documents.get(id)
      },
    },
    people: {
      ...storage.people,
      async membershipsOf(user) {
        await beforeMember()
        return await storage.people.membershipsOf(user)
      },
    },
  })
  const server = await startTestServer({ ...options, wrap })
  return {
    server,
    /** Holds commits from now on. `committing` resolves when one is held. */
    hold() {
      const held = deferred()
      gate = held.promise
      reached = deferred()
      return { committing: reached.promise, release: held.resolve }
    },
    /** Resolves when rights have been looked up again, after what is done now. */
    async rejudgedAfter(change: () => Promise<unknown>) {
      looked = deferred()
      await change()
      await looked.promise
      // The store answers in turn: what was asked before these has been answered.
      for (let step = 0; step < 3; step += 1) await server.storage.people.user('secretariat')
      await settled()
    },
    stallDocuments: () => {
      const stall = deferred()
      beforeDocument = () => stall.promise
      looked = deferred()
      return { asked: looked.promise, release: stall.resolve }
    },
    stallMembers: () => {
      const stall = deferred()
      const asked = deferred()
      beforeMember = () => {
        asked.resolve()
        return stall.promise
      }
      return { asked: asked.promise, release: stall.resolve }
    },
  }
}
