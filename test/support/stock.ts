/** The stock y-websocket provider in Node, signed in with a cookie, and ways to wait for what it hears. */
import * as decoding from 'lib0/decoding'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'

export type StockClient = AsyncDisposable & {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly provider: WebsocketProvider
  /** Types of all messages received, in order. */
  readonly messageTypes: number[]
  /** Numbers acknowledged (message 101). */
  readonly acknowledged: number[]
  /** Resolves when the provider has the server's text. */
  readonly synced: () => Promise<void>
  /** Resolves when `holds` does; looked at now and after each change of the text or of the presence, and each acknowledgement. */
  readonly until: (holds: () => boolean) => Promise<void>
  /** Resolves with the code once the server has ended the connection for good. */
  readonly closed: Promise<number>
  /** Sends a frame of our own on the provider's connection. */
  readonly send: (frame: Uint8Array) => void
  readonly stop: () => void
}

/** Connects to `/sync/{document}` of `url`. `cookie` and `headers` are sent with the upgrade; `params` are the provider's. */
export function connectStock(
  url: string,
  document: string,
  {
    cookie,
    headers = {},
    params = {},
  }: { cookie?: string; headers?: Readonly<Record<string, string>>; params?: Record<string, string> } = {},
): StockClient {
  class SignedInSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { ...headers, ...(cookie === undefined ? {} : { cookie }) } })
    }
  }
  const doc = new Y.Doc()
  const messageTypes: number[] = []
  const acknowledged: number[] = []
  const provider = new WebsocketProvider(url.replace(/^http/, 'ws') + '/sync', document, doc, {
    // The provider is typed for the browser's WebSocket; the one of `ws` answers to the same calls.
    WebSocketPolyfill: SignedInSocket as unknown as typeof WebSocket & typeof globalThis.WebSocket,
    disableBc: true,
    params,
  })
  const watchers = new Set<() => void>()
  const look = () => {
    for (const watcher of watchers) watcher()
  }
  doc.on('update', look)
  provider.awareness.on('change', look)
  provider.on('sync', look)
  for (const [type, handle] of [...provider.messageHandlers].entries()) {
    if (handle === undefined) continue
    provider.messageHandlers[type] = (encoder, decoder, ...rest) => {
      messageTypes.push(type)
      handle(encoder, decoder, ...rest)
    }
  }
  for (const own of [101, 103]) {
    provider.messageHandlers[own] = (_, decoder) => {
      messageTypes.push(own)
      if (own === 101) acknowledged.push(decoding.readVarUint(decoder))
      look()
    }
  }
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const watcher = () => {
        if (!holds()) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
  const closed = new Promise<number>((resolve) => provider.on('closed', ({ code }) => resolve(code)))
  const stop = () => {
    provider.destroy()
    // Its presence has a clock of its own, which would keep the process alive.
    doc.destroy()
  }
  return {
    doc,
    body: doc.getXmlFragment(bodyName),
    provider,
    messageTypes,
    acknowledged,
    synced: () => until(() => provider.synced),
    until,
    closed,
    send: (frame) => provider.ws?.send(new Uint8Array(frame)),
    stop,
    async [Symbol.asyncDispose]() {
      stop()
    },
  }
}
