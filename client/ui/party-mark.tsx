/** A party's sign: its colour, its shape and its letters, so that no colour ever speaks alone. */
import type { Person } from '#shared/api/common.ts'
import { roles } from '#shared/domain/actors.ts'
import { parties, type Party } from '#shared/domain/parties.ts'
import classes from './party-mark.module.css'

/** The sign with the party's letters; without them only where the party's name stands beside it. */
export function PartyMark({ party, bare = false }: { readonly party: Party; readonly bare?: boolean }) {
  const { prefix, mark } = parties[party]
  return (
    <span className={classes.mark} style={{ color: `var(--party-${party})` }}>
      <Sign shape={mark} />
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
      <Sign shape="square" />
    </span>
  )
}

function Sign({ shape }: { readonly shape: 'solid' | 'outlined' | 'square' }) {
  return (
    <svg className={classes.sign} viewBox="0 0 12 12" aria-hidden focusable="false">
      {shape === 'solid' ? <circle cx="6" cy="6" r="5" fill="currentColor" /> : null}
      {shape === 'outlined' ? <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" /> : null}
      {shape === 'square' ? (
        <rect x="2" y="2" width="8" height="8" rx="1" fill="none" stroke="currentColor" strokeWidth="1.75" />
      ) : null}
    </svg>
  )
}
