/**
 * How many places were open in a text at the end of each day that is over, counted from the log. Such a day never changes: it is counted
 * once, and the walk through the log that this takes is done in a process of its own, at most once a day for each text.
 */
import { randomUUID } from 'node:crypto'
import * as encoding from 'lib0/encoding'
import { dropOldest } from '../lib/drop-oldest.ts'
import type { DocumentRecord, HistoryRow, UpdateLog } from '../storage/storage.ts'
import type { TextStep } from './texts.ts'

/** `day`: ISO 8601, in UTC. Days on which nothing was written are left out. */
export type OpenOnDay = { readonly day: string; readonly places: number }

type Text = Pick<DocumentRecord, 'id' | 'epoch' | 'head'>

/** Hears how many ms of a process something took. */
type Spent = (ms: number) => void

type Keeper = {
  ask(step: TextStep, spent?: Spent): Promise<string | null>
  /** Changes when what was kept is gone. */
  readonly life: number
}

/**
 * The days of a text before `today`, oldest first. Rejects with a `StorageError` if the log cannot be read, and as the pool does if the
 * text is too much for it; then nothing is kept.
 */
export type BurnDowns = (text: Text, today: string, spent?: Spent) => Promise<readonly OpenOnDay[]>

/** `through`: the row up to which they are counted. */
type Counted = { readonly through: number; readonly days: readonly OpenOnDay[] }
type Kept = Counted & { readonly epoch: number; readonly today: string }

const pageRows = 4096
/** Of how many texts the days are kept. */
const maxKept = 1000

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

export function createBurnDowns(log: Pick<UpdateLog, 'history'>, keeper: Keeper): BurnDowns {
  const known = new Map<string, Kept>()
  const onTheWay = new Map<string, Promise<readonly OpenOnDay[]>>()
  // Others keep texts in the same place.
  const own = randomUUID()
  let walks = 0

  async function walk(
    { id, head }: Text,
    before: readonly OpenOnDay[],
    today: string,
    spent?: Spent,
  ): Promise<Counted> {
    const { life } = keeper
    const text = `${own} ${(walks += 1)}`
    const ask = async (step: TextStep) => {
      const answer = await keeper.ask(step, spent)
      // What follows would be counted in half a text.
      if (keeper.life !== life) throw new Error('The text was lost on the way')
      return answer
    }
    const days = [...before]
    const counted = before.at(-1)?.day ?? ''
    let day = ''
    const apply = async (rows: readonly HistoryRow[]) => {
      if (rows.length === 0) return
      const updates = encoding.encode((encoder) => {
        for (const { bytes } of rows) encoding.writeVarUint8Array(encoder, bytes)
      })
      await ask({ type: 'apply', text, updates, frame: null })
    }
    const endDay = async () => {
      if (day > counted) days.push({ day, places: Number(await ask({ type: 'places', text })) })
    }
    try {
      for (let after = 0; after < head;) {
        const rows = await log.history(id, { after, upTo: head, limit: pageRows })
        let begun = 0
        for (const [index, { seq, at }] of rows.entries()) {
          after = seq
          // A clock that was set back does not begin an earlier day.
          const next = dayOf(at)
          if (next <= day) continue
          await apply(rows.slice(begun, index))
          begun = index
          if (day !== '') await endDay()
          if (next >= today) return { through: seq - 1, days }
          day = next
        }
        if (rows.length === 0) break
        await apply(rows.slice(begun))
      }
      if (day !== '') await endDay()
      return { through: head, days }
    } finally {
      void keeper.ask({ type: 'drop', text }).catch(() => undefined)
    }
  }

  async function count(text: Text, today: string, spent?: Spent): Promise<readonly OpenOnDay[]> {
    const { id, epoch, head } = text
    const last = known.get(id)
    const before = last?.epoch === epoch ? last : { through: 0, days: [] }
    // A text that has not gone on since then has no new day to be counted.
    const counted = before.through >= head ? before : await walk(text, before.days, today, spent)
    known.delete(id)
    known.set(id, { ...counted, epoch, today })
    dropOldest(known, maxKept)
    return counted.days
  }

  return async (text, today, spent) => {
    const { id, epoch } = text
    const before = known.get(id)
    if (before?.epoch === epoch && before.today >= today) return before.days
    // Those who ask at once wait for one walk.
    const key = `${id} ${epoch} ${today}`
    const counting = onTheWay.get(key) ?? count(text, today, spent)
    onTheWay.set(key, counting)
    try {
      return await counting
    } finally {
      if (onTheWay.get(key) === counting) onTheWay.delete(key)
    }
  }
}

/** The sum of several texts for each day from the first one on until `last`; of the newest `most` days. */
export function sumOfDays(texts: readonly (readonly OpenOnDay[])[], last: string, most: number): OpenOnDay[] {
  const first = texts
    .flatMap(([begun]) => begun?.day ?? [])
    .toSorted((a, b) => (a < b ? -1 : 1))
    .at(0)
  if (first === undefined) return []
  const changes = new Map<string, number>()
  for (const days of texts) {
    for (const [index, { day, places }] of days.entries()) {
      changes.set(day, (changes.get(day) ?? 0) + places - (days[index - 1]?.places ?? 0))
    }
  }
  const sums: OpenOnDay[] = []
  let places = 0
  for (let at = Date.parse(first); dayOf(at) <= last; at += dayMs) {
    places += changes.get(dayOf(at)) ?? 0
    sums.push({ day: dayOf(at), places })
  }
  return sums.slice(-most)
}

const dayMs = 24 * 60 * 60 * 1000
