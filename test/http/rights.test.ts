/** Rights on live connections: what each role can do with any message in any encoding, and how rights end, also in the middle of it. */
import { createHash } from 'node:crypto'
import * as encoding from 'lib0/encoding'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { updateDocument } from '#shared/api/document-changes.ts'
import { closeSession } from '#shared/api/session.ts'
import { closeCode, messageType } from '#shared/protocol/messages.ts'
import { manualClock, settled } from '#test/support/memory-log.ts'
import { overlong } from '#test/support/hostile-bytes.ts'
import { closeCodeOf, frame } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'
import { changeDocument, reseat } from '#test/support/writes.ts'
import { caretAt } from '../support/peer.ts'
import { actingAs, caller, openSocket, readEvents } from './client.ts'
import {
  acknowledge,
  actorOf,
  bytesOf,
  closedWith,
  copyOf,
  enter,
  isAcknowledged,
  mou,
  path,
  sized,
  startGated,
  textIn,
  tokenOf,
} from './live.ts'

describe('roles', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.stop())

  const readers = ['panelist-semiconductors', 'us-committee', 'jp-committee', 'secretariat', 'us-cochair-investment']

  test.each(readers)('[S8] %s changes nothing, with any message in any encoding', async (persona) => {
    const cookie = await server.signIn(persona)
    const access = JSON.parse((await caller(server, cookie).send('GET', `/api/documents/${mou}`)).text) as {
      access: string
    }
    const before = await textIn(server)
    // Each on a copy of its own, so that none of them needs another one.
    const change = async (work: (found: { text: Y.XmlText; index: number }) => void) =>
      (await copyOf(server)).change(work)
    const inserted = await change(({ text, index }) => text.insert(index, 'forbidden '))
    const deleted = await change(({ text, index }) => text.delete(index, 5))
    const formatted = await change(({ text }) => text.format(0, 3, { bold: {} }))
    const attempts = [inserted, deleted, formatted].flatMap((update) => [
      bytesOf(0, 2, sized(update)),
      bytesOf(0, 1, sized(update)),
      bytesOf(overlong(0), 2, sized(update)),
      bytesOf(overlong(0, 3), overlong(2, 2), sized(update)),
      bytesOf(0, overlong(1), sized(update)),
      bytesOf(3, 0, 2, sized(update)),
      bytesOf(0, 0, 1, 0, 0, 2, sized(update)),
      bytesOf(101, 1, 0, 2, sized(update)),
    ])
    if (access.access === 'write') throw new Error(`${persona} may write here and proves nothing`)
    for (const attempt of attempts) {
      const raw = await enter(server, cookie)
      raw.socket.write(frame(attempt))
      expect([closeCode.forbidden, closeCode.malformed]).toContain(await closedWith(raw))
    }
    // Not in one frame, but one after the other before anything could be answered.
    const raw = await enter(server, cookie)
    raw.socket.write(Buffer.concat([acknowledge(1), ...attempts.map((attempt) => frame(attempt)), acknowledge(2)]))
    expect([closeCode.forbidden, closeCode.malformed]).toContain(await closedWith(raw))
    expect(isAcknowledged(raw.received(), 2)).toBe(false)
    expect((await textIn(server)) === before).toBe(true)
  })

  test.each(readers)('[S8] %s may ask, listen, be present and answer with what is known already', async (persona) => {
    const cookie = await server.signIn(persona)
    const state = await server.rooms.read(mou, (doc) => Y.encodeStateAsUpdate(doc))
    const raw = await enter(server, cookie)
    const messages = [
      bytesOf(0, 0, sized(Uint8Array.of(0))),
      bytesOf(0, 1, sized(state ?? new Uint8Array())),
      bytesOf(0, 2, sized(Uint8Array.of(0, 0))),
      bytesOf(3),
      bytesOf(overlong(101), 7),
    ]
    raw.socket.write(Buffer.concat([...messages.map((message) => frame(message)), acknowledge(9)]))
    await raw.until((bytes) => isAcknowledged(bytes, 9))
    expect(isAcknowledged(raw.received(), 7)).toBe(true)
    raw.socket.destroy()
  })

  test('[S10] nobody speaks for another client, removes it, or is called anything but what the server says', async () => {
    const us = connectStock(server.url, mou, { cookie: await server.signIn('us-cochair-semiconductors') })
    const jp = connectStock(server.url, mou, { cookie: await server.signIn('jp-cochair-semiconductors') })
    await Promise.all([us.synced(), jp.synced()])
    us.provider.awareness.setLocalState({ cursor: caretAt(1) })
    const seen = () => jp.provider.awareness.getStates().get(us.doc.clientID)
    await jp.until(() => seen()?.['cursor'] != null)
    const liar = await enter(server, await server.signIn('panelist-semiconductors'))
    const state = (clientId: number, clock: number, json: string) =>
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, clientId)
        encoding.writeVarUint(encoder, clock)
        encoding.writeVarString(encoder, json)
      })
    const say = (...states: Uint8Array[]) => frame(bytesOf(1, sized(bytesOf(states.length, ...states))))
    const lie = JSON.stringify({ user: { name: 'Minister', party: 'us', role: 'principal', color: '#000000' } })
    const own = 0x7abcdef
    liar.socket.write(
      Buffer.concat([
        say(state(us.doc.clientID, 2 ** 40, 'null')),
        say(state(us.doc.clientID, 2 ** 40, lie)),
        say(state(own, 1, lie), state(us.doc.clientID, 2 ** 50, 'null')),
        say(state(own, 1, lie)),
        acknowledge(5),
      ]),
    )
    await liar.until((bytes) => isAcknowledged(bytes, 5))
    await jp.until(() => jp.provider.awareness.getStates().has(own))
    expect(jp.provider.awareness.getStates().get(own)?.['user']).toMatchObject({ role: 'panelist', party: null })
    expect(seen()).toMatchObject({ cursor: caretAt(1), user: { role: 'cochair', party: 'us' } })
    liar.socket.destroy()
    us.stop()
    jp.stop()
  })
})

describe('rights that end', () => {
  let gated: Awaited<ReturnType<typeof startGated>>
  let server: TestServer
  beforeEach(async () => {
    gated = await startGated()
    server = gated.server
  })
  afterEach(() => server.stop())

  /** A burst of which the first edit is being put on disk while the rest waits in line. */
  async function inMidBurst(persona: string) {
    const someone = await actingAs(server, persona)
    const events = await readEvents(server, someone.cookie)
    const raw = await enter(server, someone.cookie)
    const copy = await copyOf(server)
    const edit = (mark: string) => frame(bytesOf(0, 2, sized(copy.change(({ text }) => text.insert(0, mark)))))
    const { committing, release } = gated.hold()
    raw.socket.write(edit('«first»'))
    await committing
    raw.socket.write(Buffer.concat([...Array.from({ length: 500 }, () => edit('«later»')), frame(Uint8Array.of(3))]))
    return { someone, events, raw, release }
  }

  const expectOnlyFirst = async () => {
    const text = await textIn(server)
    expect({ first: text.includes('«first»'), later: text.includes('«later»') }).toEqual({ first: true, later: false })
  }

  test('[S9] signing out ends the connection and the event stream in the middle of a burst, and the rest is dropped', async () => {
    const { someone, events, raw, release } = await inMidBurst('us-drafter-semiconductors')
    await someone.call(closeSession)
    expect(await closedWith(raw)).toBe(closeCode.unauthenticated)
    await events.ended
    release()
    await expectOnlyFirst()
  })

  test('[S9] losing one’s seat in the group closes the open connection, and the document is one that there is not from then on', async () => {
    const { someone, events, raw, release } = await inMidBurst('us-drafter-semiconductors')
    await reseat(server.storage, 'us-drafter-semiconductors', actorOf('us-drafter-cybersecurity'))
    server.cluster.publish({ type: 'rightsChanged', user: 'us-drafter-semiconductors', document: null })
    expect(await closedWith(raw)).toBe(closeCode.forbidden)
    release()
    await expectOnlyFirst()
    const us = await actingAs(server, 'us-cochair-semiconductors')
    await us.call(updateDocument, { params: { id: mou }, body: { panelOpen: true } })
    // The stream goes on with the rights of now: what follows is told to others, not to this one.
    await events.until('presence')
    expect(events.bytes()).not.toContain('"updated"')
    events.close()
    expect(await openSocket(server, path, { cookie: someone.cookie }).closed).toMatchObject({
      code: closeCode.notFound,
    })
  })

  test('[S8][S9] what waited in line when a writer became a reader is refused', async () => {
    const { events, raw, release } = await inMidBurst('us-drafter-semiconductors')
    await gated.rejudgedAfter(async () => {
      await changeDocument(server.storage, mou, { archived: true })
      server.cluster.publish({ type: 'rightsChanged', user: null, document: mou })
    })
    expect(closeCodeOf(raw.received())).toBeNull()
    release()
    expect(await closedWith(raw)).toBe(closeCode.forbidden)
    await expectOnlyFirst()
    events.close()
  })

  test('[S9] a store that does not answer who may stay ends the connection for now, within two seconds', async () => {
    const clock = manualClock()
    const stalled = await startGated({ clock })
    const cookie = await stalled.server.signIn('us-cochair-semiconductors')
    const raw = await enter(stalled.server, cookie)
    const { asked, release } = stalled.stallDocuments()
    stalled.server.cluster.publish({ type: 'rightsChanged', user: null, document: mou })
    await asked
    clock.advance(749)
    await settled()
    expect(closeCodeOf(raw.received())).toBeNull()
    clock.advance(1)
    expect(await closedWith(raw)).toBe(closeCode.unavailable)
    release()
    await stalled.server.stop()
  })

  test('[S9] signing out while the connection is being let in keeps it out', async () => {
    const someone = await actingAs(server, 'us-cochair-semiconductors')
    const { asked, release } = gated.stallDocuments()
    const opened = openSocket(server, path, { cookie: someone.cookie })
    await asked
    await someone.call(closeSession)
    release()
    expect((await opened.closed).code).toBe(closeCode.unauthenticated)
  })

  test('[S9] signing out while an event stream is being opened ends the stream', async () => {
    const someone = await actingAs(server, 'us-cochair-semiconductors')
    const { asked, release } = gated.stallMembers()
    const opening = readEvents(server, someone.cookie)
    await asked
    // As signing out does it, without the look at the session that is held up here.
    const tokenHash = createHash('sha256').update(tokenOf(someone.cookie)).digest('hex')
    await server.storage.sessions.close(tokenHash)
    server.cluster.publish({ type: 'signedOut', tokenHash })
    release()
    await expect(opening).rejects.toThrow('The stream ended before an event “ready”')
  })
})

describe('a fresh token', () => {
  /** A clock without the connection's own beat: a test that moves hours at once leaves no time to answer a ping. */
  const unhurried = () => {
    const clock = manualClock()
    return { ...clock, after: (ms: number, task: () => void) => (ms === 30_000 ? () => {} : clock.after(ms, task)) }
  }
  const present = (token: string) =>
    frame(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.reauthenticate)
        encoding.writeVarString(encoder, token)
      }),
    )
  const hour = 60 * 60 * 1000

  test('[S9] takes the place of the one before: the connection ends with the new session, not with the old one', async () => {
    const clock = unhurried()
    const gated = await startGated({ clock })
    const { server } = gated
    const first = await server.signIn('us-cochair-semiconductors')
    const raw = await enter(server, first)
    clock.advance(6 * hour)
    const second = await server.signIn('us-cochair-semiconductors')
    await gated.rejudgedAfter(async () => raw.socket.write(present(tokenOf(second))))
    clock.advance(6 * hour + 1)
    expect((await caller(server, first).send('GET', '/api/session')).status).toBe(401)
    raw.socket.write(acknowledge(3))
    await raw.until((bytes) => isAcknowledged(bytes, 3))
    expect(closeCodeOf(raw.received())).toBeNull()
    clock.advance(6 * hour)
    expect(await closedWith(raw)).toBe(closeCode.unauthenticated)
    await server.stop()
  })

  test('[S9] signing the old session out leaves it, signing the new one out ends it', async () => {
    const gated = await startGated()
    const { server } = gated
    const [old, fresh] = await Promise.all([0, 1].map(() => actingAs(server, 'us-cochair-semiconductors')))
    if (old === undefined || fresh === undefined) throw new Error('No sessions')
    const raw = await enter(server, old.cookie)
    await gated.rejudgedAfter(async () => raw.socket.write(present(tokenOf(fresh.cookie))))
    await old.call(closeSession)
    raw.socket.write(acknowledge(4))
    await raw.until((bytes) => isAcknowledged(bytes, 4))
    await fresh.call(closeSession)
    expect(await closedWith(raw)).toBe(closeCode.unauthenticated)
    await server.stop()
  })

  test('[S8][S9] of someone else, of nobody, of a session that is over, or nonsense, ends the connection', async () => {
    const server = await startTestServer()
    const mine = await server.signIn('us-cochair-semiconductors')
    const over = await actingAs(server, 'us-cochair-semiconductors')
    await over.call(closeSession)
    const tokens = [
      tokenOf(await server.signIn('jp-cochair-semiconductors')),
      'A'.repeat(43),
      tokenOf(over.cookie),
      '',
      'x'.repeat(100_000),
    ]
    for (const token of tokens) {
      const raw = await enter(server, mine)
      raw.socket.write(present(token))
      expect(await closedWith(raw)).toBe(closeCode.unauthenticated)
    }
    const raw = await enter(server, mine)
    raw.socket.write(present(tokenOf(mine)))
    raw.socket.write(acknowledge(6))
    await raw.until((bytes) => isAcknowledged(bytes, 6))
    expect(closeCodeOf(raw.received())).toBeNull()
    raw.socket.destroy()
    await server.stop()
  })
})
