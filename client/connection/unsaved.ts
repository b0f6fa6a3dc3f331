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

type Unit = { readonly client: number; readonly clock: number; readonly text: string }

/**
 * The text that updates insert and do not delete again, in the order in which it stands in the document: what was typed at one
 * place stays together, each new place is a new line.
 */
export function insertedText(updates: readonly Uint8Array[]): string {
  const decoded = updates.map((bytes) => Y.decodeUpdate(bytes))
  const deleted = (client: number, clock: number) =>
    decoded.some(({ ds }) =>
      (ds.clients.get(client) ?? []).some((range) => clock >= range.clock && clock < range.clock + range.len),
    )
  const items = decoded
    .flatMap(({ structs }) => structs)
    .filter((struct): struct is Y.Item => struct instanceof Y.Item)
    .toSorted((a, b) => a.id.client - b.id.client || a.id.clock - b.id.clock)
  const runs: Unit[][] = []
  const placeOf = (id: Y.ID | null) => {
    if (id === null) return null
    for (const run of runs) {
      const at = run.findIndex(({ client, clock }) => client === id.client && clock === id.clock)
      if (at >= 0) return { run, at }
    }
    return null
  }
  for (const { id, length, content, origin, rightOrigin } of items) {
    const text = content instanceof Y.ContentString ? content.str : ''
    const units = Array.from({ length }, (_unit, at) => ({
      client: id.client,
      clock: id.clock + at,
      text: deleted(id.client, id.clock + at) ? '' : (text[at] ?? ''),
    }))
    const before = placeOf(origin)
    // A space beside a space may have been written behind it: then only what stands to the right says where we are.
    const after = before === null ? placeOf(rightOrigin) : null
    if (before !== null) before.run.splice(before.at + 1, 0, ...units)
    else if (after !== null) after.run.splice(after.at, 0, ...units)
    else runs.push(units)
  }
  return runs
    .map((run) => run.map(({ text }) => text).join(''))
    .filter((run) => run.trim() !== '')
    .join('\n')
}
