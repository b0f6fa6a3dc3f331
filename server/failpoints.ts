/**
 * Moments at which a kill must cost nothing, named where they happen. In the program they are empty, and the bundler drops the
 * calls. The tests' own build has test/support/armed-failpoints.ts in this file's place: there the process kills itself.
 */
export const failpoints = [
  // In the event loop.
  'apply', // a batch is in the text in memory, nothing of it in the store
  'shown', // others have been sent it, its authors have not been answered
  'packing.packed', // a segment is made, and not yet in the store
  'shutdown.rooms', // a room has put its edits on disk and is about to write its last checkpoint
  'shutdown.drained', // every room is closed, the connections are not
  // In the thread of the store, within the transaction after one row or statement, or between the commit and the answer.
  'append.row',
  'append.committed',
  'checkpoint.row',
  'checkpoint.committed',
  'packing.segment', // the segment is written, its rows still stand
  'packing.rows',
  'packing.committed',
  'shutdown.store', // the write-ahead log is folded in, the file not yet closed
] as const

export type Failpoint = (typeof failpoints)[number]

/** Where it is true, what a busy day brings about once an hour happens every other moment. */
export const inTestBuild: boolean = false

export function failpoint(_name: Failpoint): void {}

/** After each run of a statement in the thread of the store. */
export function failpointAfter(_sql: string): void {}

/** After each commit there. */
export function failpointCommitted(): void {}
