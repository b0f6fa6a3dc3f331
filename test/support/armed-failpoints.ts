/**
 * What stands in the place of server/failpoints.ts in the tests' build of the server. FAILPOINT=append.row:37 kills the process
 * where it comes to that point for the 37th time: at once, by SIGKILL, in whichever thread it is.
 */
import { writeSync } from 'node:fs'
import type { Failpoint } from '#server/failpoints.ts'

type Points = typeof import('#server/failpoints.ts')
type Statement = { readonly begins: RegExp; readonly point: Failpoint; readonly committed: Failpoint }

/** Where a statement of the store is a point of its own, and which point the commit after it is. */
const statements: readonly Statement[] = [
  { begins: /^insert into "updates"/, point: 'append.row', committed: 'append.committed' },
  { begins: /^insert into "checkpoints"/, point: 'checkpoint.row', committed: 'checkpoint.committed' },
  { begins: /^insert into "segments"/, point: 'packing.segment', committed: 'packing.committed' },
  { begins: /^delete from "updates"/, point: 'packing.rows', committed: 'packing.committed' },
]

const [armed, times] = (process.env['FAILPOINT'] ?? '').split(':')
let left = Number(times)
/** What a commit of the transaction under way is. */
let commit: Failpoint | null = null

export const inTestBuild = true

export const failpoint: Points['failpoint'] = (name) => {
  if (name !== armed || (left -= 1) > 0) return
  writeSync(2, `\n${reachedPoint(name)}\n`)
  process.kill(process.pid, 'SIGKILL')
}

export const failpointAfter: Points['failpointAfter'] = (sql) => {
  const statement = statements.find(({ begins }) => begins.test(sql))
  if (statement === undefined) return
  commit = statement.committed
  failpoint(statement.point)
}

export const failpointCommitted: Points['failpointCommitted'] = () => {
  if (commit !== null) failpoint(commit)
  commit = null
}

/** What the process says before it dies. */
export const reachedPoint = (name: Failpoint) => `Killed at the failpoint ${name}`
