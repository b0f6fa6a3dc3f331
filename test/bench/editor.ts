/**
 * A large document in a real browser, as the product ships: how long it takes to open, and what a keystroke costs the page.
 *
 *   npx tsx test/bench/editor.ts [--quick]
 *
 * Needs the build (dist/) and a Chromium (CHROMIUM_PATH, or the system's). Prints a table and adds it to EDITOR.md.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import * as Y from 'yjs'
import { createDocument } from '#shared/api/document-changes.ts'
import type { Language } from '#shared/domain/languages.ts'
import { appendJson, clauseJson, findClause, findClauseText, readClauses } from '#shared/editor/clauses.ts'
import { childrenOf, type JsonNode } from '#shared/editor/text.ts'
import { signIn, spawnServer } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { quantile, traceKeystrokes, type Trace, type Trigger } from './editor-trace.ts'

const quick = process.argv.includes('--quick')
const sizes = { large: 300, small: 3 } as const
const paragraphs = 3
const keystrokes = quick ? 60 : 300
const openings = quick ? 2 : 5
const everyMs = 90
const target = { median: 8, p95: 16 }
const group = 'semiconductors'
const source = 'semiconductors-mou'
const report = fileURLToPath(new URL('./EDITOR.md', import.meta.url))
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
]

type Row = { readonly name: string; readonly values: readonly string[] }

/** The paragraphs of a real text, to be repeated. */
async function sampleText(url: string, cookie: string): Promise<Readonly<Record<Language, readonly string[]>>> {
  await using client = connectStock(url, source, { cookie })
  await client.synced()
  const rows = readClauses(client.body)
  const lines = (language: Language) =>
    rows.flatMap(({ text }) => text[language].split('\n')).filter((line) => line.length > 40)
  return { en: lines('en'), ja: lines('ja') }
}

/** Makes a document of that many clauses, each with paragraphs in both languages; gives its id and the clauses' ids. */
async function makeDocument(url: string, cookie: string, clauses: number): Promise<{ id: string; clauses: string[] }> {
  const answer = await fetch(`${url}${createDocument.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ group, kind: 'mou', title: { en: `${clauses} clauses`, ja: `${clauses}条の文書` } }),
  })
  if (!answer.ok) throw new Error(`The document was not made: ${answer.status} ${await answer.text()}`)
  const { id } = createDocument.response.parse(await answer.json())
  const sample = await sampleText(url, cookie)
  await using client = connectStock(url, id, { cookie, params: { v: '1' } })
  await client.synced()
  let line = 0
  const paragraph = (language: Language): JsonNode => {
    const words = sample[language][line % sample[language].length] ?? ''
    line += 1
    return { type: 'paragraph', content: [{ type: 'text', text: words }] }
  }
  const some = (language: Language) => Array.from({ length: paragraphs }, () => paragraph(language))
  for (let made = 1; made < clauses;) {
    const chunk = Array.from({ length: Math.min(100, clauses - made) }, () =>
      clauseJson({ id: crypto.randomUUID(), kind: 'article' }, { en: some('en'), ja: some('ja') }),
    )
    appendJson(client.body, chunk, null)
    made += chunk.length
  }
  client.send(Uint8Array.of(101, 1))
  await client.until(() => client.acknowledged.includes(1))
  return { id, clauses: readClauses(client.body).map((clause) => clause.id) }
}

/** The first shared text of a clause's English text. */
function textOf(body: Y.XmlFragment, clause: string, paragraph: number): Y.XmlText {
  const element = findClause(body, clause)
  const line = element && childrenOf(findClauseText(element, 'en') ?? element)[paragraph]
  const words = line instanceof Y.XmlElement ? childrenOf(line)[0] : undefined
  if (!(words instanceof Y.XmlText)) throw new Error('The clause has no words')
  return words
}

type Place = { readonly clause: string; readonly paragraph: number }

/** Types as a stock client, a character at a time, in the middle of a paragraph. */
async function typeRemotely({ body }: StockClient, { clause, paragraph }: Place): Promise<void> {
  const text = textOf(body, clause, paragraph)
  for (let count = 0; count < keystrokes; count += 1) {
    text.insert(20 + count, 'x')
    await pause(everyMs)
  }
}

async function openPage(browser: Browser, url: string, cookie: string, id: string, clauses: number) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url }])
  const page = await context.newPage()
  await page.goto(`/documents/${id}`, { waitUntil: 'commit' })
  const opened = await page.waitForFunction(
    (wanted) => (document.querySelectorAll('section.clause').length >= wanted ? performance.now() : false),
    clauses,
    { polling: 'raf' },
  )
  await page.locator('header [data-save-state="saved"]').waitFor()
  return { page, context, took: Number(await opened.jsonValue()) }
}

/** How fast this machine is just now: a loop that has nothing to do with us, in the same browser. */
const calibrate = async (page: Page): Promise<number> =>
  await page.evaluate(() => {
    const times = Array.from({ length: 15 }, () => {
      const started = performance.now()
      const words = new Map<string, number>()
      for (let at = 0; at < 40_000; at += 1) words.set(`${at % 997}`, (words.get(`${at % 991}`) ?? 0) + at)
      return performance.now() - started
    })
    return times.toSorted((a, b) => a - b)[7] ?? Number.NaN
  })

const ms = (value: number) => value.toFixed(1)

const describe = (name: string, { keystrokes: costs, overall }: Trace): Row => {
  const at = (share: number, kind: 'cpu' | 'wall') =>
    ms(
      quantile(
        costs.map((cost) => cost[kind]),
        share,
      ),
    )
  const values = [at(0.5, 'cpu'), at(0.95, 'cpu'), at(0.5, 'wall'), at(0.95, 'wall'), ms(overall.cpu)]
  return { name, values: [...values, String(costs.length)] }
}

async function measure(browser: Browser, url: string, cookie: string, size: number): Promise<Row[]> {
  const { id, clauses } = await makeDocument(url, cookie, size)
  const rows: Row[] = []
  const times: number[] = []
  for (let time = 0; time < openings; time += 1) {
    const { context, took } = await openPage(browser, url, cookie, id, size)
    times.push(took)
    await context.close()
  }
  rows.push({
    name: `${size} clauses: open`,
    values: ['', '', ms(quantile(times, 0.5)), ms(Math.max(...times)), '', String(openings)],
  })

  await using typist = connectStock(url, id, { cookie: await signIn(url, `jp-cochair-${group}`) })
  await typist.synced()
  const { page, context } = await openPage(browser, url, cookie, id, size)
  const line = page.locator('section.clause').nth(1).locator('[lang="en"] p').first()
  await line.click()
  // Fonts, threads and the outline settle.
  await pause(3000)
  const [, mine = '', beside = '', far = ''] = [...clauses.slice(0, 3), ...clauses.slice(-1)]
  const scenario = async (name: string, trigger: Trigger, act: () => Promise<void>) => {
    // The page's own work of before is not this scenario's.
    await pause(1000)
    rows.push(describe(`${size} clauses: ${name}`, await traceKeystrokes(browser, page, trigger, act)))
  }
  await scenario('remote key, same paragraph as the caret', 'message', () =>
    typeRemotely(typist, { clause: mine, paragraph: 0 }),
  )
  await scenario('remote key, clause beside it', 'message', () =>
    typeRemotely(typist, { clause: beside, paragraph: 1 }),
  )
  await scenario('remote key, clause far away', 'message', () => typeRemotely(typist, { clause: far, paragraph: 1 }))
  await scenario('local key', 'key', async () => {
    for (let count = 0; count < keystrokes; count += 1) {
      await page.keyboard.press('y')
      await pause(everyMs)
    }
  })
  await context.close()
  return rows
}

const head: Row = { name: 'ms', values: ['cpu p50', 'cpu p95', 'wall p50', 'wall p95', 'all cpu/key', 'n'] }

function table(rows: readonly Row[]): string {
  const line = ({ name, values }: Row) => `| ${[name, ...values].join(' | ')} |`
  return [line(head), `| --- |${' ---: |'.repeat(head.values.length)}`, ...rows.map(line)].join('\n')
}

/** Measures, prints, and adds what was measured to EDITOR.md. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'alternat-bench-'))
  const server = spawnServer({ HOST: '127.0.0.1', DATA_DIR: folder, LOG_LEVEL: 'info' }, { program: 'shipped' })
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: switches,
  })
  try {
    const url = await server.ready
    const cookie = await signIn(url, `us-cochair-${group}`)
    const loadBefore = loadavg()[0] ?? 0
    const page = await browser.newPage()
    const speed = await calibrate(page)
    await page.close()
    const rows = [
      ...(await measure(browser, url, cookie, sizes.large)),
      ...(await measure(browser, url, cookie, sizes.small)),
    ]
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
    const text = [
      `## ${new Date().toISOString().slice(0, 16)}Z, ${commit}`,
      '',
      `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Chromium ${browser.version()}, load ${ms(loadBefore)} before and ${ms(loadavg()[0] ?? 0)} after, calibration loop ${ms(speed)} ms, ${keystrokes} keystrokes, one every ${everyMs} ms.`,
      '',
      table(rows),
      '',
    ].join('\n')
    console.log(text)
    if (!existsSync(report)) appendFileSync(report, preamble)
    appendFileSync(report, `\n${text}`)
  } finally {
    await browser.close()
    server.kill('SIGTERM')
    await server.exited
    rmSync(folder, { recursive: true, force: true })
  }
}

const preamble = `# What a large document costs the browser

Written by \`npx tsx test/bench/editor.ts\`. A document of ${sizes.large} clauses in two languages with ${paragraphs} paragraphs each, and one of ${sizes.small} beside it, opened as
the product ships. A keystroke costs the whole tasks of the page's main thread, from the one that takes it in to the one that
brings it to the screen; \`cpu\` is the time the thread worked, \`wall\` what the clock showed (apart where others use the machine).
\`all cpu/key\` is everything the thread did, with what is put off, divided by the keystrokes. The target for a remote keystroke on
a quiet machine: median at most ${target.median} ms, p95 at most ${target.p95} ms.
`

if (process.argv[1] === fileURLToPath(import.meta.url)) await run()
