/** Builds dist/ from the sources when they changed, and holds the client to its first-paint budget. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { hashOf, inRoot, main, Problem, readJson, readStamp, run, say, writeStamp } from './common.mjs'
import { install } from './install.mjs'

const firstPaintBudget = 220_000
const stampFile = inRoot('dist', '.built-from')
const inputs = ['client', 'shared', 'server', 'package.json', 'package-lock.json', 'tsconfig.json']
const outputs = [
  'client/index.html',
  'server/main.js',
  'server/sqlite-worker.js',
  'server/work-process.js',
  'bundle-sizes.json',
]

const isBuilt = () =>
  outputs.every((output) => existsSync(inRoot('dist', output))) && readStamp(stampFile) === hashOf(inputs)

/** Builds in a process of its own: the bundlers' memory and environment must not stay with the server that starts next. */
export async function buildIfChanged({ stdio = ['inherit', process.stderr, 'inherit'] } = {}) {
  if (isBuilt()) return
  const code = await run(process.execPath, [fileURLToPath(import.meta.url)], { stdio })
  if (code !== 0) throw new Problem('The build failed: the reason is above.')
}

async function build() {
  // Taken first: a file that is saved while we build must count as changed afterwards.
  const builtFrom = hashOf(inputs)
  rmSync(stampFile, { force: true })
  say('Building the client')
  const chunks = await buildClient()
  compressAssets()
  say('Building the server')
  await buildServer()
  weigh(chunks)
  writeStamp(stampFile, builtFrom)
}

/** The modules in each JavaScript file of the client. */
async function buildClient() {
  process.env.NODE_ENV = 'production'
  const vite = await import('vite')
  const { output } = await vite.build({ configFile: inRoot('client', 'vite.config.ts'), logLevel: 'warn' })
  return new Map(output.filter((file) => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk.moduleIds]))
}

/** Bundles the server into dist/`folder`. `changes`: where another build than the shipped one differs, as esbuild's options. */
export async function buildServer(folder = 'server', changes = {}) {
  const esbuild = await import('esbuild')
  rmSync(inRoot('dist', folder), { recursive: true, force: true })
  await esbuild.build({
    absWorkingDir: inRoot(),
    entryPoints: {
      main: 'server/main.ts',
      'sqlite-worker': 'server/storage/sqlite-worker.ts',
      'work-process': 'server/work/process.ts',
    },
    outdir: `dist/${folder}`,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Drops calls of empty functions: of failpoints nothing is left.
    minifySyntax: true,
    sourcemap: true,
    logLevel: 'warning',
    ...changes,
  })
}

/** Beside each script and style what is sent in its place: brotli where the browser takes it, as it does over https and here, else gzip. */
function compressAssets() {
  const folder = inRoot('dist', 'client', 'assets')
  for (const file of readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))) {
    const content = readFileSync(join(folder, file))
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(content, { params }))
    writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }))
  }
}

/** Says what the browser loads before the first page shows and what an editor adds; refuses a shell over its budget. */
function weigh(modules) {
  const manifest = readJson(inRoot('dist', 'client', '.vite', 'manifest.json'))
  const keys = Object.keys(manifest)
  const shell = withImports(
    manifest,
    keys.filter((key) => manifest[key].isEntry),
  )
  const holdsEditor = (key) => (modules.get(manifest[key].file) ?? []).some(isEditorModule)

  const leaks = [...shell].filter(holdsEditor)
  if (leaks.length > 0) {
    const examples = leaks
      .flatMap((key) => modules.get(manifest[key].file))
      .filter(isEditorModule)
      .slice(0, 5)
    throw new Problem(
      `The first paint contains the editor: the entry imports Tiptap or ProseMirror statically (${examples.map((id) => id.replace(/^.*node_modules\//, '')).join(', ')}). Reach it through import(), where there is an editor.`,
    )
  }
  // What opening the first document adds: the files behind each import() that leads to the editor.
  const editor = withImports(
    manifest,
    keys.filter((key) => manifest[key].isDynamicEntry && [...withImports(manifest, [key])].some(holdsEditor)),
  )
  const sizes = {
    firstPaintBudget,
    firstPaint: weight(manifest, [...shell]),
    editor: weight(
      manifest,
      [...editor].filter((key) => !shell.has(key)),
    ),
  }
  writeFileSync(inRoot('dist', 'bundle-sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`)
  const { firstPaint } = sizes
  say(
    `First paint: ${kB(firstPaint.total)} of at most ${kB(firstPaintBudget)} (brotli; JS ${kB(firstPaint.js)}, CSS ${kB(firstPaint.css)}). ` +
      `Editor, only where there is one: ${kB(sizes.editor.total)} more.`,
  )
  if (firstPaint.total > firstPaintBudget) {
    throw new Problem('The first paint is over its budget: reach what the first page does not need through import().')
  }
}

const isEditorModule = (id) =>
  /\/node_modules\/(@tiptap|@mantine\/tiptap|prosemirror-[a-z]+|y-prosemirror)\/.*\.[cm]?js/.test(id)
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

function withImports(manifest, keys) {
  const seen = new Set(keys)
  // A set is walked through what is added to it on the way.
  for (const key of seen) for (const imported of manifest[key].imports ?? []) seen.add(imported)
  return seen
}

function weight(manifest, keys) {
  const files = new Set(keys.flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]))
  const sum = (extension) =>
    [...files].filter((file) => file.endsWith(extension)).reduce((total, file) => total + compressed(file), 0)
  const [js, css] = [sum('.js'), sum('.css')]
  return { js, css, total: js + css }
}

const compressed = (file) => statSync(inRoot('dist', 'client', `${file}.br`)).size

await main(import.meta.url, async () => {
  await install()
  await build()
})
