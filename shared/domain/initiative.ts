/**
 * The initiative that this process, or this page, works for: its definition with look-ups. It is installed once before anything else is
 * done (by the server from its store, by a page from the server) and replaced as a whole when the secretariat changes it.
 */
import type { Agency, Body, Definition, Group, Party } from './definition.ts'
import { partySigns, type PartySign } from './party-signs.ts'

export type { Agency, Body, Definition, Group, Party } from './definition.ts'

type Entry<List extends keyof Definition> = Definition[List] extends (infer Of)[] ? Readonly<Of> : never
/** A party with its colour and its sign, which follow from its place in the list. */
type PartyEntry = Entry<'parties'> & PartySign
type AgencyEntry = Entry<'agencies'>
type GroupEntry = Entry<'groups'>
type BodyEntry = Entry<'bodies'>

export type Initiative = Pick<Definition, 'name' | 'purpose' | 'starts' | 'ends'> & {
  readonly definition: Definition
  readonly meetings: readonly Entry<'meetings'>[]
  /** The ids of each kind, in the order of the definition. */
  readonly parties: readonly Party[]
  readonly agencies: readonly Agency[]
  readonly groups: readonly Group[]
  readonly bodies: readonly Body[]
  /** The entry of an id. Throws a `RangeError` if there is none. */
  readonly party: (id: Party) => PartyEntry
  readonly agency: (id: Agency) => AgencyEntry
  readonly group: (id: Group) => GroupEntry
  readonly body: (id: Body) => BodyEntry
  readonly isParty: (value: unknown) => value is Party
  readonly isAgency: (value: unknown) => value is Agency
  readonly isGroup: (value: unknown) => value is Group
  readonly agenciesOf: (party: Party) => readonly Agency[]
  /** A changed text in one of two linked groups concerns the other's co-chairs. */
  readonly areLinked: (a: Group, b: Group) => boolean
  /** The groups whose texts depend on `group`'s, and on whose texts it depends, in the order of the definition. */
  readonly linkedGroups: (group: Group) => readonly Group[]
}

/** An initiative of that definition. */
export function createInitiative(definition: Definition): Initiative {
  const { name, purpose, starts, ends, meetings } = definition
  const parties = register(
    'party',
    definition.parties.map((party, at) => ({ ...party, ...(partySigns[at] ?? partySigns[0]) })),
  )
  const agencies = register('agency', definition.agencies)
  const groups = register('group', definition.groups)
  const bodies = register('body', definition.bodies)
  const areLinked = (a: Group, b: Group) => groups.get(a).links.includes(b) || groups.get(b).links.includes(a)
  return {
    definition,
    name,
    purpose,
    starts,
    ends,
    meetings,
    parties: parties.ids,
    agencies: agencies.ids,
    groups: groups.ids,
    bodies: bodies.ids,
    party: parties.get,
    agency: agencies.get,
    group: groups.get,
    body: bodies.get,
    isParty: parties.has,
    isAgency: agencies.has,
    isGroup: groups.has,
    agenciesOf: (party) => agencies.ids.filter((agency) => agencies.get(agency).party === party),
    areLinked,
    linkedGroups: (group) => groups.ids.filter((other) => areLinked(group, other)),
  }
}

function register<Of extends { readonly id: string }>(what: string, entries: readonly Of[]) {
  const byId = new Map<unknown, Of>(entries.map((entry) => [entry.id, entry]))
  return {
    ids: entries.map(({ id }): Of['id'] => id),
    has: (value: unknown): value is Of['id'] => byId.has(value),
    get: (id: Of['id']): Readonly<Of> => {
      const entry = byId.get(id)
      if (entry === undefined) throw new RangeError(`There is no ${what} ${JSON.stringify(id)}`)
      return entry
    },
  }
}

let current: Initiative | null = null

/** Makes this the initiative that everything here works for. */
export function installInitiative(definition: Definition): void {
  current = createInitiative(definition)
}

/** The initiative. Throws if none was installed: nothing can be said of parties or groups before. */
export function initiative(): Initiative {
  if (current === null) throw new Error('No initiative is installed yet')
  return current
}

/** Whether an initiative is installed: a page that nobody has signed in to may know none. */
export const hasInitiative = (): boolean => current !== null

/** What follows from the initiative, made when it is first asked for and anew for another initiative. */
export function derived<Value>(make: (from: Initiative) => Value): () => Value {
  let made: { readonly from: Initiative; readonly value: Value } | null = null
  return () => {
    const from = initiative()
    if (made?.from !== from) made = { from, value: make(from) }
    return made.value
  }
}
