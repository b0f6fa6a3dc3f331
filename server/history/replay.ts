/**
 * Texts as they stood at a moment, rebuilt from the log alone. A replay that goes on from the last one asked for costs only what
 * lies between, so that a slider moves freely; a long way is walked in steps, so that no one else waits for it.
 */
import { setImmediate } from 'node:timers/promises'
import * as Y from 'yjs'
import { bodyToJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { DocumentRecord, HistoryRow, UpdateLog } from '../storage/storage.ts'

/** Rows applied before others get their turn: a few milliseconds' worth. */
const step = 200
const pageRows = 8192
/** States to start from, so far apart in the log; and documents whose states are kept. */
const keyframeRows = 8192
const keptDocuments = 8

type Replayed = {
  readonly epoch: number
  doc: Y.Doc
  at: number
  last: HistoryRow | null
  readonly keyframes: Map<number, { readonly state: Uint8Array; readonly last: HistoryRow }>
  /** One walk at a time: two would apply rows to the same text in each other's steps. */
  walk: Promise<unknown>
}

export type Moment = { readonly row: HistoryRow; readonly content: JsonNode }

export type Replay = {
  /** The text after row `seq`, or null if the log has no such row. Rejects with a `StorageError` if the log cannot be read. */
  at(document: DocumentRecord, seq: number): Promise<Moment | null>
}

export function createReplay(log: UpdateLog): Replay {
  const known = new Map<string, Replayed>()

  const replayedOf = ({ id, epoch }: DocumentRecord): Replayed => {
    const before = known.get(id)
    const replayed = before?.epoch === epoch ? before : fresh(epoch)
    known.delete(id)
    known.set(id, replayed)
    const [oldest] = known.keys()
    if (known.size > keptDocuments && oldest !== undefined) known.delete(oldest)
    return replayed
  }

  /** Takes the newest text from the state that the store keeps of it, where the log would be a long way. */
  const jumpToHead = async ({ id, epoch, head }: DocumentRecord, replayed: Replayed): Promise<void> => {
    const [stored, [last]] = await Promise.all([
      log.load(id),
      log.history(id, { after: head - 1, upTo: head, limit: 1 }),
    ])
    // The text may have gone on meanwhile, or begun anew: then the log alone knows how it stood.
    if (stored?.epoch !== epoch || stored.head !== head || last === undefined) return
    if (stored.checkpoint === null || stored.updates.length > keyframeRows) return
    const updates = [stored.checkpoint.bytes, ...stored.updates]
    const doc = new Y.Doc()
    doc.transact(() => {
      for (const bytes of updates) Y.applyUpdate(doc, bytes)
    })
    replayed.doc.destroy()
    replayed.doc = doc
    replayed.at = head
    replayed.last = last
  }

  const walkTo = async (record: DocumentRecord, replayed: Replayed, seq: number): Promise<Moment | null> => {
    const document = record.id
    if (seq < replayed.at) goBack(replayed, seq)
    try {
      if (seq === record.head && seq - replayed.at > keyframeRows) await jumpToHead(record, replayed)
      while (replayed.at < seq) {
        const limit = Math.min(pageRows, seq - replayed.at)
        const rows = await log.history(document, { after: replayed.at, upTo: seq, limit })
        if (rows.length === 0) return null
        for (let start = 0; start < rows.length; start += step) {
          const part = rows.slice(start, start + step)
          replayed.doc.transact(() => {
            for (const { bytes } of part) Y.applyUpdate(replayed.doc, bytes)
          })
          const last = part.at(-1)
          if (last !== undefined) advance(replayed, last)
          await setImmediate()
        }
      }
    } catch (error) {
      // Half a step may be in the text: the next walk starts from a state that is known to be whole.
      goBack(replayed, 0)
      throw error
    }
    if (replayed.last === null) return null
    return { row: replayed.last, content: bodyToJson(replayed.doc.getXmlFragment(bodyName)) }
  }

  return {
    at(document, seq) {
      if (seq < 1 || seq > document.head) return Promise.resolve(null)
      const replayed = replayedOf(document)
      const result = replayed.walk.then(() => walkTo(document, replayed, seq))
      replayed.walk = result.catch(() => undefined)
      return result
    },
  }
}

const fresh = (epoch: number): Replayed => ({
  epoch,
  doc: new Y.Doc(),
  at: 0,
  last: null,
  keyframes: new Map(),
  walk: Promise.resolve(),
})

function advance(replayed: Replayed, last: HistoryRow): void {
  const before = Math.floor(replayed.at / keyframeRows)
  replayed.at = last.seq
  replayed.last = last
  if (Math.floor(last.seq / keyframeRows) > before) {
    replayed.keyframes.set(last.seq, { state: Y.encodeStateAsUpdate(replayed.doc), last })
  }
}

/** Starts again from the newest state that is not beyond `seq`. */
function goBack(replayed: Replayed, seq: number): void {
  const from = Math.max(0, ...[...replayed.keyframes.keys()].filter((frame) => frame <= seq))
  const keyframe = replayed.keyframes.get(from)
  replayed.doc.destroy()
  replayed.doc = new Y.Doc()
  if (keyframe !== undefined) Y.applyUpdate(replayed.doc, keyframe.state)
  replayed.at = from
  replayed.last = keyframe?.last ?? null
}
