/** What others did to an open document as a whole, told at once above the paper; and what was written while the reader was away. */
import { Button, Group } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { useCallback, useState } from 'react'
import type { ServerEvent } from '#shared/api/events.ts'
import { useServerEvent } from '#client/api/events.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { noticeMessages } from './notices-messages.ts'
import type { Missed } from './reading.ts'
import { Said } from './said.tsx'

type Notice = Extract<ServerEvent, { type: 'snapshot' | 'restored' }>

export function Notices({
  document,
  me,
  missed,
  onSeen,
  onShow,
}: {
  readonly document: string
  readonly me: string
  readonly missed: Missed | null
  /** The reader has looked at what they missed, or does not want to. */
  readonly onSeen: () => void
  /** Shows what changed behind that step of the history; null where the history is not the reader's to see. */
  readonly onShow: ((after: number) => void) | null
}) {
  const t = useMessages(noticeMessages)
  const say = useLocalized()
  const language = useLanguage()
  const [notice, setNotice] = useState<Notice | null>(null)
  const hear = useCallback(
    (event: ServerEvent) => {
      if (event.type !== 'snapshot' && event.type !== 'restored') return
      if (event.document === document && event.by.id !== me) setNotice(event)
    },
    [document, me],
  )
  useServerEvent(hear)
  const after = notice?.type === 'restored' ? notice.after : (missed?.after ?? null)
  const show = () => {
    if (onShow === null || after === null) return
    setNotice(null)
    onSeen()
    onShow(after)
  }
  useWindowEvent('keydown', (event) => {
    if (!event.altKey || !(event.ctrlKey || event.metaKey) || event.code !== 'KeyJ' || after === null) return
    event.preventDefault()
    show()
  })
  const told = (one: Notice): string => {
    const name = say(one.by.name)
    if (one.type === 'snapshot') return t('taken', { name, label: one.label })
    return one.label === null ? t('restoredOther', { name }) : t('restored', { name, label: one.label })
  }
  const button =
    onShow === null ? null : (
      <Group gap="xs" mt={6}>
        <Button size="compact-sm" variant="default" onClick={show}>
          {t('show')}
        </Button>
        <kbd>{t('showKey')}</kbd>
      </Group>
    )
  const names = missed?.by.map((person) => say(person.name)).join(language === 'ja' ? '、' : ', ') ?? ''
  return (
    <>
      {notice === null ? null : (
        <Said onClose={() => setNotice(null)}>
          <Verbatim>{told(notice)}</Verbatim>
          {notice.type === 'restored' ? button : null}
        </Said>
      )}
      {missed === null || notice?.type === 'restored' ? null : (
        <Said onClose={onSeen}>
          {t('missed', { when: formatInCapitals(missed.since, language, { withDay: true }), names })}
          {button}
        </Said>
      )}
    </>
  )
}
