/** The live connection from outside: who gets in, with which code the others are turned away, when it ends, stock clients. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { Problem } from '#shared/api/common.ts'
import { changePhase, proposeChange } from '#shared/api/changes.ts'
import { updateDocument } from '#shared/api/document-changes.ts'
import { getDocument } from '#shared/api/documents.ts'
import { getGroup } from '#shared/api/initiative.ts'
import { closeSession } from '#shared/api/session.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { bodyName, closeCode, maxFrameBytes, messageType } from '#shared/protocol/messages.ts'
import { StorageError } from '#server/storage/storage.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { handshake, openRaw } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock } from '../support/stock.ts'
import { caretAt } from '../support/peer.ts'
import { actingAs, openSocket } from './client.ts'
import { findWords } from './text.ts'

const path = '/sync/semiconductors-mou'
let server: TestServer
let cookie: string

beforeAll(async () => {
  server = await startTestServer()
  cookie = await server.signIn('us-cochair-semiconductors')
})
afterAll(() => server.stop())

/** Resolves with the first frame that the server sends, which it does to those who got in. */
const expectAdmitted = ({ socket }: { socket: WebSocket }) =>
  new Promise<void>((resolve, reject) => {
    socket.once('message', () => resolve())
    socket.once('close', (code) => reject(new Error(`Closed with ${code}`)))
    socket.once('open', () => socket.send(syncStep1()))
  })

function syncStep1(): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint8Array(encoder, Y.encodeStateVector(new Y.Doc()))
  return encoding.toUint8Array(encoder)
}

describe('getting in', () => {
  test('[S11] a page of another site is refused before the upgrade', async () => {
    for (const origin of ['https://elsewhere.example', 'null']) {
      expect(await openSocket(server, path, { cookie, origin }).refused).toBe(403)
    }
  })

  test('[S11] our own page, and a program without an Origin, get in', async () => {
    for (const options of [{ cookie, origin: server.url }, { cookie }]) {
      const opened = openSocket(server, path, options)
      await expectAdmitted(opened)
      opened.socket.close()
    }
  })

  test('[S11] a token in the address serves instead of the cookie', async () => {
    const token = cookie.split('=')[1] ?? ''
    const opened = openSocket(server, `${path}?token=${token}`)
    await expectAdmitted(opened)
    opened.socket.close()
  })

  test.each([
    ['without a session', path, '', closeCode.unauthenticated],
    ['with a made-up token', `${path}?token=${'A'.repeat(43)}`, '', closeCode.unauthenticated],
    ['an unknown document', '/sync/semiconductors-nothing', 'us-cochair-semiconductors', closeCode.notFound],
    ['a malformed id', '/sync/NOT..AN-ID', 'us-cochair-semiconductors', closeCode.notFound],
    ['a document of another group', path, 'us-cochair-ai', closeCode.notFound],
    ['a draft as a principal', path, 'us-principal', closeCode.notFound],
    ['an old schema', `${path}?schema=${schemaVersion - 1}`, 'secretariat', closeCode.clientTooOld],
    ['a schema that is no number', `${path}?schema=x`, 'secretariat', closeCode.clientTooOld],
    ['another epoch', `${path}?epoch=1`, 'secretariat', closeCode.wrongEpoch],
  ] as const)('[S11] %s is closed with the code that says why', async (_, address, persona, code) => {
    const opened = openSocket(server, address, persona === '' ? {} : { cookie: await server.signIn(persona) })
    const closed = await opened.closed
    expect(closed.code).toBe(code)
    expect(closed.reason).toMatch(/^[A-Z].*\.$/)
  })

  test('[S14] the document’s own epoch and the present schema are welcome', async () => {
    const us = await actingAs(server, 'us-cochair-semiconductors')
    const { epoch } = await us.call(getDocument, { params: { id: 'semiconductors-mou' } })
    const opened = openSocket(server, `${path}?epoch=${epoch}&schema=${schemaVersion}`, { cookie })
    await expectAdmitted(opened)
    opened.socket.close()
  })

  test('[H1][S11] an upgrade anywhere else is 404, and what answers there is not asked', async () => {
    const someone = await server.signIn('jp-cochair-semiconductors')
    for (const address of ['/', '/api/events', '/api/events/socket', '/api/documents', '/healthz', '/sync']) {
      const { answered, gone } = openRaw(server.url, handshake(address, { Cookie: someone }))
      expect([address, await answered]).toEqual([address, 404])
      expect(Problem.parse(JSON.parse((await gone).rest.toString())).detail).toMatch(/\S.*\.$/)
    }
    const us = await actingAs(server, 'us-cochair-semiconductors')
    const { online } = await us.call(getGroup, { params: { group: 'semiconductors' } })
    expect(online.map(({ id }) => id)).not.toContain('jp-cochair-semiconductors')
  })

  test('[S3] a store that cannot be asked is a transient close', async () => {
    let broken = false
    const failing = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        documents: {
          ...storage.documents,
          get: (id) => (broken ? Promise.reject(new StorageError('gone')) : storage.documents.get(id)),
        },
      }),
    })
    const someone = await failing.signIn('secretariat')
    broken = true
    expect((await openSocket(failing, path, { cookie: someone }).closed).code).toBe(closeCode.unavailable)
    await failing.stop()
  })
})

describe('being put out', () => {
  test('[S5] a text message and an oversized frame end their own connection only', async () => {
    const bystander = openSocket(server, path, { cookie })
    await expectAdmitted(bystander)
    const texting = openSocket(server, path, { cookie })
    await texting.opened
    texting.socket.send('hello')
    expect((await texting.closed).code).toBe(closeCode.malformed)
    const large = openSocket(server, path, { cookie })
    await large.opened
    large.socket.send(new Uint8Array(maxFrameBytes + 1))
    expect((await large.closed).code).toBe(closeCode.malformed)
    const huge = openSocket(server, path, { cookie })
    await huge.opened
    huge.socket.send(new Uint8Array(3 * maxFrameBytes))
    expect([1006, 1009]).toContain((await huge.closed).code)
    expect(bystander.socket.readyState).toBe(WebSocket.OPEN)
    bystander.socket.close()
  })

  test('[S9] signing out closes the session’s connections', async () => {
    const someone = await actingAs(server, 'jp-drafter-semiconductors')
    const opened = openSocket(server, path, { cookie: someone.cookie })
    await expectAdmitted(opened)
    await someone.call(closeSession)
    expect((await opened.closed).code).toBe(closeCode.unauthenticated)
  })

  test('[S9] the end of the session closes them too', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const opened = openSocket(timed, path, { cookie: await timed.signIn('secretariat') })
    await opened.opened
    const connected = new Promise<void>((resolve) => opened.socket.once('message', () => resolve()))
    opened.socket.send(syncStep1())
    await connected
    clock.advance(29_000)
    expect(opened.socket.readyState).toBe(WebSocket.OPEN)
    clock.advance(12 * 60 * 60 * 1000)
    expect([closeCode.unauthenticated, 1006]).toContain((await opened.closed).code)
    await timed.stop()
  })

  test('[S9] closing a draft to the panel puts panelists out and nobody else', async () => {
    const us = await actingAs(server, 'us-cochair-semiconductors')
    const params = { id: 'semiconductors-outcome-targets' }
    const address = '/sync/semiconductors-outcome-targets'
    const panel = openSocket(server, address, { cookie: await server.signIn('panelist-semiconductors') })
    const staying = openSocket(server, address, { cookie })
    await Promise.all([expectAdmitted(panel), expectAdmitted(staying)])
    await us.call(updateDocument, { params, body: { panelOpen: false } })
    expect((await panel.closed).code).toBe(closeCode.forbidden)
    expect(staying.socket.readyState).toBe(WebSocket.OPEN)
    staying.socket.close()
    await us.call(updateDocument, { params, body: { panelOpen: true } })
  })

  test('[S12] a connection whose other end no longer answers is cut off', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const opened = openSocket(timed, path, { cookie: await timed.signIn('secretariat') })
    await expectAdmitted(opened)
    expect(timed.rooms.present()).toHaveLength(1)
    // Two rounds of pings with nothing read between them: no answer can have come.
    clock.advance(60_000)
    expect((await opened.closed).code).toBe(1006)
    await timed.stop()
  })
})

describe('stock clients', () => {
  const connect = async (persona: string, params: Record<string, string> = {}) => {
    const cookieOf = await server.signIn(persona)
    class WithCookie extends WebSocket {
      constructor(url: string | URL) {
        super(url, { headers: { cookie: cookieOf } })
      }
    }
    const doc = new Y.Doc()
    const provider = new WebsocketProvider(`${server.url.replace('http', 'ws')}/sync`, 'semiconductors-mou', doc, {
      // The provider asks for the browser's class, which ws implements but does not declare.
      WebSocketPolyfill: WithCookie as unknown as typeof globalThis.WebSocket,
      disableBc: true,
      params,
    })
    await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
    return { doc, provider, body: doc.getXmlFragment(bodyName) }
  }
  const change = (doc: Y.Doc) => new Promise<void>((resolve) => doc.once('update', () => resolve()))

  test('[S10][S14] the stock provider syncs, sees others with the identity that the server gives them, and edits', async () => {
    const us = await connect('us-cochair-semiconductors')
    const jp = await connect('jp-cochair-semiconductors')
    expect(readClauses(us.body).length).toBeGreaterThan(6)
    const seen = new Promise<Record<string, unknown>>((resolve) => {
      jp.provider.awareness.on('change', () => {
        const state = jp.provider.awareness.getStates().get(us.doc.clientID)
        if (state?.['cursor'] != null) resolve(state)
      })
    })
    us.provider.awareness.setLocalState({ cursor: caretAt(1), user: { name: 'Somebody Else', color: '#000000' } })
    expect((await seen)['user']).toMatchObject({ party: 'us', role: 'cochair', color: '#1f4b8f' })
    const changed = change(jp.doc)
    const { text, index } = findWords(us.body, 'Participants')
    text.insert(index, 'two ')
    await changed
    expect(findWords(jp.body, 'two Participants').index).toBeGreaterThanOrEqual(0)
    us.provider.destroy()
    jp.provider.destroy()
  })

  test('[S8] what a panelist types reaches nobody, and the connection is refused for good', async () => {
    const panel = await connect('panelist-semiconductors')
    const closed = new Promise<number>((resolve) =>
      panel.provider.once('connection-close', (event) => resolve(event?.code ?? 0)),
    )
    findWords(panel.body, 'Participants').text.insert(0, 'never accepted ')
    expect(await closed).toBe(closeCode.forbidden)
    panel.provider.destroy()
    const text = await server.rooms.read('semiconductors-mou', (doc) => JSON.stringify(doc.getXmlFragment(bodyName)))
    expect(text).not.toContain('never accepted')
  })

  test('[S1] acknowledgements come to those who ask for them with v=1, and to nobody else', async () => {
    const frames = async (query: string) => {
      const opened = openSocket(server, path + query, { cookie })
      const types: number[] = []
      opened.socket.on('message', (data) => types.push(data instanceof Uint8Array ? (data[0] ?? -1) : -1))
      await expectAdmitted(opened)
      opened.socket.send(Uint8Array.of(messageType.acknowledge, 7))
      const answered = new Promise<void>((resolve) =>
        opened.socket.on('message', (data) => {
          if (data instanceof Uint8Array && data[0] === messageType.sync) resolve()
        }),
      )
      opened.socket.send(syncStep1())
      await answered
      opened.socket.close()
      await opened.closed
      return types
    }
    expect(await frames('?v=1')).toContain(messageType.acknowledge)
    expect(await frames('')).not.toContain(messageType.acknowledge)
  })
})

describe('a text that is negotiated', () => {
  test('[N1] [S6] a stock client that writes base text is disconnected with the code for what one may not do, and another hears nothing of it', async () => {
    const id = 'ai-mou'
    const chairs = [await actingAs(server, 'us-cochair-ai'), await actingAs(server, 'jp-cochair-ai')]
    for (const chair of chairs) await chair.call(changePhase, { params: { id }, body: { phase: 'negotiating' } })
    const join = async (persona: string) => connectStock(server.url, id, { cookie: await server.signIn(persona) })
    await using intruder = await join('us-drafter-ai')
    await using other = await join('jp-drafter-ai')
    await Promise.all([intruder.synced(), other.synced()])
    let heard = 0
    other.doc.on('update', () => (heard += 1))
    findWords(intruder.body, 'Recalling').text.insert(3, 'whole')
    expect(await intruder.closed).toBe(closeCode.forbidden)
    // A suggestion of the other side goes through afterwards, and is all that has changed.
    const [article] = readClauses(other.body)
    const body = { clause: article?.id ?? '', language: 'en' as const, exact: 'Recalling', with: 'Bearing in mind' }
    await chairs[1]?.call(proposeChange, { params: { id }, body })
    await other.until(() => readClauses(other.body)[0]?.text.en.includes('Bearing in mind') ?? false)
    expect(heard).toBe(1)
    expect(JSON.stringify(other.body)).not.toContain('Recwhole')
  })
})
