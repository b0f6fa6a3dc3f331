/** Changing the definition of the initiative: what it may become, and what stands in the way. */
import { readDefinition, type Definition, type DefinitionProblem } from '#shared/domain/definition.ts'
import type { AuditEntry, DocumentRecord, ToBeUnused } from '../storage/storage.ts'
import type { Seat } from '#shared/domain/actors.ts'

/** What is there now that parts of the definition are needed for. */
type InUse = {
  readonly members: readonly Seat[]
  /** The seats of open invitations. */
  readonly invited: readonly Seat[]
  /** Those that were put away as well. */
  readonly documents: readonly Pick<DocumentRecord, 'group'>[]
  /** The agencies that a clause of some document names as an owner. */
  readonly owners: ReadonlySet<string>
}

export type Changed = { readonly definition: Definition } | { readonly problems: readonly DefinitionProblem[] }

/** The definition once `change` has taken the place of those of its parts; or all that is wrong with it. */
export const changedDefinition = (definition: Definition, change: Partial<Definition>): Changed =>
  readDefinition({ ...definition, ...change })

/** The ids of a list that are in `before` and not in `after` any more. */
const goneFrom = (before: Definition, after: Definition, list: 'parties' | 'groups'): string[] =>
  before[list].map(({ id }): string => id).filter((id) => after[list].every((entry) => entry.id !== id))

const haveSameParties = (before: Definition, after: Definition) =>
  before.parties.length === after.parties.length && goneFrom(before, after, 'parties').length === 0

/** What must not be in use in the moment in which a definition follows another: what was looked at before may have changed since. */
export const toBeUnused = (before: Definition, after: Definition, at: number): ToBeUnused => ({
  groups: goneFrom(before, after, 'groups'),
  parties: goneFrom(before, after, 'parties'),
  documents: !haveSameParties(before, after),
  at,
})

/** Whoever has such a seat may have a private draft, of which nothing may be said here. */
const isOfDelegation = ({ party, group }: Seat) => party !== null && group !== null

/**
 * Why a definition cannot follow another: a sentence for each part that is in use and would be gone, and a path that names the part and
 * what uses it, `groups.{id}.documents`.
 */
export function hindrances(
  before: Definition,
  after: Definition,
  { members, invited, documents, owners }: InUse,
): DefinitionProblem[] {
  const gone = (list: 'parties' | 'groups') => goneFrom(before, after, list)
  const kept = new Map(after.agencies.map(({ id, party }) => [id, party]))
  return [
    // Every text is written for its parties: a page that knows others would take away what it does not know.
    ...((documents.length > 0 || members.some(isOfDelegation)) && !haveSameParties(before, after)
      ? [
          {
            path: 'parties',
            message: 'Parties come and go only while there is no document, and nobody has a seat in a delegation.',
          },
        ]
      : []),
    ...gone('parties')
      .filter((id) => members.some(({ party }) => party === id))
      .map((id) => ({ path: `parties.${id}.seats`, message: `The party “${id}” has seats.` })),
    ...gone('groups')
      .filter((id) => documents.some(({ group }) => group === id))
      .map((id) => ({ path: `groups.${id}.documents`, message: `The group “${id}” has documents.` })),
    ...gone('groups')
      .filter((id) => members.some(({ group }) => group === id))
      .map((id) => ({ path: `groups.${id}.seats`, message: `The group “${id}” has seats.` })),
    ...gone('parties')
      .filter((id) => invited.some(({ party }) => party === id))
      .map((id) => ({
        path: `parties.${id}.invitations`,
        message: `Somebody is invited to a seat of the party “${id}”.`,
      })),
    ...gone('groups')
      .filter((id) => invited.some(({ group }) => group === id))
      .map((id) => ({
        path: `groups.${id}.invitations`,
        message: `Somebody is invited to a seat in the group “${id}”.`,
      })),
    ...before.agencies
      .filter(({ id, party }) => owners.has(id) && kept.get(id) !== party)
      .map(({ id }) => ({ path: `agencies.${id}.owner`, message: `The agency “${id}” owns a target or an action.` })),
  ]
}

const lists = ['parties', 'agencies', 'groups', 'bodies'] as const

/** What the audit says of a change: which parts it named, and which entries came and went. */
export function detailOf(before: Definition, after: Definition, change: Partial<Definition>): AuditEntry['detail'] {
  const idsIn = (definition: Definition, list: (typeof lists)[number]) => definition[list].map(({ id }) => id)
  const without = (ids: readonly string[], others: readonly string[]) =>
    ids.filter((id) => !others.includes(id)).join(' ')
  const moves = lists.flatMap((list): [string, string][] => {
    const [old, now] = [idsIn(before, list), idsIn(after, list)]
    return [
      [`${list}Added`, without(now, old)],
      [`${list}Removed`, without(old, now)],
    ]
  })
  return { parts: Object.keys(change).join(' '), ...Object.fromEntries(moves.filter(([, ids]) => ids !== '')) }
}
