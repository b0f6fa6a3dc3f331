/** The six working groups, to be compared at a glance. */
import { IconClockExclamation } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { GroupOverview } from '#shared/api/initiative.ts'
import { useHeard } from '#client/api/events.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PeopleHere, PersonChip, useHere } from '#client/ui/person.tsx'
import { StatusBar } from '#client/ui/status.tsx'
import { initiativeMessages } from './messages.ts'
import classes from './group-table.module.css'

export function GroupTable({ groups }: { readonly groups: readonly GroupOverview[] }) {
  const t = useMessages(initiativeMessages)
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('group')}</th>
          <th scope="col">{t('cochairs')}</th>
          <th scope="col">{t('targets')}</th>
          <th scope="col">{t('actions')}</th>
          <th scope="col">{t('here')}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group, at) => (
          <GroupRow key={group.id} group={group} number={at + 1} />
        ))}
      </tbody>
    </table>
  )
}

function GroupRow({ group, number }: { readonly group: GroupOverview; readonly number: number }) {
  const t = useMessages(initiativeMessages)
  const say = useLocalized()
  const { id, name, purpose, seats, targets, lateActions, unreadable } = group
  const heard = useHeard()
  const online = useHere(group.online)
  const here = new Set(online.map((person) => person.id))
  return (
    <tr className={classes.row} data-group={id}>
      <th scope="row" className={classes.group}>
        <span className={classes.number} aria-hidden>
          {number}
        </span>
        <div>
          <Link to="/groups/$group" params={{ group: id }} className={classes.name}>
            {say(name)}
          </Link>
          <p className={classes.purpose}>{say(purpose)}</p>
        </div>
      </th>
      <td data-label={t('cochairs')} className={classes.seats}>
        {seats.map((seat) => (
          <PersonChip key={seat.id} person={seat} online={here.has(seat.id)} />
        ))}
      </td>
      <td data-label={t('targets')}>
        {targets === null ? (
          <span className={classes.dim}>{t(unreadable.includes('targets') ? 'unreadable' : 'notOpen')}</span>
        ) : (
          <StatusBar counts={targets} />
        )}
      </td>
      <td data-label={t('actions')}>
        {unreadable.includes('lateActions') ? (
          <span className={classes.dim}>{t('unreadable')}</span>
        ) : lateActions === null ? (
          <span className={classes.dim} aria-label={t('notOpen')}>
            –
          </span>
        ) : lateActions === 0 ? (
          <span className={classes.dim}>{t('noneLate')}</span>
        ) : (
          <span className={classes.late}>
            <IconClockExclamation size={15} stroke={1.5} aria-hidden />
            {t('late', { count: lateActions })}
          </span>
        )}
      </td>
      <td data-label={t('here')}>
        {heard && online.length === 0 ? (
          <span className={classes.dim}>{t('nobody')}</span>
        ) : (
          <PeopleHere people={online} />
        )}
      </td>
    </tr>
  )
}
