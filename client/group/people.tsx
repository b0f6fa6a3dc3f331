/** A group's people: the delegations in two columns, side facing side, and the panel below them. */
import type { Person } from '#shared/api/common.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { PersonChip } from '#client/ui/person.tsx'
import { groupMessages } from './messages.ts'
import classes from './people.module.css'

export function People({ people, online }: { readonly people: readonly Person[]; readonly online: readonly Person[] }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const here = new Set(online.map(({ id }) => id))
  const panel = people.filter(({ party }) => party === null)
  const list = (members: readonly Person[]) => (
    <ul className={classes.list}>
      {members.map((person) => (
        <li key={person.id}>
          <PersonChip person={person} roleOnly online={here.has(person.id)} />
        </li>
      ))}
    </ul>
  )
  return (
    <>
      <div className={classes.sides}>
        {initiative().parties.map((party) => (
          <div key={party} className={classes.side}>
            <h3 className={classes.heading}>
              <PartyMark party={party} />
              {say(initiative().party(party).name)}
            </h3>
            {list(people.filter((person) => person.party === party))}
          </div>
        ))}
      </div>
      {panel.length === 0 ? null : (
        <div className={classes.panel}>
          <h3 className={classes.heading}>{t('panel')}</h3>
          {list(panel)}
        </div>
      )}
    </>
  )
}
