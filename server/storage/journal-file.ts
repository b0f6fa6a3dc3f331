/**
 * A file of records, each of them durable by itself. Its room is taken beforehand, so that the disk has nothing to note down but
 * the record itself.
 */
import { randomBytes } from 'node:crypto'
import {
  close,
  constants,
  existsSync,
  fdatasync,
  fsync,
  ftruncate,
  open,
  readFile,
  rename,
  unlink,
  write,
} from 'node:fs'
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
  rename: promisify(rename),
  unlink: promisify(unlink),
}

/** Records that were durable cannot be read. The file was left as it is. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

/** Room for a second of heavy typing; what needs more makes the file longer, and waits longer for the disk. */
export const journalRoom = 1024 * 1024

/** What a drive writes as one, and where its writes begin; none that is in use has larger ones. */
const blockLength = 4096
/** Records up to nearly this length go to the drive without a copy in the kernel's memory: one of WebAssembly's pages. */
const windowLength = 64 * 1024

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
  /** Durably forgets all records. If it rejects, they may be found until the next record takes the place of the first. */
  erase(): Promise<void>
  /** Lets go of the file, which stays as it is. */
  close(): Promise<void>
}

/**
 * Opens the file, or makes it, and gives the records that it holds. The last of them may be one whose append was under way when
 * the process ended, or had been rejected. Rejects with `JournalDamaged` if records are missing before the last one, else as the file system does.
 */
export async function openJournalFile(path: string): Promise<{ file: JournalFile; records: readonly Uint8Array[] }> {
  if (!existsSync(path)) await layOut(path)
  const descriptor = await fs.open(path, constants.O_RDWR | (constants.O_DSYNC ?? 0))
  try {
    const bytes = await fs.readFile(descriptor)
    if (bytes.length < journalRoom) throw new JournalDamaged(`${path} has been cut short`)
    const { records, length, mark } = recordsIn(bytes)
    if (goesOnBehind(bytes, length) || hasOtherMark(bytes, length)) {
      throw new JournalDamaged(`${path} is damaged at byte ${length}`)
    }
    const window = alignedMemory()
    window.set(bytes.subarray(startOfBlock(length), length))
    return { file: journalFile({ descriptor, direct: await openDirect(path) }, window, length, mark), records }
  } catch (error) {
    await fs.close(descriptor)
    throw error
  }
}

/** Under another name until all of it is on the disk: a file of that name is whole, whenever the process ended. */
async function layOut(path: string): Promise<void> {
  const begun = `${path}.new`
  const descriptor = await fs.open(begun, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600)
  try {
    await writeAll(descriptor, new Uint8Array(journalRoom), 0)
    await fs.fsync(descriptor)
  } catch (error) {
    await fs.unlink(begun)
    throw error
  } finally {
    await fs.close(descriptor)
  }
  await fs.rename(begun, path)
  await syncFolderOf(path)
}

/**
 * The same file twice. Through `direct` whole blocks go to the drive without the kernel keeping a copy, which takes half of its
 * time; `descriptor` takes anything, and all where there is no such thing (null).
 */
type Disk = { readonly descriptor: number; direct: number | null }

async function openDirect(path: string): Promise<number | null> {
  if (!writeIsDurable) return null
  try {
    return await fs.open(path, constants.O_RDWR | constants.O_DSYNC | constants.O_DIRECT)
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

/** How a file system says that it writes nothing past its memory, or not from there or to there. */
const isRefusal = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EINVAL'

/** Not among the types of Node, which has it. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
}

/** A drive reads from memory that begins at a block's boundary. Of all that Node gives, only this memory does. */
const alignedMemory = (): Uint8Array => new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer)

const startOfBlock = (at: number) => at - (at % blockLength)

/**
 * `window` begins with what is in use of the block in which the next record begins: earlier records are written again with it, and
 * are the same bytes before and after. The kernel's own memory, which has pages of that size, does no other.
 */
function journalFile(disk: Disk, window: Uint8Array, length: number, mark: Uint8Array): JournalFile {
  /** Where the next record goes, something may be found that is not to be: one that was rejected, or a former use of the file. */
  let torn = false
  const settle = async () => {
    // The mark alone: of a heading that was cleared in part, the mark might be left in place, and show damage where there is none.
    if (torn) await writeDurably(disk.descriptor, new Uint8Array(markLength), length + markAt)
    torn = false
  }

  return {
    get length() {
      return length
    },
    async append(record) {
      if (torn) await settle()
      const start = length % blockLength
      const end = start + headingLength + record.length
      const whole = startOfBlock(end + blockLength - 1)
      const fits = whole <= windowLength
      const blocks = fits ? window.subarray(0, whole) : new Uint8Array(whole)
      const bytes = blocks.subarray(start, end)
      frame(bytes, record, mark)
      blocks.fill(0, end)
      torn = true
      const written = fits && (await writeBlocks(disk, blocks, length - start))
      if (!written) await writeDurably(disk.descriptor, bytes, length)
      window.set(blocks.subarray(startOfBlock(end), end))
      torn = false
      length += end - start
    },
    settle,
    async erase() {
      const grown = length > journalRoom
      length = 0
      mark = newMark()
      torn = true
      await settle()
      if (grown) await fs.ftruncate(disk.descriptor, journalRoom)
    },
    async close() {
      await fs.close(disk.descriptor)
      if (disk.direct !== null) await fs.close(disk.direct)
    },
  }
}

/** Gives false if the drive did not take all of them; they are to be written in the common way then. */
async function writeBlocks(disk: Disk, blocks: Uint8Array, at: number): Promise<boolean> {
  if (disk.direct === null) return false
  try {
    const { bytesWritten } = await fs.write(disk.direct, blocks, 0, blocks.length, at)
    return bytesWritten === blocks.length
  } catch (error) {
    if (!isRefusal(error)) throw error
    await fs.close(disk.direct)
    disk.direct = null
    return false
  }
}

async function writeDurably(descriptor: number, bytes: Uint8Array, at: number): Promise<void> {
  await writeAll(descriptor, bytes, at)
  if (!writeIsDurable) await fs.fdatasync(descriptor)
}

/**
 * What a former use of the file has left behind a record does not carry the mark of this one. No one can know it beforehand: the
 * bytes that a user had put on disk are never taken for a record.
 */
const newMark = (): Uint8Array => randomBytes(markLength)

function frame(bytes: Uint8Array, record: Uint8Array, mark: Uint8Array): void {
  const heading = Buffer.from(bytes.buffer, bytes.byteOffset, headingLength)
  heading.writeUInt32LE(record.length, 4)
  bytes.set(mark, markAt)
  bytes.set(record, headingLength)
  heading.writeUInt32LE(crc32(bytes.subarray(4)), 0)
}

/** The mark of the file's present use; zeros where it has none. */
const markOf = (bytes: Buffer) => bytes.subarray(markAt, headingLength)
const isUsed = (bytes: Buffer) => markOf(bytes).some((byte) => byte !== 0)

function recordsIn(bytes: Buffer): { records: Uint8Array[]; length: number; mark: Uint8Array } {
  const records: Uint8Array[] = []
  let length = 0
  for (let end = endOfRecord(bytes, 0); end !== null; end = endOfRecord(bytes, length)) {
    records.push(bytes.subarray(length + headingLength, end))
    length = end
  }
  return { records, length, mark: records.length > 0 ? markOf(bytes) : newMark() }
}

/** Where the record of the present use ends that begins at `start`, or null if no whole one does. */
function endOfRecord(bytes: Buffer, start: number): number | null {
  if (start + headingLength > bytes.length || !isUsed(bytes)) return null
  const end = start + headingLength + bytes.readUInt32LE(start + 4)
  if (end > bytes.length || !bytes.subarray(start + markAt, start + headingLength).equals(markOf(bytes))) return null
  return crc32(bytes.subarray(start + 4, end)) === bytes.readUInt32LE(start) ? end : null
}

/**
 * Whether a whole record of the present use lies somewhere behind `length`, where none begins. A record is begun once the one
 * before it is durable, or in the place of one that was rejected: however a process ended, behind the last there is none.
 */
function goesOnBehind(bytes: Buffer, length: number): boolean {
  if (!isUsed(bytes)) return false
  const next = (from: number) => bytes.indexOf(markOf(bytes), from)
  for (let at = next(length + markAt + 1); at !== -1; at = next(at + 1)) {
    if (endOfRecord(bytes, at - markAt) !== null) return true
  }
  return false
}

/**
 * Whether the first record is whole but for its mark, which the one behind it still has. Zeros, all or the first of them, are how a
 * process leaves a file that it erased.
 */
function hasOtherMark(bytes: Buffer, length: number): boolean {
  const end = headingLength + bytes.readUInt32LE(4)
  if (length > 0 || end + headingLength > bytes.length) return false
  const behind = bytes.subarray(end + markAt, end + headingLength)
  if (markOf(bytes).every((byte, index) => byte === 0 || byte === behind[index])) return false
  const first = Buffer.from(bytes.subarray(0, end))
  first.set(behind, markAt)
  return crc32(first.subarray(4)) === bytes.readUInt32LE(0)
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
