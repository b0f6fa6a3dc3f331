/** A text for someone who may read it as it stands, and not what was struck from it. */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { deletionsOf, isWritable, writeDeletions, writeHeading } from './state.ts'

/**
 * What `Y.encodeStateAsUpdate` gives to someone who has `clocks`, but of what is deleted only that it was there: the same that a
 * document gives which gathers its garbage.
 */
export function encodeRedacted({ store }: Y.Doc, clocks: ReadonlyMap<number, number>): Uint8Array {
  const clients = [...store.clients].toSorted(([a], [b]) => b - a)
  const news = clients.flatMap(([client, all]) => {
    const clock = clocks.get(client) ?? 0
    if (clock >= Y.getState(store, client)) return []
    return [{ client, clock, structs: all.slice(Y.findIndexSS(all, clock)).filter(isWritable) }]
  })
  const encoder = new Y.UpdateEncoderV1()
  const { restEncoder } = encoder
  encoding.writeVarUint(restEncoder, news.length)
  for (const { client, clock, structs } of news) {
    writeHeading(restEncoder, { client, clock, structs: structs.length })
    for (const [index, struct] of structs.entries()) {
      redacted(struct).write(encoder, index === 0 ? clock - struct.id.clock : 0)
    }
  }
  writeDeletions(
    restEncoder,
    clients.flatMap(([client, structs]) => {
      const deletions = deletionsOf(structs.filter(isWritable))
      return deletions.length > 0 ? [[client, deletions] as const] : []
    }),
  )
  return encoder.toUint8Array()
}

function redacted(struct: Y.Item | Y.GC): Y.Item | Y.GC {
  if (struct instanceof Y.GC || !struct.deleted) return struct
  const { id, length, origin, rightOrigin, parent, parentSub } = struct
  // What it stands in is gone as well: no one can say any more where in it.
  if (parent instanceof Y.AbstractType && parent._item?.deleted === true) return new Y.GC(id, length)
  return new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, new Y.ContentDeleted(length))
}
