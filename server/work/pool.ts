/**
 * A few processes for work that takes long: nobody who writes waits for it. What is asked stands in line; each job is bounded in time
 * and memory, and one that goes beyond ends its process and nothing else. A thread would not do: one that runs out of memory takes
 * the whole server with it where that happens within a call of the engine's, such as the parsing of a text. Processes start when
 * they are needed and end when they are not.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { initiative } from '#shared/domain/initiative.ts'
import type { Clock } from '../sync/types.ts'
import { ready, type Ask, type Input, type JobName, type Output, type Reply, type Request } from './messages.ts'

type WorkLimits = {
  /** For one job, from when it is begun. */
  readonly ms: number
  /** Of one process, for what its jobs build. */
  readonly memoryMiB: number
}

const defaultWorkLimits: WorkLimits = { ms: 20_000, memoryMiB: 512 }

/** Besides the one that keeps texts of the past: so that the longest job of one user leaves one to the others. */
const freeProcesses = 2
/** Who writes comes first. */
const niceness = 5
const idleMs = 30_000

/** A job that takes more than there is for one. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork'
}

/** Hears how many ms of a process something took, also if it failed. */
export type Spent = (ms: number) => void

export type Pool = {
  /** Does a job elsewhere. Rejects with a `TooMuchWork` if it goes beyond its limits, and if it cannot be done. */
  run<Name extends Exclude<JobName, 'replay'>>(name: Name, input: Input<Name>, spent?: Spent): Promise<Output<Name>>
  readonly replay: ReplayKeeper
  /** Ends all processes; what they were asked is rejected. */
  stop(): void
}

/** The process that keeps texts between two jobs: they are done in the order of asking. */
type ReplayKeeper = {
  ask(input: Input<'replay'>, spent?: Spent): Promise<Output<'replay'>>
  /** Changes when the process has ended: what it held is gone. */
  readonly life: number
}

type Job = {
  readonly ask: Ask
  readonly spent: Spent
  readonly resolve: (output: unknown) => void
  readonly reject: (error: Error) => void
}

export function createPool(clock: Clock, limits: WorkLimits = defaultWorkLimits): Pool {
  const waiting: Job[] = []
  const next = () => waiting.shift()
  const free = Array.from({ length: freeProcesses }, () => new Worker(clock, limits, next, idleMs))
  const kept: Job[] = []
  // It ends only with its limits: what it holds took long to build.
  const keeper = new Worker(clock, limits, () => kept.shift(), null)

  const enqueue = (line: Job[], workers: readonly Worker[], ask: Ask, spent: Spent): Promise<unknown> =>
    new Promise((resolve, reject) => {
      line.push({ ask, spent, resolve, reject })
      // One that runs already is there at once.
      const idle = workers.filter(({ busy }) => !busy)
      ;(idle.find(({ running }) => running) ?? idle[0])?.goOn()
    })

  return {
    run: <Name extends JobName>(name: Name, input: Input<Name>, spent: Spent = () => {}) =>
      // A job is answered with what that job gives.
      enqueue(waiting, free, { name, input } as Ask, spent) as Promise<Output<Name>>,
    replay: {
      ask: (input, spent = () => {}) =>
        enqueue(kept, [keeper], { name: 'replay', input }, spent) as Promise<Output<'replay'>>,
      get life() {
        return keeper.life
      },
    },
    stop() {
      for (const { reject } of [...waiting.splice(0), ...kept.splice(0)]) reject(stopping())
      for (const worker of [...free, keeper]) worker.stop()
    },
  }
}

const stopping = () => new Error('The server is stopping')

class Worker {
  life = 1
  readonly #clock: Clock
  readonly #limits: WorkLimits
  readonly #next: () => Job | undefined
  readonly #endsAfterMs: number | null
  #process: ChildProcess | null = null
  #ready = false
  #job: Job | null = null
  #cancel: () => void = () => {}

  /** `next` gives what is to be done next; after `endsAfterMs` without a job the process ends, unless that is null. */
  constructor(clock: Clock, limits: WorkLimits, next: () => Job | undefined, endsAfterMs: number | null) {
    this.#clock = clock
    this.#limits = limits
    this.#next = next
    this.#endsAfterMs = endsAfterMs
  }

  get busy(): boolean {
    return this.#job !== null
  }

  get running(): boolean {
    return this.#process !== null
  }

  /** Takes the next job, if there is one. */
  goOn(): void {
    const job = this.#next()
    this.#cancel()
    this.#cancel = () => {}
    if (job === undefined) return this.#rest()
    this.#job = job
    this.#process ??= this.#start()
    holdOpen(this.#process, true)
    if (this.#ready) this.#begin(job)
  }

  stop(): void {
    this.#end(stopping())
  }

  #begin(job: Job): void {
    const { ms } = this.#limits
    const request: Request = { ask: job.ask, definition: initiative().definition }
    this.#process?.send(request)
    this.#cancel = this.#clock.after(ms, () => {
      job.spent(ms)
      this.#end(new TooMuchWork(`It takes more than ${Math.round(ms / 1000)} seconds.`))
    })
  }

  #rest(): void {
    if (this.#process === null) return
    holdOpen(this.#process, false)
    if (this.#endsAfterMs === null) return
    this.#cancel = this.#clock.after(this.#endsAfterMs, () => this.#end(new Error('It is not needed any more')))
  }

  #start(): ChildProcess {
    const started = fork(program.file, {
      execArgv: [...program.arguments, `--max-old-space-size=${this.#limits.memoryMiB}`],
      // Nothing of ours is its business, and what an engine says that runs out of memory is no line of a log.
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    })
    started.on('message', (reply: Reply | typeof ready) => {
      const job = this.#job
      if (started !== this.#process || job === null) return
      if (reply === ready) {
        this.#ready = true
        return this.#begin(job)
      }
      this.#job = null
      job.spent(reply.ms)
      if ('failure' in reply) job.reject(new Error(`The work could not be done: ${reply.failure}`))
      else job.resolve(reply.output)
      this.goOn()
    })
    started.on('error', (error) => {
      if (started === this.#process) this.#end(error)
    })
    started.on('exit', (code, signal) => {
      if (started !== this.#process) return
      const isOutOfMemory = signal === 'SIGABRT' || code === aborted
      this.#end(
        isOutOfMemory
          ? new TooMuchWork('It takes too much memory.')
          : new Error(`The process ended with ${code ?? signal}`),
      )
    })
    try {
      if (started.pid !== undefined) setPriority(started.pid, niceness)
    } catch {
      // It works at any priority.
    }
    return started
  }

  #end(error: Error): void {
    const [ended, job] = [this.#process, this.#job]
    this.#cancel()
    this.#cancel = () => {}
    this.#process = null
    this.#ready = false
    this.#job = null
    if (ended !== null) this.life += 1
    ended?.kill('SIGKILL')
    job?.reject(error)
    // Whoever waits gets a process of their own.
    if (job !== null) this.goOn()
  }
}

/** How Node ends where it cannot have the memory that it needs, as a shell says it. */
const aborted = 134

/** It keeps the server alive only while something is asked of it. */
function holdOpen(child: ChildProcess, held: boolean): void {
  if (held) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
}

/** In dist/ it lies beside us as JavaScript; the sources need a loader. */
const program = import.meta.url.endsWith('.ts')
  ? { file: fileURLToPath(new URL('./process.ts', import.meta.url)), arguments: ['--import', 'tsx'] }
  : { file: fileURLToPath(new URL('./work-process.js', import.meta.url)), arguments: [] }
