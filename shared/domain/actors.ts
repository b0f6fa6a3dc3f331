/** Who acts: the roles, the seats they hold, and the demo's personas, which are seats and never people. */
import { groupKeys, groups, type Group } from './groups.ts'
import { isKeyOf, keysOf, type LocalizedText } from './languages.ts'
import { parties, partyKeys, type Party } from './parties.ts'

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

type RolesSeatedBy<Seat extends RoleEntry['seat']> = {
  [R in Role]: (typeof roles)[R]['seat'] extends Seat ? R : never
}[Role]

/** A signed-in user in the seat that decides what they may do. Fields that a seat lacks cannot be read. */
export type Actor =
  | { id: string; role: RolesSeatedBy<'delegation'>; party: Party; group: Group }
  | { id: string; role: RolesSeatedBy<'group'>; party: null; group: Group }
  | { id: string; role: RolesSeatedBy<'party'>; party: Party; group: null }
  | { id: string; role: RolesSeatedBy<'initiative'>; party: null; group: null }

/** All demo personas, in the order of the sign-in page: delegations by group, panels, then the bodies above. */
export const personas: readonly Actor[] = [
  ...groupKeys.flatMap((group) =>
    partyKeys.flatMap((party): Actor[] => [
      { id: `${party}-cochair-${group}`, role: 'cochair', party, group },
      { id: `${party}-drafter-${group}`, role: 'drafter', party, group },
    ]),
  ),
  ...groupKeys.map((group): Actor => ({ id: `panelist-${group}`, role: 'panelist', party: null, group })),
  { id: 'secretariat', role: 'secretariat', party: null, group: null },
  ...partyKeys.map((party): Actor => ({ id: `${party}-committee`, role: 'committee', party, group: null })),
  ...partyKeys.map((party): Actor => ({ id: `${party}-principal`, role: 'principal', party, group: null })),
]

const personaById = new Map(personas.map((persona) => [persona.id, persona]))

/** The persona of that id, or undefined. */
export const findPersona = (id: string): Actor | undefined => personaById.get(id)

/** How an actor is called wherever a name stands: the seat, in both languages ("US Co-chair", 「米国 共同議長」). */
export function actorName(actor: Actor): LocalizedText {
  const role = roles[actor.role].name
  if (actor.party !== null) {
    const { prefix, name } = parties[actor.party]
    return { en: `${prefix} ${role.en}`, ja: `${name.ja} ${role.ja}` }
  }
  if (actor.group !== null) {
    const group = groups[actor.group].short
    return { en: `${role.en}, ${group.en}`, ja: `${role.ja}（${group.ja}）` }
  }
  return role
}

/** The colour of an actor's caret and mark: six-digit hex. */
export const actorColor = (actor: Actor): string =>
  actor.party === null ? roles[actor.role].color : parties[actor.party].color
