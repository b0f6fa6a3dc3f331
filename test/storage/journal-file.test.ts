/** Writes that the disk takes only in part, or not at all. */
import type * as fs from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { journalRoom, openJournalFile } from '#server/storage/journal-file.ts'
import { withJournal } from '#server/storage/journal.ts'
import type { Storage } from '#server/storage/storage.ts'
import { document } from '../support/engine.ts'
import { openFaultyStore } from '../support/faulty-store.ts'
import { deferred } from '../support/memory-log.ts'
import { random } from '../support/random.ts'
import { temporaryFolder } from '../support/storage.ts'
import { bytesOf, entry, row, textOf } from './examples.ts'

type Write = (
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>

const disk = vi.hoisted(() => ({
  /** The most that one write takes; what goes beyond `room` altogether fails. */
  atOnce: Infinity,
  room: Infinity,
  /** Says that it failed when all is written. */
  liesOnce: false,
  /** Whether whole blocks may go past the memory of the system: as they are opened, as they are written. */
  opensDirect: true,
  writesDirect: true,
  /** What is open. */
  descriptors: new Set<number>(),
}))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>()
  const refused = () => Object.assign(new Error('EINVAL: invalid argument'), { code: 'EINVAL' })
  const direct = new Set<number>()
  const open = async (path: string, flags: number, mode?: number) => {
    const asked = (flags & (real.constants.O_DIRECT ?? 0)) !== 0
    if (asked && !disk.opensDirect) throw refused()
    const descriptor = await promisify(real.open)(path, flags, mode)
    disk.descriptors.add(descriptor)
    if (asked) direct.add(descriptor)
    else direct.delete(descriptor)
    return descriptor
  }
  const close = async (descriptor: number) => {
    disk.descriptors.delete(descriptor)
    await promisify(real.close)(descriptor)
  }
  const write: Write = async (descriptor, bytes, offset, length, position) => {
    if (direct.has(descriptor) && !disk.writesDirect) throw refused()
    const taken = Math.min(length, disk.atOnce, disk.room)
    if (taken === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    disk.room -= taken
    const written = await promisify(real.write)(descriptor, bytes, offset, taken, position)
    if (disk.liesOnce) {
      disk.liesOnce = false
      throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' })
    }
    return written
  }
  const promised = (work: unknown) => Object.assign(() => {}, { [promisify.custom]: work })
  return { ...real, open: promised(open), close: promised(close), write: promised(write) }
})

beforeEach(() => {
  disk.atOnce = Infinity
  disk.room = Infinity
  disk.opensDirect = true
  disk.writesDirect = true
})

const recordsOf = async (path: string) => {
  const { file, records } = await openJournalFile(path)
  await file.close()
  return records.map(textOf)
}

const ways = [
  { way: 'that takes whole blocks', opensDirect: true, writesDirect: true },
  { way: 'that opens a file for whole blocks and then refuses them', opensDirect: true, writesDirect: false },
  { way: 'that knows nothing of whole blocks', opensDirect: false, writesDirect: false },
]

test.each(ways)(
  '[K15] records of all lengths come back from a file system $way',
  async ({ opensDirect, writesDirect }) => {
    Object.assign(disk, { opensDirect, writesDirect })
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    const { int, pick } = random(4096)
    let { file } = await openJournalFile(path)
    for (let use = 0; use < 4; use += 1) {
      const records: string[] = []
      for (let turn = 0; turn < 60; turn += 1) {
        // Within a block, to its end, over several, and beyond what goes to the drive at once.
        const length = pick([int(0, 200), 4096 - 16, int(0, 9000), int(0, 140_000)])
        const record = String(turn % 10).repeat(length)
        await file.append(bytesOf(record))
        records.push(record)
        if (int(0, 5) > 0) continue
        await file.close()
        const again = await openJournalFile(path)
        expect(again.records.map(textOf)).toEqual(records)
        file = again.file
      }
      await file.erase()
      expect(await recordsOf(path)).toEqual([])
    }
    await file.close()
  },
)

// Whether anything of it was written or all, the next record must be found: behind a cleared heading it would not be.
test.each([
  ['before', 'ENOSPC', { room: 0 }],
  ['after', 'EIO', { liesOnce: true }],
] as const)(
  '[S1][S2][K15] a file whose erasing failed %s it was written takes the next record where it begins',
  async (_, error, fault) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    const { file } = await openJournalFile(path)
    for (const text of ['first', 'long'.padEnd(5000), 'last']) await file.append(bytesOf(text))
    Object.assign(disk, fault)
    await expect(file.erase()).rejects.toThrow(error)
    disk.room = Infinity
    await file.append(bytesOf('second'))
    expect(await recordsOf(path)).toEqual(['second'])
    await file.append(bytesOf('third'))
    await file.close()
    expect(await recordsOf(path)).toEqual(['second', 'third'])
  },
)

test('[K15] a record that the disk takes in parts is whole', async () => {
  disk.opensDirect = false
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'log')
  const { file } = await openJournalFile(path)
  disk.atOnce = 5
  await file.append(bytesOf('a record of several parts'))
  await file.close()
  expect(await recordsOf(path)).toEqual(['a record of several parts'])
})

test.each([0, 1, 15, 16, 20])(
  '[S2][K15] a record of which the disk took %i bytes before it was full is none; the next takes its place',
  async (room) => {
    disk.opensDirect = false
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    const { file } = await openJournalFile(path)
    await file.append(bytesOf('first'))
    disk.room = room
    await expect(file.append(bytesOf('second, and long'))).rejects.toThrow('ENOSPC')
    disk.room = Infinity
    expect(await recordsOf(path)).toEqual(['first'])
    await file.append(bytesOf('third'))
    await file.append(bytesOf('fourth'))
    await file.close()
    expect(await recordsOf(path)).toEqual(['first', 'third', 'fourth'])
  },
)

test('[S1][K15] a record whose append was rejected, though all of it was written, can be made sure not to be found', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'log')
  const { file } = await openJournalFile(path)
  await file.append(bytesOf('first'))
  disk.liesOnce = true
  await expect(file.append(bytesOf('second'))).rejects.toThrow('EIO')
  expect(await recordsOf(path)).toEqual(['first', 'second'])
  await file.settle()
  expect(await recordsOf(path)).toEqual(['first'])
  const again = await openJournalFile(path)
  await again.file.append(bytesOf('third'))
  await again.file.close()
  expect(await recordsOf(path)).toEqual(['first', 'third'])
  await file.close()
})

test('[S2][K15] a file that finds no room is not opened, and is when there is some', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'log')
  disk.room = journalRoom / 2
  await expect(openJournalFile(path)).rejects.toThrow('ENOSPC')
  disk.room = Infinity
  expect(await recordsOf(path)).toEqual([])
})

test('[S1][K15] rows that go to a file whose erasing failed are there for the next process', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await using tables = await openFaultyStore()
  const path = `${tables.file}-log`
  const dying = await withJournal(tables.storage, path)
  const append = async (text: string) => await dying.log.append([entry({ document, epoch: 1, rows: [row(text)] })])
  /** The timer has gone off, and all that comes of it is done. */
  const emptied = async () => {
    vi.runOnlyPendingTimers()
    await dying.ping().catch(() => {})
  }
  for (const text of ['first', 'second', 'long'.padEnd(6000)]) await append(text)
  tables.after = ({ whole }) => {
    if (whole) disk.liesOnce = true
  }
  await emptied()
  expect(disk.liesOnce).toBe(false)
  tables.after = () => {}
  await append('third')
  // Into the file that could not be erased.
  await emptied()
  expect(await append('fourth')).toEqual([{ lastSeq: 6 }])
  vi.clearAllTimers()
  const next = await withJournal(tables.storage, path)
  const rows = await next.log.history(document, { after: 1, upTo: 9, limit: 9 })
  vi.useRealTimers()
  expect(rows.map(({ bytes }) => textOf(bytes).trim())).toEqual(['first', 'second', 'long', 'third', 'fourth'])
})

test.each([
  ['finds no room', 'ENOSPC'],
  ['is a folder', 'EISDIR'],
])('[S2][K15] nothing stays open of two files of which the second %s', async (_, error) => {
  await using tables = await openFaultyStore()
  const path = `${tables.file}-log`
  const journal = await withJournal(tables.storage, path)
  const append = async () => await journal.log.append([entry({ document, epoch: 1 })])
  await append()
  const open = disk.descriptors.size
  if (error === 'ENOSPC') disk.room = journalRoom * 1.5
  else await mkdir(`${path}-b`)
  for (let turn = 0; turn < 3; turn += 1) await expect(append()).rejects.toThrow(error)
  expect(disk.descriptors.size).toBe(open)
})

test('[S1][K15] a row that was not acknowledged never comes back in the place of one that was', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await using tables = await openFaultyStore()
  const append = async (store: Storage, text: string) =>
    await store.log.append([entry({ document, epoch: 1, rows: [row(text)] })])
  const path = `${tables.file}-log`
  const dying = await withJournal(tables.storage, path)
  for (const text of ['first', 'second']) await append(dying, text)
  disk.liesOnce = true
  await expect(append(dying, 'refused')).rejects.toThrow('EIO')
  // The process ends while the file is emptied and the other one is in use.
  const standing = deferred()
  const ended = deferred()
  tables.before = async ({ whole }) => {
    if (!whole) return
    standing.resolve()
    await ended.promise
  }
  vi.runOnlyPendingTimers()
  await standing.promise
  expect(await append(dying, 'taken')).toEqual([{ lastSeq: 4 }])
  vi.clearAllTimers()
  tables.before = () => {}
  const next = await withJournal(tables.storage, path)
  const rows = await next.log.history(document, { after: 1, upTo: 9, limit: 9 })
  expect(rows.map(({ bytes }) => textOf(bytes))).toEqual(['first', 'second', 'taken'])
  vi.useRealTimers()
  ended.reject(new Error('The process has ended'))
})
