/** What is left of a file of the journal: whatever a process leaves that ended amid a write is taken, and damage is refused. */
import type * as fs from 'node:fs'
import { readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { JournalDamaged, journalRoom, openJournalFile, type JournalFile } from '#server/storage/journal-file.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import { StoreUnusable } from '#server/storage/unusable.ts'
import { random } from '../support/random.ts'
import { temporaryFolder } from '../support/storage.ts'
import { bytesOf, entry, newDocument, row, textOf } from './examples.ts'

type Fault = 'none' | 'nothing written' | 'a part written' | 'all written'

/** Bytes at a position, or a new length. */
type Change = { readonly at: number; readonly bytes: Uint8Array } | { readonly length: number }
type Disk = {
  fault: Fault
  /** Whether whole blocks may go past the memory of the system. */
  direct: boolean
  /** Called before the file changes. */
  changing: (change: Change) => void
}

const disk = vi.hoisted((): Disk => ({ fault: 'none', direct: true, changing: () => {} }))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>()
  const failed = () => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
  const open = async (path: string, flags: number, mode?: number) => {
    if (!disk.direct && (flags & (real.constants.O_DIRECT ?? 0)) !== 0) {
      throw Object.assign(new Error('EINVAL: invalid argument'), { code: 'EINVAL' })
    }
    return await promisify(real.open)(path, flags, mode)
  }
  const write = async (descriptor: number, bytes: Uint8Array, offset: number, length: number, at: number) => {
    disk.changing({ at, bytes: bytes.slice(offset, offset + length) })
    const { fault } = disk
    disk.fault = 'none'
    if (fault === 'nothing written') throw failed()
    // What goes past the memory of the system goes in whole blocks.
    const part = disk.direct ? Math.min(length, 4096) : Math.floor(length / 2)
    const written = await promisify(real.write)(
      descriptor,
      bytes,
      offset,
      fault === 'a part written' ? part : length,
      at,
    )
    if (fault !== 'none') throw failed()
    return written
  }
  const ftruncate = async (descriptor: number, length: number) => {
    disk.changing({ length })
    await promisify(real.ftruncate)(descriptor, length)
  }
  const promised = (work: unknown) => Object.assign(() => {}, { [promisify.custom]: work })
  return { ...real, open: promised(open), write: promised(write), ftruncate: promised(ftruncate) }
})

beforeEach(() => {
  disk.fault = 'none'
  disk.direct = true
  disk.changing = () => {}
})

const recordsOf = async (path: string) => {
  const { file, records } = await openJournalFile(path)
  await file.close()
  return records.map(textOf)
}

const sector = 512
/** The file with `bytes` at `at`, of which only those were written that `taken` says. */
const written = (before: Buffer, at: number, bytes: Uint8Array, taken: (index: number) => boolean) => {
  const indices = [...bytes.keys()].filter(taken)
  const after = Buffer.alloc(Math.max(before.length, at + (indices.at(-1) ?? -1) + 1))
  before.copy(after)
  for (const index of indices) after[at + index] = bytes[index] ?? 0
  return after
}

// A life of the file with failures, and after each of its writes the ends that a process may have come to amid it.
test.each(Array.from({ length: 8 }, (_, seed) => seed))(
  '[S1][K11][K15] no end of a process is taken for damage, and none costs a durable record, seed %i',
  async (seed) => {
    await using folder = await temporaryFolder()
    const [path, left] = [join(folder.path, 'log'), join(folder.path, 'left')]
    const { int, pick } = random(seed)
    disk.direct = seed % 3 > 0
    let file: JournalFile = (await openJournalFile(path)).file
    let content: Buffer = await readFile(path)
    let start = 0
    let ends: Buffer[] = []
    disk.changing = (change) => {
      const before = content
      ends.push(before)
      if ('length' in change) {
        content = before.subarray(0, change.length)
        ends.push(content)
        return
      }
      const { at, bytes } = change
      content = written(before, at, bytes, () => true)
      const cut = pick([int(0, 24) + Math.max(0, start - at), int(0, bytes.length)])
      ends.push(written(before, at, bytes, (index) => index < cut))
      const kept = Array.from({ length: Math.ceil(bytes.length / sector) + 1 }, () => int(0, 1) === 1)
      const sectorOf = (index: number) => Math.floor((at + index) / sector) - Math.floor(at / sector)
      ends.push(written(before, at, bytes, (index) => kept[sectorOf(index)] ?? false))
      ends.push(content)
    }
    /** What may be found: what is durable, or that with what was begun and not acknowledged. */
    let durable: string[] = []
    let possible: (readonly string[])[] = [[]]
    let count = 0
    // Each unlike the others at every place, or a part of one would make up for what is missing of another.
    const recordOf = (length: number) => `${(count += 1)} `.repeat(length).slice(0, length + 4)
    const attempt = async (after: string[], work: () => Promise<void>) => {
      start = file.length
      possible.push(after)
      disk.fault = pick<Fault>(['none', 'none', 'none', 'nothing written', 'a part written', 'all written'])
      const done = await work().then(
        () => true,
        () => false,
      )
      disk.fault = 'none'
      content = await readFile(path)
      ends.push(content)
      const before = possible
      if (done) [durable, possible] = [after, [after]]
      const looked = ends
      ends = []
      const { changing } = disk
      disk.changing = () => {}
      for (const end of looked) {
        await writeFile(left, end)
        expect(before).toContainEqual(await recordsOf(left))
      }
      disk.changing = changing
      return looked
    }
    for (let step = 0; step < 40; step += 1) {
      const what = pick(['append', 'append', 'append', 'append', 'settle', 'erase', 'die'] as const)
      if (what === 'append') {
        const length = pick([
          int(0, 40),
          int(0, 40),
          int(300, 700),
          int(3000, 9000),
          int(0, 3) === 0 ? 1_100_000 : 70_000,
        ])
        const record = recordOf(length)
        await attempt([...durable, record], () => file.append(bytesOf(record)))
      } else if (what === 'settle') {
        await attempt(durable, () => file.settle())
      } else if (what === 'erase') {
        await attempt([], () => file.erase())
        // Whether it failed or not, what comes next begins anew.
        durable = []
      } else {
        const record = recordOf(int(8, 5000))
        const looked = await attempt([...durable, record], () => file.append(bytesOf(record)))
        await file.close()
        content = pick(looked)
        await writeFile(path, content)
        const again = await openJournalFile(path)
        durable = again.records.map(textOf)
        possible = [durable]
        file = again.file
      }
    }
    await file.close()
  },
)

describe('damage', () => {
  /** A file with a former use, that holds records of the given texts, and where each of them begins. */
  const filled = async (path: string, texts: readonly string[]) => {
    const { file } = await openJournalFile(path)
    for (let former = 0; former < 40; former += 1) await file.append(bytesOf('of a former use'))
    await file.erase()
    const starts: number[] = []
    for (const text of texts) {
      starts.push(file.length)
      await file.append(bytesOf(text))
    }
    await file.close()
    return { starts, bytes: await readFile(path) }
  }

  test('[S1][K11][K15] any byte turned in a record with others behind it is told, and the file stays as it is', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    const { starts, bytes } = await filled(path, ['first', 'second', 'third', 'last'])
    const [, , third = 0, last = 0] = starts
    for (let at = 0; at < last; at += at < third ? 3 : 1) {
      const turned = Buffer.from(bytes)
      // Never to zero, as an erased mark is.
      turned[at] = (turned[at] ?? 0) ^ (turned[at] === 0x41 ? 0x42 : 0x41)
      await writeFile(path, turned)
      await expect(openJournalFile(path), `${at}`).rejects.toThrow(JournalDamaged)
      expect((await readFile(path)).equals(turned)).toBe(true)
    }
  })

  test.each([
    ['to nothing', 0],
    ['within its records', 50],
    ['by a byte', journalRoom - 1],
  ])('[S1][K11][K15] a file that was cut short %s is refused', async (_, length) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    await filled(path, ['first', 'second', 'third'])
    await truncate(path, length)
    await expect(openJournalFile(path)).rejects.toThrow(JournalDamaged)
    expect((await readFile(path)).length).toBe(length)
  })

  test('[K15] a file that was only begun when the process ended is made anew', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    const lengths: number[] = []
    disk.changing = (change) => {
      if ('bytes' in change) lengths.push(change.bytes.length)
      disk.changing = () => {}
      throw new Error('The process has ended')
    }
    await expect(openJournalFile(path)).rejects.toThrow('The process has ended')
    await expect(readFile(path)).rejects.toThrow('ENOENT')
    await writeFile(`${path}.new`, new Uint8Array(50))
    expect(await recordsOf(path)).toEqual([])
    expect((await readFile(path)).length).toBe(journalRoom)
  })

  test('[S1][K10][K11] a store whose journal is damaged is refused in one sentence, and goes on without its files', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'alternat.sqlite')
    const storage = await openSqliteStorage({ file })
    await storage.documents.create([newDocument()])
    await storage.log.append([entry({ rows: [row('in the tables')] })])
    await storage.close()
    const journals = [`${file}-log-a`, `${file}-log-b`]
    const [path = ''] = journals
    const { starts, bytes } = await filled(path, ['first', 'second'])
    bytes[(starts[0] ?? 0) + 16] = 0
    await writeFile(path, bytes)
    const error = await openSqliteStorage({ file }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnusable)
    expect(error).toMatchObject({ reason: 'damaged', message: expect.stringMatching(/^[^\n]+\.$/) })
    for (const journal of journals) expect(String(error)).toContain(journal)
    expect((await readFile(path)).equals(bytes)).toBe(true)
    for (const journal of journals) await rename(journal, `${journal}.away`).catch(() => {})
    const again = await openSqliteStorage({ file })
    expect((await again.log.load(newDocument().id))?.head).toBe(2)
    await again.close()
  })
})
