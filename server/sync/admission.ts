/**
 * Whether an update may be applied at all, judged from its bytes and the state it meets: it must add only to what is known, write
 * only under client ids of its author, delete nothing that does not exist yet, and hold only content that a text is made of.
 */
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { isKnownAttribute, isKnownElement, isKnownFormat } from './content.ts'
import { findFault } from './scan.ts'

/** What admission needs to know of the room. Clocks include updates admitted earlier in the same batch. */
type Admitting = {
  readonly doc: Y.Doc
  clockOf(clientId: number): number
  /** Whose client id it is; undefined if nobody's yet, null if the server's own. */
  ownerOf(clientId: number): string | null | undefined
  /** Whether a user may have so many client ids more. */
  mayAdd(user: string, count: number): boolean
}

type Admission =
  | {
      readonly verdict: 'admitted'
      /** The clock that each client id reaches. They are this author's from now on. */
      readonly reach: ReadonlyMap<number, number>
      /** Some of it is known already. Leave that out: Yjs would cut words apart where it says that it stands. */
      readonly overlaps: boolean
      /** All that it deletes, also what is deleted already. */
      readonly deletions: ReturnType<typeof Y.decodeUpdate>['ds']
    }
  /** It holds nothing new. */
  | { readonly verdict: 'empty' }
  /** It continues, or deletes, something of `client` that has not arrived. `reason`: what it is if that can no longer come. */
  | { readonly verdict: 'gap'; readonly reason: RefusalReason; readonly client: number }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason }

export type RefusalReason =
  | 'unreadable'
  | 'tooLarge'
  | 'foreignAuthor'
  | 'futureDelete'
  | 'content'
  | 'readOnly'
  | 'gap'
  | 'schema'
  | 'check'

/** An honest deletion marker covers what one person typed and deleted before it was ever sent. */
const longestRun = 10_000_000
/** A client id is drawn anew with each page; so many new ones at once would only take ids that others may draw. */
const maxNewClients = 100

/** Judges an update of `author`. `writes` false: anything that would change the text is refused. */
export function admit(room: Admitting, update: Uint8Array, author: string, writes: boolean): Admission {
  const fault = findFault(update)
  if (fault !== null) return refused(fault)
  try {
    return judge(room, Y.decodeUpdate(update), author, writes)
  } catch {
    return refused('unreadable')
  }
}

function judge(
  room: Admitting,
  decoded: ReturnType<typeof Y.decodeUpdate>,
  author: string,
  writes: boolean,
): Admission {
  const reach = new Map<number, number>()
  const added: (Y.Item | Y.GC)[] = []
  let overlaps = false
  for (const struct of decoded.structs) {
    const { client, clock } = struct.id
    const end = clock + struct.length
    if (struct instanceof Y.Skip || struct.length > longestRun || !Number.isSafeInteger(end)) return refused('content')
    // What is known already, too: Yjs builds it before it finds that it has it.
    if (struct instanceof Y.Item && !isKnownContent(struct)) return refused('content')
    const known = reach.get(client) ?? room.clockOf(client)
    if (clock > known) return gap('gap', client)
    if (clock < known) overlaps = true
    if (end <= known) continue
    reach.set(client, end)
    added.push(struct)
  }

  const reached = (clientId: number) => reach.get(clientId) ?? room.clockOf(clientId)
  for (const [client, ranges] of decoded.ds.clients) {
    for (const { clock, len } of ranges) {
      if (clock + len > reached(client)) return gap('futureDelete', client)
    }
  }

  const deletes = deletedItems(room.doc, decoded.ds)
  if (added.length === 0 && deletes === 'nothing') return { verdict: 'empty' }
  if (!writes) {
    // Yjs lets every reader's editor tidy redundant formatting away; that is not theirs to send, nor a reason to disconnect them.
    return added.length === 0 && deletes === 'formatting' ? { verdict: 'empty' } : refused('readOnly')
  }

  let fresh = 0
  for (const client of reach.keys()) {
    const owner = room.ownerOf(client)
    if (owner === undefined) fresh += 1
    else if (owner !== author) return refused('foreignAuthor')
  }
  if (fresh > maxNewClients || (fresh > 0 && !room.mayAdd(author, fresh))) return refused('tooLarge')
  for (const struct of added) {
    if (struct instanceof Y.GC) continue
    for (const needed of [struct.origin, struct.rightOrigin, struct.parent]) {
      if (needed instanceof Y.ID && needed.clock >= reached(needed.client)) {
        return gap('gap', needed.client)
      }
    }
  }
  return { verdict: 'admitted', reach, overlaps, deletions: decoded.ds }
}

const refused = (reason: RefusalReason): Admission => ({ verdict: 'refused', reason })

const gap = (reason: RefusalReason, client: number): Admission => ({ verdict: 'gap', reason, client })

/** Content by itself, also if it is deleted at once; where it stands is judged after it was applied. */
function isKnownContent({ content, parent, parentSub }: Y.Item): boolean {
  if (typeof parent === 'string' && parent !== bodyName) return false
  if (parentSub !== null && !isKnownAttribute(parentSub)) return false
  // No store keeps a NUL in a text, and words are quoted there.
  if (content instanceof Y.ContentString) return !content.str.includes('\0')
  if (content instanceof Y.ContentDeleted) return true
  if (content instanceof Y.ContentFormat) return isKnownFormat(content.key, content.value)
  if (content instanceof Y.ContentType) {
    return (
      content.type instanceof Y.XmlText ||
      (content.type instanceof Y.XmlElement && isKnownElement(content.type.nodeName))
    )
  }
  return content instanceof Y.ContentAny
}

/** Where the struct of a clock stands; as ranges are sorted, most often just behind the last one. */
function indexFrom(structs: (Y.Item | Y.GC)[], at: number, clock: number): number {
  for (let near = at; near < at + 3; near += 1) {
    const struct = structs[near]
    if (struct !== undefined && struct.id.clock <= clock && clock < struct.id.clock + struct.length) return near
  }
  return Y.findIndexSS(structs, clock)
}

/**
 * What of the delete set is not deleted yet. What the document does not hold yet was admitted just before, in this update or this
 * batch, and is therefore something new to delete.
 */
function deletedItems(doc: Y.Doc, ds: ReturnType<typeof Y.decodeUpdate>['ds']): 'nothing' | 'formatting' | 'content' {
  let found: 'nothing' | 'formatting' = 'nothing'
  for (const [client, ranges] of ds.clients) {
    const structs = doc.store.clients.get(client)
    if (structs === undefined) return 'content'
    const clockEnd = Y.getState(doc.store, client)
    let at = 0
    for (const { clock, len } of ranges) {
      if (clock + len > clockEnd) return 'content'
      for (at = indexFrom(structs, at, clock); at < structs.length; at += 1) {
        const struct = structs[at]
        if (struct === undefined || struct.id.clock >= clock + len) break
        if (!(struct instanceof Y.Item) || struct.deleted) continue
        if (!(struct.content instanceof Y.ContentFormat)) return 'content'
        found = 'formatting'
      }
    }
  }
  return found
}
