/**
 * A text's whole state as one update, and how to cut that update into parts that can be applied one after the other. Applying a
 * large state in one go would keep every other document waiting; parts let them take turns. The bytes are those that Yjs itself
 * writes (its update format, version 1), whose structs refer to nothing before them: a cut needs no decoding.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { readList } from '../storage/read-list.ts'

/** Structs in a part: a millisecond or a few' worth. */
const partLength = 125
/** To write a part takes much less than to apply it: so many make a step. */
const partsInStep = 16

export type State = {
  /** The same as `Y.encodeStateAsUpdate` gives. */
  readonly bytes: Uint8Array
  /** Where to cut them, for `partsOf`. */
  readonly chunkOffsets: Uint8Array
}

type Client = {
  readonly id: number
  readonly structs: readonly (Y.Item | Y.GC)[]
  readonly encoder: Y.UpdateEncoderV1
  /** How many structs are written, the clock they reach, and the bytes they take. */
  written: number
  reached: number
  length: number
  /** What of it is deleted, so far as it is written. */
  readonly deletions: { readonly clock: number; len: number }[]
}

/** What one client has in one part: so many structs and bytes, from one clock to another. */
type Span = {
  readonly client: number
  readonly clock: number
  readonly end: number
  readonly structs: number
  readonly length: number
}

/**
 * Encodes a document in an order in which nothing comes before what it refers to; for `inSteps`. The document must have nothing
 * pending, and must not change before it is done.
 */
export function* encodeState(doc: Y.Doc): Generator<void, State> {
  const clients = new Map(
    [...doc.store.clients]
      .toSorted(([a], [b]) => b - a)
      .map(([id, structs]) => [id, newClient(id, structs.filter(isWritable))] as const),
  )
  const parts = yield* writeStructs(clients)
  const bytes = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, clients.size)
    for (const { id, structs, encoder: own } of clients.values()) {
      writeHeading(encoder, { client: id, clock: structs[0]?.id.clock ?? 0, structs: structs.length })
      encoding.writeUint8Array(encoder, own.toUint8Array())
    }
    writeDeletions(
      encoder,
      [...clients.values()].filter(({ deletions }) => deletions.length > 0).map(({ id, deletions }) => [id, deletions]),
    )
  })
  const chunkOffsets = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, parts.length)
    for (const part of parts) {
      encoding.writeVarUint(encoder, part.length)
      for (const span of part) {
        writeHeading(encoder, span)
        encoding.writeVarUint(encoder, span.end - span.clock)
        encoding.writeVarUint(encoder, span.length)
      }
    }
  })
  return { bytes, chunkOffsets }
}

/** Cuts a state into updates to be applied in their order. Throws if the offsets are not those of these bytes. */
export function* partsOf({ bytes, chunkOffsets }: State): Generator<Uint8Array> {
  const plan = readPlan(chunkOffsets)
  const lengths = new Map<number, number>()
  for (const { client, length } of plan.flat()) lengths.set(client, (lengths.get(client) ?? 0) + length)
  const state = decoding.createDecoder(bytes)
  const places = new Map<number, number>()
  for (let left = decoding.readVarUint(state); left > 0; left -= 1) {
    const { client } = readHeading(state)
    places.set(client, state.pos)
    state.pos += lengths.get(client) ?? 0
  }
  if (places.size !== lengths.size || state.pos > bytes.length)
    throw new RangeError('The chunk offsets are of another state')
  const deleted = readDeletions(state)
  if (decoding.hasContent(state)) throw new RangeError('The chunk offsets are of another state')
  for (const part of plan) {
    yield encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, part.length)
      for (const span of part) {
        const from = places.get(span.client) ?? 0
        places.set(span.client, from + span.length)
        writeHeading(encoder, span)
        encoding.writeUint8Array(encoder, bytes.subarray(from, from + span.length))
      }
      // With what they delete: later, Yjs would have joined it to its neighbours and had to take it apart again.
      writeDeletions(
        encoder,
        part.map((span) => [span.client, deleted.get(span.client)?.(span.end) ?? []]),
      )
    })
  }
}

export const isWritable = (struct: Y.AbstractStruct): struct is Y.Item | Y.GC =>
  struct instanceof Y.Item || struct instanceof Y.GC

const newClient = (id: number, structs: readonly (Y.Item | Y.GC)[]): Client => ({
  id,
  structs,
  encoder: new Y.UpdateEncoderV1(),
  written: 0,
  reached: structs[0]?.id.clock ?? 0,
  length: 0,
  deletions: [],
})

/** Writes all structs, and tells how they make parts. */
function* writeStructs(clients: ReadonlyMap<number, Client>): Generator<void, Span[][]> {
  const parts: Span[][] = []
  const touched = new Map<Client, { readonly clock: number; readonly written: number }>()
  let inPart = 0
  const closePart = () => {
    parts.push(
      [...touched].map(([client, { clock, written }]) => {
        const { restEncoder } = client.encoder
        const length = encoding.length(restEncoder) - client.length
        client.length += length
        return { client: client.id, clock, end: client.reached, structs: client.written - written, length }
      }),
    )
    touched.clear()
    inPart = 0
  }
  for (const first of clients.values()) {
    // Whoever waits for another client's struct stands below that client.
    const waiting = [first]
    for (let client = waiting.at(-1); client !== undefined; client = waiting.at(-1)) {
      const struct = client.structs[client.written]
      const missing = struct === undefined ? undefined : missingFor(struct, clients)
      if (struct === undefined) waiting.pop()
      else if (missing !== undefined) waiting.push(missing)
      else {
        if (!touched.has(client)) touched.set(client, { clock: client.reached, written: client.written })
        struct.write(client.encoder, 0)
        client.written += 1
        client.reached = struct.id.clock + struct.length
        if (struct.deleted) addDeletion(client.deletions, struct)
        inPart += 1
        if (inPart === partLength) {
          closePart()
          if (parts.length % partsInStep === 0) yield
        }
      }
    }
  }
  if (inPart > 0) closePart()
  return parts
}

/** The ranges of these structs of one client, in their order, that are deleted. */
export function deletionsOf(structs: readonly (Y.Item | Y.GC)[]): Ranges {
  const deletions: { clock: number; len: number }[] = []
  for (const struct of structs) if (struct.deleted) addDeletion(deletions, struct)
  return deletions
}

function addDeletion(deletions: { clock: number; len: number }[], { id: { clock }, length }: Y.Item | Y.GC): void {
  const last = deletions.at(-1)
  if (last !== undefined && last.clock + last.len === clock) last.len += length
  else deletions.push({ clock, len: length })
}

/** The client that must go on before this struct can be written. */
function missingFor(struct: Y.Item | Y.GC, clients: ReadonlyMap<number, Client>): Client | undefined {
  if (struct instanceof Y.GC) return undefined
  const parent = struct.parent instanceof Y.AbstractType ? (struct.parent._item?.id ?? null) : null
  for (const needed of [struct.origin, struct.rightOrigin, parent]) {
    if (needed === null || needed.client === struct.id.client) continue
    const client = clients.get(needed.client)
    if (client !== undefined && client.reached <= needed.clock) return client
  }
  return undefined
}

export function writeHeading(
  encoder: encoding.Encoder,
  span: { client: number; clock: number; structs: number },
): void {
  encoding.writeVarUint(encoder, span.structs)
  encoding.writeVarUint(encoder, span.client)
  encoding.writeVarUint(encoder, span.clock)
}

type Ranges = readonly { readonly clock: number; readonly len: number }[]

export function writeDeletions(
  encoder: encoding.Encoder,
  deletions: readonly (readonly [client: number, Ranges])[],
): void {
  encoding.writeVarUint(encoder, deletions.length)
  for (const [client, ranges] of deletions) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length)
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarUint(encoder, len)
    }
  }
}

/** For each client a function that gives its deletions from where it was asked last up to a clock. */
function readDeletions(decoder: decoding.Decoder): ReadonlyMap<number, (end: number) => Ranges> {
  const clients = readList(decoding.readVarUint(decoder), () => {
    const client = decoding.readVarUint(decoder)
    const ranges = readList(decoding.readVarUint(decoder), () => ({
      clock: decoding.readVarUint(decoder),
      len: decoding.readVarUint(decoder),
    }))
    let next = 0
    let from = 0
    const upTo = (end: number): Ranges => {
      const found: { clock: number; len: number }[] = []
      for (let range = ranges[next]; range !== undefined && range.clock < end; range = ranges[next]) {
        const clock = Math.max(range.clock, from)
        const rangeEnd = range.clock + range.len
        found.push({ clock, len: Math.min(rangeEnd, end) - clock })
        if (rangeEnd > end) break
        next += 1
      }
      from = end
      return found
    }
    return [client, upTo] as const
  })
  return new Map(clients)
}

function readPlan(chunkOffsets: Uint8Array): Span[][] {
  const decoder = decoding.createDecoder(chunkOffsets)
  return readList(decoding.readVarUint(decoder), () =>
    readList(decoding.readVarUint(decoder), () => {
      const heading = readHeading(decoder)
      const end = heading.clock + decoding.readVarUint(decoder)
      return { ...heading, end, length: decoding.readVarUint(decoder) }
    }),
  )
}

function readHeading(decoder: decoding.Decoder): { structs: number; client: number; clock: number } {
  return {
    structs: decoding.readVarUint(decoder),
    client: decoding.readVarUint(decoder),
    clock: decoding.readVarUint(decoder),
  }
}

/**
 * Applies what is stored, and nothing else. To whoever is sent an update Yjs gives leave to remove formatting that has become void;
 * a text that was loaded or rebuilt would then lack what its log has.
 */
export function applyAsStored(doc: Y.Doc, update: Uint8Array): void {
  doc.transact((transaction) => {
    Y.applyUpdate(doc, update)
    transaction.local = true
  })
}
