/** A copy of the store that is taken while it is in use, and put back. */
import { existsSync } from 'node:fs'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { backUp, listenForBackups, restore } from '#server/backup.ts'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import type { Storage } from '#server/storage/storage.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { createDocuments, createThread, noteInAudit, takeSnapshot } from '#test/support/writes.ts'
import { newDocument, row, snapshot, textOf, thread } from './examples.ts'

const logger = pino({ level: 'silent' })
const mou = newDocument().id
const now = new Date('2026-11-30T09:00:00Z')

const contentOf = async (storage: Storage) => ({
  rows: (await storage.log.load(mou))?.updates.map(textOf),
  threads: await storage.threads.list(mou),
  snapshots: await storage.snapshots.list(mou),
  audit: await storage.audit.verify(),
})

async function withData(work: (data: string, elsewhere: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder()
  await work(join(folder.path, 'data'), join(folder.path, 'backups'))
}

const open = (data: string) => openSqliteStorage({ file: join(data, 'alternat.sqlite') })

test('[K17] a copy that is taken while edits are written holds the store as of one moment, and restores it', async () => {
  await withData(async (data, backups) => {
    const storage = await open(data)
    await createDocuments(storage, [newDocument()])
    await createThread(storage, thread())
    await takeSnapshot(storage, snapshot())
    await noteInAudit(storage, { at: 1, actor: null, action: 'a', subject: 's', detail: {} })
    const stop = await listenForBackups(storage, data, logger)
    let head = 1
    let writing = true
    const acknowledged: number[] = []
    const write = async () => {
      while (writing) {
        const text = { document: mou, epoch: 7, base: head, rows: [row(`edit ${head}`)], clients: [] }
        await storage.transact([{ text, audit: [{ at: head, actor: null, action: 'edit', subject: 's', detail: {} }] }])
        head += 1
        acknowledged.push(head)
      }
    }
    const written = write()
    while (acknowledged.length < 20) await storage.ping()
    const before = acknowledged.length
    const file = await backUp(data, backups, logger)
    writing = false
    await written
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await expect(restore(data, backups, now, logger)).rejects.toThrow('in use')
    await stop()
    const last = await contentOf(storage)
    await storage.close()

    const { kept } = await restore(data, backups, now, logger)
    const restored = await open(data)
    const copy = await contentOf(restored)
    await restored.close()
    const count = copy.rows?.length ?? 0
    expect(count).toBeGreaterThan(before)
    expect(count).toBeLessThanOrEqual(acknowledged.length + 1)
    expect(copy.rows).toEqual(last.rows?.slice(0, count))
    // Each edit came with its entry: of none is there one without the other.
    expect(copy).toMatchObject({ threads: last.threads, snapshots: last.snapshots, audit: { rows: count } })
    const earlier = await openSqliteStorage({ file: join(kept ?? '', 'alternat.sqlite') })
    expect(await contentOf(earlier)).toEqual(last)
    await earlier.close()
    expect(await readdir(data)).not.toContain('alternat.sqlite.restored')
  })
})

test('[K17] where no server runs the store is opened for the copy; a copy is never written over another', async () => {
  await withData(async (data, backups) => {
    await expect(backUp(data, backups, logger)).rejects.toThrow('There is no store')
    const storage = await open(data)
    await createDocuments(storage, [newDocument()])
    await storage.close()
    await backUp(data, backups, logger)
    await expect(backUp(data, backups, logger)).rejects.toThrow('is there already')
    const copy = await open(backups)
    expect((await contentOf(copy)).rows).toEqual(['seed'])
    await copy.close()
  })
})

test('[K17] what cannot be opened is not put in the place of a store', async () => {
  await withData(async (data, backups) => {
    const storage = await open(data)
    await createDocuments(storage, [newDocument()])
    await storage.close()
    await expect(restore(data, backups, now, logger)).rejects.toThrow('There is no backup')
    await backUp(data, backups, logger)
    await writeFile(join(backups, 'alternat.sqlite'), 'Minutes of the meeting.\n'.repeat(500))
    await expect(restore(data, backups, now, logger)).rejects.toThrow('is not a database')
    const again = await open(data)
    expect((await contentOf(again)).rows).toEqual(['seed'])
    await again.close()
    expect(existsSync(join(data, 'alternat.sqlite.restored'))).toBe(false)
  })
})
