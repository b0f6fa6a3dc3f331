/** Hocuspocus with its defaults; with DATA_DIR, with its SQLite extension at its default debounce. */
import { join } from 'node:path'
import { Server } from '@hocuspocus/server'
import { SQLite } from '@hocuspocus/extension-sqlite'

const { DATA_DIR, HOST, PORT } = process.env
const extensions = DATA_DIR ? [new SQLite({ database: join(DATA_DIR, 'hocuspocus.sqlite') })] : []
await new Server({ address: HOST, port: Number(PORT), quiet: true, extensions }).listen()
