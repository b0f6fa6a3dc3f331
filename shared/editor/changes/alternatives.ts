/** What lies on the table at a place: each party's alternative, and whose turn it is. */
import { byPlace, type ListedChange } from './list.ts'

/** A pending change, and where the parties stand on it as it is now. */
export type Standing = ListedChange & {
  readonly accepted: readonly string[]
  readonly declined: readonly { readonly party: string; readonly reason: string }[]
}

/** All that one party proposes at a place: what it strikes and what it puts in. */
export type Alternative = {
  /** Null: it came with a text that had brackets, and is nobody's. */
  readonly party: string | null
  readonly changes: readonly [Standing, ...Standing[]]
  /** The parties that accepted all of it. */
  readonly accepted: readonly string[]
  /** Those that declined any of it, each with its last reason. */
  readonly declined: readonly { readonly party: string; readonly reason: string }[]
}

/** `ours`: something waits for one's own party; `theirs`: for another; `open`: all have spoken, and nothing is settled. */
export type Turn = 'ours' | 'theirs' | 'open'

export type OpenPlace = {
  readonly place: string
  readonly clause: string | null
  readonly language: string | null
  readonly alternatives: readonly Alternative[]
}

/** The places of a list of changes, in the order of the text. */
export function openPlaces(changes: readonly Standing[]): OpenPlace[] {
  return [...byPlace(changes)].flatMap(([place, there]): OpenPlace[] => {
    const [first] = there
    if (first === undefined) return []
    const parties = [...new Set(there.map(({ party }) => party))]
    const alternatives = parties.flatMap((party) => alternativeOf(party, there))
    return [{ place, clause: first.clause, language: first.language, alternatives }]
  })
}

function alternativeOf(party: string | null, there: readonly Standing[]): Alternative[] {
  const [first, ...rest] = there.filter((change) => change.party === party)
  if (first === undefined) return []
  const changes = [first, ...rest] as const
  const declined = new Map(changes.flatMap((change) => change.declined.map((each) => [each.party, each] as const)))
  const accepted = first.accepted.filter((by) => changes.every((change) => change.accepted.includes(by)))
  return [{ party, changes, accepted, declined: [...declined.values()] }]
}

/** Whether a party has neither accepted nor declined an alternative of another. */
export const awaits = ({ party, accepted, declined }: Alternative, reader: string): boolean =>
  party !== reader && !accepted.includes(reader) && !declined.some((each) => each.party === reader)

/** Whose turn it is at a place, as `party` sees it; `parties`: those that take part. Nothing waits for a party that takes none. */
export function turnOf(
  { alternatives }: Pick<OpenPlace, 'alternatives'>,
  party: string | null,
  parties: readonly string[],
): Turn {
  if (party !== null && parties.includes(party) && alternatives.some((each) => awaits(each, party))) return 'ours'
  const others = parties.filter((each) => each !== party)
  return alternatives.some((each) => others.some((other) => awaits(each, other))) ? 'theirs' : 'open'
}

/** How many places are open; at `ours` something waits for one's own party, at `theirs` only for others. */
export type Open = { readonly places: number; readonly ours: number; readonly theirs: number }

/** What is open at these places, as `party` sees it; `parties`: those that take part. */
export function countOpen(
  places: readonly Pick<OpenPlace, 'alternatives'>[],
  party: string | null,
  parties: readonly string[],
): Open {
  const turns = places.map((place) => turnOf(place, party, parties))
  const count = (turn: Turn) => turns.filter((each) => each === turn).length
  return { places: places.length, ours: count('ours'), theirs: count('theirs') }
}
