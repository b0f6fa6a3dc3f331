/** Real browsers on a real server: seats with a fresh browser context and a wire of their own, and what they see. */
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'
import type { Language } from '#shared/domain/languages.ts'
import { spawnServer, type SpawnedServer } from './server.ts'
import { temporaryFolder } from './storage.ts'
import { layWire, type Wire } from './wire.ts'

/** How long a page may take until it shows what it should. */
const patience = 30_000

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Windows that are not on top would have their timers slowed down.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]

/** Starts the browser named in `CHROMIUM_PATH`, or the system's. */
export const launchBrowser = async (): Promise<Browser> =>
  await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: switches })

export type Program = {
  readonly url: string
  /** Kills the server with no time for anything, and waits until it is dead. */
  readonly kill: () => Promise<void>
  /** Starts it again, at the same address and on the same data. */
  readonly start: () => Promise<void>
  /** Replaces the demo, and with it every document, while the server is down. */
  readonly reset: () => Promise<void>
  /** Everything it logged so far, over all its lives. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

/** Runs the built server on a free port and data of its own, with further settings if there are any. */
export async function startProgram(settings: Readonly<Record<string, string>> = {}): Promise<Program> {
  const folder = await temporaryFolder()
  const environment = { HOST: '127.0.0.1', DATA_DIR: folder.path, LOG_LEVEL: 'info', ...settings }
  let running: SpawnedServer = spawnServer(environment, { program: 'shipped' })
  const url = await running.ready
  let earlier = ''
  const log = () => earlier + running.output().stdout + running.output().stderr
  const end = async (signal: NodeJS.Signals) => {
    running.kill(signal)
    await running.exited
  }
  return {
    url,
    kill: async () => await end('SIGKILL'),
    start: async () => {
      earlier = log()
      running = spawnServer({ ...environment, PORT: new URL(url).port }, { program: 'shipped' })
      await running.ready
    },
    reset: async () => {
      const { code } = await spawnServer(environment, { args: ['demo', 'reset', '--yes'], program: 'shipped' }).exited
      if (code !== 0) throw new Error(`The demo could not be reset: ${code}`)
    },
    log,
    stop: async () => {
      await end('SIGTERM')
      await folder.dispose()
    },
  }
}

export type Appearance = {
  readonly language?: Language
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

export type Seat = {
  readonly context: BrowserContext
  readonly page: Page
  readonly wire: Wire
  /** Errors that nothing in the page caught. */
  readonly faults: readonly string[]
  /** Opens an address of the server in this seat's page. */
  readonly open: (path: string) => Promise<void>
  readonly leave: () => Promise<void>
}

/** Opens a browser context of its own and, where `persona` is given, takes that seat at the server. */
export async function takeSeat(
  browser: Browser,
  server: string,
  persona: string | null,
  { language = 'en', theme = 'light', width = 1440, height = 900 }: Appearance = {},
): Promise<Seat> {
  const wire = await layWire(server)
  const context = await browser.newContext({
    baseURL: wire.url,
    locale: language === 'ja' ? 'ja-JP' : 'en-US',
    timezoneId: language === 'ja' ? 'Asia/Tokyo' : 'America/New_York',
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height },
  })
  context.setDefaultTimeout(patience)
  if (persona !== null) {
    const answer = await context.request.post('/api/session', { data: { persona } })
    if (!answer.ok()) throw new Error(`Signing in as ${persona} failed: ${answer.status()}`)
  }
  const faults: string[] = []
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  return {
    context,
    page,
    wire,
    faults,
    open: async (path) => {
      await page.goto(path, { waitUntil: 'domcontentloaded' })
    },
    leave: async () => {
      await context.close()
      await wire.close()
    },
  }
}

/** Where pictures of pages are kept. */
export const pictures = fileURLToPath(new URL('../e2e/pictures/', import.meta.url))

/** A seat for the running test alone. If the test fails, what the seat saw last is in pictures/failed-<persona>.png. */
export async function seatForTest(
  browser: Browser,
  server: string,
  persona: string | null,
  appearance: Appearance = {},
): Promise<Seat> {
  const seat = await takeSeat(browser, server, persona, appearance)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail' && !seat.page.isClosed()) {
      await seat.page.screenshot({ path: `${pictures}failed-${persona}.png`, timeout: 5000 }).catch(() => undefined)
    }
    await seat.leave()
  })
  return seat
}

export type Stage = {
  readonly program: Program
  readonly browser: Browser
  /** A seat at the program, for the running test alone. */
  readonly seatForTest: (persona: string | null, appearance?: Appearance) => Promise<Seat>
}

/** A server and a browser for all tests of the file that calls it, from before the first until after the last. */
export function setStage(settings: Readonly<Record<string, string>> = {}): Stage {
  let set: { program: Program; browser: Browser } | null = null
  const standing = () => {
    if (set === null) throw new Error('The stage is set once the tests run')
    return set
  }
  beforeAll(async () => {
    const [program, browser] = await Promise.all([startProgram(settings), launchBrowser()])
    set = { program, browser }
  })
  afterAll(async () => {
    await set?.browser.close()
    await set?.program.stop()
  })
  return {
    get program() {
      return standing().program
    },
    get browser() {
      return standing().browser
    },
    seatForTest: async (persona, appearance) =>
      await seatForTest(standing().browser, standing().program.url, persona, appearance),
  }
}

/** What axe finds serious or critical on a page, one line each; by `rules` alone where some are given. */
export async function findingsOn(page: Page, rules: readonly string[] = []): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (rules.length > 0 ? axe.withRules([...rules]) : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`))
}

export const hasFocus = async (element: Locator): Promise<boolean> =>
  await element.evaluate((node) => node === document.activeElement)

/** Waits until `check` no longer throws. */
export const eventually = async (check: () => void | Promise<void>, timeout: number = patience): Promise<void> =>
  await vi.waitFor(check, { timeout, interval: 50 })
