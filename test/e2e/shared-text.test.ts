/** What becomes of the shared text when a page fails to show it: something throws on the way of a change to the screen. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '#test/support/browser.ts'

let browser: Browser
let page: Page
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../support/editor-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    alias: { '@tiptap/y-tiptap': 'y-prosemirror' },
    loader: { '.css': 'empty' },
  })
  browser = await launchBrowser()
  page = await browser.newPage()
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
})
afterAll(() => browser.close())

test.each([
  'opens the text',
  'takes in changes',
  'draws carets',
  'draws threads',
  'draws what was found',
  'writes what I type',
])(
  '[U18] wherever it throws while a page %s, nothing that the other side wrote is deleted, and the next view has it all',
  async (name) => {
    const { points, letGo, faults } = await page.evaluate((deed) => window.editorPage.throwEverywhere(deed), name)
    expect(faults).toEqual([])
    expect(points).toBeGreaterThan(10)
    expect(letGo).toBeGreaterThan(points / 2)
  },
)

test('[S19] what a stored text holds beyond its schema is not drawn, stays where nobody edits, and leaves with an edit there', async () => {
  const { html, cells } = await page.evaluate(() => window.editorPage.openOdd())
  expect(html.match(/NOT/g)).toHaveLength(3)
  expect(html).not.toMatch(/display|color|0000/)
  expect(cells).toEqual([
    ['left;display:none', undefined],
    [undefined, [1e9]],
    [undefined, undefined],
  ])
})
