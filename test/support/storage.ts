/** A store of its own for a test. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStorage } from '#server/storage/sqlite.ts'
import type { Storage } from '#server/storage/storage.ts'

export type TemporaryStorage = AsyncDisposable & {
  readonly storage: Storage
  /** The database file, to be opened again after `storage.close()`. */
  readonly file: string
  /** Closes the store and removes its folder; for `afterEach` where `await using` does not reach. */
  readonly dispose: () => Promise<void>
}

/** Opens an empty store in a new folder. */
export async function temporaryStorage(): Promise<TemporaryStorage> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'alternat.sqlite')
  const storage = await openSqliteStorage({ file })
  const dispose = async () => {
    await storage.close()
    await folder.dispose()
  }
  return { storage, file, dispose, [Symbol.asyncDispose]: dispose }
}

/** A new folder under the system's temporary one. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { readonly path: string; dispose: () => Promise<void> }
> {
  const path = await mkdtemp(join(tmpdir(), 'alternat-'))
  const dispose = async () => {
    await rm(path, { recursive: true, force: true })
  }
  return { path, dispose, [Symbol.asyncDispose]: dispose }
}
