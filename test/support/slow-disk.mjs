/**
 * Loaded into a real server with `--import`: while there is a pipe at SLOW_DISK, what makes edits durable stands still until the
 * pipe has been written and closed, as it does in a system call to a disk that hangs. That is the commit in the thread that owns
 * the database.
 */
import { existsSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import Database from 'libsql'

const pipe = process.env.SLOW_DISK

if (pipe !== undefined && !isMainThread) slowCommits()

function slowCommits() {
  const prepare = Reflect.get(Database.prototype, 'prepare')
  Database.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql)
    if (sql !== 'commit') return statement
    const run = statement.run.bind(statement)
    statement.run = (values) => {
      if (existsSync(pipe)) readFileSync(pipe)
      return run(values)
    }
    return statement
  }
}
