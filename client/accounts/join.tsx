/** Where the link of an invitation leads: its seat, one's name, and what one signs in with from now on. */
import { Button, Divider, Stack, TextInput, Title } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { z } from 'zod'
import { acceptInvitation, joinWithPassword, readInvitation } from '#shared/api/accounts.ts'
import { ApiError, call } from '#client/api/call.ts'
import { definitionQuery, queryClient, sessionQuery } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { formatDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Failure, PageSkeleton } from '#client/ui/page-state.tsx'
import { accountMessages } from './account-messages.ts'
import classes from './accounts.module.css'
import { entered } from './entered.ts'
import { lastDayBefore } from './days.ts'
import { NotDone } from './not-done.tsx'
import { hasPasskeys, joinWithNewPasskey, PasskeyNotUsed } from './passkey.ts'
import { PasswordForm, type NameAndPassword } from './password-form.tsx'

export function JoinPage() {
  // From behind the # of the address, which no server is ever sent.
  const [token] = useState(() => location.hash.slice(1))
  const t = useMessages(accountMessages)
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call(readInvitation, { body: { token } }, signal),
  })
  const { data: name } = useQuery({ queryKey: ['invitation', 'reader'], queryFn: readersName, staleTime: 0 })
  const [isSomeoneElse, setSomeoneElse] = useState(false)
  const gone = error instanceof ApiError && (error.status === 404 || error.status === 422)
  return (
    <div className={classes.narrow}>
      <title>{`${t('joinTitle')} · Alternat`}</title>
      <Title order={1}>{t('joinTitle')}</Title>
      {gone ? <p className={classes.what}>{t('joinGone')}</p> : null}
      {error && !gone ? <Failure error={error} retry={() => void refetch()} /> : null}
      {data ? <Invitation invitation={data} /> : null}
      {data && typeof name === 'string' && !isSomeoneElse ? (
        <TakeBeside token={token} name={name} onSomeoneElse={() => setSomeoneElse(true)} />
      ) : null}
      {data && (name === null || isSomeoneElse) ? <JoinForm token={token} /> : null}
      {(data === undefined || name === undefined) && !error ? <PageSkeleton /> : null}
    </div>
  )
}

/** The name of whoever is signed in; null if nobody is. */
async function readersName(): Promise<string | null> {
  // A session names parties and groups: it is read once it is known which there are.
  if ((await queryClient.ensureQueryData(definitionQuery)) === null) return null
  return (await queryClient.ensureQueryData(sessionQuery))?.user.name ?? null
}

type Invited = z.infer<(typeof readInvitation)['response']>

function Invitation({ invitation: { seat, until } }: { readonly invitation: Invited }) {
  const t = useMessages(accountMessages)
  const say = useLocalized()
  const language = useLanguage()
  return (
    <p className={classes.what}>
      {t('joinWhat', { seat: say(seat) })}
      {until === null ? null : ` ${t('joinUntil', { day: formatDay(lastDayBefore(until), language) })}`}
    </p>
  )
}

/** For someone who has an account here: the seat comes beside those that they hold. */
function TakeBeside({
  token,
  name,
  onSomeoneElse,
}: {
  readonly token: string
  readonly name: string
  readonly onSomeoneElse: () => void
}) {
  const t = useMessages(accountMessages)
  const reasonOf = useReason()
  const router = useRouter()
  const taking = useMutation({
    mutationFn: async () => {
      await call(acceptInvitation, { body: { token } })
      await entered()
    },
    onSuccess: () => {
      router.history.replace('/')
    },
  })
  const reason = (error: Error) => {
    if (error instanceof ApiError && error.status === 404) return t('joinGone')
    return error instanceof ApiError && error.status === 409 ? t('otherSide') : reasonOf(error)
  }
  return (
    <Stack>
      <NotDone error={taking.error} reason={reason} />
      <div>
        <Button fullWidth loading={taking.isPending} onClick={() => taking.mutate()}>
          {t('takeBeside', { name })}
        </Button>
        <p className={classes.hint}>{t('takeBesideHint')}</p>
      </div>
      <Button variant="default" onClick={onSomeoneElse}>
        {t('someoneElse')}
      </Button>
    </Stack>
  )
}

function JoinForm({ token }: { readonly token: string }) {
  const t = useMessages(accountMessages)
  const reasonOf = useReason()
  const router = useRouter()
  const [name, setName] = useState('')
  const [nameless, setNameless] = useState(false)
  const joining = useMutation({
    mutationFn: async (way: 'passkey' | NameAndPassword) => {
      if (way === 'passkey') await joinWithNewPasskey(token, name)
      else await call(joinWithPassword, { body: { token, name, ...way } })
      await entered()
    },
    onSuccess: () => {
      router.history.replace('/')
    },
  })
  const join = (way: 'passkey' | NameAndPassword) => {
    setNameless(name.trim() === '')
    if (name.trim() !== '') joining.mutate(way)
  }
  const reason = (error: Error) => {
    if (error instanceof PasskeyNotUsed) return t('passkeyFailed')
    if (error instanceof ApiError && error.status === 404) return t('joinGone')
    return error instanceof ApiError && error.status === 409 ? t('taken') : reasonOf(error)
  }
  return (
    <Stack>
      <NotDone error={joining.error} reason={reason} />
      <TextInput
        label={t('name')}
        description={t('nameHint')}
        autoComplete="name"
        data-autofocus
        value={name}
        maxLength={80}
        error={nameless && name.trim() === '' ? t('incomplete') : null}
        onChange={({ currentTarget: { value } }) => setName(value)}
      />
      {hasPasskeys() ? (
        <>
          <div>
            <Button
              fullWidth
              leftSection={<IconFingerprint size={18} stroke={1.5} />}
              loading={joining.isPending}
              onClick={() => join('passkey')}
            >
              {t('makePasskey')}
            </Button>
            <p className={classes.hint}>{t('passkeyHint')}</p>
          </div>
          <Divider label={t('or')} />
        </>
      ) : null}
      <PasswordForm isNew busy={joining.isPending} onSubmit={join} />
    </Stack>
  )
}
