/** Whose a client id is, from the moment that it is shown; and what of the past a text takes to someone who may not know it. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { ClientIds } from '#server/sync/client-ids.ts'
import { updateFrame } from '#server/sync/frames.ts'
import { encodeRedacted } from '#server/sync/redacted.ts'
import { document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'
import { random } from '../support/random.ts'

const chair = 'jp-cochair-ai'
const other = 'us-drafter-ai'

/** A copy of a document whose next edits are under `clientId`. */
function copyOf(doc: Y.Doc, clientId: number): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  copy.clientID = clientId
  return copy
}

function typedIn(doc: Y.Doc, clientId: number): Uint8Array {
  const copy = copyOf(doc, clientId)
  const before = Y.encodeStateVector(copy)
  textOf(copy.getXmlFragment(bodyName), 0, 'ja').insert(0, '他')
  return Y.encodeStateAsUpdate(copy, before)
}

describe('an id that was shown', () => {
  const leaveAfterShowing = async () => {
    const log = seededLog()
    const engine = startEngine({ log })
    const peer = joinPeer(engine.rooms, document, { persona: chair })
    await settled()
    peer.present({ cursor: null })
    await settled()
    peer.leave()
    await settled()
    textOf(peer.body, 0, 'ja').insert(0, '出先で')
    return { log, engine, peer }
  }

  test.each([
    { when: 'the room was put away', anew: false },
    { when: 'the server started anew', anew: true },
  ])(
    '[S7] stays its user’s when $when: nobody writes under it, and what they wrote meanwhile is taken',
    async ({ anew }) => {
      const { log, engine, peer } = await leaveAfterShowing()
      engine.clock.advance(60_000)
      await settled()
      const { rooms } = anew ? startEngine({ log }) : engine
      const thief = joinPeer(rooms, document, { persona: other })
      await settled()
      thief.send(updateFrame(typedIn(thief.doc, peer.doc.clientID)))
      await settled()
      expect(thief.closed).toMatchObject({ code: 4403, reason: 'The update writes under another author.' })

      const back = joinPeer(rooms, document, { persona: chair, doc: peer.doc })
      await settled()
      back.acknowledge(1)
      await settled()
      expect(back.closed).toBeNull()
      expect(back.acknowledged).toEqual([1])
      expect(await rooms.read(document, (doc) => textOf(doc.getXmlFragment(bodyName), 0, 'ja').toString())).toContain(
        '出先で',
      )
    },
  )

  test('[S7] [S10] is not shown as another’s by someone who comes later', async () => {
    const { log, peer } = await leaveAfterShowing()
    const { rooms, clock } = startEngine({ log })
    const reader = joinPeer(rooms, document, { persona: 'secretariat', writes: false })
    const copy = new Y.Doc()
    copy.clientID = peer.doc.clientID
    const liar = joinPeer(rooms, document, { persona: 'panelist-ai', writes: false, doc: copy })
    await settled()
    liar.present({ cursor: null })
    await settled()
    clock.advance(1000)
    await settled()
    expect([...reader.awareness.getStates().keys()]).not.toContain(peer.doc.clientID)
  })

  test('[S7] by a state that cannot be passed on is nobody’s', async () => {
    const engine = startEngine()
    const peer = joinPeer(engine.rooms, document, { persona: chair })
    await settled()
    peer.present({ cursor: 'x'.repeat(10_000) })
    await settled()
    expect(peer.closed?.code).toBe(4400)
    expect([...(engine.log.documents.get(document)?.clients.keys() ?? [])]).toEqual([7])
  })
})

test('[S5] [S7] one user has so many ids that everyone’s state vector can still name them, and no more', () => {
  const known = Array.from({ length: 20_000 }, (_, index) => ({ clientId: index + 1, user: other }))
  const clients = new ClientIds(known)
  expect(clients.mayAdd(other, 1)).toBe(false)
  expect(clients.mayAdd(chair, 100)).toBe(true)
  clients.bind({ clientId: 1, user: other })
  clients.bind({ clientId: 50_000, user: chair })
  expect(clients.mayAdd(chair, 19_999)).toBe(true)
  expect(clients.mayAdd(chair, 20_000)).toBe(false)
})

test('[S7] two pages of one user of which one has not sent its words yet: the other is told to come again, and then all is there', async () => {
  const { rooms } = startEngine()
  const first = joinPeer(rooms, document, { persona: chair })
  const second = joinPeer(rooms, document, { persona: chair })
  await settled()
  first.present({ cursor: null })
  await settled()
  first.leave()
  textOf(first.body, 0, 'ja').insert(0, '先に')
  // The stock provider hands edits from page to page where a connection is down.
  Y.applyUpdate(second.doc, Y.encodeStateAsUpdate(first.doc), 'server')
  textOf(second.body, 0, 'ja').insert(1, '後で')
  await settled()
  expect(second.closed?.code).toBe(4503)

  const again = joinPeer(rooms, document, { persona: chair, doc: second.doc })
  await settled()
  again.acknowledge(1)
  await settled()
  expect(again.closed).toBeNull()
  expect(again.acknowledged).toEqual([1])
  expect(await rooms.read(document, (doc) => textOf(doc.getXmlFragment(bodyName), 0, 'ja').toString())).toContain(
    '先後でに',
  )
})

describe('what was struck from a text', () => {
  const heldBy = (doc: Y.Doc) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('latin1')

  test('[H7] [S8] does not reach who may not read the history, by no way that a text comes', async () => {
    const engine = startEngine()
    const writer = joinPeer(engine.rooms, document, { persona: chair })
    const early = joinPeer(engine.rooms, document, { persona: 'panelist-ai', writes: false, canReadHistory: false })
    await settled()
    early.bufferedAmount = 100_000_000
    const text = textOf(writer.body, 0, 'en')
    text.insert(0, 'HIDDEN')
    await settled()
    text.delete(0, 6)
    await settled()
    early.bufferedAmount = 0
    engine.clock.advance(10_000)
    await settled()
    const panelist = joinPeer(engine.rooms, document, { persona: 'panelist-ai', writes: false, canReadHistory: false })
    const secretary = joinPeer(engine.rooms, document, {
      persona: 'secretariat',
      writes: false,
      doc: new Y.Doc({ gc: false }),
    })
    await settled()
    const frames = [...early.received, ...panelist.received].map((frame) => Buffer.from(frame).toString('latin1'))
    expect(frames.filter((frame) => frame.includes('HIDDEN'))).toEqual([])
    for (const peer of [early, panelist]) expect(peer.body.toJSON()).toBe(writer.body.toJSON())
    expect(heldBy(secretary.doc)).toContain('HIDDEN')

    // Nor from what is stored, where whoever may have it is answered before the text is in memory.
    engine.clock.advance(60_000)
    for (const peer of [writer, early, panelist, secretary]) peer.leave()
    engine.clock.advance(60_000)
    await settled()
    const later = joinPeer(engine.rooms, document, { persona: 'panelist-ai', writes: false, canReadHistory: false })
    await settled()
    expect(later.body.toJSON()).toBe(writer.body.toJSON())
    expect(later.received.filter((frame) => Buffer.from(frame).toString('latin1').includes('HIDDEN'))).toEqual([])
  })

  test('[S14] readers who may not know what was struck read the same text as everyone, from whichever moment on, seeds 1 to 100', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const { int, pick } = random(seed)
      const doc = new Y.Doc({ gc: false })
      const body = doc.getXmlFragment(bodyName)
      const reader = new Y.Doc()
      for (let step = 0; step < 60; step += 1) {
        doc.clientID = pick([1, 2, 3])
        const paragraph = body.length === 0 ? null : body.get(int(0, body.length - 1))
        const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
        const act = int(0, 9)
        if (act < 2 || !(text instanceof Y.XmlText)) {
          const added = new Y.XmlElement('paragraph')
          added.insert(0, [new Y.XmlText('words')])
          body.insert(int(0, body.length), [added])
        } else if (act < 6) text.insert(int(0, text.length), pick(['a', '𠮷', 'more']))
        else if (act < 8 && text.length > 0) text.delete(int(0, text.length - 1), 1)
        else if (act === 8) body.delete(int(0, body.length - 1), 1)
        else {
          const has = Y.decodeStateVector(Y.encodeStateVector(reader))
          Y.applyUpdate(reader, encodeRedacted(doc, has))
          expect(reader.getXmlFragment(bodyName).toJSON(), `seed ${seed}`).toBe(body.toJSON())
        }
      }
      const newcomer = new Y.Doc()
      Y.applyUpdate(newcomer, encodeRedacted(doc, new Map()))
      expect(newcomer.getXmlFragment(bodyName).toJSON(), `seed ${seed}`).toBe(body.toJSON())
      expect(Y.encodeStateVector(newcomer), `seed ${seed}`).toEqual(Y.encodeStateVector(doc))
    }
  })
})
