/** The README's module map against the disk. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

test('[P10] the module map names the folders that exist, each with what it is for, and no others', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8')
  const named = [...readme.matchAll(/^\| `((?:shared|server|client|test)\/[a-z0-9-]+)` \| \S/gm)].map(
    ([, folder]) => folder,
  )
  const folders = ['shared', 'server', 'client', 'test'].flatMap((top) =>
    readdirSync(new URL(`${top}/`, root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => `${top}/${name}`),
  )
  expect(new Set(named)).toEqual(new Set(folders))
})
