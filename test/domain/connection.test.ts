/** A document's connection in the browser: what it tells the writer, and what it keeps for them. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as sync from 'y-protocols/sync'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { openDocument, type DocumentConnection } from '#client/connection/connection.ts'
import type { Network } from '#client/connection/hearing.ts'
import { hasUnsaved } from '#client/connection/state.ts'
import { createStore } from '#client/lib/store.ts'
import { insertedText } from '#client/connection/unsaved.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { bodyName, closeCode, messageType, syncType } from '#shared/protocol/messages.ts'

/** The browser's end of a socket whose other end is the test. */
class FakeSocket extends EventTarget implements WebSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  static readonly all: FakeSocket[] = []
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  readonly url: string
  readonly protocol = ''
  readonly extensions = ''
  readonly bufferedAmount = 0
  binaryType: BinaryType = 'arraybuffer'
  readyState: 0 | 1 | 2 | 3 = 0
  onopen: WebSocket['onopen'] = null
  onmessage: WebSocket['onmessage'] = null
  onerror: WebSocket['onerror'] = null
  onclose: WebSocket['onclose'] = null
  sent: Uint8Array[] = []
  constructor(url: string | URL) {
    super()
    this.url = String(url)
    FakeSocket.all.push(this)
  }
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (data instanceof Uint8Array) this.sent.push(data.slice())
  }
  close(): void {
    this.readyState = 3
  }
  opens(): void {
    this.readyState = 1
    this.onopen?.(new Event('open'))
  }
  receives(compose: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder()
    compose(encoder)
    this.onmessage?.(new MessageEvent('message', { data: encoding.toUint8Array(encoder).slice().buffer }))
  }
  ends(code: number): void {
    this.readyState = 3
    // Node 20 has no CloseEvent.
    this.onclose?.(Object.assign(new Event('close'), { code, reason: '', wasClean: true }))
  }
}

/** The server's side of one document: what it has, and what it was told. */
function serverOf(socket: FakeSocket, doc: Y.Doc) {
  let read = 0
  const acknowledged: number[] = []
  const kinds: string[] = []
  return {
    acknowledged,
    kinds,
    greets: () => {
      socket.receives((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        sync.writeSyncStep1(encoder, doc)
      })
      socket.receives((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        sync.writeSyncStep2(encoder, doc)
      })
    },
    sends: (update: Uint8Array) =>
      socket.receives((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        sync.writeUpdate(encoder, update)
      }),
    acknowledges: (n: number) =>
      socket.receives((encoder) => {
        encoding.writeVarUint(encoder, messageType.acknowledge)
        encoding.writeVarUint(encoder, n)
      }),
    isThere: () =>
      socket.receives((encoder) => {
        encoding.writeVarUint(encoder, messageType.awareness)
        encoding.writeVarUint8Array(encoder, Uint8Array.of(0))
      }),
    refuses: (n: number, code: number) =>
      socket.receives((encoder) => {
        encoding.writeVarUint(encoder, messageType.refused)
        encoding.writeVarUint(encoder, n)
        encoding.writeVarUint(encoder, code)
      }),
    /** Takes in everything that was sent so far. */
    reads: () => {
      for (const frame of socket.sent.slice(read)) {
        const decoder = decoding.createDecoder(frame)
        const type = decoding.readVarUint(decoder)
        if (type === messageType.acknowledge) {
          acknowledged.push(decoding.readVarUint(decoder))
          kinds.push('mark')
        }
        if (type === messageType.queryAwareness) kinds.push('question')
        if (type !== messageType.sync) continue
        const kind = decoding.readVarUint(decoder)
        kinds.push(kind === syncType.step1 ? 'step1' : kind === syncType.step2 ? 'step2' : 'update')
        if (kind !== syncType.step1) Y.applyUpdate(doc, decoding.readVarUint8Array(decoder))
      }
      read = socket.sent.length
    },
  }
}

const newest = (): FakeSocket => FakeSocket.all.at(-1)!
const microtasks = () => Promise.resolve().then(() => undefined)
let connection: DocumentConnection

/** What the browser knows of the network, as the test has it. */
function switchedNetwork() {
  const known = createStore(true)
  return { network: { online: known.get, subscribe: known.subscribe }, turn: known.set }
}

function open(network?: Network) {
  const options = { url: 'ws://host/sync', WebSocketPolyfill: FakeSocket, ...(network ? { network } : {}) }
  connection = openDocument('ai-mou', { epoch: 7 }, options)
  return newest()
}

function openReady(doc = new Y.Doc(), network?: Network) {
  const socket = open(network)
  const server = serverOf(socket, doc)
  socket.opens()
  server.greets()
  return { socket, server, doc }
}

/** Adds a paragraph of its own, then types into it one character at a time, as a person would. */
function write(words: string): Y.XmlText {
  const text = new Y.XmlText()
  connection.doc.transact(() => connection.body.push([text]))
  for (const letter of words) text.insert(text.length, letter)
  return text
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  vi.setSystemTime(new Date('2026-11-23T05:02:00Z'))
})

afterEach(() => {
  connection.close()
  FakeSocket.all.length = 0
  vi.useRealTimers()
})

test('[U4] a connection asks for its epoch, and for acknowledgements', () => {
  const url = new URL(open().url)
  expect(url.pathname).toBe('/sync/ai-mou')
  expect(Object.fromEntries(url.searchParams)).toEqual({ v: '1', epoch: '7', schema: String(schemaVersion) })
})

test('[U4] loading until the text is here, saving until the server says that it is on disk, then saved', async () => {
  const socket = open()
  expect(connection.state.get()).toEqual({ name: 'loading', failing: false })
  const server = serverOf(socket, new Y.Doc())
  socket.opens()
  expect(connection.loaded.get()).toBe(false)
  server.greets()
  expect(connection.loaded.get()).toBe(true)
  expect(connection.state.get()).toEqual({ name: 'saved', at: Date.parse('2026-11-23T05:02:00Z') })

  write('agreed')
  expect(connection.state.get()).toEqual({ name: 'saving', changes: 7 })
  await microtasks()
  server.reads()
  expect(server.acknowledged).toEqual([7])

  vi.setSystemTime(new Date('2026-11-23T05:03:00Z'))
  write('!')
  server.acknowledges(7)
  expect(connection.state.get()).toEqual({ name: 'saving', changes: 2 })
  server.acknowledges(9)
  expect(connection.state.get()).toEqual({ name: 'saved', at: Date.parse('2026-11-23T05:03:00Z') })
})

test('[U4] offline says how many changes are kept, and sends them when the connection returns', async () => {
  const { socket, server, doc } = openReady()
  write('a')
  await microtasks()
  server.reads()
  server.acknowledges(2)
  socket.ends(1006)
  await microtasks()
  expect(connection.state.get()).toEqual({ name: 'reconnecting', changes: 0, unavailable: false })
  write('bcd')
  expect(connection.state.get()).toEqual({ name: 'reconnecting', changes: 4, unavailable: false })
  vi.advanceTimersByTime(3999)
  for (const later of FakeSocket.all.slice(1)) later.ends(1006)
  vi.advanceTimersByTime(1)
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 4, unavailable: false })
  expect(hasUnsaved(connection.state.get())).toBe(true)

  vi.advanceTimersByTime(3000)
  const again = newest()
  const back = serverOf(again, doc)
  again.opens()
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 4, unavailable: false })
  back.greets()
  await microtasks()
  back.reads()
  expect(back.acknowledged).toEqual([6])
  expect(connection.state.get()).toEqual({ name: 'saving', changes: 4 })
  back.acknowledges(6)
  expect(connection.state.get().name).toBe('saved')
  expect(doc.getXmlFragment(bodyName).toJSON()).toBe(connection.body.toJSON())
})

test('[U4] a network that the browser knows to be gone is said at once, and its return is used at once', async () => {
  const { network, turn } = switchedNetwork()
  const { server, doc } = openReady(new Y.Doc(), network)
  write('ab')
  turn(false)
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 3, unavailable: false })
  write('c')
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 5, unavailable: false })
  await microtasks()
  expect(FakeSocket.all).toHaveLength(1)
  turn(true)
  expect(FakeSocket.all).toHaveLength(2)
  const back = serverOf(newest(), doc)
  newest().opens()
  back.greets()
  expect(connection.state.get()).toEqual({ name: 'saving', changes: 5 })
  back.acknowledges(5)
  expect(connection.state.get().name).toBe('saved')
  expect(server.acknowledged).toEqual([])
})

test('[U4] a server that answers although the browser knows no network, as on this machine, is not called away', () => {
  const { network, turn } = switchedNetwork()
  const { server } = openReady(new Y.Doc(), network)
  turn(false)
  server.reads()
  expect(server.kinds.at(-1)).toBe('question')
  server.isThere()
  expect(connection.state.get().name).toBe('saved')
  write('a')
  expect(connection.state.get().name).toBe('saving')
})

test('[U4] a connection that is gone without an end is called offline within five seconds, and made anew', async () => {
  const { socket, doc } = openReady()
  vi.advanceTimersByTime(15_000)
  write('ab')
  vi.advanceTimersByTime(4000)
  expect(connection.state.get()).toEqual({ name: 'saving', changes: 3 })
  vi.advanceTimersByTime(1000)
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 3, unavailable: false })
  vi.advanceTimersByTime(6000)
  expect(FakeSocket.all).toHaveLength(2)
  expect(connection.state.get().name).toBe('offline')
  const back = serverOf(newest(), doc)
  newest().opens()
  back.greets()
  await microtasks()
  back.reads()
  back.acknowledges(3)
  expect(connection.state.get().name).toBe('saved')
  expect(doc.getXmlFragment(bodyName).toJSON()).toBe('ab')
  vi.advanceTimersByTime(20_000)
  expect([FakeSocket.all.length, socket.readyState]).toEqual([2, 3])
})

test('[U4] a server that is slow to save and answers is not called away', () => {
  const { server } = openReady()
  write('ab')
  for (let second = 0; second < 60; second += 1) {
    vi.advanceTimersByTime(1000)
    const before = server.kinds.length
    server.reads()
    if (server.kinds.slice(before).includes('question')) server.isThere()
    expect([second, connection.state.get().name]).toEqual([second, 'saving'])
  }
  expect(server.kinds.filter((kind) => kind === 'question').length).toBeGreaterThan(10)
  expect(FakeSocket.all).toHaveLength(1)
})

test('[U4] a server that cannot save just now is not taken for a lost connection', async () => {
  const { socket } = openReady()
  write('a')
  socket.ends(closeCode.unavailable)
  vi.advanceTimersByTime(4000)
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 2, unavailable: true })
  newest().ends(1006)
  await microtasks()
  expect(connection.state.get()).toEqual({ name: 'offline', changes: 2, unavailable: false })
})

test('[U4] what is typed between connecting and the exchange of what each side lacks is sent once, in its order', async () => {
  const { socket } = openReady()
  socket.ends(1006)
  write('kept')
  vi.advanceTimersByTime(3000)
  const again = newest()
  const doc = new Y.Doc()
  const server = serverOf(again, doc)
  again.opens()
  write('and this')
  await microtasks()
  server.reads()
  expect(server.kinds).toEqual(['step1'])
  server.greets()
  await microtasks()
  server.reads()
  expect(server.kinds).toEqual(['step1', 'step2', 'mark'])
  expect(doc.getXmlFragment(bodyName).toJSON()).toBe('keptand this')
})

test('[U5] refused: the words that were not taken are recovered, without those taken back or already saved', async () => {
  const { server } = openReady()
  write('saved before')
  await microtasks()
  server.acknowledges(13)
  const first = write('shall sharre')
  first.delete(10, 1)
  write('吉𠮷を含む')
  server.refuses(13, closeCode.forbidden)
  expect(connection.state.get()).toEqual({ name: 'refused', code: 4403, text: 'shall share\n吉𠮷を含む' })
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.all).toHaveLength(1)
})

test('[U5] words typed inside an older sentence are recovered as a run of their own', () => {
  const base = new Y.Doc()
  base.getText('t').insert(0, 'The Participants share information.')
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(base))
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.getText('t').insert(16, ' intend to')
  doc.getText('t').insert(0, 'Draft. ')
  doc.getText('t').format(0, 5, { bold: {} })
  expect(insertedText(updates)).toBe(' intend to\nDraft. ')
})

test('[U4] a replaced text and an outdated page have states of their own; a plain end loses nothing', async () => {
  for (const [code, expected] of [
    [closeCode.wrongEpoch, { name: 'replaced', text: 'x' }],
    [closeCode.clientTooOld, { name: 'outdated', text: 'x' }],
    [closeCode.forbidden, { name: 'refused', code: 4403, text: 'x' }],
  ] as const) {
    const { socket } = openReady()
    write('x')
    socket.ends(code)
    await microtasks()
    expect(connection.state.get()).toEqual(expected)
    connection.close()
  }
  const { socket } = openReady()
  socket.ends(closeCode.notFound)
  expect(connection.state.get()).toEqual({ name: 'closed', code: 4404 })
})

test('[U4] a transient refusal keeps the changes and comes back', async () => {
  const { socket, server } = openReady()
  write('x')
  server.refuses(0, closeCode.unavailable)
  socket.ends(closeCode.unavailable)
  await microtasks()
  expect(connection.state.get()).toEqual({ name: 'reconnecting', changes: 2, unavailable: true })
  vi.advanceTimersByTime(3000)
  expect(FakeSocket.all).toHaveLength(2)
})

test('[U1] while I compose, others’ words wait, and come in one step 60 ms after it ends', () => {
  const { server, socket, doc } = openReady()
  const page = new EventTarget()
  connection.deferDuringComposition(page)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.getXmlFragment(bodyName).push([new Y.XmlText('one')])
  doc.getXmlFragment(bodyName).push([new Y.XmlText('two')])
  let steps = 0
  connection.doc.on('afterTransaction', ({ local }) => {
    if (!local) steps += 1
  })

  page.dispatchEvent(new Event('compositionstart'))
  for (const update of updates) server.sends(update)
  expect(connection.body.toJSON()).toBe('')
  socket.sent = []
  socket.receives((encoder) => {
    encoding.writeVarUint(encoder, messageType.sync)
    sync.writeSyncStep1(encoder, doc)
  })
  expect(socket.sent).toHaveLength(1)

  page.dispatchEvent(new Event('compositionend'))
  vi.advanceTimersByTime(59)
  expect(connection.body.toJSON()).toBe('')
  vi.advanceTimersByTime(1)
  expect(connection.body.toJSON()).toBe('onetwo')
  expect(steps).toBe(1)
  expect(connection.state.get().name).toBe('saved')
})

/** A page in which a composition is open, and others who write meanwhile. */
function composing() {
  const opened = openReady()
  const page = new EventTarget()
  const stop = connection.deferDuringComposition(page)
  opened.doc.on('update', (update: Uint8Array) => opened.server.sends(update))
  const says = (name: string, more: object = {}) => page.dispatchEvent(Object.assign(new Event(name), more))
  says('compositionstart')
  const others = (words: string) => opened.doc.getXmlFragment(bodyName).push([new Y.XmlText(words)])
  others('one')
  return { ...opened, says, others, stop, shown: () => connection.body.toJSON() }
}

test('[U1] others’ words wait for a composition however long it is silent, and those who are here stay so', () => {
  const { socket, says, others, shown } = composing()
  const colleague = new Awareness(new Y.Doc())
  colleague.setLocalState({ user: { name: 'Co-chair' } })
  const present = encodeAwarenessUpdate(colleague, [colleague.clientID])
  applyAwarenessUpdate(connection.awareness, present, null)
  says('compositionend')
  vi.advanceTimersByTime(60)
  expect(shown()).toBe('one')

  says('compositionstart')
  others('two')
  vi.advanceTimersByTime(10 * 60_000)
  expect(socket.readyState).toBe(1)
  expect(shown()).toBe('one')
  expect(connection.awareness.getStates().has(colleague.clientID)).toBe(true)
  // The keys of the input method end nothing.
  says('keydown', { isComposing: true, keyCode: 13 })
  says('keydown', { isComposing: false, keyCode: 229 })
  vi.advanceTimersByTime(10 * 60_000)
  expect(shown()).toBe('one')
  says('compositionend')
  vi.advanceTimersByTime(60)
  expect(shown()).toBe('onetwo')
  colleague.destroy()
})

test.each([
  ['the focus goes elsewhere', 'blur', {}],
  ['a key is pressed that composes nothing', 'keydown', { isComposing: false, keyCode: 65 }],
])('[U1] a composition whose end was never told is over when %s', (_, name, more) => {
  const { says, shown } = composing()
  says(name, more)
  expect(shown()).toBe('')
  vi.advanceTimersByTime(60)
  expect(shown()).toBe('one')
})

test('[U1] a lost connection ends a composition that gives no further sign, once the others are heard again', () => {
  for (const goesOn of [false, true]) {
    const { socket, doc, says, stop, shown } = composing()
    socket.ends(1006)
    expect(shown()).toBe('')
    if (goesOn) says('compositionupdate')
    vi.advanceTimersByTime(3000)
    const again = newest()
    again.opens()
    serverOf(again, doc).greets()
    expect(shown()).toBe(goesOn ? '' : 'one')
    stop()
    expect(shown()).toBe('one')
    connection.close()
  }
})
