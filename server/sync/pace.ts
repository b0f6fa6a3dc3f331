/**
 * How long a busy room gathers before its next batch. Most of what a server of this kind costs is the writing of frames, so
 * that fewer, larger ones carry more; a small or quiet room never waits.
 */

/** Beyond this, carets and words would visibly lag behind the voice of the person who types them. */
const mostMs = 25
const msPerReader = 0.085
const msPerWrite = 0.02

/** The least time from one batch to the next, in milliseconds, for a room with so many readers whose last batch held so many writes. */
export function gatherMs(readers: number, lastWrites: number): number {
  const ms = readers * msPerReader + lastWrites * msPerWrite
  return ms < 1 ? 0 : Math.min(ms, mostMs)
}
