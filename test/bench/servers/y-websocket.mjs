/**
 * The stock y-websocket server as its own program starts it. With DATA_DIR it keeps documents in LevelDB, bound in the way that
 * the program itself did while it still had the setting YPERSISTENCE.
 */
import http from 'node:http'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { LeveldbPersistence } from 'y-leveldb'
import { setPersistence, setupWSConnection } from '@y/websocket-server/utils'

if (process.env.DATA_DIR) {
  const store = new LeveldbPersistence(process.env.DATA_DIR)
  setPersistence({
    provider: store,
    bindState: async (name, doc) => {
      const kept = await store.getYDoc(name)
      store.storeUpdate(name, Y.encodeStateAsUpdate(doc))
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(kept))
      doc.on('update', (update) => store.storeUpdate(name, update))
    },
    writeState: async () => {},
  })
}

const sockets = new WebSocket.Server({ noServer: true })
const server = http.createServer((_, response) => response.end('okay'))
sockets.on('connection', setupWSConnection)
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (connection) => sockets.emit('connection', connection, request))
})
server.listen(Number(process.env.PORT), process.env.HOST)
