/** A party's sign: its colour, its shape and its letters, so that no colour ever speaks alone. */
import type { Person } from '#shared/api/common.ts'
import { roles } from '#shared/domain/actors.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { isKeyOf } from '#shared/domain/languages.ts'
import type { PartyMark as Mark } from '#shared/domain/party-signs.ts'
import classes from './party-mark.module.css'
import { partyColour } from '#client/lib/party-colour.ts'

/** The sign with the party's letters; without them only where the party's name stands beside it. */
export function PartyMark({ party, bare = false }: { readonly party: Party; readonly bare?: boolean }) {
  const { prefix, mark } = initiative().party(party)
  return (
    <span className={classes.mark} style={{ color: partyColour(party) }}>
      <Sign mark={mark} />
      {bare ? null : <span className={classes.prefix}>{prefix}</span>}
    </span>
  )
}

/** The sign of someone's side; people who sit for no party have a square one in their role's colour. */
export function PersonMark({
  person,
  bare = true,
}: {
  readonly person: Pick<Person, 'party' | 'role'>
  /** False where the seat's name, which begins with the party, does not stand beside it. */
  readonly bare?: boolean
}) {
  if (person.party !== null) return <PartyMark party={person.party} bare={bare} />
  return (
    <span className={classes.mark} style={{ color: `var(--role-${person.role})` }} data-seat={roles[person.role].seat}>
      <Sign mark="square" />
    </span>
  )
}

const shapes = {
  circle: <circle cx="6" cy="6" r="4" />,
  diamond: <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" />,
  triangle: <path d="M6 1.8 10.8 10.2H1.2Z" />,
  hexagon: <path d="M6 1.2 10.2 3.6V8.4L6 10.8 1.8 8.4V3.6Z" />,
} as const

function Sign({ mark }: { readonly mark: Mark | 'square' }) {
  if (mark === 'square') {
    return (
      <svg className={classes.sign} viewBox="0 0 12 12" aria-hidden focusable="false">
        <rect x="2" y="2" width="8" height="8" rx="1" fill="none" stroke="currentColor" strokeWidth="1.75" />
      </svg>
    )
  }
  const [filling, shape] = mark.split('-')
  return (
    <svg
      className={classes.sign}
      viewBox="0 0 12 12"
      fill={filling === 'solid' ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="2"
      strokeLinejoin="round"
      aria-hidden
      focusable="false"
    >
      {shapes[isKeyOf(shapes, shape) ? shape : 'circle']}
    </svg>
  )
}
