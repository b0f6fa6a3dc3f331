/**
 * Whether the write-ahead log of a store is there and whole. SQLite takes a log that is gone for an empty one, and reads a damaged
 * one up to the damage: what comes behind would be lost without a word. So the database file itself bears a mark while edits may be
 * in the log alone (SQLite's `user_version`, which is ours to use).
 *
 * The form of both files: https://www.sqlite.org/fileformat2.html, sections 1.3 and 4.
 */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'

/** The values of the mark. */
export const mark = { complete: 0, inLog: 1 } as const

const markAt = 60
const headerLength = 32
const frameHeaderLength = 24

/** What is wrong with the log of the store in `file`, as the end of a sentence that names the log; null if nothing is. */
export function damageOfLog(file: string): string | null {
  if (markIn(file) !== mark.inLog) return null
  const path = `${file}-wal`
  if (!existsSync(path)) return 'is missing'
  const log = readFileSync(path)
  const header = log.subarray(0, headerLength)
  if (header.length < headerLength) return 'has been cut short'
  const magic = header.readUInt32BE(0)
  const bigEndian = (magic & 1) === 1
  let sum: Sum = checksum(header.subarray(0, 24), [0, 0], bigEndian)
  if (magic >>> 1 !== 0x377f0682 >>> 1 || !isSum(header, 24, sum)) return 'is damaged at its beginning'
  const frameLength = frameHeaderLength + header.readUInt32BE(8)
  const frames = Math.floor((log.length - headerLength) / frameLength)
  if (frames === 0) return 'has been cut short'
  const frameOf = (at: number) => log.subarray(headerLength + at * frameLength, headerLength + (at + 1) * frameLength)
  /** Frames of an earlier use of the log stand behind those of this one. */
  const isOfThisUse = (frame: Buffer) => frame.subarray(8, 16).equals(header.subarray(16, 24))
  let at = 0
  for (; at < frames; at += 1) {
    const frame = frameOf(at)
    const next = checksum(frame.subarray(frameHeaderLength), checksum(frame.subarray(0, 8), sum, bigEndian), bigEndian)
    if (!isOfThisUse(frame) || !isSum(frame, 16, next)) break
    sum = next
  }
  // A process that ends amid a commit leaves that one torn, and nothing behind it.
  let commits = 0
  for (let behind = at; behind < frames; behind += 1) {
    const frame = frameOf(behind)
    if (isOfThisUse(frame) && frame.readUInt32BE(4) !== 0) commits += 1
  }
  return commits > 1 ? `is damaged at byte ${headerLength + at * frameLength}` : null
}

/** The mark that a database file bears; null if there is none, or no database. */
function markIn(file: string): number | null {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null
  const descriptor = openSync(file, 'r')
  try {
    if (fstatSync(descriptor).size < 100) return null
    const header = Buffer.alloc(100)
    readSync(descriptor, header, 0, header.length, 0)
    return header.toString('latin1', 0, 15) === 'SQLite format 3' ? header.readUInt32BE(markAt) : null
  } finally {
    closeSync(descriptor)
  }
}

type Sum = readonly [number, number]

/** SQLite's checksum of a log, continued from `before`, over bytes whose number is a multiple of eight. */
function checksum(bytes: Buffer, [first, second]: Sum, bigEndian: boolean): Sum {
  let [a, b] = [first, second]
  for (let at = 0; at < bytes.length; at += 8) {
    const [one, two] = bigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]
    a = (a + one + b) >>> 0
    b = (b + two + a) >>> 0
  }
  return [a, b]
}

const isSum = (bytes: Buffer, at: number, [a, b]: Sum) =>
  bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b
