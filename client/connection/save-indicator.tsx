/** The state of my words: always in the top bar, always true. Where text was not accepted, it is here to be copied. */
import { Button, CopyButton, Group, Popover, Stack, Text, Textarea, UnstyledButton } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconEye,
  IconPlugConnectedX,
  IconRefresh,
} from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { DocumentConnection } from './connection.ts'
import { reloadDocument, useSaveState } from './shared.ts'
import { isFinal, type SaveState } from './state.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { forgetSession } from '#client/session/session.ts'
import { formatTime } from '#client/i18n/dates.ts'
import { useLanguage, useMessages, type Translate } from '#client/i18n/messages.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { Reconnecting } from '#client/ui/reconnecting.tsx'
import shapes from '#client/ui/shapes.module.css'
import classes from '#client/ui/indicator.module.css'

type T = Translate<(typeof uiMessages)['source']>

/**
 * Without a connection, what `Reconnecting` says. `explained`: the page itself says what became of the text. `reading`: what is said
 * to those who have no words to be saved, as long as all is well.
 */
export function SaveIndicator({
  connection,
  explained = false,
  reading = null,
}: {
  readonly connection: DocumentConnection | null
  readonly reading?: string | null
  readonly explained?: boolean
}) {
  const state = useSaveState(connection)
  const t = useMessages(uiMessages)
  const language = useLanguage()
  const [opened, setOpened] = useState(false)
  const ended = state !== null && isFinal(state)
  useEffect(() => setOpened(ended), [ended])
  if (connection === null || state === null) return <Reconnecting />
  const reads = reading !== null && state.name === 'saved'
  const label = reads ? reading : labelOf(state, t, (at) => formatTime(at, language))
  const short = shortOf(state, t)
  const face = (
    <>
      {reads ? <IconEye size={16} stroke={1.5} aria-hidden /> : <StateIcon state={state} />}
      <span className={classes.label} data-short={short !== null}>
        {label}
      </span>
      {short === null ? null : <span className={classes.short}>{short}</span>}
    </>
  )
  const detail = explained ? null : detailOf(state, t)
  return (
    <>
      <span className={shapes.hidden} role="status">
        {state.name === 'saving' || state.name === 'saved' ? '' : label}
      </span>
      {detail === null ? (
        <span className={classes.indicator} data-save-state={state.name} data-tone={toneOf(state)} title={label}>
          {face}
        </span>
      ) : (
        <Popover opened={opened} onChange={setOpened} width={360} position="bottom-end" trapFocus={ended} withArrow>
          <Popover.Target>
            <UnstyledButton
              className={classes.indicator}
              data-save-state={state.name}
              data-tone={toneOf(state)}
              aria-label={label}
              onClick={() => setOpened(!opened)}
            >
              {face}
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown>
            <Stack gap="sm">
              <div>
                <Text fw={600}>{detail.title}</Text>
                <Text size="sm">{detail.body}</Text>
              </div>
              {ended ? <Recovery state={state} id={connection.id} /> : null}
            </Stack>
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  )
}

/** What I wrote and the server did not take, to be copied, and the way on to a text that can be written in. */
export function Recovery({
  state,
  id,
  children,
}: {
  readonly state: SaveState
  readonly id: string
  /** More that can be done. */
  readonly children?: ReactNode
}) {
  const t = useMessages(uiMessages)
  const router = useRouter()
  const [taken, setTaken] = useState(false)
  const [asking, setAsking] = useState(false)
  const text = 'text' in state ? state.text : ''
  const atStake = text !== '' && !taken
  const signedOut = 'code' in state && state.code === closeCode.unauthenticated
  const goOn = async () => {
    if (state.name === 'outdated') location.reload()
    else if (signedOut) {
      const next = router.state.location.href
      // At once: what the sign-in itself asks for must not be forgotten with the rest.
      void router.navigate({ to: '/sign-in', search: { next }, ignoreBlocker: true })
      forgetSession()
    } else {
      await queryClient.invalidateQueries({ queryKey: queryKeys.document(id) })
      reloadDocument(id)
    }
  }
  const wayOn = state.name === 'outdated' ? 'reloadPage' : signedOut ? 'signInAgain' : 'openCurrent'
  return (
    <>
      {text === '' ? null : (
        <Textarea
          label={t('keptText')}
          description={t('keptTextHint')}
          value={text}
          readOnly
          autosize
          maxRows={8}
          data-autofocus
        />
      )}
      {asking ? (
        <DiscardQuestion onDiscard={goOn} onCancel={() => setAsking(false)} />
      ) : (
        <Group gap="xs">
          {text === '' ? null : (
            <CopyButton value={text}>
              {({ copied, copy }) => (
                <Button
                  variant={taken ? 'default' : 'filled'}
                  size="xs"
                  onClick={() => {
                    copy()
                    setTaken(true)
                  }}
                >
                  {t(copied ? 'copied' : 'copy')}
                </Button>
              )}
            </CopyButton>
          )}
          <Button
            variant={atStake ? 'default' : 'filled'}
            size="xs"
            // Before the page is loaded again the browser itself asks.
            onClick={() => (atStake && state.name !== 'outdated' ? setAsking(true) : void goOn())}
          >
            {t(wayOn)}
          </Button>
          {children}
        </Group>
      )}
    </>
  )
}

function DiscardQuestion({
  onDiscard,
  onCancel,
}: {
  readonly onDiscard: () => Promise<void>
  readonly onCancel: () => void
}) {
  const t = useMessages(uiMessages)
  const cancel = useRef<HTMLButtonElement>(null)
  // The button that asked is gone: without this the keyboard would start again at the top of the page.
  useEffect(() => cancel.current?.focus(), [])
  return (
    <>
      <Text size="sm" role="alert">
        {t('discardQuestion')}
      </Text>
      <Group gap="xs">
        <Button size="xs" ref={cancel} onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button size="xs" variant="default" onClick={() => void onDiscard()}>
          {t('discard')}
        </Button>
      </Group>
    </>
  )
}

function StateIcon({ state }: { readonly state: SaveState }) {
  const attributes = { size: 16, stroke: 1.5, 'aria-hidden': true }
  switch (state.name) {
    case 'loading':
    case 'reconnecting':
      return <IconRefresh {...attributes} />
    case 'saving':
      return <IconCloudUp {...attributes} />
    case 'saved':
      return <IconCloudCheck {...attributes} />
    case 'offline':
      return <IconCloudOff {...attributes} />
    case 'refused':
    case 'replaced':
    case 'outdated':
      return <IconAlertTriangle {...attributes} />
    case 'closed':
      return <IconPlugConnectedX {...attributes} />
  }
}

function toneOf(state: SaveState): 'calm' | 'care' | 'alarm' {
  switch (state.name) {
    case 'loading':
    case 'saving':
    case 'saved':
      return 'calm'
    case 'offline':
    case 'reconnecting':
      return 'care'
    case 'refused':
    case 'replaced':
    case 'outdated':
    case 'closed':
      return 'alarm'
  }
}

function labelOf(state: SaveState, t: T, time: (at: number) => string): string {
  switch (state.name) {
    case 'loading':
      return t(state.failing ? 'reconnecting' : 'loading')
    case 'saving':
      return t('saving')
    case 'saved':
      return t('saved', { time: time(state.at) })
    case 'offline':
      if (state.changes === 0) return t(state.unavailable ? 'unavailableNothing' : 'offlineNothing')
      return t(state.unavailable ? 'unavailable' : 'offline', { count: state.changes })
    case 'reconnecting':
      return t('reconnecting')
    case 'refused':
      return t(state.text === '' ? 'refusedNothing' : 'refused')
    case 'replaced':
      return t(state.text === '' ? 'replacedTitle' : 'refused')
    case 'outdated':
      return t(state.text === '' ? 'outdatedTitle' : 'refused')
    case 'closed':
      return t('ended')
  }
}

/** What is said where there is no room for all of it, or null if the label is short itself. */
function shortOf(state: SaveState, t: T): string | null {
  switch (state.name) {
    case 'offline':
      return state.changes > 0 && !state.unavailable ? t('offlineShort', { count: state.changes }) : null
    case 'refused':
    case 'replaced':
    case 'outdated':
      return state.text === '' ? null : t('refusedShort')
    default:
      return null
  }
}

function detailOf(state: SaveState, t: T): { title: string; body: string } | null {
  switch (state.name) {
    case 'loading':
      return state.failing ? { title: t('reconnecting'), body: t('errorUnreachable') } : null
    case 'saving':
    case 'saved':
      return null
    case 'offline':
    case 'reconnecting': {
      const { changes, unavailable } = state
      const title = labelOf(state, t, String)
      if (changes === 0) return { title, body: t(unavailable ? 'unavailableNothingDetail' : 'offlineNothingDetail') }
      return { title, body: t(unavailable ? 'unavailableDetail' : 'offlineDetail', { count: changes }) }
    }
    case 'refused':
      return {
        title: t(state.code === closeCode.unauthenticated ? 'endedSignedOut' : 'refusedTitle'),
        body: refusedBecause(state.code, t),
      }
    case 'replaced':
      return { title: t('replacedTitle'), body: t('replacedDetail') }
    case 'outdated':
      return { title: t('outdatedTitle'), body: t('outdatedDetail') }
    case 'closed':
      return { title: t('endedTitle'), body: endedBecause(state.code, t) }
  }
}

function refusedBecause(code: number, t: T): string {
  if (code === closeCode.unauthenticated) return t('refusedSignedOut')
  return t(code === closeCode.forbidden ? 'refusedForbidden' : 'refusedOther')
}

function endedBecause(code: number, t: T): string {
  if (code === closeCode.unauthenticated) return t('endedSignedOut')
  if (code === closeCode.forbidden) return t('endedForbidden')
  if (code === closeCode.notFound) return t('endedMissing')
  return t('endedOther')
}
