/**
 * Loaded into a real server with `--import`: while there is a pipe at SLOW_DISK, what makes edits durable stands still until the
 * pipe has been written and closed, as it does in a system call to a disk that hangs. That is the commit in the thread that owns
 * the database, and a write to the journal.
 */
import fs, { existsSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { promisify } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import Database from 'libsql'

const pipe = process.env.SLOW_DISK

if (pipe !== undefined) {
  if (isMainThread) slowJournal()
  else slowCommits()
}

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

function slowJournal() {
  const journals = new Set()
  const [open, write, read] = [fs.open, fs.write, fs.readFile].map((call) => promisify(call))
  const slow = {
    async open(path, ...rest) {
      const descriptor = await open(path, ...rest)
      if (/-log-[ab]$/.test(path)) journals.add(descriptor)
      return descriptor
    },
    async write(descriptor, ...rest) {
      if (journals.has(descriptor) && existsSync(pipe)) await read(pipe)
      return await write(descriptor, ...rest)
    },
  }
  for (const [name, call] of Object.entries(slow)) {
    const original = fs[name]
    fs[name] = Object.assign((...args) => original(...args), { [promisify.custom]: call })
  }
  syncBuiltinESMExports()
}
