/** The whole life of a text in a few hundred stretches: when it changed, and for which side; and when each client wrote. */
import { setImmediate } from 'node:timers/promises'
import * as Y from 'yjs'
import type { TimelineMark } from '#shared/api/history.ts'
import type { Party } from '#shared/domain/initiative.ts'
import type { DocumentRecord, UpdateLog } from '../storage/storage.ts'

const mostMarks = 400
const pageRows = 8192
const step = 512
const keptDocuments = 8

/** What one client writes in so many milliseconds has one time. */
const minute = 60_000

type Written = { readonly seq: number; readonly at: number; readonly user: string | null }
/** What a client wrote up to a clock, and from when on. */
type Stretch = { upTo: number; readonly at: number }
type Life = {
  readonly epoch: number
  readonly rows: Written[]
  readonly clients: Map<number, Stretch[]>
  /** One reading at a time: two would both add what they find. */
  reading: Promise<void>
}

/** Reads who wrote when, of a whole log, and keeps what it has read of the documents asked for last. */
export function createTimelines(log: Pick<UpdateLog, 'history'>) {
  const known = new Map<string, Life>()

  /** All rows of a document's log up to its head, without their content. */
  async function lifeOf(document: DocumentRecord): Promise<Life> {
    const { id, epoch } = document
    const before = known.get(id)
    const life: Life =
      before?.epoch === epoch ? before : { epoch, rows: [], clients: new Map(), reading: Promise.resolve() }
    known.delete(id)
    known.set(id, life)
    const [oldest] = known.keys()
    if (known.size > keptDocuments && oldest !== undefined) known.delete(oldest)
    const reading = life.reading.then(() => readOn(document, life))
    life.reading = reading.catch(() => undefined)
    await reading
    return life
  }

  async function readOn({ id, head }: DocumentRecord, life: Life): Promise<void> {
    for (;;) {
      const after = life.rows.at(-1)?.seq ?? 0
      if (after >= head) return
      const page = await log.history(id, { after, upTo: head, limit: pageRows })
      if (page.length === 0) return
      for (const [index, { seq, at, user, bytes }] of page.entries()) {
        life.rows.push({ seq, at, user })
        for (const [client, upTo] of Y.parseUpdateMeta(bytes).to) note(life, client, upTo, at)
        // A long log is read in steps, so that no one else waits for it.
        if (index % step === step - 1) await setImmediate()
      }
    }
  }

  return {
    /** The stretches of a document's log; `partyOf` says for whom a user acts. */
    async marks(document: DocumentRecord, partyOf: (user: string | null) => Party | null): Promise<TimelineMark[]> {
      const { rows } = await lifeOf(document)
      const perMark = Math.max(1, Math.ceil(rows.length / mostMarks))
      const marks: TimelineMark[] = []
      for (let start = 0; start < rows.length; start += perMark) {
        const part = rows.slice(start, start + perMark)
        const last = part.at(-1)
        if (last === undefined) break
        const counts = new Map<Party | null, number>()
        for (const { user } of part) counts.set(partyOf(user), (counts.get(partyOf(user)) ?? 0) + 1)
        marks.push({
          lastSeq: last.seq,
          at: new Date(last.at).toISOString(),
          changes: [...counts].map(([party, count]) => ({ party, count })),
        })
      }
      return marks
    },
    /** When each client wrote, by client id: stretches in the order of its clock. */
    async clients(document: DocumentRecord): Promise<ReadonlyMap<number, readonly Readonly<Stretch>[]>> {
      return (await lifeOf(document)).clients
    },
  }
}

function note({ clients }: Life, client: number, upTo: number, at: number): void {
  const stretches = clients.get(client) ?? []
  const last = stretches.at(-1)
  if (last !== undefined && Math.abs(at - last.at) < minute) last.upTo = Math.max(last.upTo, upTo)
  else stretches.push({ upTo, at })
  clients.set(client, stretches)
}
