/** Updates of Yjs written by hand, struct by struct, for what no editor would write. */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { textOf } from './engine.ts'

export type Id = readonly [client: number, clock: number]

/** Where an item stands: beside others, or in a parent (a root's name, or an id), perhaps under a name. */
export type Place = {
  readonly origin?: Id
  readonly right?: Id
  readonly parent?: string | Id
  readonly name?: string
}

export type Struct = (encoder: encoding.Encoder) => void

export type Block = { readonly client: number; readonly clock: number; readonly structs: readonly Struct[] }
export type Deletions = readonly (readonly [
  client: number,
  ranges: readonly (readonly [clock: number, length: number])[],
])[]

/** The bytes of an update. */
export const writeUpdate = (blocks: readonly Block[], deletions: Deletions = []): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, blocks.length)
    for (const { client, clock, structs } of blocks) {
      for (const value of [structs.length, client, clock]) encoding.writeVarUint(encoder, value)
      for (const struct of structs) struct(encoder)
    }
    encoding.writeVarUint(encoder, deletions.length)
    for (const [client, ranges] of deletions) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, ranges.length)
      for (const value of ranges.flat()) encoding.writeVarUint(encoder, value)
    }
  })

const item =
  (ref: number, place: Place, content: Struct): Struct =>
  (encoder) => {
    const { origin, right, parent = bodyName, name } = place
    const beside = origin !== undefined || right !== undefined
    encoding.writeUint8(encoder, ref | (origin ? 128 : 0) | (right ? 64 : 0) | (name !== undefined && !beside ? 32 : 0))
    for (const id of [origin, right]) for (const value of id ?? []) encoding.writeVarUint(encoder, value)
    if (!beside) {
      if (typeof parent === 'string') {
        encoding.writeVarUint(encoder, 1)
        encoding.writeVarString(encoder, parent)
      } else {
        for (const value of [0, ...parent]) encoding.writeVarUint(encoder, value)
      }
      if (name !== undefined) encoding.writeVarString(encoder, name)
    }
    content(encoder)
  }

const length =
  (ref: number) =>
  (count: number): Struct =>
  (encoder) => {
    encoding.writeUint8(encoder, ref)
    encoding.writeVarUint(encoder, count)
  }

export const gc = length(0)
export const gap = length(10)
export const deleted = (count: number, place: Place): Struct =>
  item(1, place, (encoder) => encoding.writeVarUint(encoder, count))
export const json = (place: Place): Struct =>
  item(2, place, (encoder) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarString(encoder, '{"a":1}')
  })
export const binary = (place: Place): Struct =>
  item(3, place, (encoder) => encoding.writeVarUint8Array(encoder, new Uint8Array(9)))
export const string = (text: string, place: Place): Struct =>
  item(4, place, (encoder) => encoding.writeVarString(encoder, text))
export const embed = (place: Place): Struct =>
  item(5, place, (encoder) => encoding.writeVarString(encoder, '{"image":"x"}'))
export const format = (key: string, value: unknown, place: Place): Struct =>
  item(6, place, (encoder) => {
    encoding.writeVarString(encoder, key)
    encoding.writeVarString(encoder, typeof value === 'string' ? value : JSON.stringify(value))
  })
/** A shared type by its number: 0 array, 1 map, 2 text, 3 element, 4 fragment, 5 hook, 6 run of text. */
export const type = (number: number, place: Place, name = 'paragraph'): Struct =>
  item(7, place, (encoder) => {
    encoding.writeVarUint(encoder, number)
    if (number === 3 || number === 5) encoding.writeVarString(encoder, name)
  })
export const element = (name: string, place: Place): Struct => type(3, place, name)
export const run = (place: Place): Struct => type(6, place)
export const values = (list: readonly unknown[], place: Place): Struct =>
  item(8, place, (encoder) => {
    encoding.writeVarUint(encoder, list.length)
    for (const value of list) encoding.writeAny(encoder, value as null)
  })
export const subdocument = (place: Place): Struct =>
  item(9, place, (encoder) => {
    encoding.writeVarString(encoder, 'guid')
    encoding.writeAny(encoder, { autoLoad: true })
  })
/** A kind of content that does not exist. */
export const unknown = (ref: number, place: Place): Struct => item(ref, place, () => {})

const idOf = ({ _item }: { _item: Y.Item | null }): Id => {
  if (_item === null) throw new Error('It stands in nothing')
  return [_item.id.client, _item.id.clock]
}

/** Places in the seeded text: the client that wrote it and its next clock, the first clause, its English run of text and its first letter. */
export function landmarks(doc: Y.Doc) {
  const body = doc.getXmlFragment(bodyName)
  const clause = body.get(0)
  if (!(clause instanceof Y.XmlElement)) throw new Error('The text begins with a clause')
  const text = textOf(body, 0, 'en')
  const letter = text._start
  const paragraph = text._item?.parent
  if (letter === null || !(paragraph instanceof Y.XmlElement)) throw new Error('The text has words')
  const id: Id = [letter.id.client, letter.id.clock]
  const kind = clause._map.get('kind')
  if (kind === undefined) throw new Error('A clause has a kind')
  return {
    seeder: 7,
    end: Y.getState(doc.store, 7),
    clause: idOf(clause),
    kind: [kind.id.client, kind.id.clock] as Id,
    paragraph: idOf(paragraph),
    text: idOf(text),
    letter: id,
  }
}

export type Landmarks = ReturnType<typeof landmarks>
