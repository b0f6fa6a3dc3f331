/** A store that an earlier version left with a journal: its rows are taken into the tables, and the files go. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import * as encoding from 'lib0/encoding'
import { expect, test } from 'vitest'
import { journalPaths } from '#server/storage/old-journal.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import type { LogRow } from '#server/storage/storage.ts'
import { StoreUnusable } from '#server/storage/unusable.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { createDocuments } from '#test/support/writes.ts'
import { newDocument, row, textOf } from './examples.ts'

const mark = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const room = 1024 * 1024

/** A file of the journal as earlier versions wrote it, a record for each append. */
function journal(
  appends: readonly { document: string; epoch?: number; first: number; rows: readonly LogRow[] }[],
): Buffer {
  const file = Buffer.alloc(room)
  let at = 0
  for (const { document, epoch = 7, first, rows } of appends) {
    const record = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, document)
      for (const number of [epoch, first, rows.length]) encoding.writeVarUint(encoder, number)
      for (const { user, at: moment, bytes } of rows) {
        encoding.writeVarString(encoder, user ?? '')
        encoding.writeVarUint(encoder, moment)
        encoding.writeVarUint8Array(encoder, bytes)
      }
    })
    file.writeUInt32LE(record.length, at + 4)
    file.set(mark, at + 8)
    file.set(record, at + 16)
    file.writeUInt32LE(crc32(file.subarray(at + 4, at + 16 + record.length)), at)
    at += 16 + record.length
  }
  return file
}

async function storeWith(files: readonly Buffer[]) {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'alternat.sqlite')
  const storage = await openSqliteStorage({ file })
  await createDocuments(storage, [newDocument()])
  await storage.close()
  const paths = journalPaths(file)
  await Promise.all(files.map((bytes, index) => writeFile(paths[index] ?? '', bytes)))
  return { folder, file, paths }
}

const mou = newDocument().id

test('[S1] the rows that a journal of an earlier version holds are in the log, each once, and its files are gone', async () => {
  const { folder, file, paths } = await storeWith([
    journal([{ document: mou, first: 3, rows: [row('3'), row('4')] }]),
    journal([
      { document: mou, first: 2, rows: [row('2')] },
      { document: mou, first: 3, rows: [row('3')] },
      { document: mou, epoch: 6, first: 2, rows: [row('before a reset')] },
    ]),
  ])
  for (let start = 0; start < 2; start += 1) {
    const storage = await openSqliteStorage({ file })
    expect((await storage.log.load(mou))?.updates.map(textOf)).toEqual(['seed', '2', '3', '4'])
    await storage.close()
    expect(paths.map((path) => existsSync(path))).toEqual([false, false])
  }
  await folder.dispose()
})

test('[K11] a record that a process left half written at the end of a journal is no damage; one before the last is', async () => {
  const whole = journal([
    { document: mou, first: 2, rows: [row('2')] },
    { document: mou, first: 3, rows: [row('3')] },
  ])
  const last = whole.lastIndexOf('3')
  const torn = Buffer.from(whole)
  torn[last] = 0
  const left = await storeWith([torn])
  const storage = await openSqliteStorage({ file: left.file })
  expect((await storage.log.load(mou))?.updates.map(textOf)).toEqual(['seed', '2'])
  await storage.close()
  await left.folder.dispose()

  const damaged = Buffer.from(whole)
  damaged[damaged.indexOf('2'.charCodeAt(0), 16)] = 0
  const refused = await storeWith([damaged])
  const before = await readFile(refused.file)
  await expect(openSqliteStorage({ file: refused.file })).rejects.toThrow(StoreUnusable)
  expect(await readFile(refused.paths[0])).toEqual(damaged)
  expect(before.length).toBeGreaterThan(0)
  await refused.folder.dispose()
})

test('[K11] rows of a document that the store lacks are kept beside it', async () => {
  const foreign = journal([{ document: 'no-such-document', first: 2, rows: [row('2')] }])
  const { folder, file, paths } = await storeWith([foreign])
  const storage = await openSqliteStorage({ file })
  await storage.close()
  expect(await readFile(`${paths[0]}-unclaimed`)).toEqual(foreign)
  expect(existsSync(paths[0])).toBe(false)
  await folder.dispose()
})
