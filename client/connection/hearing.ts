/**
 * Whether the server is heard. A connection may be gone without an end: then nothing tells but silence, and who waits for "saved"
 * must learn of it in seconds. What the browser knows of the network is said at once, unless the server answers all the same.
 */
import type { Clock } from '#client/lib/clock.ts'

/** What the browser knows of the network. */
export type Network = {
  readonly online: () => boolean
  /** Calls `watcher` whenever that changes; returns how to stop. */
  readonly subscribe: (watcher: () => void) => () => void
}

export const browserNetwork: Network = {
  online: () => navigator.onLine,
  subscribe: (watcher) => {
    window.addEventListener('online', watcher)
    window.addEventListener('offline', watcher)
    return () => {
      window.removeEventListener('online', watcher)
      window.removeEventListener('offline', watcher)
    }
  },
}

/** Who waits and has heard nothing for so long asks whether somebody is there. */
const askAfterMs = 2000
/** With the time until an answer counts as missing, the writer knows within five seconds. */
const answerWithinMs = 2500
/** So long after that the connection is made anew; sooner, a slow network would never get a word through. */
const giveUpAfterMs = 6000

export type Hearing = {
  /** Whether the server is silent although it should have answered. */
  readonly silent: () => boolean
  /** The server said something. */
  readonly heard: () => void
  /** Something is waited for from now on, or nothing any more. */
  readonly await: (waiting: boolean) => void
  readonly stop: () => void
}

type Means = {
  readonly clock: Clock
  readonly network: Network | null
  /** Sends what the server answers at once; false where there is no connection to send it on. */
  readonly ask: () => boolean
  /** `silent` says something else than before. */
  readonly changed: () => void
  /** Ends the connection, if there is one, and makes another. */
  readonly renew: () => void
}

export function createHearing({ clock, network, ask, changed, renew }: Means): Hearing {
  let waiting = false
  let silent = network?.online() === false
  let callOff: (() => void) | null = null

  const rest = () => {
    callOff?.()
    callOff = null
  }
  const after = (ms: number, task: () => void) => {
    rest()
    callOff = clock.after(ms, () => {
      callOff = null
      task()
    })
  }
  const setSilent = (now: boolean) => {
    if (silent === now) return
    silent = now
    changed()
  }
  const watch = () => {
    rest()
    if (waiting) after(askAfterMs, question)
  }
  const question = () => {
    // Without a connection there is nothing to doubt: its end was told.
    if (!ask()) return after(askAfterMs, question)
    after(answerWithinMs, () => {
      setSilent(true)
      after(giveUpAfterMs, () => {
        renew()
        watch()
      })
    })
  }
  const stopWatching = network?.subscribe(() => {
    if (network.online()) {
      if (silent) renew()
    } else {
      setSilent(true)
      ask()
    }
  })

  return {
    silent: () => silent,
    heard: () => {
      setSilent(false)
      watch()
    },
    await: (now) => {
      if (waiting === now) return
      waiting = now
      watch()
    },
    stop: () => {
      rest()
      stopWatching?.()
    },
  }
}
