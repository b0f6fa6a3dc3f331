/**
 * My changes that the server has not yet said are on disk, kept byte for byte: what "12 changes" counts, and what my text is
 * recovered from if the server will not take them.
 */
import * as Y from 'yjs'

export type Unsaved = {
  /** Notes a change of mine; returns its number. */
  readonly add: (update: Uint8Array) => number
  /** Everything up to number `n` is on disk. Numbers never given out change nothing. */
  readonly acknowledge: (n: number) => void
  readonly count: () => number
  /** The number of my latest change. */
  readonly latest: () => number
  /** What I wrote in those changes and did not take back myself: one line per run of text. */
  readonly text: () => string
}

export function createUnsaved(): Unsaved {
  let latest = 0
  let updates: { n: number; bytes: Uint8Array }[] = []
  return {
    add: (bytes) => {
      latest += 1
      updates.push({ n: latest, bytes })
      return latest
    },
    acknowledge: (n) => {
      if (n <= latest) updates = updates.filter((update) => update.n > n)
    },
    count: () => updates.length,
    latest: () => latest,
    text: () => insertedText(updates.map(({ bytes }) => bytes)),
  }
}

/** The text that updates insert and do not delete again. Text typed in one go stays together; each new place is a new line. */
export function insertedText(updates: readonly Uint8Array[]): string {
  const decoded = updates.map((bytes) => Y.decodeUpdate(bytes))
  const deleted = (client: number, clock: number) =>
    decoded.some(({ ds }) =>
      (ds.clients.get(client) ?? []).some((range) => clock >= range.clock && clock < range.clock + range.len),
    )
  const runs: string[] = []
  let run = ''
  const end = () => {
    if (run.trim() !== '') runs.push(run)
    run = ''
  }
  let last: { client: number; clock: number } | null = null
  const items = decoded
    .flatMap(({ structs }) => structs)
    .filter((struct): struct is Y.Item => struct instanceof Y.Item)
    .toSorted((a, b) => a.id.client - b.id.client || a.id.clock - b.id.clock)
  for (const item of items) {
    const { client, clock } = item.id
    if (item.origin?.client !== last?.client || item.origin?.clock !== last?.clock) end()
    if (item.content instanceof Y.ContentString) {
      run += item.content.str
        .split('')
        .filter((_unit, at) => !deleted(client, clock + at))
        .join('')
    }
    last = { client, clock: clock + item.length - 1 }
  }
  end()
  return runs.join('\n')
}
