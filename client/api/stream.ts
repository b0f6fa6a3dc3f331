/**
 * One event stream for all pages of a browser: over HTTP/1.1 it opens six connections to a server, and a stream holds one for good.
 * The page that holds the lock listens and passes on what it hears; when it is gone, the lock falls to the next page. A browser
 * without locks or channels has a stream for each page. Nothing of the first paint is imported here: it would be divided for it.
 */
import type { ServerEvent } from '#shared/api/events.ts'

export type Hearer = {
  /** What the server sent: the JSON of an event. */
  readonly hear: (data: string) => void
  /** Whether the server is heard. */
  readonly heard: (whether: boolean) => void
  /** Whether a stream that was refused will be refused again, because the reader is not the one who is signed in. */
  readonly ended: () => Promise<boolean>
}

/** A refused stream is not opened again by the browser itself. */
const againAfterMs = 5000
/** The page that listens may have been put to sleep with its lock: one that is looked at waits so long for a word from it. */
const answerWithinMs = 4000

/**
 * Hears what the server says at `address`, until the returned function is called. `session` is the same in pages that may hear the
 * same, and in no others.
 */
export function hearServer(address: string, session: string, hearer: Hearer): () => void {
  const alone = navigator.locks === undefined || typeof BroadcastChannel === 'undefined'
  return alone ? listen(address, hearer) : share(address, `alternat.events.${session}`, hearer)
}

const written = (event: ServerEvent): string => JSON.stringify(event)

/** What pages say to each other. */
type Word =
  | { readonly type: 'event'; readonly data: string }
  /** Null while it is not known yet. */
  | { readonly type: 'heard'; readonly whether: boolean | null }
  | { readonly type: 'question' }

function share(address: string, name: string, hearer: Hearer): () => void {
  const channel = new BroadcastChannel(name)
  const waiting = new AbortController()
  let leading: { readonly end: () => void; heard: boolean | null } | null = null
  let stopped = false
  /** Whether this page knows from when on it misses nothing. */
  let ready = false
  let unanswered: ReturnType<typeof setTimeout> | undefined

  const say = (word: Word) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    if (!stopped) channel.postMessage(word)
  }
  const lead = async () =>
    await new Promise<void>((resolve) => {
      if (stopped) return resolve()
      clearTimeout(unanswered)
      const stopListening = listen(address, {
        ...hearer,
        hear: (data) => {
          say({ type: 'event', data })
          hearer.hear(data)
        },
        heard: (whether) => {
          if (leading !== null) leading.heard = whether
          ready ||= whether
          say({ type: 'heard', whether })
          hearer.heard(whether)
        },
      })
      const end = () => {
        leading = null
        stopListening()
        resolve()
      }
      leading = { end, heard: null }
    })
  const queue = () => {
    navigator.locks.request(name, { signal: waiting.signal }, lead).catch(taken)
  }
  /** Another page took the lock from this one, which had not answered. */
  const taken = () => {
    if (stopped) return
    leading?.end()
    queue()
  }
  const take = () => {
    navigator.locks.request(name, { steal: true }, lead).catch(taken)
  }
  const ask = () => {
    if (leading !== null) return
    clearTimeout(unanswered)
    if (document.visibilityState === 'visible') unanswered = setTimeout(take, answerWithinMs)
    say({ type: 'question' })
  }
  const receive = ({ data: word }: MessageEvent<Word>) => {
    if (word.type === 'question') {
      if (leading !== null) say({ type: 'heard', whether: leading.heard })
      return
    }
    clearTimeout(unanswered)
    if (word.type === 'event') return hearer.hear(word.data)
    if (word.whether === null) return
    // What the server says first was said before this page came.
    if (word.whether && !ready) hearer.hear(written({ type: 'ready' }))
    ready ||= word.whether
    hearer.heard(word.whether)
  }

  channel.addEventListener('message', receive)
  document.addEventListener('visibilitychange', ask)
  queue()
  ask()
  return () => {
    stopped = true
    clearTimeout(unanswered)
    document.removeEventListener('visibilitychange', ask)
    waiting.abort()
    leading?.end()
    channel.close()
  }
}

/** The stream itself. The browser reconnects when it breaks; where the server refused it, we ask why. */
function listen(address: string, { hear, heard, ended }: Hearer): () => void {
  let source: EventSource | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  const open = () => {
    const opened = new EventSource(address)
    source = opened
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => hear(data))
    opened.addEventListener('open', () => heard(true))
    opened.addEventListener('error', () => {
      heard(false)
      if (opened.readyState === EventSource.CLOSED) void askWhy()
    })
  }
  const askWhy = async () => {
    const over = await ended()
    if (stopped) return
    if (over) hear(written({ type: 'signedOut' }))
    else again = setTimeout(open, againAfterMs)
  }
  open()
  return () => {
    stopped = true
    source?.close()
    clearTimeout(again)
  }
}
