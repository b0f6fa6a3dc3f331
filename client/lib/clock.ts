/** Time as connections see it, so that tests can own it. */

export type Clock = {
  readonly now: () => number
  /** Runs `task` after `ms`; returns how to call it off. */
  readonly after: (ms: number, task: () => void) => () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}
