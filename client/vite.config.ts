/** How the browser's half is built into dist/client, and served with hot reloading by `npm run dev`. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import presetMantine from 'postcss-preset-mantine'
import simpleVars from 'postcss-simple-vars'
import { defineConfig, type ProxyOptions } from 'vite'

const server = 'http://127.0.0.1:4000'
/** `xfwd` and the Origin stay as the browser sent them: the server judges them, also in development. */
const http: ProxyOptions = { target: server, changeOrigin: false }

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: {
    alias: [
      // @tiptap/y-tiptap forgets its node mapping on every remote change and misplaces the caret in our schema.
      { find: '@tiptap/y-tiptap', replacement: 'y-prosemirror' },
      { find: /^zod$/, replacement: fileURLToPath(new URL('api/zod.ts', import.meta.url)) },
    ],
    // A second copy of any of these breaks `instanceof` and loses edits without an error.
    dedupe: [
      'yjs',
      'y-protocols',
      'lib0',
      'y-prosemirror',
      'prosemirror-model',
      'prosemirror-state',
      'react',
      'react-dom',
    ],
  },
  css: {
    postcss: {
      plugins: [
        presetMantine(),
        simpleVars({
          variables: {
            'mantine-breakpoint-xs': '36em',
            'mantine-breakpoint-sm': '48em',
            'mantine-breakpoint-md': '62em',
            'mantine-breakpoint-lg': '75em',
            'mantine-breakpoint-xl': '88em',
          },
        }),
      ],
    },
  },
  build: {
    outDir: fileURLToPath(new URL('../dist/client', import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    // Fonts and pictures stay files: inlined they would count against the first paint of every page.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The editor chunk is large on purpose; the budget that matters is checked by server/launch/build.mjs.
    chunkSizeWarningLimit: 2000,
    // What the first page needs is one file: cut up by which later pages share what, it compresses to some 10 kB more.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: { '/api': http, '/healthz': http, '/readyz': http, '/sync': { ...http, ws: true } },
  },
})
