/** The people of the initiative as others see them: their name and their seat, never more. */
import type { Person } from '#shared/api/common.ts'
import { actorName, findPersona, roleKeys, type Actor } from '#shared/domain/actors.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { isHeld } from '../accounts/seats.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { MembershipRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

export const personOf = (actor: Actor): Person => ({
  id: actor.id,
  name: actorName(actor),
  role: actor.role,
  party: actor.party,
  group: actor.group,
})

export type People = {
  /** Every seat that is held now, groups in their order, co-chairs first. */
  all(): readonly Actor[]
  /** Who holds a seat now, by the id of the membership; null if that does not count any more. */
  actor(membership: string): Actor | null
  /** Whoever wrote something is still shown, as what they wrote it, after their seat is gone. */
  person(membership: string): Person
  personOrNull(membership: string | null): Person | null
  stop(): void
}

/** Working groups in their order, in each the parties in theirs, co-chairs first; then the bodies above. */
const bySeat = (a: Actor, b: Actor) =>
  place(initiative().groups, a.group) - place(initiative().groups, b.group) ||
  place(initiative().parties, a.party) - place(initiative().parties, b.party) ||
  roleKeys.indexOf(a.role) - roleKeys.indexOf(b.role) ||
  a.id.localeCompare(b.id)

const place = <Key extends string>(keys: readonly Key[], key: Key | null) =>
  key === null ? keys.length : keys.indexOf(key)

/** Keeps the seats at hand, read again whenever rights change. Rejects if the store cannot be read. */
export async function createPeople(storage: Storage, cluster: Cluster, clock: Clock): Promise<People> {
  let memberships = new Map<string, MembershipRecord>()
  const load = async () => {
    const all = await storage.people.memberships()
    memberships = new Map(
      all.toSorted((a, b) => bySeat(a.actor, b.actor)).map((membership) => [membership.actor.id, membership]),
    )
  }
  await load()
  const stop = cluster.subscribe((message) => {
    // A failure leaves the seats as they were; what a person may do is asked of the store each time.
    if (message.type === 'rightsChanged' && message.document === null) void load().catch(() => undefined)
  })
  const person = (id: string): Person => {
    const actor = memberships.get(id)?.actor ?? findPersona(id)
    if (actor !== undefined) return personOf(actor)
    return { id, name: { en: 'Former member', ja: '元メンバー' }, role: 'drafter', party: null, group: null }
  }
  return {
    all() {
      const now = clock.now()
      return [...memberships.values()].filter((membership) => isHeld(membership, now)).map(({ actor }) => actor)
    },
    actor(id) {
      const membership = memberships.get(id)
      return membership !== undefined && isHeld(membership, clock.now()) ? membership.actor : null
    },
    person,
    personOrNull: (id) => (id === null ? null : person(id)),
    stop,
  }
}
