/** Who wrote the selected words: a small panel beside the text that follows the selection. */
import { Button, CloseButton, Skeleton, Switch } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { threadsQuery } from '#client/threads/queries.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useSession } from '#client/session/session.ts'
import { proposersAt } from '#client/threads/credit.ts'
import { Delayed } from '#client/ui/page-state.tsx'
import { PersonMark } from '#client/ui/party-mark.tsx'
import { authoredRanges, authorsFrom, passagesOf, type AuthoredRange, type Passage } from './authorship.ts'
import { useColours } from './colours.ts'
import { historyMessages } from './messages.ts'
import { authorsQuery } from './queries.ts'
import classes from './history.module.css'

const settleMs = 180
/** More than this is not read in a small panel. */
const mostPassages = 60

export function AuthorPanel({
  document,
  text,
  connection,
  onHistory,
  onClose,
}: {
  readonly document: string
  readonly text: TextEditor
  readonly connection: DocumentConnection
  readonly onHistory: () => void
  readonly onClose: () => void
}) {
  const t = useMessages(historyMessages)
  const { person } = useSession()
  const { data: clients, error, refetch, dataUpdatedAt } = useQuery(authorsQuery(document))
  const { data: threads = [] } = useQuery(threadsQuery(document))
  const [coloured, setColoured] = useState(false)
  const ranges = useSelectedRanges(text, connection)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    const { view, state } = text.editor
    const panel = heading.current?.closest('section')?.getBoundingClientRect()
    const words = view.coordsAtPos(state.selection.from)
    // On a narrow screen the panel may lie over the very words that it speaks of.
    if (panel && words.bottom > panel.top && words.left > panel.left) {
      window.scrollBy({ top: words.top - window.innerHeight / 4, behavior: 'instant' })
    }
  }, [text])
  const authorOf = useMemo(
    () => (clients ? authorsFrom(clients, { client: connection.doc.clientID, person }) : null),
    [clients, connection, person],
  )
  useColours(text, connection.body, coloured ? authorOf : null)
  const passages = authorOf ? passagesOf(ranges, authorOf, true) : []
  // Somebody who began to write after the answer is unknown to it: asked again, once for each answer.
  const stranger = passages.some(({ author }) => author.type === 'unknown')
  useEffect(() => {
    if (stranger && Date.now() - dataUpdatedAt > settleMs) void refetch()
  }, [stranger, ranges, dataUpdatedAt, refetch])

  const close = () => {
    onClose()
    text.editor.commands.focus()
  }
  const onEscape = (event: KeyboardEvent) => {
    const field = event.target instanceof Element ? event.target.closest('input, textarea, select') : null
    const ofOthers = field !== null && heading.current?.closest('section')?.contains(field) !== true
    // What ends a conversion into kanji, or closes something else, is not meant for the panel. The text claims every Escape.
    const claimed = event.defaultPrevented && !text.editor.isFocused
    if (!ofOthers && !event.isComposing && !claimed) close()
  }
  useHotkeys([['Escape', onEscape, { preventDefault: false }]], [], true)
  return (
    <section className={classes.panel} role="dialog" aria-labelledby="who-wrote">
      <header className={classes.panelHead}>
        <h2 id="who-wrote" ref={heading} tabIndex={-1}>
          {t('whoTitle')}
        </h2>
        <CloseButton aria-label={t('whoClose')} onClick={close} />
      </header>
      {error && clients === undefined ? (
        <p className={classes.quiet} role="status">
          {t('whoFailed')}{' '}
          <Button size="compact-sm" variant="subtle" onClick={() => void refetch()}>
            {t('retry')}
          </Button>
        </p>
      ) : null}
      {clients === undefined && !error ? (
        <Delayed>
          <Skeleton height={44} mb={8} />
          <Skeleton height={44} />
        </Delayed>
      ) : null}
      {clients && passages.length === 0 ? <p className={classes.quiet}>{t('whoNone')}</p> : null}
      <ol className={classes.passages} aria-label={t('passages')}>
        {passages.slice(0, mostPassages).map((passage) => (
          <PassageRow
            key={passage.from}
            passage={passage}
            proposers={proposersAt(text.editor.state, threads, passage.from, passage.to)}
          />
        ))}
      </ol>
      {passages.length > mostPassages ? (
        <p className={classes.quiet}>{t('morePassages', { count: passages.length - mostPassages })}</p>
      ) : null}
      <footer className={classes.panelFoot}>
        <Switch
          size="xs"
          label={t('colours')}
          checked={coloured}
          onChange={(event) => setColoured(event.currentTarget.checked)}
        />
        <p className={classes.quiet}>{t('hint')}</p>
        <Button size="compact-sm" variant="subtle" onClick={onHistory}>
          {t('history')}
        </Button>
      </footer>
    </section>
  )
}

function PassageRow({
  passage: { author, at, words },
  proposers,
}: {
  readonly passage: Passage
  readonly proposers: readonly Person[]
}) {
  const t = useMessages(historyMessages)
  const say = useLocalized()
  const language = useLanguage()
  const first = 'person' in author ? (author.person.party ?? undefined) : undefined
  return (
    <li>
      <p className={classes.passageWho}>
        {author.type === 'person' ? (
          <>
            <PersonMark person={author.person} />
            <span>{say(author.person.name)}</span>
          </>
        ) : (
          <>
            <span className={classes.swatch} data-mark="plain" />
            <span>{author.type === 'placed' ? t('placed', { name: say(author.person.name) }) : t(author.type)}</span>
          </>
        )}
      </p>
      <p className={classes.passageWords}>{words}</p>
      {proposers
        // What stood there before is nobody's proposal.
        .filter(({ id }) => author.type === 'person' && author.person.id !== id)
        .map((person) => (
          <p key={person.id} className={classes.passageCredit}>
            <PersonMark person={person} />
            <span>{t('proposedBy', { name: say(person.name) })}</span>
          </p>
        ))}
      {author.type === 'record' ? <p className={classes.quiet}>{t('recordDetail')}</p> : null}
      {author.type === 'placed' ? <p className={classes.quiet}>{t('placedDetail')}</p> : null}
      {'person' in author && at !== null ? (
        <p className={classes.quiet}>
          <time dateTime={at}>
            {t(author.type === 'placed' ? 'placedAt' : 'at', {
              time: formatInCapitals(at, language, { withDay: true, first }),
            })}
          </time>
        </p>
      ) : null}
    </li>
  )
}

/** The words of the last selection that held any, by client. */
function useSelectedRanges({ editor }: TextEditor, { body }: DocumentConnection): readonly AuthoredRange[] {
  const [ranges, setRanges] = useState<readonly AuthoredRange[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = () => {
      if (editor.isDestroyed) return
      const { doc, selection } = editor.state
      if (!selection.empty) setRanges(authoredRanges(body, doc, selection.from, selection.to))
    }
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(read, settleMs)
    }
    read()
    editor.on('selectionUpdate', later)
    return () => {
      clearTimeout(timer)
      editor.off('selectionUpdate', later)
    }
  }, [editor, body])
  return ranges
}
