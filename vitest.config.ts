/** The test projects: one per layer, cheapest first. Browser tests run alone, after the rest, against dist/. */
import { defineConfig } from 'vitest/config'

const layer = (name: string, folders: readonly string[], timeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    testTimeout: timeout,
    hookTimeout: timeout,
    sequence: { groupOrder: 0 },
  },
})

export default defineConfig({
  resolve: { alias: { '@tiptap/y-tiptap': 'y-prosemirror' }, dedupe: ['yjs'] },
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    watch: false,
    setupFiles: ['test/support/initiative.ts'],
    allowOnly: !process.env['CI'],
    passWithNoTests: true,
    // Only what is inlined passes through the alias above.
    server: { deps: { inline: [/@tiptap\/extension-collaboration/] } },
    projects: [
      layer('unit', ['domain', 'support'], 20_000),
      layer('storage', ['storage'], 60_000),
      layer('sync', ['sync', 'negotiation'], 60_000),
      layer('http', ['http'], 60_000),
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
