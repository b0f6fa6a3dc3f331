/** What a page says when it cannot show what was asked for: loading, failed, not allowed, not found, or empty. */
import { Alert, Button, CloseButton, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconCloudOff, IconFileUnknown, IconLock, type Icon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { ApiError } from '#client/api/call.ts'
import { useReason } from '#client/api/reason.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from './messages.ts'
import classes from './page-state.module.css'

/** A page's whole content when something stands in the way, with a way on. */
export function PageMessage({
  icon: Sign,
  title,
  children,
  action,
}: {
  readonly icon: Icon
  readonly title: string
  readonly children: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className={classes.message}>
      <Sign size={32} stroke={1.25} aria-hidden className={classes.sign} />
      <Title order={1} size="h2">
        {title}
      </Title>
      <Text c="dimmed">{children}</Text>
      {action}
    </div>
  )
}

function BackToInitiative() {
  const t = useMessages(uiMessages)
  return (
    <Button variant="default" component={Link} to="/">
      {t('backToInitiative')}
    </Button>
  )
}

export function NotFound() {
  const t = useMessages(uiMessages)
  return (
    <PageMessage icon={IconFileUnknown} title={t('notFoundTitle')} action={<BackToInitiative />}>
      {t('notFoundDetail')}
    </PageMessage>
  )
}

/** The right message for a failed request; `retry` tries again where that can help. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const t = useMessages(uiMessages)
  const reasonOf = useReason()
  const status = error instanceof ApiError ? error.status : 0
  if (status === 404 || status === 400 || status === 422) return <NotFound />
  if (status === 403) {
    return (
      <PageMessage icon={IconLock} title={t('notAllowedTitle')} action={<BackToInitiative />}>
        {t('notAllowedDetail')}
      </PageMessage>
    )
  }
  const again = retry ? <Button onClick={retry}>{t('retry')}</Button> : <BackToInitiative />
  return (
    <PageMessage icon={IconCloudOff} title={t('errorTitle')} action={again}>
      {status === 0 ? t('errorUnreachable') : reasonOf(error)}
    </PageMessage>
  )
}

/** One line where a part of the page was to open and could not be fetched; all else on the page stays as it is. */
export function NotFetched({ again, onClose }: { readonly again: () => void; readonly onClose: () => void }) {
  const t = useMessages(uiMessages)
  return (
    <Alert role="alert" variant="outline" color="accent" className={classes.notFetched}>
      <div className={classes.line}>
        <span>{t('notFetched')}</span>
        <Button variant="subtle" size="compact-sm" onClick={again}>
          {t('retry')}
        </Button>
        <CloseButton aria-label={t('close')} onClick={onClose} />
      </div>
    </Alert>
  )
}

/** Shows its content only after 200 ms: what comes sooner needs no announcement. */
export function Delayed({ children, ms = 200 }: { readonly children: ReactNode; readonly ms?: number }) {
  const [due, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return due ? children : null
}

/** The shape of a page with a title, a sentence and rows. */
export function PageSkeleton({ rows = 6 }: { readonly rows?: number }) {
  const t = useMessages(uiMessages)
  return (
    <div aria-busy="true" aria-label={t('loading')} role="status">
      <Delayed>
        <Stack gap="md" pt="xl">
          <Skeleton height={32} width="min(360px, 70%)" />
          <Skeleton height={16} width="min(640px, 90%)" />
          <Stack gap="sm" mt="lg">
            {Array.from({ length: rows }, (_row, at) => (
              <Skeleton key={at} height={56} />
            ))}
          </Stack>
        </Stack>
      </Delayed>
    </div>
  )
}

/** A quiet line where a list has nothing in it. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return <p className={classes.nothing}>{children}</p>
}

const lineWidths = ['92%', '78%', '96%', '64%']

/** The shape of clauses in two columns while their text is on its way; `pair` is the class of what holds both columns. */
export function ClausesSkeleton({ pair }: { readonly pair: string | undefined }) {
  return [0, 1, 2].map((clause) => (
    <div key={clause} className={pair}>
      {[0, 1].map((side) => (
        <div key={side}>
          {lineWidths.map((width) => (
            <Skeleton key={width} height={13} width={width} mb={13} />
          ))}
        </div>
      ))}
    </div>
  ))
}
