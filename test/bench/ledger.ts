/**
 * What was written when, and what arrived when, by (writer, clock): deliveries are counted for each original update, also where a
 * server sends many as one; what a reader misses is a gap while more comes, and a loss when nothing comes any more.
 */
import * as Y from 'yjs'
import type { Author } from './updates.ts'

export type Ledger = {
  /** Notes that a writer sends the character of that clock now. */
  wrote(author: Author, clock: number, at: number): void
  /** A reader, which expects everything that `from` write. */
  reader(from: readonly Author[], measured?: boolean): Reader
  /** Forgets the latencies and deliveries so far, not who has what. */
  begin(): void
  deliveries(): number
  gaps(): number
  repeats(): number
  /** How much is still to come to all readers. */
  missing(): number
  percentile(share: number): number
}

export type Reader = { readonly hear: (update: Uint8Array, at: number) => void }

type Range = { readonly clientId: number; readonly from: number; readonly to: number }
type Track = { next: number; readonly written: Written }
type Written = { readonly first: number; next: number; at: Float64Array }
type Parsed = { readonly bytes: Buffer; readonly ranges: readonly Range[] }

/** So many of the frames parsed last are remembered: many readers are sent the same ones. */
const remembered = 4096
/** How far a reader may be from where it was expected to read on. */
const lookAround = 8

export function createLedger(): Ledger {
  const written = new Map<number, Written>()
  const tracks: Track[] = []
  const parsed: (Parsed | undefined)[] = []
  let frames = 0
  let latencies = new Float32Array(65_536)
  let measuredCount = 0
  let deliveries = 0
  let gaps = 0
  let repeats = 0
  let sorted = false

  const writtenBy = ({ clientId, first }: Author): Written => {
    const known = written.get(clientId) ?? { first, next: first, at: new Float64Array(1024) }
    written.set(clientId, known)
    return known
  }

  const note = (latency: number) => {
    if (measuredCount === latencies.length) {
      const larger = new Float32Array(latencies.length * 2)
      larger.set(latencies)
      latencies = larger
    }
    latencies[measuredCount] = latency
    measuredCount += 1
    sorted = false
  }

  /** The ranges of an update, parsed once for all readers that are sent the same bytes. `place` is where this reader reads. */
  const rangesOf = (update: Uint8Array, place: { at: number }): readonly Range[] => {
    for (let at = place.at; at < Math.min(place.at + lookAround, frames); at += 1) {
      const known = parsed[at % remembered]
      if (known !== undefined && known.bytes.equals(update)) {
        place.at = at + 1
        return known.ranges
      }
    }
    const { from, to } = Y.parseUpdateMeta(update)
    const ranges = [...to].map(([clientId, end]) => ({ clientId, from: from.get(clientId) ?? end, to: end }))
    parsed[frames % remembered] = { bytes: Buffer.from(update), ranges }
    frames += 1
    place.at = frames
    return ranges
  }

  return {
    wrote(author, clock, at) {
      const record = writtenBy(author)
      const index = clock - record.first
      if (index >= record.at.length) {
        const larger = new Float64Array(record.at.length * 2)
        larger.set(record.at)
        record.at = larger
      }
      record.at[index] = at
      record.next = clock + 1
    },
    reader(from, measured = true) {
      const own = new Map<number, Track>()
      for (const author of from) {
        const record = writtenBy(author)
        const track = { next: record.next, written: record }
        own.set(author.clientId, track)
        tracks.push(track)
      }
      const place = { at: frames }
      return {
        hear(update, at) {
          for (const range of rangesOf(update, place)) {
            const track = own.get(range.clientId)
            if (track === undefined || range.to <= track.written.first) continue
            if (range.to <= track.next) {
              repeats += 1
              continue
            }
            const start = Math.max(range.from, track.written.first)
            if (start > track.next) gaps += start - track.next
            const { first, at: times } = track.written
            const fresh = Math.max(start, track.next)
            deliveries += range.to - fresh
            if (measured) {
              for (let clock = fresh; clock < range.to; clock += 1) note(at - (times[clock - first] ?? at))
            }
            track.next = range.to
          }
        },
      }
    },
    begin() {
      measuredCount = 0
      deliveries = 0
    },
    deliveries: () => deliveries,
    gaps: () => gaps,
    repeats: () => repeats,
    missing: () => tracks.reduce((sum, { next, written: record }) => sum + Math.max(0, record.next - next), 0),
    percentile(share) {
      if (measuredCount === 0) return Number.NaN
      const own = latencies.subarray(0, measuredCount)
      if (!sorted) own.sort()
      sorted = true
      return own[Math.min(measuredCount - 1, Math.floor(measuredCount * share))] ?? Number.NaN
    },
  }
}
