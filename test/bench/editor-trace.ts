/**
 * What keystrokes cost a page: from the browser's own trace, the whole tasks of its main thread from the one that takes the
 * keystroke in to the one that brings it to the screen (script, style, layout, paint).
 */
import type { Browser, Page } from 'playwright-core'
import { z } from 'zod'

/** In ms of the main thread. `cpu` is what it worked, `wall` what the clock showed: they part where others use the machine. */
export type Cost = { readonly cpu: number; readonly wall: number }

const TraceEvent = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.record(z.string(), z.unknown()).optional(),
})
type TraceEvent = z.infer<typeof TraceEvent>

export type Trigger = 'message' | 'key'

export type Trace = {
  /** The cost of each keystroke, in order. */
  readonly keystrokes: readonly Cost[]
  /** Everything that the main thread did meanwhile, per keystroke: with what is put off until later. */
  readonly overall: Cost
}

const categories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing']

/** Traces `page` while `act` runs. Throws if the browser's trace does not hold what is looked for. */
export async function traceKeystrokes(
  browser: Browser,
  page: Page,
  trigger: Trigger,
  act: () => Promise<void>,
): Promise<Trace> {
  const session = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) {
      const parsed = TraceEvent.safeParse(event)
      if (parsed.success) events.push(parsed.data)
    }
  })
  const mark = `bench-${Date.now()}`
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: categories },
  })
  await page.evaluate((name) => performance.mark(name), mark)
  await act()
  await session.send('Tracing.end')
  await complete
  await session.detach()
  return readTrace(events, mark, trigger)
}

type Task = { readonly from: number; readonly to: number; readonly cost: Cost; starts: boolean; shows: boolean }

function readTrace(events: readonly TraceEvent[], mark: string, trigger: Trigger): Trace {
  const marked = events.find(({ name }) => name === mark)
  if (marked === undefined) throw new Error('The page is not in the trace')
  const own = events.filter(({ pid, tid, ts }) => pid === marked.pid && tid === marked.tid && ts > marked.ts)
  const tasks = outermost(own.filter(({ name, ph }) => ph === 'X' && name.endsWith('RunTask')))
  const note = (ts: number, what: 'starts' | 'shows') => {
    const task = taskAt(tasks, ts)
    if (task !== undefined) task[what] = true
  }
  for (const event of own) {
    if (isTrigger(event, trigger)) note(event.ts, 'starts')
    if (event.name === 'Commit' || event.name === 'Layerize') note(event.ts, 'shows')
  }
  const keystrokes: Cost[] = []
  let current: Cost | null = null
  for (const task of tasks) {
    if (task.starts && current === null) current = { cpu: 0, wall: 0 }
    if (current === null) continue
    current = sum(current, task.cost)
    if (!task.shows) continue
    keystrokes.push(current)
    current = null
  }
  if (keystrokes.length === 0) throw new Error(`No ${trigger} in ${tasks.length} tasks led to a frame`)
  const all = tasks.reduce((total, { cost }) => sum(total, cost), { cpu: 0, wall: 0 })
  return {
    keystrokes,
    overall: { cpu: all.cpu / keystrokes.length, wall: all.wall / keystrokes.length },
  }
}

const isTrigger = ({ name, args }: TraceEvent, trigger: Trigger): boolean => {
  if (trigger === 'message') return name === 'WebSocketReceive'
  const data = args?.['data']
  return (
    name === 'EventDispatch' && typeof data === 'object' && data !== null && 'type' in data && data.type === 'keydown'
  )
}

const sum = (a: Cost, b: Cost): Cost => ({ cpu: a.cpu + b.cpu, wall: a.wall + b.wall })

/** Tasks in order; one that ran within another is part of it. */
function outermost(events: readonly TraceEvent[]): Task[] {
  const tasks: Task[] = []
  for (const { ts, dur = 0, tdur = dur } of events.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    const last = tasks.at(-1)
    if (last !== undefined && ts < last.to) continue
    tasks.push({ from: ts, to: ts + dur, cost: { cpu: tdur / 1000, wall: dur / 1000 }, starts: false, shows: false })
  }
  return tasks
}

function taskAt(tasks: readonly Task[], ts: number): Task | undefined {
  let [low, high] = [0, tasks.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const task = tasks[middle]
    if (task === undefined) return undefined
    if (ts < task.from) high = middle - 1
    else if (ts >= task.to) low = middle + 1
    else return task
  }
  return undefined
}

/** The value below which that share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
