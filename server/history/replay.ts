/**
 * Texts as they stood at a moment, rebuilt from the log alone. A replay that goes on from the last one asked for costs only what
 * lies between, so that a slider moves freely; the rebuilding itself is done in a process of its own.
 */
import { randomUUID } from 'node:crypto'
import * as encoding from 'lib0/encoding'
import type { DocumentRecord, HistoryRow, UpdateLog } from '../storage/storage.ts'
import type { TextStep } from './texts.ts'

/** As many as a full segment of the log: each is unpacked once. */
const pageRows = 4096
/** States to start from: how far apart in the log at first, and how many; beyond that every second one goes. */
const frameRows = 8192
const mostFrames = 8
/** Documents whose states are kept. */
const keptDocuments = 4

type Place = { readonly seq: number; readonly row: HistoryRow | null }

type Replayed = {
  /** What the keeper calls this text. */
  readonly text: string
  readonly epoch: number
  readonly life: number
  at: Place
  /** Kept states, oldest first. */
  frames: readonly Place[]
  apart: number
  /** One walk at a time: two would apply rows to the same text in each other's steps. */
  walk: Promise<unknown>
}

const beginning: Place = { seq: 0, row: null }

/** `content`: the text as ProseMirror JSON. */
export type Moment = { readonly row: HistoryRow; readonly content: string }

/** Hears how many ms of a process something took. */
type Spent = (ms: number) => void

/** Where texts are kept and rebuilt, one step after the other; see `createTexts`. */
type Keeper = {
  ask(step: TextStep, spent?: Spent): Promise<string | null>
  /** Changes when what was kept is gone. */
  readonly life: number
}

type Replay = {
  /** The text after row `seq`, or null if the log has no such row. Rejects with a `StorageError` if the log cannot be read. */
  at(document: DocumentRecord, seq: number, spent?: Spent): Promise<Moment | null>
}

export function createReplay(
  log: Pick<UpdateLog, 'history'>,
  keeper: Keeper,
  { apart = frameRows }: { apart?: number } = {},
): Replay {
  const known = new Map<string, Replayed>()
  // Others may keep texts in the same place.
  const own = randomUUID()
  let texts = 0

  const drop = (id: string, replayed: Replayed) => {
    known.delete(id)
    // Only after the walk that is under way, which still needs the text. Where the keeper has ended, there is nothing left to drop.
    void replayed.walk.then(() => keeper.ask({ type: 'drop', text: replayed.text })).catch(() => undefined)
  }

  const replayedOf = ({ id, epoch }: DocumentRecord): Replayed => {
    const before = known.get(id)
    const usable = before?.epoch === epoch && before.life === keeper.life
    if (before !== undefined && !usable) drop(id, before)
    const replayed =
      before !== undefined && usable ? before : fresh(`${own} ${(texts += 1)}`, epoch, keeper.life, apart)
    known.delete(id)
    known.set(id, replayed)
    const [oldest] = known
    if (known.size > keptDocuments && oldest !== undefined) drop(...oldest)
    return replayed
  }

  /** Starts again from the newest state that is not beyond `seq`. */
  const goBack = async (replayed: Replayed, seq: number, spent?: Spent): Promise<void> => {
    const from = replayed.frames.findLast((frame) => frame.seq <= seq) ?? null
    await keeper.ask({ type: 'back', text: replayed.text, frame: from?.seq ?? null }, spent)
    replayed.at = from ?? beginning
  }

  const goOn = async (
    replayed: Replayed,
    rows: readonly HistoryRow[],
    last: HistoryRow,
    spent?: Spent,
  ): Promise<void> => {
    const { text, at } = replayed
    const due = Math.floor(last.seq / replayed.apart) > Math.floor(at.seq / replayed.apart)
    const kept = due && !replayed.frames.some(({ seq }) => seq === last.seq)
    const updates = encoding.encode((encoder) => {
      for (const { bytes } of rows) encoding.writeVarUint8Array(encoder, bytes)
    })
    await keeper.ask({ type: 'apply', text, updates, frame: kept ? last.seq : null }, spent)
    replayed.at = { seq: last.seq, row: last }
    if (!kept) return
    replayed.frames = [...replayed.frames, replayed.at].toSorted((a, b) => a.seq - b.seq)
    if (replayed.frames.length <= mostFrames) return
    const gone = replayed.frames.filter((_, index) => index % 2 === 0)
    replayed.frames = replayed.frames.filter((_, index) => index % 2 === 1)
    replayed.apart *= 2
    await keeper.ask({ type: 'forget', text, frames: gone.map(({ seq: frame }) => frame) })
  }

  const walkTo = async (document: string, replayed: Replayed, seq: number, spent?: Spent): Promise<Moment | null> => {
    try {
      const nearer = replayed.frames.findLast((frame) => frame.seq <= seq)
      if (seq < replayed.at.seq || (nearer !== undefined && nearer.seq > replayed.at.seq))
        await goBack(replayed, seq, spent)
      while (replayed.at.seq < seq) {
        const limit = Math.min(pageRows, seq - replayed.at.seq)
        const rows = await log.history(document, { after: replayed.at.seq, upTo: seq, limit })
        const last = rows.at(-1)
        if (last === undefined) return null
        await goOn(replayed, rows, last, spent)
      }
      const content = await keeper.ask({ type: 'read', text: replayed.text }, spent)
      return replayed.at.row === null || content === null ? null : { row: replayed.at.row, content }
    } catch (error) {
      // Half a step may be in the text: the next walk starts from the beginning, with a text of its own.
      if (known.get(document) === replayed) drop(document, replayed)
      throw error
    }
  }

  return {
    at(document, seq, spent) {
      if (seq < 1 || seq > document.head) return Promise.resolve(null)
      const replayed = replayedOf(document)
      const result = replayed.walk.then(() => walkTo(document.id, replayed, seq, spent))
      replayed.walk = result.catch(() => undefined)
      return result
    },
  }
}

const fresh = (text: string, epoch: number, life: number, apart: number): Replayed => ({
  text,
  epoch,
  life,
  at: beginning,
  frames: [],
  apart,
  walk: Promise.resolve(),
})
