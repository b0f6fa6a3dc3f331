/** Starting a thread: for whom, what, and perhaps how the passage should read instead. */
import { Button, Group, Stack, Textarea, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { Audience } from '#shared/domain/permissions.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { runTogether } from './apply.ts'
import { audienceColour, audienceHint, audienceIcons, audienceLabel } from './audience.tsx'
import { threadMessages } from './messages.ts'
import type { Words } from './mutations.ts'
import { mentionsIn } from './people.ts'
import { WordsInput } from './words-input.tsx'
import classes from './threads.module.css'

export type Draft = { readonly audience: Audience; readonly body: string; readonly proposal: string | null }

/** What the composer starts with: a panelist is asked for a wording, others may add one. */
export const emptyDraft = (audiences: readonly Audience[]): Draft => ({
  audience: audiences.includes('joint') ? 'joint' : (audiences[0] ?? 'joint'),
  body: '',
  proposal: null,
})

export function Composer({
  actor,
  audiences,
  draft: given,
  quote,
  readersOf,
  error,
  onSend,
  onCancel,
}: {
  readonly actor: Actor
  readonly audiences: readonly Audience[]
  readonly draft: Draft
  /** The selected words, line by line; null for a comment on the whole document. */
  readonly quote: string | null
  /** Those who may read a thread of that audience, apart from me. */
  readonly readersOf: (audience: Audience) => readonly Person[]
  readonly error: string | null
  readonly onSend: (audience: Audience, words: Words) => void
  readonly onCancel: () => void
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const [draft, setDraft] = useState(given)
  const people = readersOf(draft.audience)
  const wording = draft.proposal?.trim() ?? ''
  // What reads like the passage already proposes nothing.
  const proposal = wording === '' || runTogether(wording) === runTogether(quote ?? '') ? null : wording
  const ready = draft.body.trim() !== '' || proposal !== null
  const send = () => {
    if (!ready) return
    const body = draft.body.trim() || t('proposal')
    onSend(draft.audience, { body, proposal, mentions: mentionsIn(body, people) })
  }
  return (
    <section
      className={classes.card}
      data-audience={draft.audience}
      data-focused="true"
      style={audienceColour(draft.audience, actor.party)}
      aria-label={t('newThread')}
    >
      <div className={classes.choice} role="radiogroup" aria-label={t('audience')}>
        {audiences.map((audience) => {
          const Sign = audienceIcons[audience]
          return (
            <UnstyledButton
              key={audience}
              role="radio"
              aria-checked={draft.audience === audience}
              className={classes.option}
              data-audience={audience}
              style={audienceColour(audience, actor.party)}
              onClick={() => setDraft({ ...draft, audience })}
            >
              <Sign size={14} stroke={1.5} aria-hidden />
              {audienceLabel(t, audience, actor.party, language)}
            </UnstyledButton>
          )
        })}
      </div>
      <p className={classes.hint} data-audience={draft.audience}>
        {audienceHint(t, draft.audience, actor.party, language)}
      </p>
      {quote === null ? (
        <p className={classes.quote}>{t('wholeDocument')}</p>
      ) : (
        <blockquote className={classes.quote}>{quote}</blockquote>
      )}
      <Stack gap="xs">
        <WordsInput
          value={draft.body}
          label={t('newThread')}
          placeholder={t('placeholder')}
          people={people}
          atOnce
          onChange={(body) => setDraft({ ...draft, body })}
          onSend={send}
          onCancel={onCancel}
        />
        {quote === null ? null : draft.proposal === null ? (
          <Button
            variant="subtle"
            size="compact-sm"
            justify="flex-start"
            onClick={() => setDraft({ ...draft, proposal: quote })}
          >
            {t('addProposal')}
          </Button>
        ) : (
          <>
            <Textarea
              size="sm"
              label={t('proposal')}
              placeholder={t('proposalPlaceholder')}
              autosize
              minRows={2}
              maxRows={12}
              maxLength={10_000}
              value={draft.proposal}
              classNames={{ input: classes.wording ?? '' }}
              onChange={(event) => setDraft({ ...draft, proposal: event.currentTarget.value })}
            />
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              justify="flex-start"
              onClick={() => setDraft({ ...draft, proposal: null })}
            >
              {t('removeProposal')}
            </Button>
          </>
        )}
        {error === null ? null : (
          <p className={classes.error} role="alert">
            {error}
          </p>
        )}
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="default" onClick={onCancel}>
            {t('cancel')}
          </Button>
          <Button size="xs" disabled={!ready} onClick={send}>
            {t('send')}
          </Button>
        </Group>
      </Stack>
    </section>
  )
}
