/** The working groups, to be compared at a glance. */
import { IconClockExclamation } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { GroupOverview } from '#shared/api/initiative.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { useHeard } from '#client/api/events.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { OpenCounts } from '#client/ui/open-counts.tsx'
import { PeopleHere, PersonChip, useHere } from '#client/ui/person.tsx'
import { StatusBar } from '#client/ui/status.tsx'
import { initiativeMessages } from './messages.ts'
import classes from './group-table.module.css'

/** The reader's own group first; for those who manage all of them, the ones with most that is blocked or late. */
function inOrder(groups: readonly GroupOverview[], { role, group }: Actor) {
  const troubles = ({ targets, lateActions }: GroupOverview) => (targets?.blocked ?? 0) + (lateActions ?? 0)
  const rank = (each: GroupOverview) => (role === 'committee' ? -troubles(each) : each.id === group ? 0 : 1)
  return groups.map((each, at) => ({ each, number: at + 1 })).toSorted((a, b) => rank(a.each) - rank(b.each))
}

/** Why a group may have nothing to show to the reader, in their terms. */
function reasonFor({ role, group: own }: Actor, group: Group) {
  if (role === 'panelist') return own === group ? 'notOpenToPanel' : 'notOpen'
  const reads = own === null || own === group || (role === 'cochair' && initiative().areLinked(own, group))
  return reads ? 'nothingYet' : 'notOpen'
}

export function GroupTable({ groups, actor }: { readonly groups: readonly GroupOverview[]; readonly actor: Actor }) {
  const t = useMessages(initiativeMessages)
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('group')}</th>
          <th scope="col">{t('cochairs')}</th>
          <th scope="col">{t('targets')}</th>
          <th scope="col">{t('actions')}</th>
          <th scope="col">{t('open')}</th>
          <th scope="col">{t('here')}</th>
        </tr>
      </thead>
      <tbody>
        {inOrder(groups, actor).map(({ each, number }) => (
          <GroupRow
            key={each.id}
            group={each}
            number={number}
            empty={reasonFor(actor, each.id)}
            ofParty={actor.party !== null}
          />
        ))}
      </tbody>
    </table>
  )
}

function GroupRow({
  group,
  number,
  empty,
  ofParty,
}: {
  readonly group: GroupOverview
  readonly number: number
  /** Why there may be nothing of it to see. */
  readonly empty: ReturnType<typeof reasonFor>
  readonly ofParty: boolean
}) {
  const t = useMessages(initiativeMessages)
  const say = useLocalized()
  const { id, name, purpose, seats, targets, lateActions, open, unreadable } = group
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
          <span className={classes.dim}>{t(unreadable.includes('targets') ? 'unreadable' : empty)}</span>
        ) : (
          <StatusBar counts={targets} />
        )}
      </td>
      <td data-label={t('actions')}>
        {unreadable.includes('lateActions') ? (
          <span className={classes.dim}>{t('unreadable')}</span>
        ) : lateActions === null ? (
          <span className={classes.dim} aria-label={t(empty)}>
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
      <td data-label={t('open')}>
        {unreadable.includes('open') ? (
          <span className={classes.dim}>{t('unreadable')}</span>
        ) : open === null ? (
          <span className={classes.dim} aria-label={t(empty)}>
            –
          </span>
        ) : (
          <OpenCounts open={open} ofParty={ofParty} stacked />
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
