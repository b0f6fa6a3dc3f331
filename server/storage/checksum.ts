/**
 * Shows that what is read of a log is what was put there. SQLite gives whatever a damaged page holds, as long as the page still looks
 * like one: another word in a text, or another author, would go unnoticed.
 */
import { crc32 } from 'node:zlib'
import type { HistoryRow } from './storage.ts'

export const checksumOf = (bytes: Uint8Array): number => crc32(bytes)

/** Not of its place, which shows in the row before it and the one behind. */
export const checksumOfRow = ({ user, at, bytes }: Omit<HistoryRow, 'seq'>): number =>
  crc32(`${at} ${user}`, checksumOf(bytes))
