/** A sign-in name and a password: those that one has, or those that one chooses. */
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { longestPassword, shortestPassword } from '#shared/api/accounts.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { accountMessages } from './account-messages.ts'

export type NameAndPassword = { readonly login: string; readonly password: string }

export function PasswordForm({
  isNew,
  busy,
  onSubmit,
}: {
  /** Whether they are being chosen: then what they must be like is said, and asked of them. */
  readonly isNew: boolean
  readonly busy: boolean
  readonly onSubmit: (entered: NameAndPassword) => void
}) {
  const t = useMessages(accountMessages)
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit({ login, password })
      }}
    >
      <Stack>
        <TextInput
          label={t('login')}
          autoComplete="username"
          autoCapitalize="none"
          required
          maxLength={64}
          value={login}
          onChange={({ currentTarget: { value } }) => setLogin(value)}
          {...(isNew ? { description: t('loginHint'), minLength: 3 } : {})}
        />
        <PasswordInput
          label={t('password')}
          autoComplete={isNew ? 'new-password' : 'current-password'}
          required
          maxLength={longestPassword}
          value={password}
          onChange={({ currentTarget: { value } }) => setPassword(value)}
          {...(isNew
            ? { description: t('passwordHint', { count: shortestPassword }), minLength: shortestPassword }
            : {})}
        />
        <Button type="submit" variant="default" loading={busy}>
          {t(isNew ? 'makePassword' : 'signIn')}
        </Button>
      </Stack>
    </form>
  )
}
