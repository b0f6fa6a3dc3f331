/** The files that ARCHITECTURE.md names, against the disk. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

test('[P10] ARCHITECTURE.md names only files and folders that exist', () => {
  const text = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8')
  const named = [...text.matchAll(/`((?:shared|server|client|test)\/[\w./-]+)`/g)].flatMap(([, path]) => path ?? [])
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
})
