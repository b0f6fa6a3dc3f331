/**
 * A process to be killed: appends to the document `killed` for as long as it lives and says on stdout what was acknowledged.
 * Arguments: the database file, and how many appends are in flight at a time.
 */
import { writeSync } from 'node:fs'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { StorageError } from '#server/storage/storage.ts'

const [file = '', inFlight = '1'] = process.argv.slice(2)
const user = 'us-drafter-ai'
const storage = await openSqliteStorage({ file })
const start = (await storage.log.load('killed'))?.head ?? 0
let next = start

/** Appends a row that names its own place; its bytes make the file grow fast enough to meet a limit. */
async function appendOn(): Promise<void> {
  for (;;) {
    next += 1
    const bytes = new TextEncoder().encode(`${next} ${'.'.repeat(2_000)}`)
    const [result] = await storage.transact([
      {
        text: {
          document: 'killed',
          epoch: 1,
          base: next - 1,
          rows: [{ user, at: next, bytes }],
          clients: [{ clientId: next, user }],
        },
      },
    ])
    if (result !== undefined && 'head' in result) writeSync(1, `${result.head}\n`)
  }
}

try {
  await Promise.all(Array.from({ length: Number(inFlight) }, appendOn))
} catch (error) {
  writeSync(1, `${error instanceof StorageError ? 'StorageError' : 'another error'}\n`)
  // What was acknowledged must still be readable beside the failure.
  const head = (await storage.log.load('killed'))?.head ?? 0
  writeSync(1, `head ${head}\n`)
  process.exit(0)
}
