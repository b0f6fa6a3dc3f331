/** Where the parties stand on the changes of a text, as each reads now. */
import { createHash } from 'node:crypto'
import type { Standing } from '#shared/editor/changes/alternatives.ts'
import type { ListedChange } from '#shared/editor/changes/list.ts'
import type { StanceRecord } from '../storage/storage.ts'

/** The subject of the stances on a change. */
export const subjectOf = (change: string) => `change:${change}`

/** Names a value by its content. */
export const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/** What there is to be seen of a change. */
export const saidBy = ({ deletes, inserts }: ListedChange): string => digest([deletes, inserts])

/** The changes with what was said of each; what was said of other words is not said of these. */
export function standings(changes: readonly ListedChange[], known: readonly StanceRecord[]): Standing[] {
  const bySubject = new Map<string, StanceRecord[]>()
  for (const each of known) bySubject.set(each.subject, [...(bySubject.get(each.subject) ?? []), each])
  return changes.map((change) => {
    const there = bySubject.get(subjectOf(change.id))
    if (there === undefined) return { ...change, accepted: [], declined: [] }
    const about = saidBy(change)
    const own = there.filter((each) => each.about === about)
    return {
      ...change,
      accepted: own.flatMap(({ stance, party }) => (stance === 'for' ? [party] : [])),
      declined: own.flatMap(({ stance, party, reason }) => (stance === 'against' ? [{ party, reason }] : [])),
    }
  })
}
