/** The engine's pipeline: what is shown, acknowledged and refused, and in which order. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { StorageError } from '#server/storage/storage.ts'
import { stateVectorFrame, updateFrame } from '#server/sync/frames.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { bodyToJson, fromJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { always, clauseIds, document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { deferred, settled } from '../support/memory-log.ts'
import { actorOf, caretAt, joinPeer } from '../support/peer.ts'
import { groupId } from '#test/support/initiative.ts'

/** The document as the log has it now, replayed from the first row. */
const stored = (log: ReturnType<typeof seededLog>) => {
  const doc = new Y.Doc()
  for (const { bytes } of log.documents.get(document)?.rows ?? []) Y.applyUpdate(doc, bytes)
  return doc
}

const bothSides = async (engine: ReturnType<typeof startEngine>) => {
  const us = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
  const jp = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
  await settled()
  return { us, jp }
}

describe('what is shown and acknowledged', () => {
  test('[S1] two sides type in the same clause and converge', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    textOf(us.body, 0, 'en').insert(0, 'US ')
    textOf(jp.body, 0, 'ja').insert(0, '日本側：')
    await settled()
    expect(textOf(jp.body, 0, 'en').toString()).toBe('US Article 1 in English')
    expect(textOf(us.body, 0, 'ja').toString()).toBe('日本側：第1条の日本語')
    expect(Y.encodeStateVector(stored(engine.log))).toEqual(Y.encodeStateVector(us.doc))
  })

  test('[S1] no one sees an edit, and it is not acknowledged, before it is on disk', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    const disk = deferred()
    engine.log.before.append = () => disk.promise
    textOf(us.body, 0, 'en').insert(0, 'Secret until saved. ')
    us.acknowledge(1)
    await settled()
    const late = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
    await settled()
    expect(textOf(jp.body, 0, 'en').toString()).toBe('Article 1 in English')
    expect(late.body.length).toBe(0)
    expect(us.acknowledged).toEqual([])
    disk.resolve()
    await settled()
    expect(textOf(jp.body, 0, 'en').toString()).toBe('Secret until saved. Article 1 in English')
    expect(textOf(late.body, 0, 'en').toString()).toBe('Secret until saved. Article 1 in English')
    expect(us.acknowledged).toEqual([1])
  })

  test('[S1] a deletion is acknowledged and stored like any other edit', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    textOf(us.body, 0, 'en').delete(0, 8)
    us.acknowledge(1)
    await settled()
    expect(us.acknowledged).toEqual([1])
    expect(textOf(jp.body, 0, 'en').toString()).toBe('1 in English')
    expect(textOf(stored(engine.log).getXmlFragment(bodyName), 0, 'en').toString()).toBe('1 in English')
  })

  test('[S1] what is typed and taken back at once is taken back for everyone, and on disk', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    const text = textOf(us.body, 0, 'en')
    const fresh = new Y.XmlText()
    text.insert(0, 'typo ')
    text.delete(0, 5)
    us.body.doc?.transact(() => {
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [fresh])
      const clause = us.body.get(1)
      const english = clause instanceof Y.XmlElement ? clause.get(0) : null
      if (english instanceof Y.XmlElement) english.push([paragraph])
    })
    fresh.insert(0, 'first thought')
    fresh.delete(0, 5)
    us.acknowledge(1)
    await settled()
    expect(us.acknowledged).toEqual([1])
    expect(textOf(jp.body, 0, 'en').toString()).toBe('Article 1 in English')
    expect(bodyToJson(jp.body)).toEqual(bodyToJson(us.body))
    expect(bodyToJson(stored(engine.log).getXmlFragment(bodyName))).toEqual(bodyToJson(us.body))
  })

  test('[S1] an acknowledgement waits for a gap to be closed by the answer to our state vector', async () => {
    const engine = startEngine()
    const other = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
    const away = new Y.Doc()
    Y.applyUpdate(away, engine.log.documents.get(document)?.rows[0]?.bytes ?? new Uint8Array())
    const run = textOf(away.getXmlFragment(bodyName), 0, 'en')
    run.insert(0, 'Offline. ')
    const before = Y.encodeStateVector(away)
    run.insert(0, 'Typed at once on return. ')
    const peer = joinPeer(engine.rooms, document, { doc: away })
    // The stock provider sends what is typed as soon as the connection is open, before it has heard what the server lacks.
    peer.send(updateFrame(Y.encodeStateAsUpdate(away, before)))
    peer.acknowledge(5)
    await settled()
    expect(peer.closed).toBeNull()
    expect(peer.acknowledged).toEqual([5])
    expect(textOf(other.body, 0, 'en').toString()).toBe('Typed at once on return. Offline. Article 1 in English')
  })

  test('[S1] stock clients get none of our own messages', async () => {
    const engine = startEngine()
    const peer = joinPeer(engine.rooms, document, { acknowledges: false })
    await settled()
    peer.acknowledge(1)
    await settled()
    expect(peer.acknowledged).toEqual([])
    expect(peer.closed).toBeNull()
  })
})

describe('storage failures', () => {
  test('[S2] a failed commit is not shown, is tried again, and is there when the store recovers', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    engine.log.before.append = () => Promise.reject(new StorageError('disk full'))
    textOf(us.body, 0, 'en').insert(0, 'Kept. ')
    us.acknowledge(1)
    await settled()
    expect(us.closed?.code).toBe(4503)
    expect(us.acknowledged).toEqual([])
    expect(textOf(jp.body, 0, 'en').toString()).toBe('Article 1 in English')
    expect(engine.rooms.trouble).toBe('unsaved')
    us.leave()
    jp.leave()
    engine.log.before.append = () => {}
    engine.clock.advance(60_000)
    await settled()
    expect(engine.rooms.trouble).toBeNull()
    expect(textOf(stored(engine.log).getXmlFragment(bodyName), 0, 'en').toString()).toBe('Kept. Article 1 in English')
  })

  test('[S2] what was sent before the last client left during a slow commit is stored', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    const disk = deferred()
    engine.log.before.append = () => disk.promise
    textOf(us.body, 0, 'en').insert(0, 'One ')
    await settled()
    textOf(us.body, 0, 'en').insert(4, 'two ')
    us.leave()
    jp.leave()
    engine.clock.advance(120_000)
    disk.resolve()
    await settled()
    expect(textOf(stored(engine.log).getXmlFragment(bodyName), 0, 'en').toString()).toBe('One two Article 1 in English')
  })

  test('[S3] a failed load closes as transient and the next one succeeds', async () => {
    const engine = startEngine()
    engine.log.before.load = () => Promise.reject(new StorageError('unreadable'))
    const first = joinPeer(engine.rooms, document)
    await settled()
    expect(first.closed?.code).toBe(4503)
    expect(first.received).toEqual([])
    engine.log.before.load = () => {}
    const second = joinPeer(engine.rooms, document)
    await settled()
    expect(readClauses(second.body)).toHaveLength(2)
  })

  test('[S3] stored text with a hole is an error, never a shorter text', async () => {
    const log = seededLog()
    const doc = stored(log)
    textOf(doc.getXmlFragment(bodyName), 0, 'en').insert(0, 'lost ')
    const before = Y.encodeStateVector(doc)
    textOf(doc.getXmlFragment(bodyName), 0, 'en').insert(5, 'kept ')
    log.documents.get(document)?.rows.push({ user: null, at: 0, bytes: Y.encodeStateAsUpdate(doc, before) })
    const peer = joinPeer(startEngine({ log }).rooms, document)
    await settled()
    expect(peer.closed?.code).toBe(4503)
    expect(peer.received).toEqual([])
  })

  test('[S4] joins during a slow load and after an unload share one document', async () => {
    const engine = startEngine()
    const disk = deferred()
    engine.log.before.load = () => disk.promise
    const first = joinPeer(engine.rooms, document)
    const second = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
    await settled()
    disk.resolve()
    await settled()
    textOf(first.body, 0, 'en').insert(0, 'x')
    await settled()
    expect(textOf(second.body, 0, 'en').toString()).toBe('xArticle 1 in English')
    expect(engine.counts.rooms).toBe(1)
    first.leave()
    second.leave()
    engine.clock.advance(60_000)
    await settled()
    expect(engine.counts).toMatchObject({ rooms: 0, sessions: 0 })
    expect(engine.log.documents.get(document)?.checkpoint?.seq).toBe(2)
    const third = joinPeer(engine.rooms, document)
    await settled()
    expect(textOf(third.body, 0, 'en').toString()).toBe('xArticle 1 in English')
  })
})

describe('refusals', () => {
  const refusedBy = async (break_: (doc: Y.Doc) => Uint8Array) => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    const rows = engine.log.documents.get(document)?.rows.length
    const seen = jp.received.length
    const before = Y.encodeStateAsUpdate(jp.doc)
    us.send(updateFrame(break_(us.doc)))
    us.acknowledge(1)
    await settled()
    expect(engine.log.documents.get(document)?.rows.length).toBe(rows)
    expect(jp.received.length).toBe(seen)
    expect(Y.encodeStateAsUpdate(jp.doc)).toEqual(before)
    expect(us.acknowledged).toEqual([])
    expect(us.refusals).toEqual([{ after: 0, code: us.closed?.code }])
    // The room goes on for the others, and its text in memory is the stored one.
    textOf(jp.body, 0, 'en').insert(0, 'on ')
    await settled()
    const live = await engine.rooms.read(document, (doc) => Y.encodeStateAsUpdate(doc))
    expect(live).toEqual(Y.encodeStateAsUpdate(jp.doc))
    return { us, jp, engine }
  }

  const asClient = (source: Y.Doc, clientId: number, change: (body: Y.XmlFragment, doc: Y.Doc) => void) => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(source))
    const before = Y.encodeStateVector(doc)
    doc.clientID = clientId
    doc.transact(() => change(doc.getXmlFragment(bodyName), doc))
    return Y.encodeStateAsUpdate(doc, before)
  }

  test('[S7] writing under the client id of another user', async () => {
    const { us } = await refusedBy((doc) => asClient(doc, 7, (body) => textOf(body, 0, 'en').insert(0, 'forged')))
    expect(us.closed?.code).toBe(4403)
  })

  test('[S7] writing under a client id that another user has shown in their presence', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    jp.present({ cursor: null })
    await settled()
    us.send(updateFrame(asClient(us.doc, jp.doc.clientID, (body) => textOf(body, 0, 'en').insert(0, 'forged'))))
    await settled()
    expect(us.closed?.code).toBe(4403)
    textOf(jp.body, 0, 'en').insert(0, 'mine ')
    await settled()
    expect(jp.closed).toBeNull()
  })

  test('[S7] deleting what is not there yet', async () => {
    await refusedBy((doc) => {
      const ahead = new Y.Doc()
      ahead.clientID = 99
      Y.applyUpdate(ahead, Y.encodeStateAsUpdate(doc))
      textOf(ahead.getXmlFragment(bodyName), 0, 'en').insert(0, 'soon')
      const before = Y.encodeStateVector(ahead)
      textOf(ahead.getXmlFragment(bodyName), 0, 'en').delete(0, 4)
      return Y.encodeStateAsUpdate(ahead, before)
    })
  })

  test('[S7] the same user comes back with work that was done offline', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    textOf(us.body, 0, 'en').insert(0, 'one ')
    await settled()
    us.leave()
    textOf(us.body, 0, 'en').insert(4, 'offline ')
    const back = joinPeer(engine.rooms, document, { doc: us.doc })
    back.acknowledge(1)
    await settled()
    expect(back.acknowledged).toEqual([1])
    expect(textOf(jp.body, 0, 'en').toString()).toBe('one offline Article 1 in English')
  })

  test('[S6] an unknown element', async () => {
    await refusedBy((doc) => asClient(doc, 50, (body) => body.push([new Y.XmlElement('script')])))
  })

  test('[S6] a known element in the wrong place', async () => {
    await refusedBy((doc) => asClient(doc, 50, (body) => body.push([new Y.XmlElement('tableRow')])))
  })

  test('[S6] words outside of lines, and a block outside of clauses', async () => {
    await refusedBy((doc) => asClient(doc, 50, (body) => body.push([new Y.XmlText('A')])))
    await refusedBy((doc) =>
      asClient(doc, 50, (body) => {
        const clause = body.get(0)
        if (clause instanceof Y.XmlElement) clause.push([new Y.XmlText('A')])
      }),
    )
    const blocks = [{ type: 'paragraph' }, { type: 'table', content: [{ type: 'tableRow' }] }, { type: 'bulletList' }]
    for (const block of blocks) {
      await refusedBy((doc) => asClient(doc, 50, (body) => body.insert(0, fromJson([block]))))
    }
  })

  test('[S6] an attribute that does not fit', async () => {
    await refusedBy((doc) =>
      asClient(doc, 50, (body) => {
        const clause = body.get(0)
        if (clause instanceof Y.XmlElement) clause.setAttribute('status', 'fine')
      }),
    )
  })

  test('[S6] a link to a script', async () => {
    await refusedBy((doc) =>
      asClient(doc, 50, (body) => textOf(body, 0, 'en').format(0, 3, { link: { href: 'javascript:alert(1)' } })),
    )
  })

  test('[S6] a write beside the text', async () => {
    await refusedBy((doc) => asClient(doc, 50, (_, own) => own.getMap('elsewhere').set('a', 1)))
  })

  test('[S6] a clause without an id', async () => {
    await refusedBy((doc) =>
      asClient(doc, 50, (body) => {
        const clause = new Y.XmlElement('clause')
        clause.setAttribute('kind', 'article')
        body.push([clause])
      }),
    )
  })

  test('[S6] what a check of the pipeline forbids, with honest edits of others in the same batch', async () => {
    const engine = startEngine({
      checks: [always({ judge: ({ clauses }) => (clauses().has(clauseIds[0]) ? 'This clause is agreed.' : null) })],
    })
    const { us, jp } = await bothSides(engine)
    textOf(jp.body, 1, 'ja').insert(0, '自由：')
    textOf(us.body, 0, 'en').insert(0, 'forbidden ')
    await settled()
    expect(us.closed?.code).toBe(4403)
    expect(jp.closed).toBeNull()
    const reader = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
    await settled()
    expect(textOf(reader.body, 0, 'en').toString()).toBe('Article 1 in English')
    expect(textOf(reader.body, 1, 'ja').toString()).toBe('自由：第2条の日本語')
    expect(Y.encodeStateVector(stored(engine.log))).toEqual(Y.encodeStateVector(jp.doc))
  })

  test('[S5] bytes that are no frame close that connection alone', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    for (const bytes of [[], [255], [0], [0, 9, 0], [1, 1, 255], [0, 2, 3, 1, 1], [0, 0, 1, 0, 0]]) {
      const peer = joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' })
      await settled()
      peer.send(new Uint8Array(bytes))
      await settled()
      expect(peer.closed?.code).toBeGreaterThanOrEqual(4400)
    }
    textOf(us.body, 0, 'en').insert(0, 'fine ')
    await settled()
    expect(textOf(jp.body, 0, 'en').toString()).toBe('fine Article 1 in English')
  })

  test('[S8] a reader cannot insert, delete or format; its honest sync is no offence', async () => {
    for (const change of [
      (text: Y.XmlText) => text.insert(0, 'x'),
      (text: Y.XmlText) => text.delete(0, 1),
      (text: Y.XmlText) => text.format(0, 3, { bold: {} }),
    ]) {
      const engine = startEngine()
      const reader = joinPeer(engine.rooms, document, { persona: 'panelist-ai', writes: false })
      await settled()
      expect(reader.closed).toBeNull()
      change(textOf(reader.body, 0, 'en'))
      await settled()
      expect(reader.closed?.code).toBe(4403)
      expect(engine.log.documents.get(document)?.rows).toHaveLength(1)
    }
  })

  test('[S14] a copy of another epoch is turned away', async () => {
    const engine = startEngine()
    const peer = joinPeer(engine.rooms, document, { epoch: 2 })
    await settled()
    expect(peer.closed?.code).toBe(4409)
  })
})

describe('rights, presence, slow readers, the server’s own edits', () => {
  test('[S9] signing out closes the connections of that session and drops what was queued', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    const disk = deferred()
    engine.log.before.append = () => disk.promise
    textOf(jp.body, 1, 'en').insert(0, 'first ')
    await settled()
    textOf(us.body, 0, 'en').insert(0, 'too late ')
    engine.cluster.publish({ type: 'signedOut', tokenHash: 'us-cochair-ai' })
    disk.resolve()
    await settled()
    expect(us.closed?.code).toBe(4401)
    expect(textOf(stored(engine.log).getXmlFragment(bodyName), 0, 'en').toString()).toBe('Article 1 in English')
  })

  test('[S9] a change of rights closes those who may not stay', async () => {
    const engine = startEngine()
    let allowed = true
    const panelist = joinPeer(engine.rooms, document, {
      persona: 'panelist-ai',
      writes: false,
      authorize: async () => (allowed ? { actor: panelistActor, writes: false, canReadHistory: false } : null),
    })
    await settled()
    engine.cluster.publish({ type: 'rightsChanged', user: null, document })
    await settled()
    expect(panelist.closed).toBeNull()
    allowed = false
    engine.cluster.publish({ type: 'rightsChanged', user: null, document })
    await settled()
    expect(panelist.closed?.code).toBe(4403)
  })

  test('[S10] presence carries the server’s word and only one’s own client', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    us.present({ user: { name: 'Minister', party: 'jp', role: 'principal', color: '#000000' }, cursor: caretAt(1) })
    await settled()
    engine.clock.advance(60)
    await settled()
    const seen = jp.awareness.getStates().get(us.doc.clientID)
    expect(seen).toMatchObject({ user: { name: 'US Co-chair', party: 'us', role: 'cochair' }, cursor: caretAt(1) })
    us.leave()
    engine.clock.advance(60)
    await settled()
    expect(jp.awareness.getStates().has(us.doc.clientID)).toBe(false)
  })

  test('[S10] a state that is too large or too deep closes the connection', async () => {
    const nested = JSON.parse('{"a":'.repeat(40) + '1' + '}'.repeat(40)) as Record<string, unknown>
    for (const state of [{ text: 'x'.repeat(5000) }, nested]) {
      const engine = startEngine()
      const { us, jp } = await bothSides(engine)
      us.present(state)
      await settled()
      engine.clock.advance(60)
      expect(us.closed?.code).toBe(4400)
      expect(jp.awareness.getStates().size).toBe(0)
    }
  })

  test('[S12] a reader that does not read is left out, and caught up when it does', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    jp.bufferedAmount = 2 * 1024 * 1024
    const frames = jp.received.length
    for (let index = 0; index < 100; index += 1) {
      textOf(us.body, 0, 'en').insert(0, 'a')
      await settled()
    }
    textOf(us.body, 0, 'en').delete(0, 10)
    await settled()
    expect(jp.received.length).toBe(frames)
    jp.bufferedAmount = 0
    engine.clock.advance(200)
    await settled()
    expect(textOf(jp.body, 0, 'en').toString()).toBe(textOf(us.body, 0, 'en').toString())
    expect(jp.received.length).toBe(frames + 1)
  })

  test('[S12] no presence is queued for a slow reader, not even while a commit is under way; once it reads again it is sent text and presence, once each', async () => {
    const engine = startEngine()
    const { us, jp } = await bothSides(engine)
    jp.bufferedAmount = 2 * 1024 * 1024
    const frames = jp.received.length
    const disk = deferred()
    engine.log.before.append = () => disk.promise
    textOf(us.body, 0, 'en').insert(0, 'unseen ')
    for (let at = 0; at < 20; at += 1) {
      us.present({ cursor: caretAt(at) })
      await settled()
      engine.clock.advance(60)
    }
    disk.resolve()
    await settled()
    textOf(us.body, 0, 'en').delete(0, 2)
    await settled()
    engine.clock.advance(20_000)
    await settled()
    expect(jp.received.length).toBe(frames)
    jp.bufferedAmount = 0
    engine.clock.advance(200)
    await settled()
    expect(textOf(jp.body, 0, 'en').toString()).toBe('seen Article 1 in English')
    expect(jp.awareness.getStates().get(us.doc.clientID)).toMatchObject({ cursor: caretAt(19) })
    expect(jp.received.length).toBe(frames + 2)
    engine.clock.advance(1000)
    expect(jp.received.length).toBe(frames + 2)
  })

  test('[S5] an idle connection hears something every 20 seconds, so that the stock provider keeps it', async () => {
    const engine = startEngine()
    const { us } = await bothSides(engine)
    const before = us.received.length
    engine.clock.advance(20_000)
    expect(us.received.length).toBe(before + 1)
  })

  test('[S14] an edit of the server’s is seen by all, stored under its user, and says whether it changed anything', async () => {
    const engine = startEngine()
    const { us } = await bothSides(engine)
    const changed = await engine.rooms.edit(document, actorOf('secretariat'), (body) =>
      textOf(body, 0, 'en').insert(0, 'Restored: '),
    )
    await settled()
    expect(changed).toBe(true)
    expect(textOf(us.body, 0, 'en').toString()).toBe('Restored: Article 1 in English')
    expect(engine.log.documents.get(document)?.rows.at(-1)?.user).toBe('secretariat')
    expect(await engine.rooms.edit(document, actorOf('secretariat'), () => {})).toBe(false)
    expect(await engine.rooms.edit('no-such', actorOf('secretariat'), () => {})).toBeNull()
    await expect(
      engine.rooms.edit(document, actorOf('secretariat'), (body) => body.push([new Y.XmlElement('script')])),
    ).rejects.toThrow('script')
  })

  test('[S4] closing puts what was taken on disk and tells clients to come back', async () => {
    const engine = startEngine()
    const { us } = await bothSides(engine)
    textOf(us.body, 0, 'en').insert(0, 'last words ')
    await engine.rooms.close()
    expect(us.closed?.code).toBe(4503)
    expect(textOf(stored(engine.log).getXmlFragment(bodyName), 0, 'en').toString()).toContain('last words')
    const late = joinPeer(engine.rooms, document)
    expect(late.closed?.code).toBe(4503)
    void stateVectorFrame
  })
})

const panelistActor = {
  id: 'panelist-ai',
  user: 'panelist-ai',
  name: null,
  role: 'panelist',
  party: null,
  group: groupId('ai'),
} as const
