/**
 * Numbers and bytes by column: what is alike stands together, so that a compressor finds it. The same code can write columns and
 * read them: each value is given while writing, and comes out either way.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** In this order they are stored: a new one comes at the end, or the layout gets a new number. */
const names = [
  'author',
  'slow',
  'fast',
  'form',
  'blocks',
  'client',
  'clientId',
  'clock',
  'parts',
  'info',
  'originClient',
  'originClock',
  'rightClient',
  'rightClock',
  'partLength',
  'textLength',
  'deletes',
  'deleteClient',
  'ranges',
  'rangeLength',
  'range',
  'byteLength',
  'bytes',
] as const
export type Column = (typeof names)[number]

export type Columns = {
  /** Writes `given` at the end of a column and returns it, or reads and returns the next of the column. */
  number(column: Column, given: number | undefined): number
  /** The same for a number that may be negative. */
  signed(column: Column, given: number | undefined): number
  bytes(given: Uint8Array | undefined): Uint8Array
  /** Words of one author: they read as prose only by themselves. */
  text(author: number, given: Uint8Array | undefined): Uint8Array
}

/**
 * A number that may be negative is written as twice its size, and its sign in the lowest bit. What goes into its first byte is taken
 * apart beforehand, as twice a large number is not exact.
 */
const [firstBits, more] = [64, 128]

/** Columns to be written, and what they come to: everything but the words, and the words. */
export function writeColumns(authors: number): Columns & { encoded(): [rest: Uint8Array, words: Uint8Array] } {
  const encoderOf = byColumn(() => encoding.createEncoder())
  const texts = Array.from({ length: authors }, () => encoding.createEncoder())
  const write = (column: Column, given: number | undefined): number => {
    if (given === undefined) throw new RangeError(`No value for ${column}`)
    encoding.writeVarUint(encoderOf(column), given)
    return given
  }
  const writeBytes = (column: Column, encoder: encoding.Encoder | undefined, given: Uint8Array | undefined) => {
    if (given === undefined || encoder === undefined) throw new RangeError('No bytes to write')
    write(column, given.length)
    encoding.writeUint8Array(encoder, given)
    return given
  }
  const joined = (columns: readonly encoding.Encoder[]) =>
    encoding.encode((all) => {
      for (const each of columns) encoding.writeVarUint8Array(all, encoding.toUint8Array(each))
    })
  return {
    number: write,
    signed(column, given) {
      if (given === undefined) throw new RangeError(`No value for ${column}`)
      const size = given < 0 ? -given - 1 : given
      const first = (size % firstBits) * 2 + (given < 0 ? 1 : 0)
      const encoder = encoderOf(column)
      encoding.writeUint8(encoder, size < firstBits ? first : first + more)
      if (size >= firstBits) encoding.writeVarUint(encoder, Math.floor(size / firstBits))
      return given
    },
    bytes: (given) => writeBytes('byteLength', encoderOf('bytes'), given),
    text: (author, given) => writeBytes('textLength', texts[author], given),
    encoded: () => [joined(names.map(encoderOf)), joined(texts)],
  }
}

/** Columns to be read, as they were encoded. Reading on behind the end of a column throws. */
export function readColumns([rest, words]: readonly [Uint8Array, Uint8Array], authors: number): Columns {
  const [stored, storedWords] = [decoding.createDecoder(rest), decoding.createDecoder(words)]
  const next = (decoder: decoding.Decoder) => decoding.createDecoder(decoding.readVarUint8Array(decoder))
  const decoderOf = byColumn(() => next(stored))
  const texts = Array.from({ length: authors }, () => next(storedWords))
  const read = (column: Column) => decoding.readVarUint(decoderOf(column))
  const readBytes = (column: Column, decoder: decoding.Decoder | undefined) => {
    const length = read(column)
    if (decoder === undefined || decoder.pos + length > decoder.arr.length) throw new RangeError('Bytes are missing')
    return decoding.readUint8Array(decoder, length)
  }
  return {
    number: read,
    signed(column) {
      const decoder = decoderOf(column)
      if (!decoding.hasContent(decoder)) throw new RangeError('Numbers are missing')
      const first = decoding.readUint8(decoder)
      const behind = first < more ? 0 : decoding.readVarUint(decoder)
      const size = behind * firstBits + ((first % more) >> 1)
      return first % 2 === 1 ? -size - 1 : size
    },
    bytes: () => readBytes('byteLength', decoderOf('bytes')),
    text: (author) => readBytes('textLength', texts[author]),
  }
}

/** One of each column, made in their order. */
function byColumn<T>(make: () => T): (column: Column) => T {
  const made = new Map(names.map((name) => [name, make()]))
  return (column) => {
    const found = made.get(column)
    if (found === undefined) throw new RangeError(`There is no column ${column}`)
    return found
  }
}
