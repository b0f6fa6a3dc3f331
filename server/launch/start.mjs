/** `npm start`: from a fresh clone, or from any state after, to a running server. Arguments go on to the server. */
import { pathToFileURL } from 'node:url'
import { inRoot, main } from './common.mjs'
import { checkNode, install } from './install.mjs'
import { buildIfChanged } from './build.mjs'

await main(import.meta.url, async (args) => {
  checkNode()
  await install()
  await buildIfChanged()
  // In this very process: signals, standard input and the exit code are the server's own, with nobody between.
  process.setSourceMapsEnabled(true)
  const server = inRoot('dist', 'server', 'main.js')
  process.argv = [process.execPath, server, ...args]
  await import(pathToFileURL(server).href)
})
