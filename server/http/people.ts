/** The people of the initiative as others see them: their seat, never more. */
import type { Person } from '#shared/api/common.ts'
import { actorName, findPersona, roleKeys, type Actor } from '#shared/domain/actors.ts'
import { groupKeys } from '#shared/domain/groups.ts'
import { partyKeys } from '#shared/domain/parties.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Storage } from '../storage/storage.ts'

export const personOf = (actor: Actor): Person => ({
  id: actor.id,
  name: actorName(actor),
  role: actor.role,
  party: actor.party,
  group: actor.group,
})

export type People = {
  /** Everyone who has a seat now, groups in their order, co-chairs first. */
  all(): readonly Actor[]
  actor(user: string): Actor | null
  /** Whoever wrote something is still shown after their seat is gone. */
  person(user: string): Person
  personOrNull(user: string | null): Person | null
  stop(): void
}

/** Working groups in their order, in each the parties in theirs, co-chairs first; then the bodies above. */
const bySeat = (a: Actor, b: Actor) =>
  place(groupKeys, a.group) - place(groupKeys, b.group) ||
  place(partyKeys, a.party) - place(partyKeys, b.party) ||
  roleKeys.indexOf(a.role) - roleKeys.indexOf(b.role) ||
  a.id.localeCompare(b.id)

const place = <Key extends string>(keys: readonly Key[], key: Key | null) =>
  key === null ? keys.length : keys.indexOf(key)

/** Keeps the seats at hand, read again whenever rights change. Rejects if the store cannot be read. */
export async function createPeople(storage: Storage, cluster: Cluster): Promise<People> {
  let seats = new Map<string, Actor>()
  const load = async () => {
    const members = await storage.members.list()
    seats = new Map(members.toSorted(bySeat).map((actor) => [actor.id, actor]))
  }
  await load()
  const stop = cluster.subscribe((message) => {
    // A failure leaves the seats as they were; what a person may do is asked of the store each time.
    if (message.type === 'rightsChanged' && message.document === null) void load().catch(() => undefined)
  })
  const person = (user: string): Person => {
    const actor = seats.get(user) ?? findPersona(user)
    if (actor !== undefined) return personOf(actor)
    return { id: user, name: { en: 'Former member', ja: '元メンバー' }, role: 'drafter', party: null, group: null }
  }
  return {
    all: () => [...seats.values()],
    actor: (user) => seats.get(user) ?? null,
    person,
    personOrNull: (user) => (user === null ? null : person(user)),
    stop,
  }
}
