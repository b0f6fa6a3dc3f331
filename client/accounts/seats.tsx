/** The secretariat's page: who holds which seat, group by group, and what may be done about it. */
import { Button, Group as Row, Menu, Modal, Stack, Title } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { endSeat, listSeats, withdrawInvitation, type Invitation } from '#shared/api/accounts.ts'
import type { Membership } from '#shared/api/common.ts'
import { roleKeys, roles, type Seat } from '#shared/domain/actors.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { call } from '#client/api/call.ts'
import { queryClient } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { formatDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { Failure, PageSkeleton } from '#client/ui/page-state.tsx'
import { PersonMark } from '#client/ui/party-mark.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { accountMessages } from './account-messages.ts'
import classes from './accounts.module.css'
import { lastDayBefore } from './days.ts'
import { InviteDialog, type Asked } from './invite-dialog.tsx'
import { NotDone } from './not-done.tsx'

const seatsKey = ['seats']
const refresh = () => void queryClient.invalidateQueries({ queryKey: seatsKey })

const isSeat = (a: Seat, b: Seat) => a.role === b.role && a.party === b.party && a.group === b.group

/** The seats of a group; of null those above the groups. */
function seatsOf(group: Group | null): Seat[] {
  const { parties } = initiative()
  return roleKeys.flatMap((role): Seat[] => {
    switch (role) {
      case 'cochair':
      case 'drafter':
        return group === null ? [] : parties.map((party) => ({ role, party, group }))
      case 'panelist':
        return group === null ? [] : [{ role, party: null, group }]
      case 'committee':
      case 'principal':
        return group === null ? parties.map((party) => ({ role, party, group })) : []
      case 'secretariat':
        return group === null ? [{ role, party: null, group }] : []
    }
  })
}

export function SeatsPage() {
  const t = useMessages(accountMessages)
  const say = useLocalized()
  const reasonOf = useReason()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [ending, setEnding] = useState<Membership | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: seatsKey,
    queryFn: ({ signal }) => call(listSeats, {}, signal),
  })
  const change = useMutation({
    mutationFn: async (what: { readonly end: string } | { readonly withdraw: string }) =>
      void ('end' in what
        ? await call(endSeat, { params: { id: what.end } })
        : await call(withdrawInvitation, { params: { id: what.withdraw } })),
    onSettled: refresh,
  })
  const sections = [...initiative().groups, null]
  return (
    <div className={classes.page}>
      <title>{`${t('seats')} · Alternat`}</title>
      <Trail here={t('seats')} />
      <Title order={1}>{t('seats')}</Title>
      <p className={classes.what}>{t('seatsWhat')}</p>
      <NotDone error={change.error} reason={(problem) => t('failed', { reason: reasonOf(problem) })} />
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {data === undefined && !error ? <PageSkeleton /> : null}
      {data
        ? sections.map((group) => (
            <section key={group}>
              <h2 className={classes.group}>{group === null ? t('above') : say(initiative().group(group).name)}</h2>
              <ul className={classes.list}>
                {seatsOf(group).map((seat) => (
                  <SeatRow
                    key={`${seat.party} ${seat.role}`}
                    seat={seat}
                    all={data}
                    ask={setAsked}
                    end={setEnding}
                    withdraw={(id) => change.mutate({ withdraw: id })}
                  />
                ))}
              </ul>
            </section>
          ))
        : null}
      {ending === null ? null : (
        <EndDialog
          membership={ending}
          end={() => {
            setEnding(null)
            change.mutate({ end: ending.id })
          }}
          onClose={() => setEnding(null)}
        />
      )}
      {asked === null ? null : <InviteDialog asked={asked} changed={refresh} onClose={() => setAsked(null)} />}
    </div>
  )
}

function SeatRow({
  seat,
  all,
  ask,
  end,
  withdraw,
}: {
  readonly seat: Seat
  readonly all: z.infer<(typeof listSeats)['response']>
  readonly ask: (asked: Asked) => void
  readonly end: (membership: Membership) => void
  readonly withdraw: (invitation: string) => void
}) {
  const t = useMessages(accountMessages)
  const say = useLocalized()
  const language = useLanguage()
  const held = all.memberships.filter((each) => isSeat(each, seat))
  const open = all.invitations.filter((each) => isSeat(each, seat))
  const until = (instant: string | null) =>
    instant === null ? '' : `, ${t('until', { day: formatDay(lastDayBefore(instant), language) })}`
  return (
    <li className={classes.row} data-seat={[seat.party, seat.role, seat.group].join(' ')}>
      <span className={classes.seat}>
        <PersonMark person={seat} bare={false} />
        {say(roles[seat.role].name)}
      </span>
      <span className={classes.holder}>
        {held.length === 0 && open.length === 0 ? <span className={classes.dim}>{t('vacant')}</span> : null}
        {held.map((each) => (
          <div key={each.id}>
            {each.name}
            {until(each.until)} <Manage membership={each} ask={ask} end={end} />
          </div>
        ))}
        {open.map((each: Invitation) => (
          <div key={each.id} className={classes.dim}>
            {t('invited', { day: formatDay(lastDayBefore(each.expiresAt), language) })}{' '}
            <Button variant="subtle" size="compact-sm" onClick={() => withdraw(each.id)}>
              {t('withdraw')}
            </Button>
          </div>
        ))}
      </span>
      <span className={classes.actions}>
        <Button variant="subtle" size="compact-sm" onClick={() => ask({ type: 'invite', seat })}>
          {t('invite')}
        </Button>
        {held.length === 0 ? null : (
          <Button variant="subtle" size="compact-sm" onClick={() => ask({ type: 'deputy', seat })}>
            {t('deputy')}
          </Button>
        )}
      </span>
    </li>
  )
}

function Manage({
  membership,
  ask,
  end,
}: {
  readonly membership: Membership
  readonly ask: (asked: Asked) => void
  readonly end: (membership: Membership) => void
}) {
  const t = useMessages(accountMessages)
  const name = membership.name ?? ''
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" aria-label={t('manage', { name })}>
          <IconDots size={16} stroke={1.5} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => ask({ type: 'handOver', seat: membership, replaces: membership.id, name })}>
          {t('handOver')}
        </Menu.Item>
        <Menu.Item color="red" onClick={() => end(membership)}>
          {t('endSeat')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Asks before somebody is signed out of their seat: a slip in the menu would cost them their place in the room. */
function EndDialog({
  membership,
  end,
  onClose,
}: {
  readonly membership: Membership
  readonly end: () => void
  readonly onClose: () => void
}) {
  const t = useMessages(accountMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const name = membership.name ?? ''
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('endTitle', { name, seat: say(roles[membership.role].name) })}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <Stack>
        <span>{t('endWhat', { name })}</span>
        <Row justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            {ui('cancel')}
          </Button>
          <Button color="red" onClick={end}>
            {t('endSeat')}
          </Button>
        </Row>
      </Stack>
    </Modal>
  )
}
