/** Where one is signed in. */
import { Button, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { listDevices, signOutDevice } from '#shared/api/accounts.ts'
import { call } from '#client/api/call.ts'
import { queryClient } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { Failure, PageSkeleton } from '#client/ui/page-state.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { accountMessages } from './account-messages.ts'
import classes from './accounts.module.css'
import { NotDone } from './not-done.tsx'

const devicesKey = ['devices']

/** Browser and system, as far as a browser says; null if it says neither. */
function nameOf(description: string): string | null {
  const browser = /(Edg|Firefox|Chrome|Safari)(?=\/)/.exec(description)?.[0].replace('Edg', 'Edge')
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(description)?.[0].replace('Mac OS X', 'macOS')
  return [browser, system].filter((part) => part !== undefined).join(', ') || null
}

export function DevicesPage() {
  const t = useMessages(accountMessages)
  const language = useLanguage()
  const reasonOf = useReason()
  const { data, error, refetch } = useQuery({
    queryKey: devicesKey,
    queryFn: ({ signal }) => call(listDevices, {}, signal),
  })
  const ending = useMutation({
    mutationFn: async (id: string) => void (await call(signOutDevice, { params: { id } })),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: devicesKey }),
  })
  return (
    <div className={classes.page}>
      <title>{`${t('devices')} · Alternat`}</title>
      <Trail here={t('devices')} />
      <Title order={1}>{t('devices')}</Title>
      <p className={classes.what}>{t('devicesWhat')}</p>
      <NotDone error={ending.error} reason={(problem) => t('failed', { reason: reasonOf(problem) })} />
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {data === undefined && !error ? <PageSkeleton /> : null}
      <ul className={classes.list}>
        {data?.devices.map(({ id, description, signedInAt, here }) => (
          <li key={id} className={classes.row}>
            <span className={classes.seat}>{nameOf(description) ?? t('unknownDevice')}</span>
            <span className={classes.holder}>{t('signedInAt', { time: formatInstant(signedInAt, language) })}</span>
            {here ? (
              <span className={classes.dim}>{t('here')}</span>
            ) : (
              <Button variant="subtle" size="compact-sm" onClick={() => ending.mutate(id)}>
                {t('signOut')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
