/** The whole life of a text in a few hundred stretches: when it changed, and for which side; and when each client wrote. */
import * as Y from 'yjs'
import type { TimelineMark } from '#shared/api/history.ts'
import type { Party } from '#shared/domain/parties.ts'
import type { DocumentRecord, UpdateLog } from '../storage/storage.ts'

const mostMarks = 400
const pageRows = 8192

/** What one client writes in so many milliseconds has one time. */
const minute = 60_000

type Written = { readonly seq: number; readonly at: number; readonly user: string | null }
/** What a client wrote up to a clock, and from when on. */
type Stretch = { upTo: number; readonly at: number }
type Life = { readonly epoch: number; readonly rows: Written[]; readonly clients: Map<number, Stretch[]> }

/** Reads who wrote when, of a whole log, and keeps what it has read. */
export function createTimelines(log: UpdateLog) {
  const known = new Map<string, Life>()

  /** All rows of a document's log up to its head, without their content. */
  async function lifeOf({ id, epoch, head }: DocumentRecord): Promise<Life> {
    const before = known.get(id)
    const life: Life = before?.epoch === epoch ? before : { epoch, rows: [], clients: new Map() }
    known.set(id, life)
    const { rows } = life
    for (;;) {
      const after = rows.at(-1)?.seq ?? 0
      if (after >= head) return life
      const page = await log.history(id, { after, upTo: head, limit: pageRows })
      if (page.length === 0) return life
      // Another reader may have added the same page while this one waited for it.
      const reached = rows.at(-1)?.seq ?? 0
      for (const { seq, at, user, bytes } of page) {
        if (seq <= reached) continue
        rows.push({ seq, at, user })
        for (const [client, upTo] of Y.parseUpdateMeta(bytes).to) note(life, client, upTo, at)
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
  if (last !== undefined && at - last.at < minute) last.upTo = Math.max(last.upTo, upTo)
  else stretches.push({ upTo, at })
  clients.set(client, stretches)
}
