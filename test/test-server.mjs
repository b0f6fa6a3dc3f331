/** Builds dist/test-server if need be: the server with its failpoints armed, in one piece because tests start it very often. */
import { existsSync } from 'node:fs'
import { hashOf, inRoot, main, readStamp, writeStamp } from '../server/launch/common.mjs'
import { buildServer } from '../server/launch/build.mjs'

const folder = 'test-server'
const stampFile = inRoot('dist', folder, '.built-from')
const inputs = ['server', 'shared', 'package-lock.json', 'test/test-server.mjs', 'test/support/armed-failpoints.ts']

const armed = {
  name: 'armed failpoints',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/failpoints\.ts$/ }, () => ({ path: inRoot('test', 'support', 'armed-failpoints.ts') })),
}

await main(import.meta.url, async () => {
  const builtFrom = hashOf(inputs)
  if (existsSync(inRoot('dist', folder, 'main.js')) && readStamp(stampFile) === builtFrom) return
  await buildServer(folder, {
    plugins: [armed],
    packages: 'bundle',
    // A native module has to stay where it is.
    external: ['libsql'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    sourcemap: false,
    logLevel: 'error',
  })
  writeStamp(stampFile, builtFrom)
})
