/** Who reads a thread, as a sign and words: the private one must be unmistakable. */
import { Button, type ButtonProps } from '@mantine/core'
import { IconLock, IconSchool, IconUsers, type Icon } from '@tabler/icons-react'
import type { CSSProperties, ReactNode } from 'react'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import type { Audience } from '#shared/domain/permissions.ts'
import type { Language } from '#shared/domain/languages.ts'
import { useLanguage, useMessages, type Translate } from '#client/i18n/messages.ts'
import { threadMessages } from './messages.ts'
import classes from './threads.module.css'
import { partyColour } from '#client/lib/party-colour.ts'

export const audienceIcons = { joint: IconUsers, delegation: IconLock, panel: IconSchool } satisfies Record<
  Audience,
  Icon
>

/** What is private to a delegation wears that delegation's colour. */
export const audienceColour = (audience: Audience, party: Party | null): CSSProperties =>
  audience === 'delegation' && party !== null ? { '--mark': partyColour(party) } : {}

type T = Translate<(typeof threadMessages)['source']>

const partyWord = (party: Party | null, language: Language) =>
  party === null ? '' : language === 'en' ? initiative().party(party).prefix : initiative().party(party).name.ja

/** What an audience is called. */
export function audienceLabel(t: T, audience: Audience, party: Party | null, language: Language): string {
  if (audience === 'joint') return t('audienceJoint')
  if (audience === 'panel') return t('audiencePanel')
  return t('audiencePrivate', { party: partyWord(party, language) })
}

/** Who exactly reads what is written for an audience. */
export function audienceHint(t: T, audience: Audience, party: Party | null, language: Language): string {
  if (audience === 'joint') return t('hintJoint')
  if (audience === 'panel') return t('hintPanel')
  return t('hintPrivate', { party: partyWord(party, language) })
}

/** Sends to an audience: it says to whom, in that audience's colour. */
export function SendButton({
  audience,
  party,
  children,
  ...button
}: {
  readonly audience: Audience
  readonly party: Party | null
  readonly onClick: () => void
  /** Other words than the usual ones. */
  readonly children?: ReactNode
} & Pick<ButtonProps, 'size' | 'disabled' | 'loading'>) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const Sign = audienceIcons[audience]
  const words = {
    joint: t('sendJoint'),
    panel: t('sendPanel'),
    delegation: t('sendPrivate', { party: partyWord(party, language) }),
  }
  return (
    <Button
      {...button}
      className={classes.send}
      data-audience={audience}
      style={audienceColour(audience, party)}
      leftSection={<Sign size={14} stroke={1.75} aria-hidden />}
    >
      {children ?? words[audience]}
    </Button>
  )
}

export function AudienceBadge({ audience, party }: { readonly audience: Audience; readonly party: Party | null }) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const Sign = audienceIcons[audience]
  return (
    <span
      className={classes.audience}
      data-audience={audience}
      style={audienceColour(audience, party)}
      title={audienceHint(t, audience, party, language)}
    >
      <Sign size={13} stroke={1.75} aria-hidden />
      {audienceLabel(t, audience, party, language)}
    </span>
  )
}
