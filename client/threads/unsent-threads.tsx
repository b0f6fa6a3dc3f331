/** Comments that were begun and not sent: each is offered again in the margin, where it was typed, by a card of its own. */
import { Button, Group } from '@mantine/core'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { Anchor } from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { isKeyOf } from '#shared/domain/languages.ts'
import { audiences, type Audience } from '#shared/domain/permissions.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { unsentOf } from '#client/session/unsent-store.ts'
import { deviceStorage } from '#client/lib/storage.ts'
import { audienceColour, AudienceBadge } from './audience.tsx'
import { threadMessages } from './messages.ts'
import classes from './threads.module.css'

/** What a comment is being written about: a passage and its words, line by line; null for the whole document. */
export type Composing = { readonly anchor: TextAnchor | null; readonly words: string | null }

export type Draft = { readonly audience: Audience; readonly body: string; readonly proposal: string | null }

export type UnsentThread = Composing & { readonly place: string; readonly draft: Draft }

const placeOf = (document: string, { anchor }: Composing) =>
  `thread.${document}.${anchor === null ? '' : anchor.start + anchor.end}`

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

function readKept(place: string, kept: unknown): UnsentThread | null {
  const { anchor, words, audience, body, proposal } = asRecord(kept)
  const about = Anchor.nullable().safeParse(anchor)
  if (!about.success || !isKeyOf(audiences, audience) || typeof body !== 'string') return null
  return {
    place,
    anchor: about.data,
    words: typeof words === 'string' ? words : null,
    draft: { audience, body, proposal: typeof proposal === 'string' ? proposal : null },
  }
}

export type UnsentThreads = {
  readonly all: readonly UnsentThread[]
  readonly at: (about: Composing) => UnsentThread | null
  /** Remembers a draft; an empty one is forgotten. */
  readonly keep: (about: Composing, draft: Draft) => void
  readonly forget: (about: Composing) => void
}

/** What this person began to write about a document. */
export function useUnsentThreads(document: string, actor: Actor): UnsentThreads {
  const unsent = useMemo(() => unsentOf(actor.user), [actor.user])
  const start = `thread.${document}.`
  // Which there are, not what they say: typing in one draws nothing else anew.
  const places = useSyncExternalStore(deviceStorage.subscribe, () => unsent.places(start).join('\n'))
  const at = useCallback(
    (about: Composing) => {
      const place = placeOf(document, about)
      return readKept(place, unsent.get(place))
    },
    [document, unsent],
  )
  const keep = useCallback(
    ({ anchor, words }: Composing, draft: Draft) => {
      const place = placeOf(document, { anchor, words })
      const empty = draft.body.trim() === '' && (draft.proposal === null || draft.proposal === words)
      if (empty) unsent.forget(place)
      else unsent.keep(place, { anchor, words, ...draft })
    },
    [document, unsent],
  )
  const forget = useCallback((about: Composing) => unsent.forget(placeOf(document, about)), [document, unsent])
  const all = places
    .split('\n')
    .filter((place) => place !== '')
    .flatMap((place) => readKept(place, unsent.get(place)) ?? [])
  return { all, at, keep, forget }
}

export function UnsentCard({
  unsent: { draft, words },
  actor,
  onContinue,
  onDiscard,
}: {
  readonly unsent: UnsentThread
  readonly actor: Actor
  readonly onContinue: () => void
  readonly onDiscard: () => void
}) {
  const t = useMessages(threadMessages)
  return (
    <section
      className={classes.card}
      data-audience={draft.audience}
      style={audienceColour(draft.audience, actor.party)}
      aria-label={t('unsent')}
    >
      <header className={classes.head}>
        <AudienceBadge audience={draft.audience} party={actor.party} />
        <span className={classes.meta}>{t('unsent')}</span>
      </header>
      {words === null ? (
        <p className={classes.quote}>{t('wholeDocument')}</p>
      ) : (
        <blockquote className={classes.quote}>{words}</blockquote>
      )}
      <p className={classes.body} data-clamped="true">
        {draft.body.trim() === '' ? draft.proposal : draft.body}
      </p>
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={onDiscard}>
          {t('discard')}
        </Button>
        <Button size="compact-sm" onClick={onContinue}>
          {t('continue')}
        </Button>
      </Group>
    </section>
  )
}
