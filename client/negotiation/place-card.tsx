/** An open place in the margin: each party's alternative, where the others stand on it, and what one can do. */
import { ActionIcon, Box, Button, Group, Textarea } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { useState, type KeyboardEvent } from 'react'
import { TextSelection } from '@tiptap/pm/state'
import { initiative } from '#shared/domain/initiative.ts'
import { can } from '#shared/domain/permissions.ts'
import { awaits, type Alternative, type OpenPlace, type Standing } from '#shared/editor/changes/alternatives.ts'
import { placesIn } from '#client/editor/pending-view.ts'
import { useAsk } from '#client/editing/ask.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { formatInstant } from '#client/i18n/dates.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { partyColour } from '#client/lib/party-colour.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import { negotiationMessages } from './messages.ts'
import { latestIn, useAuthorOf, useNaming } from './naming.ts'
import type { Negotiating } from './negotiating.ts'
import { usePlaces, type Settling } from './queries.ts'
import classes from './negotiation.module.css'

const focusAtOnce = (element: HTMLElement | null) => element?.focus()

export function PlaceCard({ place: id, negotiating }: { readonly place: string; readonly negotiating: Negotiating }) {
  const t = useMessages(negotiationMessages)
  const { document, text, actor, editable } = useEditorSession()
  const { places, settling } = usePlaces(document.id, text)
  const { acts } = negotiating
  const at = places.findIndex(({ place }) => place === id)
  const place = places[at]
  const close = () => {
    negotiating.look(null)
    text.editor.view.focus()
  }
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return
    event.preventDefault()
    close()
  }
  const mayConsent = can(actor, 'document.consent', document)
  const name = place === undefined ? t('gone') : t('place', { number: at + 1 })
  return (
    <Box component="article" className={classes.card} aria-label={name} onKeyDown={leave} tabIndex={-1}>
      <header className={classes.head}>
        <strong>{name}</strong>
        <ActionIcon size={24} aria-label={t('previous')} title={t('previous')} onClick={() => negotiating.step(-1)}>
          <IconChevronUp size={16} stroke={1.5} />
        </ActionIcon>
        <ActionIcon size={24} aria-label={t('next')} title={t('next')} onClick={() => negotiating.step(1)}>
          <IconChevronDown size={16} stroke={1.5} />
        </ActionIcon>
        <ActionIcon size={24} aria-label={t('close')} title={t('close')} onClick={close}>
          <IconX size={16} stroke={1.5} />
        </ActionIcon>
      </header>
      {place?.alternatives.map((alternative) => (
        <AlternativeView
          key={alternative.party ?? ''}
          alternative={alternative}
          place={place}
          settling={settling}
          negotiating={negotiating}
          mayConsent={mayConsent && place.alternatives.length > 1}
        />
      ))}
      {acts.said === null ? null : (
        <p className={acts.said.failed ? classes.error : classes.said} role={acts.said.failed ? 'alert' : 'status'}>
          {acts.said.words}
        </p>
      )}
      {place === undefined ? null : (
        <PlaceTools
          place={place}
          settling={settling}
          negotiating={negotiating}
          editable={editable}
          chairs={mayConsent}
        />
      )}
    </Box>
  )
}

function AlternativeView({
  alternative,
  place,
  settling,
  negotiating,
  mayConsent,
}: {
  readonly alternative: Alternative
  readonly place: OpenPlace
  readonly settling: readonly Settling[]
  readonly negotiating: Negotiating
  readonly mayConsent: boolean
}) {
  const t = useMessages(negotiationMessages)
  const naming = useNaming()
  const language = useLanguage()
  const { document, actor } = useEditorSession()
  const authorOf = useAuthorOf(document.id)
  const { acts, declining, decline } = negotiating
  const [reason, setReason] = useState('')
  const [asking, setAsking] = useState(false)
  const { party, changes } = alternative
  const [first] = changes
  const { isParty } = initiative()
  const own = party !== null && party === actor.party
  const mayAct = can(actor, 'document.edit', document) && actor.party !== null
  const latest = latestIn(alternative)
  const choice = (changes.find(({ inserts }) => inserts !== '') ?? first).id
  const asked = settling.find((each) => each.place === place.place && each.change === choice)
  const asksReason = asking || (declining && !own && awaits(alternative, actor.party ?? ''))
  const stop = () => {
    setAsking(false)
    setReason('')
    decline(false)
  }
  return (
    <section
      className={classes.alternative}
      style={{ '--by': isParty(party) ? partyColour(party) : 'var(--ink-dim)' }}
      aria-label={naming.party(party)}
    >
      <p className={classes.byline}>
        {isParty(party) ? <PartyMark party={party} /> : <span>{naming.party(null)}</span>}
        <span>{authorOf(alternative)}</span>
        <time dateTime={new Date(latest).toISOString()}>{formatInstant(latest, language)}</time>
      </p>
      {changes.map((change) => (
        <Words key={change.id} change={change} place={place} />
      ))}
      {changes.every(({ inserts }) => inserts === '') ? <p className={classes.meta}>[{t('noWords')}]</p> : null}
      {naming.stances(alternative).map((stance) => (
        <p key={stance} className={classes.meta}>
          <Verbatim>{stance}</Verbatim>
        </p>
      ))}
      {asked ? <p className={classes.meta}>{t('settling', { parties: naming.parties(asked.consents) })}</p> : null}
      {asksReason ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void acts.decline(alternative, reason.trim()).then(stop)
          }}
        >
          <Textarea
            autosize
            minRows={2}
            maxRows={6}
            size="xs"
            ref={focusAtOnce}
            label={t('declineReason')}
            maxLength={2000}
            value={reason}
            onChange={({ currentTarget: { value } }) => setReason(value)}
          />
          <Group gap={6} mt={6}>
            <Button size="compact-sm" type="submit" loading={acts.busy}>
              {t('decline')}
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={stop}>
              {t('cancel')}
            </Button>
          </Group>
        </form>
      ) : mayAct ? (
        <Group gap={6} className={classes.buttons}>
          {own ? (
            <Button size="compact-sm" variant="default" loading={acts.busy} onClick={() => void acts.withdraw(changes)}>
              {t('withdraw')}
            </Button>
          ) : (
            <>
              <Button size="compact-sm" loading={acts.busy} onClick={() => void acts.accept(alternative)}>
                {t('accept')}
              </Button>
              <Button size="compact-sm" variant="default" disabled={acts.busy} onClick={() => setAsking(true)}>
                {t('decline')}
              </Button>
            </>
          )}
          {mayConsent ? (
            <Button
              size="compact-sm"
              variant="subtle"
              disabled={acts.busy}
              onClick={() => void acts.settle(place.place, choice)}
            >
              {t('settleOn')}
            </Button>
          ) : null}
        </Group>
      ) : null}
    </section>
  )
}

function Words({ change, place }: { readonly change: Standing; readonly place: OpenPlace }) {
  const t = useMessages(negotiationMessages)
  const { deletes, inserts, kind, within } = change
  const around = place.alternatives.find(
    ({ party, changes }) => party !== change.party && changes.some(({ id }) => within.includes(id)),
  )
  const { isParty, party: partyOf } = initiative()
  const nested = around !== undefined && isParty(around.party) ? partyOf(around.party).prefix : null
  return (
    <p className={classes.words} lang={place.language ?? undefined}>
      {kind === 'inline' && nested === null ? null : (
        <span className={classes.kind}>
          {[
            kind === 'move' ? t('moved') : kind === 'block' ? t('block') : '',
            nested === null ? '' : t('nested', { party: nested }),
          ]
            .filter((word) => word !== '')
            .join(' · ')}
        </span>
      )}
      {deletes === '' ? null : (
        <del aria-label={`${t('strikes')}: ${deletes}`}>
          <Verbatim>{deletes}</Verbatim>
        </del>
      )}
      {inserts === '' ? null : (
        <ins aria-label={`${t('putsIn')}: ${inserts}`}>
          <Verbatim>{inserts}</Verbatim>
        </ins>
      )}
    </p>
  )
}

function PlaceTools({
  place,
  settling,
  negotiating,
  editable,
  chairs,
}: {
  readonly place: OpenPlace
  readonly settling: readonly Settling[]
  readonly negotiating: Negotiating
  readonly editable: boolean
  readonly chairs: boolean
}) {
  const t = useMessages(negotiationMessages)
  const naming = useNaming()
  const ask = useAsk()
  const { text, mayComment } = useEditorSession()
  const { acts } = negotiating
  const [compromise, setCompromise] = useState<string | null>(null)
  const { editor } = text
  const range = placesIn(editor.state.doc).find((each) => each.place === place.place)
  const inOneLine =
    range !== undefined && editor.state.doc.resolve(range.from).sameParent(editor.state.doc.resolve(range.to))
  const asked = settling.find((each) => each.place === place.place && each.change === null)
  const select = () => {
    if (range === undefined) return
    const { tr, doc } = editor.state
    editor.view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(range.from), doc.resolve(range.to))))
  }
  const put = (words: string) => {
    if (range === undefined || words.trim() === '') return
    text.undoManager.stopCapturing()
    editor.view.dispatch(editor.state.tr.insertText(words, range.from, range.to))
    text.undoManager.stopCapturing()
    setCompromise(null)
  }
  return (
    <footer className={classes.foot}>
      {compromise === null ? (
        <Group gap={6}>
          {mayComment ? (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => {
                select()
                ask.run('comment')
              }}
            >
              {t('comment')}
            </Button>
          ) : null}
          {editable && inOneLine && negotiating.suggests ? (
            <Button size="compact-sm" variant="subtle" onClick={() => setCompromise('')}>
              {t('compromise')}
            </Button>
          ) : null}
          {chairs ? (
            <Button
              size="compact-sm"
              variant="subtle"
              disabled={acts.busy}
              onClick={() => void acts.settle(place.place, null)}
            >
              {t('settleBase')}
            </Button>
          ) : null}
        </Group>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            put(compromise)
          }}
        >
          <Textarea
            autosize
            minRows={2}
            maxRows={8}
            size="sm"
            ref={focusAtOnce}
            lang={place.language ?? undefined}
            label={t('compromiseWords')}
            value={compromise}
            onChange={({ currentTarget: { value } }) => setCompromise(value.replaceAll(/[\r\n]+/g, ' '))}
          />
          <Group gap={6} mt={6}>
            <Button size="compact-sm" type="submit" disabled={compromise.trim() === ''}>
              {t('compromisePut')}
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={() => setCompromise(null)}>
              {t('cancel')}
            </Button>
          </Group>
        </form>
      )}
      {asked ? <p className={classes.meta}>{t('settling', { parties: naming.parties(asked.consents) })}</p> : null}
    </footer>
  )
}
