/** Updates of Yjs written by hand, struct by struct, for what no editor would write. */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { firstTextId, textOf } from './engine.ts'
import type { Random } from './random.ts'

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

/** An update of structs drawn at random, under client ids of the author, of others and of nobody; every other one nearly plausible. */
export function randomUpdate(doc: Y.Doc, chance: Random, ownIds: readonly number[]): Uint8Array {
  const wild = chance.int(0, 1) === 0
  const rarely = (one: number) => wild && chance.int(1, one) === 1
  const known = [...doc.store.clients.keys()]
  const stateOf = (client: number) => Y.getState(doc.store, client)
  const anyClient = () => chance.pick([...ownIds, ...known, ...known])
  const anyId = (): Id => {
    const client = chance.pick(rarely(3) ? ownIds : known)
    return [client, chance.int(0, Math.max(0, stateOf(client) - 1 + (rarely(4) ? 3 : 0)))]
  }
  const { elements, runs, letters } = standing(doc)
  const within = (places: readonly Id[], fallback: Place): Place =>
    places.length === 0 ? fallback : { parent: chance.pick(places) }
  const anyPlace = (): Place => {
    const name =
      chance.int(0, 5) === 0 ? chance.pick(['kind', 'id', 'status', 'lang', 'colspan', 'level', 'start']) : undefined
    const named = name === undefined ? {} : { name: rarely(4) ? chance.pick(['__proto__', 'x', '']) : name }
    switch (chance.int(0, 6)) {
      case 0:
        return { parent: rarely(4) ? 'elsewhere' : bodyName, ...named }
      case 1:
        return { parent: anyId(), ...named }
      case 2:
        return { ...within(elements, {}), ...named }
      case 3:
        return { origin: anyId() }
      case 4:
        return { right: anyId() }
      default:
        return { origin: anyId(), right: anyId() }
    }
  }
  const inWords = (): Place =>
    chance.int(0, 2) === 0 || letters.length < 2
      ? within(runs, { parent: bodyName })
      : chance.pick([
          { origin: chance.pick(letters) },
          { right: chance.pick(letters) },
          { origin: chance.pick(letters), right: chance.pick(letters) },
        ])
  const anyValue = () =>
    chance.pick<unknown>(
      wild
        ? ['x'.repeat(300), null, 1.5, 2 ** 40, [1, null], {}, [[]]]
        : ['article', 'onTrack', 'en', null, true, 1, 2, '00000000-0000-4000-8000-00000000000f'],
    )
  const links = [{}, null, true, { href: 'https://a.example' }, { href: 'javascript:1' }, 7]
  const contents: readonly (() => Struct)[] = [
    () => string(chance.pick(['a', '吉', '👨‍👩‍👧', 'word '.repeat(40)]), inWords()),
    () => string(rarely(2) ? '' : 'a', chance.int(0, 2) === 0 ? anyPlace() : inWords()),
    () => format(rarely(3) ? 'size' : chance.pick(['bold', 'link']), chance.pick<unknown>(links), inWords()),
    () =>
      element(
        rarely(4)
          ? 'script'
          : chance.pick(['paragraph', 'clause', 'clauseText', 'bulletList', 'listItem', 'table', 'tableRow']),
        anyPlace(),
      ),
    () => element('paragraph', { parent: firstTextId }),
    () => run(anyPlace()),
    () =>
      values([anyValue()], {
        ...within(elements, { parent: bodyName }),
        name: chance.pick(['kind', 'status', 'level', 'lang', 'id']),
      }),
    () => values([anyValue()], anyPlace()),
    () => deleted(rarely(3) ? 2 ** 33 : chance.int(1, 4), anyPlace()),
    () => (rarely(2) ? type(chance.int(0, 7), anyPlace()) : run(anyPlace())),
    () => (rarely(2) ? chance.pick([json, binary, embed, subdocument])(anyPlace()) : string('b', inWords())),
    () => (rarely(2) ? chance.pick([gc, gap])(chance.pick([0, 1, 2 ** 34])) : gc(chance.int(1, 4))),
  ]
  const anyBlock = (client: number): Block => {
    const clock = Math.max(0, stateOf(client) + (rarely(3) ? chance.pick([-1, 1, 2 ** 40]) : 0))
    return { client, clock, structs: Array.from({ length: chance.int(1, 4) }, () => chance.pick(contents)()) }
  }
  const anyRanges = (client: number) => {
    const most = Math.max(0, stateOf(client) - 4)
    const range = (): readonly [number, number] =>
      rarely(3) ? [2 ** 40, 2 ** 33] : [chance.int(0, most), chance.int(rarely(4) ? 0 : 1, 3)]
    return chance.int(0, 2) > 0 ? [range()] : [range(), range()].toSorted(([a], [b]) => a - b)
  }
  const blocks = Array.from({ length: chance.int(0, 2) }, (_, index) =>
    anyBlock(rarely(3) ? anyClient() : (ownIds[index] ?? 90)),
  )
  const deletions: Deletions = Array.from({ length: chance.pick([0, 0, 0, 1, 2]) }, () => {
    const client = rarely(3) ? anyClient() : chance.pick(known)
    return [client, anyRanges(client)]
  })
  return writeUpdate(blocks, deletions)
}

/** What stands in a text: ids of its elements, of its runs of words and of first letters in these. */
function standing(doc: Y.Doc) {
  const elements: Id[] = []
  const runs: Id[] = []
  const letters: Id[] = []
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (!(struct instanceof Y.Item)) continue
      const id: Id = [struct.id.client, struct.id.clock]
      if (struct.content instanceof Y.ContentString) letters.push(id)
      if (!(struct.content instanceof Y.ContentType)) continue
      if (struct.content.type instanceof Y.XmlText) runs.push(id)
      else elements.push(id)
    }
  }
  return { elements, runs, letters }
}
