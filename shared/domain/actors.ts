/** Who acts: the roles, the seats they hold, and the demo's personas, which are seats and never people. */
import { derived, initiative, type Group, type Party } from './initiative.ts'
import { isKeyOf, keysOf, type LocalizedText } from './languages.ts'

type RoleEntry = {
  name: LocalizedText
  /** What a seat of this role is tied to. */
  seat: 'delegation' | 'group' | 'party' | 'initiative'
  /** Colour of those who sit for no party; members of a party carry its colour. */
  color: `#${string}`
}

export const roles = {
  cochair: { name: { en: 'Co-chair', ja: '共同議長' }, seat: 'delegation', color: '#5b6470' },
  drafter: { name: { en: 'Drafter', ja: '起草担当' }, seat: 'delegation', color: '#5b6470' },
  panelist: { name: { en: 'Panelist', ja: '諮問委員' }, seat: 'group', color: '#6b4f9e' },
  secretariat: { name: { en: 'Secretariat', ja: '事務局' }, seat: 'initiative', color: '#4c5a52' },
  committee: { name: { en: 'Management committee', ja: '運営委員会' }, seat: 'party', color: '#5b6470' },
  principal: { name: { en: 'Principal', ja: '閣僚' }, seat: 'party', color: '#5b6470' },
} as const satisfies Record<string, RoleEntry>

export type Role = keyof typeof roles
export const roleKeys = keysOf(roles)
export const isRole = (value: unknown): value is Role => isKeyOf(roles, value)

type RolesSeatedBy<Tie extends RoleEntry['seat']> = {
  [R in Role]: (typeof roles)[R]['seat'] extends Tie ? R : never
}[Role]

/** What someone is there as: it decides what they may do. Fields that a seat lacks cannot be read. */
export type Seat =
  | { role: RolesSeatedBy<'delegation'>; party: Party; group: Group }
  | { role: RolesSeatedBy<'group'>; party: null; group: Group }
  | { role: RolesSeatedBy<'party'>; party: Party; group: null }
  | { role: RolesSeatedBy<'initiative'>; party: null; group: null }

/** Who holds a seat. `id`: of the membership, which what they write is kept under; `name`: of the person, null for a persona. */
type Holder = { id: string; user: string; name: string | null }

/** A user in one of their seats. */
export type Actor = Holder & Seat

/** Someone in a seat, as far as what they may do depends on it. */
export type Seated = Pick<Holder, 'id'> & Seat

/** The persona that has a seat's name for its id: one user with one membership, both of that id. */
const persona = (id: string, seat: Seat): Actor => ({ id, user: id, name: null, ...seat })

/** All demo personas, in the order of the sign-in page: delegations by group, panels, then the bodies above. */
export const personas: () => readonly Actor[] = derived(({ groups, parties }) => [
  ...groups.flatMap((group) =>
    parties.flatMap((party): Actor[] => [
      persona(`${party}-cochair-${group}`, { role: 'cochair', party, group }),
      persona(`${party}-drafter-${group}`, { role: 'drafter', party, group }),
    ]),
  ),
  ...groups.map((group) => persona(`panelist-${group}`, { role: 'panelist', party: null, group })),
  persona('secretariat', { role: 'secretariat', party: null, group: null }),
  ...parties.map((party) => persona(`${party}-committee`, { role: 'committee', party, group: null })),
  ...parties.map((party) => persona(`${party}-principal`, { role: 'principal', party, group: null })),
])

const personaById = derived(() => new Map(personas().map((actor) => [actor.id, actor])))

/** The persona of that id, or undefined. */
export const findPersona = (id: string): Actor | undefined => personaById().get(id)

/** How a seat is called, in both languages ("US Co-chair", 「米国 共同議長」). */
export function seatName(seat: Seat): LocalizedText {
  const role = roles[seat.role].name
  if (seat.party !== null) {
    const { prefix, name } = initiative().party(seat.party)
    return { en: `${prefix} ${role.en}`, ja: `${name.ja} ${role.ja}` }
  }
  if (seat.group !== null) {
    const group = initiative().group(seat.group).short
    return { en: `${role.en}, ${group.en}`, ja: `${role.ja}（${group.ja}）` }
  }
  return role
}

/** The same with the group, for where that does not stand beside it ("US Co-chair, Artificial intelligence"). */
export function seatNameInGroup(seat: Seat): LocalizedText {
  const { en, ja } = seatName(seat)
  if (seat.party === null || seat.group === null) return { en, ja }
  const { name } = initiative().group(seat.group)
  return { en: `${en}, ${name.en}`, ja: `${ja}（${name.ja}）` }
}

/** How an actor is called wherever a name stands: the person's name with the seat beside it, or the seat alone. */
export function actorName({ name, ...seat }: Pick<Actor, 'name'> & Seat): LocalizedText {
  const { en, ja } = seatName(seat)
  return name === null ? { en, ja } : { en: `${name}, ${en}`, ja: `${name}（${ja}）` }
}

/** The colour of an actor's caret and mark: six-digit hex. */
export const actorColor = (actor: Actor): string =>
  actor.party === null ? roles[actor.role].color : initiative().party(actor.party).color
