/** The way in for people who have an account. */
import { Button, Divider, Stack, Title } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { signInWithPassword } from '#shared/api/accounts.ts'
import { ApiError, call } from '#client/api/call.ts'
import { useReason } from '#client/api/reason.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { accountMessages } from './account-messages.ts'
import classes from './accounts.module.css'
import { entered } from './entered.ts'
import { NotDone } from './not-done.tsx'
import { enterWithPasskey, hasPasskeys, PasskeyNotUsed } from './passkey.ts'
import { PasswordForm, type NameAndPassword } from './password-form.tsx'

/** `next` is the address to go to once signed in. */
export function AccountSignIn({ next }: { readonly next: string | undefined }) {
  const t = useMessages(accountMessages)
  const reasonOf = useReason()
  const router = useRouter()
  const entry = useMutation({
    mutationFn: async (way: 'passkey' | NameAndPassword) => {
      if (way === 'passkey') await enterWithPasskey()
      else await call(signInWithPassword, { body: way })
      await entered()
    },
    onSuccess: () => {
      router.history.push(next ?? '/')
    },
  })
  const reason = (error: Error) => {
    if (error instanceof PasskeyNotUsed) return t('passkeyFailed')
    return error instanceof ApiError && error.status === 403 ? t('wrong') : reasonOf(error)
  }
  return (
    <div className={classes.narrow}>
      <title>{`${t('signInTitle')} · Alternat`}</title>
      <Title order={1}>{t('signInTitle')}</Title>
      <p className={classes.what}>{t('noAccount')}</p>
      <Stack>
        <NotDone error={entry.error} reason={reason} />
        {hasPasskeys() ? (
          <>
            <Button
              leftSection={<IconFingerprint size={18} stroke={1.5} />}
              loading={entry.isPending}
              onClick={() => entry.mutate('passkey')}
            >
              {t('withPasskey')}
            </Button>
            <Divider label={t('or')} />
          </>
        ) : null}
        <PasswordForm isNew={false} busy={entry.isPending} onSubmit={entry.mutate} />
      </Stack>
    </div>
  )
}
