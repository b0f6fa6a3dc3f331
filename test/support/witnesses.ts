/** What honest people and the store hold while someone does harm: taken before and after, it must be the same. */
import * as Y from 'yjs'
import { expect } from 'vitest'
import { bodyName } from '#shared/protocol/messages.ts'
import { document, textOf, type startEngine } from './engine.ts'
import { settled } from './memory-log.ts'
import { joinPeer, type Peer } from './peer.ts'

export type Engine = ReturnType<typeof startEngine>

/** A writer of the other side and a reader, both in the document from the start. */
export async function honestPeople(engine: Engine) {
  const writer = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
  const reader = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
  await settled()
  return { writer, reader }
}

/** Everything there is of a document: rows, client ids, the live text with its root types, and what honest people were sent. */
export async function stateOf(engine: Engine, people: { writer: Peer; reader: Peer }) {
  const stored = engine.log.documents.get(document)
  const live = await engine.rooms.read(document, (doc) => ({
    bytes: Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64'),
    roots: [...doc.share.keys()],
    waiting: [doc.store.pendingStructs, doc.store.pendingDs],
  }))
  return {
    rows: stored?.rows.map(({ user, bytes }) => [user, Buffer.from(bytes).toString('base64')]),
    clients: [...(stored?.clients ?? [])],
    live,
    heard: [people.writer.received.length, people.reader.received.length],
    closed: [people.writer.closed, people.reader.closed],
  }
}

/** That the room goes on: an edit is heard by the other, and memory, store and people's copies are one. */
export async function expectAlive(engine: Engine, { writer, reader }: { writer: Peer; reader: Peer }) {
  const text = textOf(writer.body, 1, 'ja')
  text.insert(0, '続')
  await settled()
  await settled()
  expect(reader.body.toJSON()).toBe(writer.body.toJSON())
  const replayed = new Y.Doc({ gc: false })
  for (const { bytes } of engine.log.documents.get(document)?.rows ?? []) Y.applyUpdate(replayed, bytes)
  expect(replayed.getXmlFragment(bodyName).toJSON()).toBe(writer.body.toJSON())
  const live = await engine.rooms.read(document, (doc) => Y.encodeStateAsUpdate(doc))
  expect(live).toEqual(Y.encodeStateAsUpdate(replayed))
}
