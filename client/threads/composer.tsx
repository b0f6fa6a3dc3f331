/** Starting a thread: for whom, what, and perhaps how the passage should read instead. */
import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { Audience } from '#shared/domain/permissions.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { runTogether } from './apply.ts'
import { audienceColour, audienceHint, audienceIcons, audienceLabel, SendButton } from './audience.tsx'
import { Choice } from './choice.tsx'
import { threadMessages } from './messages.ts'
import type { Words } from './mutations.ts'
import { mentionsIn } from './people.ts'
import type { Draft } from './unsent-threads.tsx'
import { WordsInput } from './words-input.tsx'
import classes from './threads.module.css'

/** What the composer starts with. `last`: the audience that was chosen last in this document. */
export const emptyDraft = (audiences: readonly Audience[], last: Audience): Draft => ({
  audience: audiences.includes(last) ? last : (audiences[0] ?? 'joint'),
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
  onTyped,
  onAudience,
  onSend,
  onCancel,
  onDiscard,
}: {
  readonly actor: Actor
  readonly audiences: readonly Audience[]
  readonly draft: Draft
  /** The selected words, line by line; null for a comment on the whole document. */
  readonly quote: string | null
  /** Those who may read a thread of that audience, apart from me. */
  readonly readersOf: (audience: Audience) => readonly Person[]
  readonly error: string | null
  /** Told what it holds, at first and whenever that changes. */
  readonly onTyped: (draft: Draft) => void
  /** An audience was chosen. */
  readonly onAudience: (audience: Audience) => void
  readonly onSend: (audience: Audience, words: Words) => void
  /** Closes it; what was typed is offered again. */
  readonly onCancel: () => void
  /** Closes it and throws away what was typed. */
  readonly onDiscard: () => void
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const [draft, setDraft] = useState(given)
  /** What takes the place of the button that goes with its click, and the focus with it. */
  const next = useRef<'wording' | 'add' | null>(null)
  const wordingField = useCallback((field: HTMLTextAreaElement | null) => {
    if (next.current === 'wording') field?.focus()
  }, [])
  const addButton = useCallback((button: HTMLButtonElement | null) => {
    if (next.current === 'add') button?.focus()
  }, [])
  useEffect(() => onTyped(draft), [draft, onTyped])
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
      <Choice
        label={t('audience')}
        value={draft.audience}
        options={audiences}
        onChange={(audience) => {
          setDraft({ ...draft, audience })
          onAudience(audience)
        }}
        attributesOf={(audience) => ({
          'data-audience': audience,
          style: audienceColour(audience, actor.party),
        })}
      >
        {(audience) => {
          const Sign = audienceIcons[audience]
          return (
            <>
              <Sign size={14} stroke={1.5} aria-hidden />
              {audienceLabel(t, audience, actor.party, language)}
            </>
          )
        }}
      </Choice>
      <p className={classes.hint} data-audience={draft.audience}>
        {audienceHint(t, draft.audience, actor.party, language)}
      </p>
      {quote === null ? (
        <p className={classes.quote}>{t('wholeDocument')}</p>
      ) : (
        <blockquote className={classes.quote}>
          <Verbatim>{quote}</Verbatim>
        </blockquote>
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
            ref={addButton}
            onClick={() => {
              next.current = 'wording'
              setDraft({ ...draft, proposal: quote })
            }}
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
              ref={wordingField}
              value={draft.proposal}
              classNames={{ input: classes.wording ?? '' }}
              onChange={(event) => setDraft({ ...draft, proposal: event.currentTarget.value })}
            />
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              justify="flex-start"
              onClick={() => {
                next.current = 'add'
                setDraft({ ...draft, proposal: null })
              }}
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
          <Button size="compact-sm" fz={12} variant="default" onClick={onDiscard}>
            {t('cancel')}
          </Button>
          <SendButton
            size="compact-sm"
            audience={draft.audience}
            party={actor.party}
            disabled={!ready}
            onClick={send}
          />
        </Group>
      </Stack>
    </section>
  )
}
