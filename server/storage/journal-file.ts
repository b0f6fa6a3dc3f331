/**
 * A file of records, each of them durable by itself. Its room is taken beforehand, so that the disk has nothing to note down but
 * the record itself.
 */
import { randomBytes } from 'node:crypto'
import { close, constants, fdatasync, fsync, ftruncate, open, readFile, write } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'

const fs = {
  open: promisify(open),
  close: promisify(close),
  readFile: promisify(readFile),
  write: promisify(write),
  fsync: promisify(fsync),
  fdatasync: promisify(fdatasync),
  ftruncate: promisify(ftruncate),
}

/** Room for a second of heavy typing; what needs more makes the file longer, and waits longer for the disk. */
export const journalRoom = 1024 * 1024

/** Before each record: the checksum of all that follows, the length of the record, the mark of the file's present use. */
const markLength = 8
const markAt = 8
const headingLength = markAt + markLength

/** Elsewhere a write that is called synchronous stays in the memory of the drive. */
const writeIsDurable = process.platform === 'linux'

export type JournalFile = {
  /** Bytes in use. */
  readonly length: number
  /** Adds a record, durable when it resolves. If it rejects, the next record takes its place. One call at a time. */
  append(record: Uint8Array): Promise<void>
  /** Makes sure that a record whose append was rejected is not found in the file. */
  settle(): Promise<void>
  /** Durably forgets all records. */
  erase(): Promise<void>
  /** Lets go of the file, which stays as it is. */
  close(): Promise<void>
}

/**
 * Opens the file, or makes it, and gives the records that it holds. The last of them may be one whose append was under way when
 * the process ended. Rejects as the file system does.
 */
export async function openJournalFile(path: string): Promise<{ file: JournalFile; records: readonly Uint8Array[] }> {
  const descriptor = await fs.open(path, constants.O_RDWR | constants.O_CREAT | (constants.O_DSYNC ?? 0), 0o600)
  try {
    const bytes = await fs.readFile(descriptor)
    if (bytes.length < journalRoom) {
      await writeAll(descriptor, new Uint8Array(journalRoom - bytes.length), bytes.length)
      await fs.fsync(descriptor)
      await syncFolderOf(path)
    }
    const { records, length, mark } = recordsIn(bytes)
    return { file: journalFile(descriptor, length, mark), records }
  } catch (error) {
    await fs.close(descriptor)
    throw error
  }
}

function journalFile(descriptor: number, length: number, mark: Uint8Array): JournalFile {
  let torn = false

  const put = async (bytes: Uint8Array, at: number) => {
    await writeAll(descriptor, bytes, at)
    if (!writeIsDurable) await fs.fdatasync(descriptor)
  }
  return {
    get length() {
      return length
    },
    async append(record) {
      torn = true
      await put(framed(record, mark), length)
      torn = false
      length += headingLength + record.length
    },
    async settle() {
      if (torn) await put(new Uint8Array(headingLength), length)
      torn = false
    },
    async erase() {
      await put(new Uint8Array(headingLength), 0)
      if (length > journalRoom) await fs.ftruncate(descriptor, journalRoom)
      torn = false
      length = 0
      mark = newMark()
    },
    close: () => fs.close(descriptor),
  }
}

/**
 * What a former use of the file has left behind a record does not carry the mark of this one. No one can know it beforehand: the
 * bytes that a user had put on disk are never taken for a record.
 */
const newMark = (): Uint8Array => randomBytes(markLength)

function framed(record: Uint8Array, mark: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(headingLength + record.length)
  bytes.writeUInt32LE(record.length, 4)
  bytes.set(mark, markAt)
  bytes.set(record, headingLength)
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0)
  return bytes
}

function recordsIn(bytes: Buffer): { records: Uint8Array[]; length: number; mark: Uint8Array } {
  const records: Uint8Array[] = []
  let length = 0
  const first = bytes.subarray(markAt, headingLength)
  while (length + headingLength <= bytes.length) {
    const end = length + headingLength + bytes.readUInt32LE(length + 4)
    if (end > bytes.length || !bytes.subarray(length + markAt, length + headingLength).equals(first)) break
    if (crc32(bytes.subarray(length + 4, end)) !== bytes.readUInt32LE(length)) break
    records.push(bytes.subarray(length + headingLength, end))
    length = end
  }
  return { records, length, mark: records.length > 0 ? first : newMark() }
}

/** A full disk may take a part and say nothing. */
async function writeAll(descriptor: number, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await fs.write(descriptor, bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

/** Without it the name of a new file may be gone after a power failure, and the records with it. */
async function syncFolderOf(path: string): Promise<void> {
  // Windows has no such thing, and does not need it.
  if (process.platform === 'win32') return
  const folder = await fs.open(dirname(path), constants.O_RDONLY)
  try {
    await fs.fsync(folder)
  } finally {
    await fs.close(folder)
  }
}
