/** A real client beside the load clients: the stock provider with a document. What it sees shows whether the load is what it seems. */
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { servers } from './config.ts'
import type { BenchDocument, BenchServer } from './server.ts'
import { runOf, type Author } from './updates.ts'

export type RealClient = {
  /** How many of the characters that the authors typed it has in its text. */
  charactersOf(authors: readonly Author[]): number
  /** Whether everything that it was sent fits together. */
  whole(): boolean
  stop(): void
}

const openingLength = 'Opening. '.length

/** Joins a document with y-websocket's provider; null where another protocol is spoken. Resolves when it is connected. */
export async function joinAsRealClient(server: BenchServer, document: BenchDocument): Promise<RealClient | null> {
  if (server.dialect !== 'plain') return null
  const { path, headers } = await server.address(document, 'reader')
  class SignedInSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers })
    }
  }
  const doc = new Y.Doc()
  const room = path.slice(path.lastIndexOf('/') + 1)
  const address = `ws://${server.host}:${server.port}${path.slice(0, path.lastIndexOf('/'))}`
  const provider = new WebsocketProvider(address, room, doc, {
    // The provider is typed for the browser's WebSocket; the one of `ws` answers to the same calls.
    WebSocketPolyfill: SignedInSocket as unknown as typeof WebSocket & typeof globalThis.WebSocket,
    disableBc: true,
  })
  await new Promise<void>((resolve) => {
    if (servers[server.name].relays) provider.on('status', ({ status }) => status === 'connected' && resolve())
    else provider.on('sync', (synced) => synced && resolve())
  })
  return {
    charactersOf: (authors) =>
      authors.reduce((sum, { clauseId }) => {
        const length = runOf(doc.getXmlFragment(bodyName), clauseId).toString().length
        return sum + length - openingLength
      }, 0),
    whole: () => doc.store.pendingStructs === null && doc.store.pendingDs === null,
    stop: () => {
      provider.destroy()
      doc.destroy()
    },
  }
}
