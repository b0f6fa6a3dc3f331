/** The whole life of a text in a few hundred stretches: when it changed, and for which side. */
import type { TimelineMark } from '#shared/api/history.ts'
import type { Party } from '#shared/domain/parties.ts'
import type { DocumentRecord, UpdateLog } from '../storage/storage.ts'

const mostMarks = 400
const pageRows = 8192

type Written = { readonly seq: number; readonly at: number; readonly user: string | null }

/** Reads who wrote when, of a whole log, and keeps what it has read. */
export function createTimelines(log: UpdateLog) {
  const known = new Map<string, { epoch: number; rows: Written[] }>()

  /** All rows of a document's log up to its head, without their content. */
  async function written({ id, epoch, head }: DocumentRecord): Promise<readonly Written[]> {
    const before = known.get(id)
    const rows = before?.epoch === epoch ? before.rows : []
    known.set(id, { epoch, rows })
    for (;;) {
      const after = rows.at(-1)?.seq ?? 0
      if (after >= head) return rows
      const page = await log.history(id, { after, upTo: head, limit: pageRows })
      if (page.length === 0) return rows
      // Another reader may have added the same page while this one waited for it.
      const reached = rows.at(-1)?.seq ?? 0
      for (const { seq, at, user } of page) if (seq > reached) rows.push({ seq, at, user })
    }
  }

  return {
    /** The stretches of a document's log; `partyOf` says for whom a user acts. */
    async marks(document: DocumentRecord, partyOf: (user: string | null) => Party | null): Promise<TimelineMark[]> {
      const rows = await written(document)
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
  }
}
