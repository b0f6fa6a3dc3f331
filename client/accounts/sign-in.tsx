/** The way in: every seat on one page, by working group and side; one click takes it. */
import { Alert, Text, Title, UnstyledButton } from '@mantine/core'
import { IconShieldOff } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Person } from '#shared/api/common.ts'
import { roles } from '#shared/domain/actors.ts'
import { initiative, type Group, type Party } from '#shared/domain/initiative.ts'
import { personasQuery } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Failure, PageSkeleton } from '#client/ui/page-state.tsx'
import { PartyMark, PersonMark } from '#client/ui/party-mark.tsx'
import { sessionMessages } from './messages.ts'
import { signIn } from '#client/session/session.ts'
import classes from './sign-in.module.css'

/** `next` is the address to go to once signed in. */
export function SignInPage({ next }: { readonly next: string | undefined }) {
  const t = useMessages(sessionMessages)
  const reasonOf = useReason()
  const router = useRouter()
  const { data: personas, error, refetch } = useQuery(personasQuery)
  const entry = useMutation({
    mutationFn: signIn,
    onSuccess: () => router.history.push(next ?? '/'),
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div className={classes.page}>
      <title>{`${t('title')} · Alternat`}</title>
      <header className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p className={classes.what}>{t('what')}</p>
        <p className={classes.unclassified}>
          <IconShieldOff size={16} stroke={1.5} aria-hidden />
          {t('unclassified')}
        </p>
      </header>
      {entry.error ? (
        <Alert color="red" role="alert" mb="md">
          {t('failed', { reason: reasonOf(entry.error) })}
        </Alert>
      ) : null}
      {personas === undefined ? (
        <PageSkeleton />
      ) : personas.length === 0 ? (
        <Text>{t('empty')}</Text>
      ) : (
        <>
          <Seats personas={personas} busy={entry.isPending} take={entry.mutate} />
          <p className={classes.demo}>{t('demo')}</p>
        </>
      )}
    </div>
  )
}

type SeatsProps = {
  readonly personas: readonly Person[]
  readonly busy: boolean
  readonly take: (persona: string) => void
}

function Seats(seats: SeatsProps) {
  const t = useMessages(sessionMessages)
  const say = useLocalized()
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('group')}</th>
          {initiative().parties.map((party) => (
            <th key={party} scope="col">
              <PartyName party={party} />
            </th>
          ))}
          <th scope="col">{t('panel')}</th>
        </tr>
      </thead>
      <tbody>
        {initiative().groups.map((group, at) => (
          <SeatRow key={group} group={group} {...seats}>
            <span className={classes.number}>{at + 1}</span>
            {say(initiative().group(group).name)}
          </SeatRow>
        ))}
      </tbody>
      <tbody>
        <SeatRow group={null} {...seats}>
          {t('above')}
        </SeatRow>
      </tbody>
    </table>
  )
}

/** The seats of a group, or of those above the groups: each party's, then those of neither. */
function SeatRow({
  group,
  personas,
  busy,
  take,
  children,
}: SeatsProps & { readonly group: Group | null; readonly children: ReactNode }) {
  const seatsOf = (of: Party | null) => (
    <span className={classes.seats}>
      {personas
        .filter((person) => person.party === of && person.group === group)
        .map((person) => (
          <Seat key={person.id} person={person} disabled={busy} onTake={() => take(person.id)} />
        ))}
    </span>
  )
  return (
    <tr>
      <th scope="row" className={classes.group}>
        {children}
      </th>
      {initiative().parties.map((party) => (
        <td key={party}>
          <span className={classes.side} aria-hidden>
            <PartyMark party={party} />
          </span>
          {seatsOf(party)}
        </td>
      ))}
      <td>
        <span className={classes.side} aria-hidden />
        {seatsOf(null)}
      </td>
    </tr>
  )
}

function PartyName({ party }: { readonly party: Party }) {
  const say = useLocalized()
  return (
    <span className={classes.party}>
      <PartyMark party={party} />
      {say(initiative().party(party).name)}
    </span>
  )
}

function Seat({
  person,
  disabled,
  onTake,
}: {
  readonly person: Person
  readonly disabled: boolean
  readonly onTake: () => void
}) {
  const t = useMessages(sessionMessages)
  const say = useLocalized()
  const language = useLanguage()
  const group = person.group === null || person.role === 'panelist' ? null : initiative().group(person.group).name
  const seat =
    group === null
      ? say(person.name)
      : language === 'ja'
        ? `${say(person.name)}（${say(group)}）`
        : `${say(person.name)}, ${say(group)}`
  return (
    <UnstyledButton
      className={classes.seat}
      aria-label={t('takeSeat', { seat })}
      data-persona={person.id}
      disabled={disabled}
      onClick={onTake}
    >
      {person.party === null ? <PersonMark person={person} /> : null}
      {say(roles[person.role].name)}
    </UnstyledButton>
  )
}
